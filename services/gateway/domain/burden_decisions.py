"""What the joint group decides of an agency that had letters three months in a row."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.gateway.domain.words import Words


class BurdenDecisionCode(StrEnum):
    """How the matter was settled. Permanent."""

    WINDOWS_TO_BE_ALIGNED = "WINDOWS_TO_BE_ALIGNED"
    PLAN_TO_BE_KEPT = "PLAN_TO_BE_KEPT"
    RECORDS_TO_BE_CORRECTED = "RECORDS_TO_BE_CORRECTED"
    BURDEN_JUSTIFIED = "BURDEN_JUSTIFIED"


BURDEN_DECISION_TEXTS: Final[Mapping[BurdenDecisionCode, Words]] = {
    BurdenDecisionCode.WINDOWS_TO_BE_ALIGNED: Words(
        "由该部门与其他部门协调认证时间窗口。", "The agency aligns its windows with the others (docs/alignment.md)."
    ),
    BurdenDecisionCode.PLAN_TO_BE_KEPT: Words(
        "由该部门补报并按年度计划开展认证。", "The agency hands in its campaigns and keeps to them."
    ),
    BurdenDecisionCode.RECORDS_TO_BE_CORRECTED: Words(
        "由该部门核对名单、更正档案。", "The agency puts its lists and records right."
    ),
    BurdenDecisionCode.BURDEN_JUSTIFIED: Words(
        "理由成立，无需整改。", "There was good reason, and nothing has to change."
    ),
}
"""One entry for each code (a test holds it)."""
