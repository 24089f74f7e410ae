"""Requests that could lapse: seen by staff and agencies, taken and decided by people, counted."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from schemas.lapse import LapseStep, Office
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.desk.lapse_views import Close, LapseFigures, LapsePage, LapseView, TakeOver, month_of
from services.gateway.domain.lapses import LAPSE_DECISION_TEXTS
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import lapses
from services.gateway.store.lapses import LapseRow
from services.gateway.store.visits import Sight
from services.platform.audit_chain import Act
from services.platform.database import Connection

router = APIRouter(tags=["lapses"])
watchers = allow(Role.AGENCY, Role.SCHEDULER, Role.REVIEWER, Role.AUDITOR, by_area=True, by_officer=True)
_MONTH = r"^2[0-9]{3}-(0[1-9]|1[0-2])$"
"""From 2000 on: not every year of four digits is one of the calendar."""


@router.get("/v1/lapses", summary="Requests that could lapse")
async def list_lapses(
    step: Annotated[LapseStep | None, Query(description="Only those on this step.")] = None,
    office: Annotated[Office | None, Query(description="Only those on which this office must act.")] = None,
    undecided: Annotated[bool, Query(description="Only those of which nothing was decided.")] = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(watchers),
    door: Door = Depends(door_of),
) -> LapsePage:
    """Open requests on the ladder before a lapse (docs/ladder.md), the most urgent first; agencies see their own, and
    staff who are kept to areas those of visits there.
    `step=escalate&undecided=true` is the list of what a person must act on. Nothing here stops a payment."""
    after = read_cursor(cursor, date.fromisoformat, UUID) if cursor else None
    async with door.pool.connection() as connection:
        page = await lapses.page_of_lapses(
            connection,
            _sight(caller),
            step=step.value if step else None,
            office=office.value if office else None,
            undecided=undecided,
            after=after,
            limit=limit + 1,
        )
    kept = page[:limit]
    more = len(page) > limit
    return LapsePage(
        items=[LapseView.of(row, caller) for row in kept],
        next_cursor=make_cursor(kept[-1].due_date.isoformat(), kept[-1].lapse_id) if more else None,
    )


@router.get("/v1/lapses/figures", summary="How many would have lapsed and were saved")
async def get_lapse_figures(
    month: Annotated[str | None, Query(pattern=_MONTH, description="e.g. 2026-11; of all time without it.")] = None,
    caller: Principal = Depends(watchers),
    door: Door = Depends(door_of),
) -> LapseFigures:
    """By programme; agencies see their own requests, staff who are kept to areas those of visits there. For the whole
    county `onevisit lapses` prints the same."""
    async with door.pool.connection() as connection:
        counts = await lapses.count_lapses(
            connection,
            _sight(caller),
            month=month_of(month) if month else None,
            timezone=door.settings.timezone,
        )
    return LapseFigures.of(month, counts)


@router.post("/v1/lapses/{lapse_id}/take", summary="Take a matter that was escalated")
async def take_lapse(
    lapse_id: UUID,
    wish: TakeOver | None = None,
    caller: Principal = Depends(allow(Role.SCHEDULER, Role.REVIEWER, by_area=True)),
    door: Door = Depends(door_of),
) -> LapseView:
    """From now on it is yours to settle. A matter that was decided is open again when somebody takes it."""
    async with door.pool.connection() as connection, connection.transaction():
        row = await _escalated(connection, lapse_id, caller)
        others = row.taken_by is not None and row.taken_by != caller.subject and row.decision is None
        if others and not (wish and wish.take_over):
            raise Refusal(Code.LAPSE_TAKEN)
        if row.taken_by != caller.subject or row.decision is not None:
            await lapses.take(connection, lapse_id, caller.subject, door.now())
            await audited.note(connection, caller, Act.LAPSE_TAKEN, f"lapse:{lapse_id}", from_somebody=others)
        return await _shown(connection, lapse_id, caller)


@router.post("/v1/lapses/{lapse_id}/close", summary="Say what was decided")
async def close_lapse(
    lapse_id: UUID,
    said: Close,
    caller: Principal = Depends(allow(Role.SCHEDULER, Role.REVIEWER, Role.AGENCY, by_area=True, by_officer=True)),
    door: Door = Depends(door_of),
) -> LapseView:
    """Whoever has taken the matter says what was decided; an agency says of its own that it gives more time or has
    suspended the payment. The request stays open until it is proved or withdrawn. Repeating changes nothing."""
    async with door.pool.connection() as connection, connection.transaction():
        row = await _escalated(connection, lapse_id, caller)
        if caller.role is Role.AGENCY:
            if not LAPSE_DECISION_TEXTS[said.decision].is_agencys:
                raise Refusal(Code.LAPSE_DECISION_NOT_YOURS)
        elif row.taken_by != caller.subject:
            raise Refusal(Code.LAPSE_NOT_TAKEN)
        if (row.decision, row.decided_by) != (said.decision, caller.subject):
            await lapses.decide(connection, lapse_id, said.decision.value, caller.subject, door.now())
            await audited.note(connection, caller, Act.LAPSE_DECIDED, f"lapse:{lapse_id}", decision=said.decision.value)
        return await _shown(connection, lapse_id, caller)


async def _escalated(connection: Connection, lapse_id: UUID, caller: Principal) -> LapseRow:
    """The matter, locked. Raises Refusal LAPSE_UNKNOWN, LAPSE_NOT_ESCALATED, LAPSE_OF_COUNTY."""
    await lapses.lock_lapse(connection, lapse_id)
    row = await lapses.find_lapse(connection, lapse_id, _sight(caller))
    if row is None:
        raise Refusal(Code.LAPSE_UNKNOWN)
    if row.step != LapseStep.ESCALATE:
        raise Refusal(Code.LAPSE_NOT_ESCALATED)
    if row.office == Office.COUNTY and caller.role is Role.SCHEDULER:
        raise Refusal(Code.LAPSE_OF_COUNTY)
    return row


async def _shown(connection: Connection, lapse_id: UUID, caller: Principal) -> LapseView:
    """As it stands after what was done. Raises Refusal LAPSE_UNKNOWN when it has just left the ladder."""
    row = await lapses.find_lapse(connection, lapse_id, _sight(caller))
    if row is None:
        raise Refusal(Code.LAPSE_UNKNOWN)
    return LapseView.of(row, caller)


def _sight(caller: Principal) -> Sight:
    return Sight(areas=caller.areas, agency=caller.agency)
