"""Revocation: a certificate no longer holds, by the word of a person, for a reason of a permanent list."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from schemas.base import AgencyCode, Event, PersonKey, RequestId
from schemas.receipt_codes import RECEIPT_TEXTS, ReceiptCode, ReceiptText


class RevocationReason(StrEnum):
    """Why a certificate no longer holds."""

    WRONG_PERSON = "WRONG_PERSON"
    EVIDENCE_FALSE = "EVIDENCE_FALSE"
    ISSUED_IN_ERROR = "ISSUED_IN_ERROR"
    DEAD_BEFORE_PROOF = "DEAD_BEFORE_PROOF"
    NOT_NEEDED = "NOT_NEEDED"


FALSE_PROOF: Final = frozenset(
    {RevocationReason.WRONG_PERSON, RevocationReason.EVIDENCE_FALSE, RevocationReason.DEAD_BEFORE_PROOF}
)
"""Reasons that speak against the proof itself: whatever else rests on it is as wrong."""

REVOCATION_TEXTS: Final[Mapping[RevocationReason, ReceiptText]] = {
    RevocationReason.WRONG_PERSON: ReceiptText(
        "证明已撤销：被认证的不是本人。",
        "The certificate was revoked: it was not this person.",
        *("请再次上门，并当面核对身份证。", "Visit again, and compare the ID card with the person."),
        reopens=True,
    ),
    RevocationReason.EVIDENCE_FALSE: ReceiptText(
        "证明已撤销：所依据的材料不实。",
        "The certificate was revoked: what it rests on was false.",
        *("请再次上门认证。", "Visit the person again."),
        reopens=True,
    ),
    RevocationReason.ISSUED_IN_ERROR: ReceiptText(
        "证明已撤销：签发有误。",
        "The certificate was revoked: it was issued in error.",
        *("请再次上门认证。", "Visit the person again."),
        reopens=True,
    ),
    RevocationReason.DEAD_BEFORE_PROOF: ReceiptText(
        "证明已撤销：经核实，此人在认证日前已死亡。",
        "The certificate was revoked: the person had died before the day of proof.",
        *("请上报死亡情况；不再派人上门。", "Report the death; nobody is sent any more."),
    ),
    RevocationReason.NOT_NEEDED: ReceiptText(
        "证明已撤销：该部门不再需要。",
        "The certificate was revoked: the agency does not need it any more.",
        *("无需处理。", "Nothing is to be done."),
    ),
}
"""What each means and what follows (a test holds one entry for each)."""


def find_text(code: str) -> ReceiptText | None:
    """The text of a receipt's code or of a revocation's reason; None of one that is newer than this reader."""
    if code in set(RevocationReason):
        return REVOCATION_TEXTS[RevocationReason(code)]
    return RECEIPT_TEXTS[ReceiptCode(code)] if code in set(ReceiptCode) else None


class RevocationOrdered(Event):
    """A reviewer, or the agency itself, says that a certificate no longer holds. It cannot be taken back."""

    event_type: ClassVar[str] = "org.onevisit.revocation.ordered.v1"

    certificate_id: UUID
    """Which certificate."""
    agency: AgencyCode
    """Who has it."""
    request_id: RequestId
    """What it had answered."""
    person_key: PersonKey
    """Whom it is about."""
    reason: RevocationReason
    """Why."""
    ordered_by: str
    """Account that ordered it; never a name."""
