"""A person is told on which day somebody comes: that day then stays if it can."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from schemas.base import stable_id
from schemas.topics import VISIT_ANNOUNCED
from schemas.visit import AnnouncedRequest, VisitAnnounced, VisitStatus
from services.gateway.access.callers import Principal, Role, allow, visits_seen
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_rules import Day
from services.gateway.store import visits
from services.gateway.store.visits import VisitRow
from services.platform import last_words
from services.platform.database import Connection

router = APIRouter(tags=["visits"])
announcers = allow(Role.SCHEDULER, Role.DEVICE, by_area=True)


class Announcement(BaseModel):
    """What the person was told."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    day: Day
    """The day, in the county's calendar, e.g. 2026-11-20."""


class AnnouncementTaken(BaseModel):
    """The announcement was taken in. Repeating it changes nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    visit_id: UUID
    """The visit."""
    day: date | None
    """The day that was told; null: nobody comes on the day that was told before."""


@router.post("/v1/visits/{visit_id}/announcement", status_code=202, summary="The person was told a day")
async def announce_visit(
    visit_id: UUID,
    announcement: Announcement,
    caller: Principal = Depends(announcers),
    door: Door = Depends(door_of),
) -> AnnouncementTaken:
    """The day must lie in the visit's window and not be past. It moves afterwards only when it must, and says why."""
    async with door.pool.connection() as connection, connection.transaction():
        visit = await _get_visit(connection, visit_id, caller)
        if visit.status == VisitStatus.PAUSED:
            raise Refusal(Code.VISIT_PAUSED)
        if announcement.day < door.now().astimezone(ZoneInfo(door.settings.timezone)).date():
            raise Refusal(Code.ANNOUNCED_DAY_PAST)
        first, last = visit.window
        if not first <= announcement.day <= last:
            raise Refusal(Code.ANNOUNCED_DAY_OUTSIDE)
        await _tell(door, connection, caller, visit, announcement.day)
    return AnnouncementTaken(visit_id=visit_id, day=announcement.day)


@router.delete("/v1/visits/{visit_id}/announcement", status_code=202, summary="The person was told that nobody comes")
async def take_announcement_back(
    visit_id: UUID, caller: Principal = Depends(announcers), door: Door = Depends(door_of)
) -> AnnouncementTaken:
    """Nobody comes on the day that was told."""
    async with door.pool.connection() as connection, connection.transaction():
        await _tell(door, connection, caller, await _get_visit(connection, visit_id, caller), None)
    return AnnouncementTaken(visit_id=visit_id, day=None)


async def _get_visit(connection: Connection, visit_id: UUID, caller: Principal) -> VisitRow:
    visit = await visits.find_visit(connection, visit_id, visits_seen(caller))
    if visit is None:
        raise Refusal(Code.VISIT_UNKNOWN)
    if visit.status == VisitStatus.CLOSED:
        raise Refusal(Code.VISIT_CLOSED)
    return visit


async def _tell(door: Door, connection: Connection, caller: Principal, visit: VisitRow, day: date | None) -> None:
    requests = sorted((stored["agency"], stored["request_id"]) for stored in visit.requests)
    said = {"day": day.isoformat() if day else None, "requests": [list(request) for request in requests]}
    moment = await last_words.note_change(connection, VISIT_ANNOUNCED.name, visit.visit_id, said, door.now())
    if moment is None:
        return
    event = VisitAnnounced(
        event_id=stable_id("visit-announced", str(visit.visit_id), str(day), moment.isoformat()),
        recorded_at=moment,
        visit_id=visit.visit_id,
        person_key=visit.person_key,
        day=day,
        requests=tuple(AnnouncedRequest(agency=agency, request_id=number) for agency, number in requests),
        announced_by=caller.subject,
    )
    transaction = door.transaction(connection)
    transaction.emit(VISIT_ANNOUNCED.name, str(visit.visit_id), event)
    await transaction.flush()
