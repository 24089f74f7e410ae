"""The burden index: how agencies stand, what lies behind each number, letters. Agencies are ranked, cadres never."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Response

from schemas.base import AgencyCode
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.burden.letter import make_letter
from services.gateway.burden.months import Counted, MonthSeen, look_at_month
from services.gateway.burden.views import BehindPage, BehindView, BurdenMonth, Month, first_day
from services.gateway.domain.burden import Component
from services.gateway.domain.burden_months import month_after
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import burden

router = APIRouter(tags=["burden"])
watchers = allow(Role.AGENCY, Role.JOINT_GROUP, Role.SCHEDULER, Role.AUDITOR)
SEES_PEOPLE = (Role.SCHEDULER, Role.AUDITOR)
SHOWN_MONTHS = 24
AgencyInPath = Annotated[AgencyCode, Path(description="The agency's code.")]


@router.get("/v1/burden", summary="How agencies stand in a month")
async def get_burden(
    month: Annotated[Month | None, Query(description="e.g. 2026-11; without it the present month.")] = None,
    caller: Principal = Depends(watchers),
    door: Door = Depends(door_of),
) -> BurdenMonth:
    """Requests, duplicates, off-plan requests, windows that could not be merged, rejected receipts and trips, as counts
    and for 1,000 people, with rank (docs/burden.md). A closed month stays as it was; an open one moves. An agency sees
    itself and among how many it is ranked."""
    day = first_day(month) if month else _present(door)
    async with door.pool.connection() as connection:
        closed = await burden.find_month(connection, day)
        found = await burden.standings_of(connection, closed) if closed else []
        months = await burden.months_closed(connection, SHOWN_MONTHS)
    if closed:
        seen = MonthSeen(day, closed, closed.policy, found)
    else:
        seen = MonthSeen(day, None, door.burden, (await _count(door, day, months)).standings)
    return BurdenMonth.of(seen, months, caller.agency)


@router.get("/v1/burden/{agency}/behind", summary="What lies behind a number")
async def list_behind(
    agency: AgencyInPath,
    month: Annotated[Month, Query(description="e.g. 2026-11.")],
    component: Annotated[Component, Query(description="Of which component.")],
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="`next_after` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(watchers),
    door: Door = Depends(door_of),
) -> BehindPage:
    """Each thing that is counted, by the agency's request numbers, never by name. Their shares add up to the count."""
    _keep_to_own(caller, agency)
    day = first_day(month)
    async with door.pool.connection() as connection:
        closed = await burden.find_month(connection, day)
        months = await burden.months_closed(connection, 1)
        page = await burden.behind_of(connection, day, agency, component, after=after, limit=limit + 1)
    if closed is None:
        counted = await _count(door, day, months)
        mine = [one for one in counted.behind if (one.agency, one.component) == (agency, component)]
        page = list(enumerate(mine, 1))[after : after + limit + 1]
    kept = page[:limit]
    people: dict[str, str] = {}
    if caller.role in SEES_PEOPLE:
        async with door.pool.connection() as connection:
            people = await burden.people_of(connection, agency, [one.request_ids[0] for _, one in kept])
    return BehindPage(
        items=[BehindView.of(number, one, people) for number, one in kept],
        next_after=kept[-1][0] if kept else after,
        more=len(page) > limit,
    )


@router.get(
    "/v1/burden/{agency}/letters/{month}.pdf",
    summary="The letter of a month",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}, "description": "One page A4 in Chinese."}},
)
async def print_letter(
    agency: AgencyInPath,
    month: Annotated[Month, Path(description="e.g. 2026-11.")],
    caller: Principal = Depends(allow(Role.AGENCY, Role.JOINT_GROUP, Role.AUDITOR)),
    door: Door = Depends(door_of),
) -> Response:
    """To an agency among the three of the highest burden in a closed month: its figures, and what would lower them
    most. It names no person."""
    _keep_to_own(caller, agency)
    async with door.pool.connection() as connection:
        closed = await burden.find_month(connection, first_day(month))
        if closed is None:
            raise Refusal(Code.BURDEN_LETTER_NONE)
        seen = await look_at_month(connection, closed.month, door.settings, door.burden)
        with_letter = await burden.months_with_letter(connection, agency)
    standing = next((one for one in seen.standings if one.figures.agency == agency and one.letter), None)
    if standing is None:
        raise Refusal(Code.BURDEN_LETTER_NONE)
    letter = await asyncio.to_thread(make_letter, closed, standing, seen.ranked, with_letter, door.settings)
    return Response(letter, media_type="application/pdf")


def _keep_to_own(caller: Principal, agency: str) -> None:
    if caller.agency not in (None, agency):
        raise Refusal(Code.BURDEN_AGENCY_UNKNOWN)


def _present(door: Door) -> date:
    return door.now().astimezone(ZoneInfo(door.settings.timezone)).date().replace(day=1)


async def _count(door: Door, month: date, closed: Sequence[date]) -> Counted:
    """An open month: from the last closed one (the first of `closed`) up to the present. Raises Refusal
    BURDEN_MONTH_UNKNOWN for any other."""
    present = _present(door)
    first = month_after(closed[0]) if closed else present
    if month != present and not first <= month < present:
        raise Refusal(Code.BURDEN_MONTH_UNKNOWN)
    return await door.open_months.count(door.pool, month, door.settings, door.burden)
