"""Recognition of a recent proof: a request that a proof already answers needs no second visit.

What counts differs between programmes, places and years, so it is a policy, never code. The default is the one rule
that no agency can dispute: seen in person, on a day within the request's own window.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.certificate import EvidenceGrade
from schemas.visit import VisitRequest


class ProgrammePolicy(BaseModel):
    """Which proofs one programme accepts."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    accepted: frozenset[EvidenceGrade] = frozenset({EvidenceGrade.IN_PERSON_FACE, EvidenceGrade.IN_PERSON_WITNESSED})
    """Grades of evidence that are accepted."""
    within_window: bool = True
    """The proof must lie within the request's window. False: it may be older, as `max_age_days` says."""
    max_age_days: int = Field(default=365, ge=0, le=400)
    """Oldest proof, in days before the request's due date; a cycle is at most 365 days from the last proof."""

    def accepts(self, proof: "Proof", request: VisitRequest) -> bool:
        """Whether this proof answers this request."""
        if proof.grade not in self.accepted or proof.day > request.due_date:
            return False
        if (request.due_date - proof.day).days > self.max_age_days:
            return False
        return not self.within_window or request.window_start <= proof.day


class RecognitionPolicy(BaseModel):
    """The policies of all programmes; those that are not named have the default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    default: ProgrammePolicy = ProgrammePolicy()
    """Policy of the programmes that are not named."""
    programmes: Mapping[str, ProgrammePolicy] = Field(default_factory=dict)
    """Policy by programme code."""

    @classmethod
    def from_toml(cls, text: str) -> "RecognitionPolicy":
        """A county's own policy; an empty text is the default.

        Example:
            >>> text = '[programmes.senior_subsidy]' + chr(10) + 'within_window = false' + chr(10) + 'max_age_days = 90'
            >>> RecognitionPolicy.from_toml(text).of("senior_subsidy").max_age_days
            90

        Raises:
            tomllib.TOMLDecodeError, pydantic.ValidationError: naming what is wrong.
        """
        return cls.model_validate(tomllib.loads(text))

    def of(self, programme: str) -> ProgrammePolicy:
        """The policy of one programme."""
        return self.programmes.get(programme, self.default)


@dataclass(frozen=True)
class Proof:
    """That a person was alive on a day."""

    proof_id: UUID
    """The capture it rests on."""
    day: date
    """The day, in the county's calendar."""
    grade: EvidenceGrade
    """How strong it is."""


def recognise(
    proofs: Iterable[Proof], requests: Iterable[VisitRequest], policy: RecognitionPolicy
) -> list[tuple[VisitRequest, Proof]]:
    """Each request that a proof of the same person answers, with the newest such proof (of one day: the smallest id).

    The same whatever the order of both.
    """
    newest_first = sorted(proofs, key=lambda proof: (-proof.day.toordinal(), proof.proof_id))
    answered = []
    for request in sorted(requests, key=lambda request: (request.agency, request.request_id)):
        rule = policy.of(request.programme)
        proof = next((proof for proof in newest_first if rule.accepts(proof, request)), None)
        if proof is not None:
            answered.append((request, proof))
    return answered
