"""Proofs of life: when the person was seen, and whether that still holds.

A proof may be told several times: with answers that it gives later, and with what reviewers decide of it, round by
round. It holds when its last round certified it and no certificate that rests on it was revoked as false; reviewers who
certify it after such a revocation give it back, as in `services/certify/store/proofs.py`. Neither order nor repetition
of what is heard matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from uuid import UUID

from schemas.certificate import EvidenceGrade
from schemas.verdict import EvidenceRecognised, VerdictReached
from schemas.verification import Decision
from services.scheduler.domain.statement import Statement

_IN_PERSON = (EvidenceGrade.IN_PERSON_FACE, EvidenceGrade.IN_PERSON_WITNESSED)
"""Only who was seen contradicts a death report; a trace never does."""


@dataclass(frozen=True)
class Proof:
    """A recording, or a witnessed visit."""

    proof_id: UUID
    seen_at: datetime
    """When the person was seen; of evidence, noon UTC of the day: the same day in every county's time."""
    certified: bool
    """Whether it proves anything, by the last round."""
    round: int = 0
    """How often reviewers have decided on it; 0: the machine's word, or evidence."""
    told_at: str = ""
    """When that round was first told (ISO 8601, UTC, microseconds)."""
    certificates: frozenset[UUID] = frozenset()
    """What rests on it."""

    @classmethod
    def find(cls, event: VerdictReached | EvidenceRecognised) -> Proof | None:
        """The proof that is told; None where nobody was seen, or the machine did not certify."""
        told_at = event.recorded_at.isoformat(timespec="microseconds")
        rests = frozenset(answer.certificate_id for answer in event.answers)
        if isinstance(event, EvidenceRecognised):
            noon = datetime.combine(event.happened_on, time(12), UTC)
            seen = event.grade in _IN_PERSON
            return cls(event.evidence_id, noon, True, 0, told_at, rests) if seen else None
        certified = event.decision == Decision.CERTIFIED
        number = event.reviewed.round if event.reviewed else 0
        if not certified and not number:
            return None
        return cls(event.capture_id, event.captured_at, certified, number, told_at, rests)

    def after(self, known: Proof | None) -> Proof:
        """The proof with what was known of it: the last round counts, as it was first told."""
        if known is None:
            return self
        counts = min(self, known, key=lambda one: (-one.round, one.told_at, one.certified, one.seen_at))
        return replace(counts, certificates=self.certificates | known.certificates)

    def holds(self, false_since: Mapping[UUID, str]) -> bool:
        """Whether it proves that the person was alive.

        Args:
            false_since: the certificates that were revoked as resting on something false, with the moment.
        """
        revoked = [false_since[one] for one in self.certificates if one in false_since]
        return self.certified and all(self.round > 0 and self.told_at > moment for moment in revoked)


def seen_last(proofs: Iterable[Proof], statements: Iterable[Statement]) -> datetime | None:
    """When the person was last seen alive in person, by all that still holds."""
    proofs = list(proofs)
    if not proofs:
        return None
    false_since = {
        certificate_id: word.decided_at
        for statement in statements
        for certificate_id, word in statement.words.items()
        if word.says_false
    }
    return max((proof.seen_at for proof in proofs if proof.holds(false_since)), default=None)
