"""What agencies are told when a proposal waits no longer, in Chinese and English."""

from enum import StrEnum
from typing import Final, NamedTuple

from schemas.alignment import ProposalState


class SettledCode(StrEnum):
    """Why a proposal waits no longer. Permanent."""

    ALIGN_APPLIED = "ALIGN_APPLIED"
    """Every agency concerned has accepted; the wider windows were sent as amendments of their requests."""
    ALIGN_DECLINED = "ALIGN_DECLINED"
    """An agency concerned has declined; no window was changed. Make a new proposal for other dates."""
    ALIGN_OUTDATED = "ALIGN_OUTDATED"
    """The windows are not those that the agencies were asked about; no window was changed. Ask for a new alignment."""


class SettledText(NamedTuple):
    """Chinese and English together, as an event carries them."""

    code: SettledCode
    message: str
    next_step: str


SETTLED: Final = {
    ProposalState.APPLIED: SettledText(
        SettledCode.ALIGN_APPLIED,
        "各有关机构均已同意，窗口期已按建议放宽。 Every agency concerned has accepted: the windows were widened.",
        "如需核对，请查询各申请的窗口期；仍可随时更改。 "
        "Your requests show their new windows; you may change them at any time.",
    ),
    ProposalState.DECLINED: SettledText(
        SettledCode.ALIGN_DECLINED,
        "有机构不同意该建议，未作任何更改。 An agency has declined: no window was changed.",
        "如需其他日期，请由联合认证工作组重新发起对齐。 For other dates, have the joint group ask for a new alignment.",
    ),
    ProposalState.OUTDATED: SettledText(
        SettledCode.ALIGN_OUTDATED,
        "窗口期已与征求意见时不同，该建议作废，未作任何更改。 "
        "The windows are not those that were asked about: this proposal has no effect.",
        "请由联合认证工作组重新发起对齐。 Have the joint group ask for a new alignment.",
    ),
}
