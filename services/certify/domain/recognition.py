"""Recognition of a recent proof: a request that a proof already answers needs no visit.

What counts differs between programmes, places and years, so it is a policy, never code. The default is the one rule
that no agency can dispute: seen in person, on a day within the request's own window.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.certificate import EvidenceGrade
from schemas.evidence import ActedBy
from schemas.programmes import PROGRAMMES, read_programme
from schemas.visit import VisitRequest
from services.certify.domain.policy_text import read_policy

_STRENGTH: Final = {grade: rank for rank, grade in enumerate(EvidenceGrade)}
"""Rank of each grade; `EvidenceGrade` names the strongest first."""


class RecognitionPolicyInvalid(ValueError):
    """The county's policy of recognition cannot be used; the message names each wrong field."""

    code = "RECOGNITION_POLICY_INVALID"

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(
            f"{self.code}: 互认策略文件有误，请按 docs/recognition.md 改正后重新启动。"
            f" The policy of recognition is wrong; correct it as docs/recognition.md says, then start again: "
            + "; ".join(faults)
        )


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class ProgrammePolicy(_Policy):
    """Which proofs one programme accepts."""

    accepted: frozenset[EvidenceGrade] = frozenset({EvidenceGrade.IN_PERSON_FACE, EvidenceGrade.IN_PERSON_WITNESSED})
    """Grades of evidence that are accepted. Empty: nothing is recognised, each request has a visit of its own."""
    accepted_actors: frozenset[ActedBy] = Field(default=frozenset({ActedBy.PERSON}), min_length=1)
    """Who must have acted: medicine fetched by a daughter proves nothing about her father."""
    within_window: bool = Field(default=True, strict=True)
    """The proof must lie within the request's window. False: it may be older, as `max_age_days` says."""
    max_age_days: int = Field(default=365, ge=0, le=400, strict=True)
    """Oldest proof, in days before the request's due date; a cycle is at most 365 days from the last proof."""

    valid_days: int | None = Field(default=None, ge=1, le=400, strict=True)
    """Days after the day of proof on which the certificate still holds; without it, it does not expire."""

    def accepts(self, proof: "Proof", request: VisitRequest, visit_id: UUID | None = None) -> bool:
        """Whether this proof answers this request.

        Args:
            proof: what was seen.
            request: what is asked.
            visit_id: the visit that stands for the request. What was seen at it counts after the due date too, as a
                recording there does: whoever was visited late was still seen.
        """
        if request.programme in proof.barred:
            return False
        if proof.grade not in self.accepted or proof.acted_by not in self.accepted_actors:
            return False
        days_early = (request.due_date - proof.day).days
        if days_early > self.max_age_days or (days_early < 0 and (visit_id is None or proof.visit_id != visit_id)):
            return False
        return not self.within_window or request.window_start <= proof.day

    def in_words(self) -> str:
        """The policy on one line, for the log: grades from the strongest to the weakest."""
        grades = ", ".join(grade.value for grade in EvidenceGrade if grade in self.accepted) or "nothing"
        actors = ", ".join(actor.value for actor in ActedBy if actor in self.accepted_actors)
        where = "within the window" if self.within_window else "before or within the window"
        valid = "" if self.valid_days is None else f"; valid for {self.valid_days} days"
        return f"{grades}; acted by {actors}; {where}; at most {self.max_age_days} days before the due date{valid}"


