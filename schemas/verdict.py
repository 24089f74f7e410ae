"""A verdict: what the machine, or a reviewer, says of a capture. The machine may certify; only a person may refuse.

`EvidenceRecognised` is its sister for requests that were answered without a visit.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, PersonKey, RequestId, Schema, Sealed, UtcDateTime
from schemas.certificate import EvidenceGrade
from schemas.review_reasons import ReviewDecision, ReviewReason
from schemas.verification import Verification


class Answer(Schema):
    """One request that the verdict answers, and the certificate that says so."""

    agency: AgencyCode
    """Who asked."""
    request_id: RequestId
    """What is answered."""
    certificate_id: UUID
    """The answer."""


class Reviewed(Schema):
    """What reviewers decided."""

    round: int = Field(ge=1)
    """1: the first decision; 2: after an appeal; …"""
    decision: ReviewDecision
    """What they decided."""
    reasons: tuple[ReviewReason, ...]
    """Why."""


class VerdictReached(Event):
    """A capture has been judged."""

    event_type: ClassVar[str] = "org.onevisit.verdict.reached.v1"

    verdict_id: UUID
    """Names the verdict."""
    capture_id: UUID
    """The capture that was judged."""
    visit_id: UUID
    """The visit at which it was made."""
    person_key: PersonKey
    """Whom it is about."""
    captured_at: UtcDateTime
    """When the recording was made: the date of the proof."""
    decided_by: str = Field(pattern=r"^(machine|reviewer)$")
    """Who judged."""
    verification: Verification
    """Decision, reasons, scores, thresholds, versions: what was decided and why. Its ``measurements`` are null here."""
    measurements: Sealed | None = None
    """What was asked and what was measured on the frames, sealed under the person's key: with the policy in
    ``verification`` enough to judge again (`onevisit verify --replay`). The box opens to deflated JSON. Null when a
    verdict is told again, and in verdicts older than this field."""
    answers: tuple[Answer, ...] = ()
    """The requests that are certified by it; empty unless the decision is `certified`."""
    reviewed: Reviewed | None = None
    """What reviewers decided, where ``decided_by`` is ``reviewer``: it counts instead of what the machine found, which
    still stands in ``verification``."""

    @property
    def decision(self) -> str:
        """What counts: ``certified``, ``review``, ``retry``, or ``refused`` by a person."""
        return (self.reviewed or self.verification).decision.value

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, by permanent codes."""
        return tuple(reason.value for reason in (self.reviewed or self.verification).reasons)


class EvidenceRecognised(Event):
    """Requests were answered by evidence that is no recording of a visit; nobody had to ride."""

    event_type: ClassVar[str] = "org.onevisit.evidence.recognised.v1"

    evidence_id: UUID
    """The evidence that the answers rest on."""
    person_key: PersonKey
    """Whom it is about."""
    grade: EvidenceGrade
    """How strong it is."""
    happened_on: date
    """The day of the proof, in the county's calendar."""
    answers: tuple[Answer, ...] = Field(min_length=1)
    """The requests that are certified by it."""
