"""Examples of what agencies are told of the burden that they cause."""

from datetime import date

from schemas.base import Event
from schemas.burden import BurdenLetterWritten, CampaignDecided
from schemas.generate.specimens.story import at, example_id


def burden_events() -> dict[str, Event]:
    """A letter, and a campaign that was rejected."""
    return {
        "second-letter-in-a-row": BurdenLetterWritten(
            event_id=example_id("burden letter"),
            recorded_at=at(12),
            agency="civil_affairs",
            month="2026-11",
            rank=2,
            ranked=3,
            in_a_row=2,
            escalated=False,
            message="11月贵部门的负担居前，已有提示函。 Your burden is among the highest: a letter is there.",
            next_step="请下载提示函。 Fetch the letter.",
        ),
        "rejected-with-a-reason": CampaignDecided(
            event_id=example_id("campaign decision"),
            recorded_at=at(13),
            agency="civil_affairs",
            campaign_id=example_id("campaign"),
            programme="senior_subsidy",
            first_day=date(2027, 3, 1),
            last_day=date(2027, 4, 30),
            accepted=False,
            reason="请与人社部门同期。",
            message="联合工作组退回了该计划。 The joint group has rejected the campaign.",
            next_step="请修改后重新申报。 State it again with another reason or other days.",
        ),
    }
