"""Proof of life that is no recording: agencies hand in traces in their data, reviewers what they or a witness saw."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.batch_answers import MAX_ITEMS, BatchAnswer, BatchAnswers
from services.gateway.door import Door, door_of
from services.gateway.people.evidence_intake import EvidenceItem, Judgement, receive_evidence

router = APIRouter(tags=["evidence"])


class EvidenceBatch(BaseModel):
    """What is handed in at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    items: Annotated[list[SkipValidation[EvidenceItem]], Field(min_length=1, max_length=MAX_ITEMS)]
    """1 to 500 pieces of evidence; each is taken or refused by itself."""


class EvidenceAnswer(BatchAnswer):
    """What became of one piece; which requests it answers, the county's policy says, and certificates follow."""

    evidence_id: UUID | None = None
    """Names the evidence: the same said again has the same id and changes nothing."""


class EvidenceReceipt(BatchAnswers[EvidenceAnswer]):
    """One answer for each piece, in their order."""


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
    return EvidenceReceipt.of([_answer(index, judgement) for index, judgement in enumerate(judged)])


def _answer(index: int, judgement: Judgement) -> EvidenceAnswer:
    if judgement.code is None:
        return EvidenceAnswer(index=index, taken=True, evidence_id=judgement.evidence_id)
    return EvidenceAnswer.refused(index, judgement.code, judgement.fields)
