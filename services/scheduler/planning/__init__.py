"""visit → plan: the search behind the pure rules of `services.scheduler.domain.plan_*`."""