class RecognitionPolicy(_Policy):
    """The policies of all programmes; those that are not named have `default`."""

    name: str = Field(default="strictest", min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")
    """Given by the working group; `version` tells two policies of one name apart."""
    default: ProgrammePolicy = ProgrammePolicy()
    """Policy of the programmes that are not named."""
    programmes: Mapping[str, ProgrammePolicy] = Field(default_factory=dict)
    """Policy by programme: its code, or any name that lists use for it. What is not said there is as strict as
    without a file, whatever `default` says."""

    @field_validator("programmes", mode="after")
    @classmethod
    def _by_code(cls, named: Mapping[str, ProgrammePolicy]) -> Mapping[str, ProgrammePolicy]:
        codes = {name: read_programme(name)[0] for name in named}
        if len(set(codes.values())) < len(codes):
            raise ValueError("one programme is named twice, under two of its names: keep one table")
        return {codes[name]: policy for name, policy in named.items()}

    @classmethod
    def from_toml(cls, text: str) -> "RecognitionPolicy":
        """A county's own policy; an empty text is the default.

        Example:
            >>> text = '[programmes."高龄补贴"]' + chr(10) + 'within_window = false' + chr(10) + 'max_age_days = 90'
            >>> RecognitionPolicy.from_toml(text).of("senior_subsidy").max_age_days
            90

        Raises:
            RecognitionPolicyInvalid: naming each field that is wrong, or the line that is no TOML.
        """
        return read_policy(cls, text, RecognitionPolicyInvalid)

    def of(self, programme: str) -> ProgrammePolicy:
        """The policy of one programme."""
        return self.programmes.get(programme, self.default)

    @property
    def unknown_programmes(self) -> tuple[str, ...]:
        """Names of programmes that `schemas/programmes.py` does not know.

        A county may have programmes of its own, so they are no error; a misspelt name shows up here.
        """
        return tuple(sorted(set(self.programmes) - set(PROGRAMMES)))

    def effective(self) -> dict[str, ProgrammePolicy]:
        """What counts: of each known programme, each named one, and of all others (`*`)."""
        names = (*PROGRAMMES, *self.unknown_programmes)
        return {name: self.of(name) for name in names} | {"*": self.default}

    @property
    def version(self) -> str:
        """``name+digest``: the first 12 hex digits of the SHA-256 of what counts. It stands in certificates."""
        content = json.dumps({name: policy.in_words() for name, policy in self.effective().items()}, sort_keys=True)
        return f"{self.name}+{hashlib.sha256(content.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Proof:
    """That a person was alive on a day."""

    proof_id: UUID
    """The capture, or the evidence, that it rests on."""
    day: date
    """The day, in the county's calendar."""
    grade: EvidenceGrade
    """How strong it is."""
    acted_by: ActedBy = ActedBy.PERSON
    """Who acted; a capture shows the person."""
    visit_id: UUID | None = None
    """The visit at which it was given, if any."""
    seen_at: datetime | None = None
    """The moment of a capture; None of evidence, of which only the day is known."""
    barred: frozenset[str] = frozenset()
    """Programmes that ask more of the match of faces than it shows: it answers none of their requests."""
    restored_at: datetime | None = None
    """When reviewers certified a recording on appeal, against what was decided of it before."""

    @property
    def rank(self) -> tuple[int, int, UUID]:
        """Which of several accepted proofs answers: the newest day; of one day the strongest grade; then the smallest
        id. The smallest rank wins."""
        return (-self.day.toordinal(), _STRENGTH[self.grade], self.proof_id)


def recognise(
    proofs: Iterable[Proof],
    requests: Iterable[VisitRequest],
    policy: RecognitionPolicy,
    visits: Mapping[tuple[str, str], UUID] | None = None,
) -> list[tuple[VisitRequest, Proof]]:
    """Each request that a proof of the same person answers, once, with the proof of the smallest `Proof.rank`.

    The same whatever the order of both. `visits`: which visit stands for each (agency, request_id).
    """
    standing = visits or {}
    ranked = sorted(proofs, key=lambda proof: proof.rank)
    answered: dict[tuple[str, str], tuple[VisitRequest, Proof]] = {}
    for request in sorted(requests, key=lambda r: (r.agency, r.request_id, r.due_date, r.window_start, r.programme)):
        rule = policy.of(request.programme)
        visit_id = standing.get((request.agency, request.request_id))
        proof = next((proof for proof in ranked if rule.accepts(proof, request, visit_id)), None)
        if proof is not None:
            answered.setdefault((request.agency, request.request_id), (request, proof))
    return list(answered.values())
