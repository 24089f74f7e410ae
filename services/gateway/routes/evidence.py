"""Proof of life that is no recording: agencies hand in traces in their data, reviewers what they or a witness saw."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from services.gateway.access import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import CATALOGUE, Code
from services.gateway.evidence_intake import EvidenceItem, Judgement, receive_evidence

router = APIRouter(tags=["evidence"])
MAX_ITEMS = 500
"""As in a batch of requests (`schemas.request.MAX_BATCH`)."""


class EvidenceBatch(BaseModel):
    """What is handed in at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    items: Annotated[list[SkipValidation[EvidenceItem]], Field(min_length=1, max_length=MAX_ITEMS)]
    """1 to 500 pieces of evidence; each is taken or refused by itself."""


class EvidenceAnswer(BaseModel):
    """What became of one item."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """Its place in the batch, from 0."""
    taken: bool
    """Whether it was taken in. Which requests it answers, the county's policy says; certificates follow."""
    evidence_id: UUID | None = None
    """Names the evidence: the same said again has the same id and changes nothing."""
    code: Code | None = None
    """Why it was refused (docs/api/errors.md)."""
    message: str | None = None
    """What is wrong, in Chinese and English."""
    next_step: str | None = None
    """What to do about it."""
    fields: list[str] | None = None
    """Which fields do not have the expected form."""


class EvidenceReceipt(BaseModel):
    """One answer for each item, in their order."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    taken: int
    """How many were taken in."""
    refused: int
    """How many were not."""
    items: list[EvidenceAnswer]
    """What became of each."""


@router.post("/v1/evidence", status_code=202, summary="Hand in evidence of life")
async def hand_in_evidence(
    batch: EvidenceBatch,
    caller: Principal = Depends(allow(Role.AGENCY, Role.REVIEWER)),
    door: Door = Depends(door_of),
) -> EvidenceReceipt:
    """Takes 1 to 500 pieces of evidence; a bad one stops no other, so look at each answer. Repeating is harmless.

    An agency hands in traces in data, of a person it names by ID number or by its own request; a reviewer hands in
    witnessed visits, video calls and self-captures, by visit.
    """
    judged = await receive_evidence(door, caller, batch.items)
    answers = [_answer(index, judgement) for index, judgement in enumerate(judged)]
    taken = sum(answer.taken for answer in answers)
    return EvidenceReceipt(taken=taken, refused=len(answers) - taken, items=answers)


def _answer(index: int, judgement: Judgement) -> EvidenceAnswer:
    if judgement.code is None:
        return EvidenceAnswer(index=index, taken=True, evidence_id=judgement.evidence_id)
    entry = CATALOGUE[judgement.code]
    return EvidenceAnswer(
        index=index,
        taken=False,
        code=judgement.code,
        message=f"{entry.message_zh} {entry.message_en}",
        next_step=f"{entry.next_zh} {entry.next_en}",
        fields=list(judgement.fields) or None,
    )
