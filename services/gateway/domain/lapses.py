"""Matters before a lapse: who may act, what can be decided, and what the phone says of them in a few words."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.lapse import LapseStep
from services.gateway.domain.words import Words


class LapseDecisionCode(StrEnum):
    """What was decided of a matter that was escalated. Permanent."""

    VISIT_ARRANGED = "VISIT_ARRANGED"
    OTHER_PATH_ARRANGED = "OTHER_PATH_ARRANGED"
    LIFE_EVENT_REPORTED = "LIFE_EVENT_REPORTED"
    AGENCY_EXTENDED = "AGENCY_EXTENDED"
    AGENCY_SUSPENDED = "AGENCY_SUSPENDED"


class DecisionText(NamedTuple):
    """What a decision means, and who says so."""

    chinese: str
    english: str
    is_agencys: bool = False
    """Whether the agency itself may say so."""


LAPSE_DECISION_TEXTS: Final[Mapping[LapseDecisionCode, DecisionText]] = {
    LapseDecisionCode.VISIT_ARRANGED: DecisionText("已安排上门。", "Somebody is on the way."),
    LapseDecisionCode.OTHER_PATH_ARRANGED: DecisionText(
        "已安排见证、视频或材料方式。", "A witnessed visit, a video call or a document was arranged."
    ),
    LapseDecisionCode.LIFE_EVENT_REPORTED: DecisionText(
        "已另行报告死亡、迁移等情况。", "A death, a move or another event was reported instead."
    ),
    LapseDecisionCode.AGENCY_EXTENDED: DecisionText(
        "部门同意延期，请其修改截止日期。", "The agency gives more time; it amends the due date.", is_agencys=True
    ),
    LapseDecisionCode.AGENCY_SUSPENDED: DecisionText(
        "部门自行决定暂停发放；补办认证后应恢复并补发。",
        "The agency has decided to suspend the payment; after a proof it resumes, with back-pay where the law says so.",
        is_agencys=True,
    ),
}
"""One entry for each code (a test holds it). None of them stops anything here: the last two say what an agency did."""

_PATHS: Final = Words("可改用见证、视频或材料", "a witness, a video call or a document will do too")
_STAFF: Final = Words("已交工作人员处理", "staff have been called")


def badge(step: LapseStep, due_date: date, counts_until: date, today: date) -> Words:
    """What the phone says of a matter on a day: how many days are left, and what else helps.

    Example:
        >>> badge(LapseStep.REMIND, date(2026, 3, 31), date(2026, 3, 31), date(2026, 3, 26)).zh
        '还有 5 天到期'
        >>> badge(LapseStep.GRACE, date(2026, 3, 31), date(2026, 4, 30), date(2026, 4, 27)).zh
        '宽限期还剩 3 天'
    """
    left = _left(due_date, counts_until, today)
    match step:
        case LapseStep.REMIND | LapseStep.GRACE:
            return left
        case LapseStep.OFFER_PATHS:
            more = _PATHS
        case LapseStep.ESCALATE:
            more = _STAFF
    return Words(f"{left.zh}，{more.zh}", f"{left.en}; {more.en}")


def _left(due_date: date, counts_until: date, today: date) -> Words:
    if today < due_date:
        days = (due_date - today).days
        return Words(f"还有 {days} 天到期", f"due in {_days(days)}")
    if today == due_date:
        return Words("今天到期", "due today")
    if today < counts_until:
        days = (counts_until - today).days
        return Words(f"宽限期还剩 {days} 天", f"{_days(days)} of grace left")
    if today == counts_until:
        return Words("宽限期今天结束", "the grace ends today")
    days = (today - counts_until).days
    return Words(f"已逾期 {days} 天，仍可认证", f"{_days(days)} late; a proof still helps")


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
