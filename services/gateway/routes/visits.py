"""Visits, cut to what the caller may see, and the challenge that a recording at a visit answers."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel, ConfigDict

from schemas.base import AgencyCode, Dwelling, VillageCode
from schemas.capture import Challenge
from schemas.plan import HalfDay
from schemas.visit import ClosedBecause, UnannouncedBecause, VisitRequest, VisitStatus
from services.gateway.access.callers import Principal, Role, allow, visits_seen
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.challenge_giving import ChallengeOrder, draw_for
from services.gateway.phone.challenges import sign
from services.gateway.phone.outcome_rules import OutcomeState
from services.gateway.store import visits
from services.gateway.store.visits import Sight, VisitRow

router = APIRouter(tags=["visits"])
viewers = allow(Role.SCHEDULER, Role.AUDITOR, Role.DEVICE, Role.AGENCY, by_area=True)


class OutcomeView(BaseModel):
    """How a visit without a recording went."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    outcome: str
    """What was found, or asked for."""
    state: OutcomeState
    """What became of it."""
    happened_at: datetime
    """When, by the phone's clock."""
    note_code: str | None
    """A closer description, by a code of the phone's page."""
    come_again_on: date | None
    """When somebody should come again."""
    come_again_half_day: HalfDay | None
    """Morning or afternoon of that day."""


class Visit(BaseModel):
    """One trip to one person, as far as you may see it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    visit_id: UUID
    """Names the visit."""
    person_key: str | None
    """Pseudonym of the person; only schedulers and auditors see it."""
    version: int
    """Grows with every change."""
    status: VisitStatus
    """Whether it still has to be made."""
    closed_because: ClosedBecause | None
    """Why it need not be made (any more)."""
    window: tuple[date, date]
    """First and last day on which one visit answers all its requests."""
    requests: list[VisitRequest]
    """What it answers; agencies see their own only."""
    village_code: VillageCode | None
    """Where."""
    opened_at: datetime
    """When the first of its requests was recorded."""
    last_decision: str | None
    """What the machine said of the last recording: certified, review or retry. Agencies do not see it."""
    last_reasons: list[str]
    """Why."""
    announced_on: date | None
    """The day on which the person was told that somebody comes."""
    unannounced_because: UnannouncedBecause | None
    """Why a day that was told cannot stay: tell the person anew."""
    dwelling: Dwelling | None
    """Visits with the same one go to the same door; schedulers and phones only."""
    life_event_id: UUID | None
    """The life event that pauses or closes it: GET /v1/life-events/{life_event_id}."""
    question_id: UUID | None
    """Names disagree under this ID number, and a reviewer has not decided: check the identity card. Agencies do not
    see it."""
    last_outcome: OutcomeView | None
    """How the last visit without a recording went. Agencies do not see it."""


class VisitPage(BaseModel):
    """Visits by the end of their window, the most urgent first."""

    items: list[Visit]
    next_cursor: str | None


class GivenChallenge(BaseModel):
    """A challenge: drawn at random, for this phone and visit, valid once."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    challenge: Challenge
    """What to ask, in this order, at these seconds of the recording."""
    jws: str
    """The same, signed by the county (compact JWS, Ed25519), so that the phone can trust it offline."""


@router.get("/v1/visits", summary="Visits to be made")
async def list_visits(
    status: Annotated[VisitStatus | None, Query(description="Default: open ones.")] = VisitStatus.OPEN,
    cursor: Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    caller: Principal = Depends(viewers),
    door: Door = Depends(door_of),
) -> VisitPage:
    """Schedulers and auditors see all, or those of their areas; a phone those of its villages; an agency those with a
    request of its own."""
    after = read_cursor(cursor, date.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await visits.page_of_visits(connection, _sight(caller), status=status, after=after, limit=limit + 1)
    last = page[limit - 1] if len(page) > limit else None
    return VisitPage(
        items=[_visit(row, caller) for row in page[:limit]],
        next_cursor=make_cursor(last.window[1], last.visit_id) if last else None,
    )


@router.get("/v1/visits/{visit_id}", summary="One visit")
async def get_visit(visit_id: UUID, caller: Principal = Depends(viewers), door: Door = Depends(door_of)) -> Visit:
    """A visit that you may see."""
    async with door.pool.connection() as connection:
        row = await visits.find_visit(connection, visit_id, _sight(caller))
    if row is None:
        raise Refusal(Code.VISIT_UNKNOWN)
    return _visit(row, caller)


@router.post("/v1/visits/{visit_id}/challenge", status_code=201, summary="Draw a challenge")
async def draw_challenge(
    visit_id: UUID,
    order: Annotated[ChallengeOrder | None, Body()] = None,
    caller: Principal = Depends(allow(Role.DEVICE)),
    door: Door = Depends(door_of),
) -> GivenChallenge:
    """Draws what the person will be asked and when, at random. Fetch it while online; it may be filmed offline within
    7 days, once. What the phone does with it: docs/challenge.md.

    Also for a paused visit: somebody who was reported dead may stand before you.
    """
    order = order or ChallengeOrder()
    async with door.pool.connection() as connection:
        challenge = await draw_for(door, connection, caller.own_device, visit_id, order)
    return GivenChallenge(challenge=challenge, jws=sign(challenge, door.secrets.signing_key))


def _sight(caller: Principal) -> Sight:
    agency: AgencyCode | None = caller.agency
    return replace(visits_seen(caller), agency=agency)


def _visit(row: VisitRow, caller: Principal) -> Visit:
    is_agency = caller.role is Role.AGENCY
    return Visit(
        visit_id=row.visit_id,
        person_key=row.person_key if caller.role in (Role.SCHEDULER, Role.AUDITOR) else None,
        version=row.version,
        status=VisitStatus(row.status),
        closed_because=ClosedBecause(row.closed_because) if row.closed_because else None,
        window=row.window,
        requests=[VisitRequest.model_validate(stored, strict=False) for stored in row.requests],
        village_code=row.village_code,
        opened_at=row.opened_at,
        last_decision=None if is_agency else row.last_decision,
        last_reasons=[] if is_agency else row.last_reasons,
        announced_on=row.announced_on,
        unannounced_because=UnannouncedBecause(row.unannounced_because) if row.unannounced_because else None,
        dwelling=row.dwelling if caller.role in (Role.SCHEDULER, Role.DEVICE) else None,
        life_event_id=row.life_event_id,
        question_id=None if is_agency else row.question_id,
        last_outcome=OutcomeView.model_validate(row.last_outcome) if row.last_outcome and not is_agency else None,
    )
