"""Window alignment: the joint group asks, agencies answer. Nothing here changes a window (docs/alignment.md)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.alignment import (
    MAX_DAYS,
    AlignmentAsked,
    CampaignLevel,
    Objective,
    ProgrammeLimit,
    ProposalAnswered,
    ProposalState,
)
from schemas.base import stable_id
from schemas.id_in_text import holds_id_number
from schemas.topics import ALIGNMENT
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.desk.alignment_views import (
    AlignmentView,
    AskedPage,
    AskedView,
    ProposalPage,
    view_alignment,
    view_proposal,
)
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import alignments as store
from services.platform.audit_chain import Act

router = APIRouter(tags=["alignment"])


class AlignmentOrder(BaseModel):
    """What is asked; everything may be left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    max_days: int = Field(default=30, ge=1, le=MAX_DAYS)
    """Most days earlier, and most days later, of each campaign."""
    save: Objective = Objective.VISITS
    """What to save first: visits or trips."""
    by: CampaignLevel = CampaignLevel.AUTO
    """Who has windows of its own: auto, programme, town or village."""
    limits: dict[Annotated[str, Field(min_length=1, max_length=64)], ProgrammeLimit] = Field(
        default_factory=dict, max_length=50
    )
    """Tighter limits by programme code; they never widen the county's own rules."""
    as_of: date | None = None
    """First day that counts; without it today, in the county's calendar."""


class AlignmentTaken(BaseModel):
    """The question was taken in; the answer is at GET /v1/alignments/{alignment_id} within a minute."""

    alignment_id: UUID
    as_of: date
    recorded_at: datetime


