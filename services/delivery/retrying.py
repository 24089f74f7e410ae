"""When a delivery that was not taken is tried again, and what becomes of its endpoint. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.delivery.posting import Answer, DeliveryFault
from services.delivery.store.sendings import Due
from services.platform.delivery_policy import DeliveryPolicy


@dataclass(frozen=True)
class Next:
    """What follows from a failed attempt; the fields are those of `note_failure`."""

    again_at: datetime | None
    hold_until: datetime | None
    state: str | None


def after_failure(due: Due, answer: Answer, now: datetime, policy: DeliveryPolicy, chance: float) -> Next:
    """Exponential back-off with full jitter; an endpoint that fails for long is paused, one that says 410 is left.

    Args:
        now: when the attempt ended.
        chance: a random number from [0, 1).
    """
    # 2^40 times any first wait is beyond every longest one; more would overflow a float's exponent one day.
    longest = min(policy.longest_wait_s, policy.first_wait_s * 2.0 ** min(due.attempts, 40))
    again_at = now + timedelta(seconds=chance * longest)
    hold_until: datetime | None = None
    state: str | None = None
    if answer.retry_after_s is not None:
        hold_until = now + timedelta(seconds=min(answer.retry_after_s, policy.throttle_s))
        again_at = max(again_at, hold_until)
    if answer.fault is DeliveryFault.ENDPOINT_GONE:
        return Next(again_at, hold_until, "gone")
    if due.failing_since is not None and now - due.failing_since >= timedelta(hours=policy.pause_hours):
        probe_at = now + timedelta(seconds=policy.probe_s * (0.5 + chance / 2))
        hold_until, state = max(probe_at, hold_until or probe_at), "paused"
    began = due.first_attempt_at or now
    asked_to_wait = answer.fault is DeliveryFault.THROTTLED  # it lives, and has named its time
    over = not asked_to_wait and now - began >= timedelta(hours=policy.try_hours)
    return Next(None if over else again_at, hold_until, state)
