"""Before a visit: agencies see which of their requests are about to be visited, and say what their record holds."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from schemas.base import AgencyCode
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.agencies.record_check_intake import CheckJudgement, RecordCheckItem, receive_checks
from services.gateway.agencies.records_asked import read_page
from services.gateway.batch_answers import MAX_ITEMS, BatchAnswer, BatchAnswers
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.domain.record_checks import RecordCheckCode
from services.gateway.door import Door, door_of
from services.gateway.phone.day import today_of

router = APIRouter(tags=["record checks"])


class RecordCheck(BaseModel):
    """A request whose person is about to be visited."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    agency: AgencyCode
    """Whose."""
    request_id: str
    """The agency's number of the request."""
    programme: str
    """Programme code."""
    visit_id: UUID
    """The visit that will answer it."""
    planned_on: date | None
    """The day that was told or planned; null: any day of its window."""
    due_date: date
    """The last day of the request."""
    found: RecordCheckCode | None
    """What the agency found; null: not answered, or too long ago."""
    checked_at: datetime | None
    """When it looked."""


class RecordCheckPage(BaseModel):
    """Requests to check, those that are wanted first at the front."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[RecordCheck]
    """May be fewer than `limit`, and none, before the last page: some were settled a moment ago."""
    next_after: str | None
    """Send it as `after` for the next page; null: this is the last one."""


class RecordCheckBatch(BaseModel):
    """What is said at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    items: Annotated[list[SkipValidation[RecordCheckItem]], Field(min_length=1, max_length=MAX_ITEMS)]
    """1 to 500 answers; each is taken or refused by itself."""


class RecordCheckAnswer(BatchAnswer):
    """What became of one answer."""

    stands: bool | None = None
    """Whether it is the last word on the request; false: one that was checked later is there."""


class RecordChecksTaken(BatchAnswers[RecordCheckAnswer]):
    """One answer for each, in their order."""


@router.get("/v1/record-checks", summary="Whose record is to be checked before a visit")
async def list_record_checks(
    answered: Annotated[bool, Query(description="With those that have an answer which still counts.")] = False,
    after: Annotated[str | None, Query(max_length=200, description="`next_after` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(allow(Role.AGENCY, Role.SCHEDULER, Role.AUDITOR, by_officer=True)),
    door: Door = Depends(door_of),
) -> RecordCheckPage:
    """Requests of visits that may be made in the next days, without anybody's name: agencies see their own. A visit
    that is new or moved is here within a minute. Look into your register and answer by `POST /v1/record-checks`;
    whoever does not answer holds up no visit."""
    place = read_cursor(after, date.fromisoformat, UUID) if after else None
    today = today_of(door, door.now())
    rows, following = await read_page(door, caller.agency, today, answered=answered, after=place, limit=limit)
    return RecordCheckPage(
        items=[RecordCheck.model_validate(vars(row)) for row in rows],
        next_after=make_cursor(*following) if following else None,
    )


@router.post("/v1/record-checks", status_code=202, summary="Say what your record holds")
async def give_record_checks(
    batch: RecordCheckBatch,
    caller: Principal = Depends(allow(Role.AGENCY, by_officer=True)),
    door: Door = Depends(door_of),
) -> RecordChecksTaken:
    """Takes 1 to 500 answers about your agency's requests; a bad one stops no other, so look at each answer. Repeating
    is harmless. The cadre and the printed route sheet warn of what does not agree (docs/receipts.md)."""
    judged = await receive_checks(door, caller, batch.items)
    return RecordChecksTaken.of([_answer(index, judgement) for index, judgement in enumerate(judged)])


def _answer(index: int, judgement: CheckJudgement) -> RecordCheckAnswer:
    if judgement.code is not None:
        return RecordCheckAnswer.refused(index, judgement.code, judgement.fields)
    return RecordCheckAnswer(index=index, taken=True, stands=judgement.stands)