class ProposalAnswer(BaseModel):
    """The agency's answer. It stands: who wants other dates has a new alignment made."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    accepted: bool = Field(strict=True)
    """True: the windows of this agency may be widened so, once all agencies concerned agree."""
    reason: str = Field(default="", max_length=400)
    """Why not; the other agencies read it, so no personal data."""

    @field_validator("reason")
    @classmethod
    def _names_nobody(cls, text: str) -> str:
        if holds_id_number(text):
            raise ValueError("a reason must not hold an ID number")
        return text


class AnswerTaken(BaseModel):
    """The answer was taken in. The same again changes nothing."""

    proposal_id: UUID
    accepted: bool
    recorded_at: datetime


IdempotencyKey = Annotated[
    str | None, Header(max_length=200, description="The same key is the same question: repeating it changes nothing.")
]


@router.post("/v1/alignments", status_code=202, summary="Ask which windows to align")
async def ask_alignment(
    order: AlignmentOrder,
    idempotency_key: IdempotencyKey = None,
    caller: Principal = Depends(allow(Role.JOINT_GROUP, Role.SCHEDULER)),
    door: Door = Depends(door_of),
) -> AlignmentTaken:
    """Has the smallest changes of windows searched that save the most, over all open requests. Changes nothing."""
    now = door.now()
    today = now.astimezone(ZoneInfo(door.settings.timezone)).date()
    if order.as_of is not None and order.as_of < today:
        raise Refusal(Code.ALIGNMENT_DAY_PAST)
    cause = (caller.subject, idempotency_key) if idempotency_key else (str(uuid4()),)
    asked = AlignmentAsked(
        event_id=stable_id("alignment-asked", *cause),
        recorded_at=now,
        alignment_id=stable_id("alignment", *cause),
        asked_by=caller.subject,
        as_of=order.as_of or today,
        max_days=order.max_days,
        objective=order.save,
        level=order.by,
        limits=order.limits,
    )
    async with door.pool.connection() as connection, connection.transaction():
        kept = await store.note_question(connection, asked)
        if kept == asked:
            transaction = door.transaction(connection)
            transaction.emit(ALIGNMENT.name, str(asked.alignment_id), asked)
            await transaction.flush()
    return AlignmentTaken(alignment_id=kept.alignment_id, as_of=kept.as_of, recorded_at=kept.recorded_at)


@router.get("/v1/alignments", summary="What was asked before")
async def list_alignments(
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    _: Principal = Depends(allow(Role.JOINT_GROUP, Role.SCHEDULER, Role.AUDITOR)),
    door: Door = Depends(door_of),
) -> AskedPage:
    """The newest first; what was found is at GET /v1/alignments/{alignment_id}."""
    async with door.pool.connection() as connection:
        rows = await store.page_of_questions(connection, limit)
    return AskedPage(
        items=[
            AskedView(
                alignment_id=asked.alignment_id,
                asked_at=asked.recorded_at,
                found_at=found.made_at if found else None,
                as_of=asked.as_of,
                visits=found.visits if found else None,
                proposals=proposals if found else 0,
            )
            for asked, found, proposals in rows
        ]
    )


@router.get("/v1/alignments/{alignment_id}", summary="What was found, and what became of it")
async def get_alignment(
    alignment_id: UUID,
    caller: Principal = Depends(allow(Role.JOINT_GROUP, Role.SCHEDULER, Role.AUDITOR, Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> AlignmentView:
    """All proposals with what they save and who has answered; an agency sees those that concern it."""
    async with door.pool.connection() as connection:
        asked = await store.find_question(connection, alignment_id)
        found = await store.find_found(connection, alignment_id)
        rows = await store.proposals_of(connection, alignment_id, caller.agency) if found else []
    if asked is None or (caller.agency is not None and not rows):
        raise Refusal(Code.ALIGNMENT_UNKNOWN)
    return view_alignment(asked, found, rows, caller.agency)


@router.get("/v1/alignment-proposals", summary="Proposals that wait for your answer")
async def list_proposals(
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> ProposalPage:
    """Those that would change this agency's windows and that it has not answered, the oldest alignment first."""
    after = read_cursor(cursor, datetime.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await store.waiting_for(connection, caller.own_agency, after=after, limit=limit + 1)
    kept = page[:limit]
    last = kept[-1] if len(page) > limit else None
    return ProposalPage(
        items=[view_proposal(row) for row in kept],
        next_cursor=make_cursor(last.made_at.isoformat(), last.proposed.proposal_id) if last else None,
    )


@router.post("/v1/alignment-proposals/{proposal_id}/answer", status_code=202, summary="Accept or decline a proposal")
async def answer_proposal(
    proposal_id: UUID,
    answer: ProposalAnswer,
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> AnswerTaken:
    """When all agencies concerned have accepted, their requests are amended; when one declines, nothing changes."""
    agency = caller.own_agency
    async with door.pool.connection() as connection, connection.transaction():
        row = await store.find_proposal(connection, proposal_id, agency)
        if row is None:
            raise Refusal(Code.PROPOSAL_UNKNOWN)
        event = ProposalAnswered(
            event_id=stable_id("proposal-answered", str(proposal_id), agency),
            recorded_at=door.now(),
            alignment_id=row.alignment_id,
            proposal_id=proposal_id,
            agency=agency,
            accepted=answer.accepted,
            decided_by=caller.subject,
            reason=answer.reason,
        )
        before = await store.find_answer(connection, proposal_id, agency)
        if before is None and row.state is not ProposalState.PROPOSED:
            raise Refusal(Code.PROPOSAL_SETTLED)
        if before is None and await store.note_answer(connection, event):
            transaction = door.transaction(connection)
            transaction.emit(ALIGNMENT.name, str(row.alignment_id), event)
            await transaction.flush()
            subject = f"proposal:{proposal_id}"
            await audited.note(connection, caller, Act.PROPOSAL_ANSWERED, subject, accepted=answer.accepted)
            return AnswerTaken(proposal_id=proposal_id, accepted=event.accepted, recorded_at=event.recorded_at)
        before = before or await store.find_answer(connection, proposal_id, agency)
    assert before is not None, "an answer that could not be kept stands there already"
    accepted, recorded_at = before
    if accepted != answer.accepted:
        raise Refusal(Code.PROPOSAL_ALREADY_ANSWERED)
    return AnswerTaken(proposal_id=proposal_id, accepted=accepted, recorded_at=recorded_at)
