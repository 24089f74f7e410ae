"""What the phone says of a request that could lapse: days in words, and never a threat."""

from datetime import date, timedelta

import pytest

from schemas.lapse import LapseStep
from services.gateway.domain.lapses import badge

DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("step", "grace", "offset", "zh", "en"),
    [
        (LapseStep.REMIND, 0, -5, "还有 5 天到期", "due in 5 days"),
        (LapseStep.REMIND, 0, -1, "还有 1 天到期", "due in 1 day"),
        (LapseStep.REMIND, 0, 0, "今天到期", "due today"),
        (LapseStep.OFFER_PATHS, 0, -7, "还有 7 天到期，可改用见证、视频或材料",
         "due in 7 days; a witness, a video call or a document will do too"),
        (LapseStep.GRACE, 30, 27, "宽限期还剩 3 天", "3 days of grace left"),
        (LapseStep.GRACE, 30, 30, "宽限期今天结束", "the grace ends today"),
        (LapseStep.ESCALATE, 30, 12, "宽限期还剩 18 天，已交工作人员处理",
         "18 days of grace left; staff have been called"),
        (LapseStep.ESCALATE, 0, 2, "已逾期 2 天，仍可认证，已交工作人员处理",
         "2 days late; a proof still helps; staff have been called"),
    ],
)  # fmt: skip
def test_a_badge_says_how_many_days_are_left_and_what_helps(
    step: LapseStep, grace: int, offset: int, zh: str, en: str
) -> None:
    """In the words of the day on which it is read."""
    assert badge(step, DUE, DUE + timedelta(days=grace), DUE + timedelta(days=offset)) == (zh, en)
