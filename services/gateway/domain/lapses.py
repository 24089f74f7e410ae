"""Matters before a lapse that were escalated: what can be decided, and who says so."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


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
