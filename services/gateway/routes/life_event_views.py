"""Life events as each may see them: an agency what it was told, a phone those of its villages, the county all."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from schemas.base import AgencyCode
from schemas.life_event import (
    LifeEventKind,
    LifeEventRecorded,
    LifeEventSource,
    LifeEventStage,
    LifeEventState,
    NoticedRequest,
    RoughDate,
)
from services.gateway.access.callers import Principal, Role, allow, village_filter
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_rules import voice_of
from services.gateway.store.life_event_views import (
    LifeEventRow,
    Onlooker,
    TaskForAgency,
    page_of_life_events,
    page_of_notices,
)

router = APIRouter(tags=["life events"])
viewers = allow(Role.AGENCY, Role.DEVICE, Role.REVIEWER, Role.AUDITOR, Role.SCHEDULER, by_area=True, by_officer=True)


class LifeEvent(BaseModel):
    """A life event, as far as you may see it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    life_event_id: UUID
    """Names it."""
    kind: LifeEventKind
    """What was found."""
    state: LifeEventState
    """How sure it is. Suspicion is no ground to stop a payment: it needs an investigation first."""
    happened: RoughDate | None
    """When it happened, when that is known."""
    known_on: date | None
    """When it became known."""
    sources: list[LifeEventSource]
    """Who says so, in alphabetical order."""


class NoticedLifeEvent(LifeEvent):
    """What your agency was told of a life event."""

    version: int
    """Grows with every notice about it; acknowledge this one."""
    requests: list[NoticedRequest]
    """All your requests of the person, with what the life event does to them."""
    noticed_at: datetime
    """When this notice was written."""
    acknowledged_version: int
    """Up to which notice you have taken note; 0: not at all."""
    acknowledged_at: datetime | None
    """When."""


class LifeEventStep(BaseModel):
    """One step."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    stage: LifeEventStage
    """Which."""
    source: LifeEventSource
    """Who says so."""
    reported_by: str
    """Whose word it is: `agency:…`, `cadre:…`, or a reviewer's account."""
    recorded_at: datetime
    """When it was written down."""
    happened: RoughDate | None
    """The day that this step gives."""
    known_on: date | None
    """When it became known, as this step says."""
    village_code: str | None
    """The new village that this step gives."""


class AgencyTold(BaseModel):
    """How far an agency was told, and has taken note."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    agency: AgencyCode
    """Who was told."""
    version: int
    """The last notice."""
    acknowledged_version: int
    """The last one of which it has taken note; 0: none."""
    acknowledged_at: datetime | None
    """When."""


class FullLifeEvent(LifeEvent):
    """A life event with whom it touches; who said and who was told only for the county."""

    source_count: int
    """How many different sources say so; a death needs two before anything is closed. Each agency is one of its own."""
    village_code: str | None
    """Where the person lives now, of a move."""
    visit_ids: list[UUID]
    """The person's visits; a phone sees those of its villages."""
    person_key: str | None
    """Pseudonym of the person; only reviewers, auditors and schedulers see it."""
    steps: list[LifeEventStep] | None
    """All that was said; null for a phone."""
    told: list[AgencyTold] | None
    """Which agencies were told and have acknowledged; null for a phone."""


class LifeEventPage(BaseModel):
    """A page of life events."""

    items: list[NoticedLifeEvent | FullLifeEvent]
    next_cursor: str | None


@router.get("/v1/life-events", summary="Deaths, moves and other outcomes")
async def list_life_events(
    unacknowledged: Annotated[bool, Query(description="Only those of which note is to be taken still.")] = False,
    state: Annotated[LifeEventState | None, Query(description="Not for agencies. Default: all.")] = None,
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(viewers),
    door: Door = Depends(door_of),
) -> LifeEventPage:
    """An agency sees those that it was told of, the oldest notice first; a phone those of its villages, and others all
    or those of their areas, what was last spoken of first."""
    if caller.role is Role.AGENCY:
        return await _page_for_agency(door, caller.own_agency, unacknowledged, cursor, limit)
    after = read_cursor(cursor, str, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await page_of_life_events(
            connection,
            _onlooker(caller),
            state=state,
            unacknowledged=unacknowledged,
            after=after,
            limit=limit + 1,
        )
    last = page[limit - 1] if len(page) > limit else None
    return LifeEventPage(
        items=[_full(row, caller) for row in page[:limit]],
        next_cursor=make_cursor(last.told_at, last.history.life_event_id) if last else None,
    )


@router.get("/v1/life-events/{life_event_id}", summary="One life event")
async def get_life_event(
    life_event_id: UUID, caller: Principal = Depends(viewers), door: Door = Depends(door_of)
) -> NoticedLifeEvent | FullLifeEvent:
    """A life event that you may see."""
    async with door.pool.connection() as connection:
        if caller.role is Role.AGENCY:
            told = await page_of_notices(
                connection, caller.own_agency, unacknowledged=False, after=None, limit=1, life_event_id=life_event_id
            )
            if not told:
                raise Refusal(Code.LIFE_EVENT_UNKNOWN)
            return _noticed(told[0])
        found = await page_of_life_events(
            connection,
            _onlooker(caller),
            state=None,
            unacknowledged=False,
            after=None,
            limit=1,
            life_event_id=life_event_id,
        )
    if not found:
        raise Refusal(Code.LIFE_EVENT_UNKNOWN)
    return _full(found[0], caller)


async def _page_for_agency(
    door: Door, agency: AgencyCode, unacknowledged: bool, cursor: str | None, limit: int
) -> LifeEventPage:
    after = read_cursor(cursor, datetime.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await page_of_notices(connection, agency, unacknowledged=unacknowledged, after=after, limit=limit + 1)
    last = page[limit - 1] if len(page) > limit else None
    return LifeEventPage(
        items=[_noticed(task) for task in page[:limit]],
        next_cursor=make_cursor(last.noticed_at.isoformat(), last.notice.life_event_id) if last else None,
    )


def _onlooker(caller: Principal) -> Onlooker:
    return Onlooker(villages=village_filter(caller), voice=voice_of(caller), areas=caller.areas)


def _noticed(task: TaskForAgency) -> NoticedLifeEvent:
    notice = task.notice
    return NoticedLifeEvent(
        life_event_id=notice.life_event_id,
        kind=notice.kind,
        state=notice.state,
        happened=notice.happened,
        known_on=notice.known_on,
        sources=list(notice.sources),
        version=notice.version,
        requests=list(notice.requests),
        noticed_at=task.noticed_at,
        acknowledged_version=task.acknowledged_version,
        acknowledged_at=task.acknowledged_at,
    )


def _full(row: LifeEventRow, caller: Principal) -> FullLifeEvent:
    history, is_county = row.history, caller.role is not Role.DEVICE
    return FullLifeEvent(
        life_event_id=history.life_event_id,
        kind=history.kind,
        state=row.state,
        happened=history.happened,
        known_on=history.known_on,
        sources=list(history.sources),
        source_count=history.source_count,
        village_code=history.village[1] if history.village else None,
        visit_ids=row.visit_ids,
        person_key=history.person_key if is_county else None,
        steps=[_step(step) for step in history.steps] if is_county else None,
        told=[AgencyTold.model_validate(told) for told in row.told] if is_county else None,
    )


def _step(step: LifeEventRecorded) -> LifeEventStep:
    return LifeEventStep(**step.model_dump(include=set(LifeEventStep.model_fields)))
