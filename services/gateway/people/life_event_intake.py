"""Life events that come in by the door: each is reported once (further steps: `life_event_steps`).

Two reports of one death by two sources are one life event with two sources, though neither knew of the other: as two
events with one source each they would never stop anything. Not so where names disagree under the ID number: there the
two may have spoken of two people.
"""

from schemas.base import stable_id
from schemas.life_event import (
    LifeEventKind,
    LifeEventRecorded,
    LifeEventStage,
)
from schemas.resident_id import InvalidResidentId, ResidentId
from services.gateway.access.callers import Principal
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_history import History
from services.gateway.people.life_event_rules import (
    Report,
    check_content,
    check_person_named,
    said_in,
    source_of,
    voice_of,
)
from services.gateway.people.life_event_telling import moment_after, tell, today
from services.gateway.phone.carried_visits import find_carried
from services.gateway.store import evidence, life_events
from services.platform.database import Connection


async def receive_report(door: Door, caller: Principal, report: Report) -> LifeEventRecorded:
    """Takes a report in; the same again is the same, and a death that another source has reported is confirmed by it.

    Raises:
        Refusal: for what may not be said, or not by this caller; DEATH_ALREADY_REPORTED when this adds no source;
            LIFE_EVENT_OVER or LIFE_EVENT_CONTRADICTED when it only repeats what did not stand.
    """
    source = source_of(caller, report.source, must_be_named=report.kind is LifeEventKind.DECEASED)
    check_person_named(caller, report)
    said = said_in(source, report)
    check_content(report.kind, today(door), said.happened, said.known_on, said.village_code)
    voice = voice_of(caller)
    async with door.pool.connection() as connection, connection.transaction():
        person = await _find_person(door, connection, caller, report)
        if await evidence.erased_people(connection, {person}):
            raise Refusal(Code.DATA_ERASED)
        await life_events.lock_person(connection, person)
        event_id = stable_id("life-event-reported", voice, person, report.kind.value, *said.parts)
        histories = await life_events.histories_of(connection, person)
        for history in histories:
            if (repeated := history.find_step(event_id)) is not None:
                _refuse_if_undone(history)
                return repeated
        joined = None
        if report.kind is LifeEventKind.DECEASED and not await life_events.is_in_question(connection, person):
            joined = next((history for history in histories if _is_standing_death(history)), None)
        if joined is not None and not joined.is_second(source, voice):
            raise Refusal(Code.DEATH_ALREADY_REPORTED)
        step = LifeEventRecorded(
            event_id=event_id,
            recorded_at=moment_after(door, joined),
            life_event_id=joined.life_event_id if joined else stable_id("life-event", str(event_id)),
            person_key=person,
            kind=report.kind,
            stage=LifeEventStage.CONFIRMED if joined else LifeEventStage.REPORTED,
            source=source,
            reported_by=voice,
            happened=said.happened,
            known_on=said.known_on,
            village_code=said.village_code,
            visit_id=report.visit_id,
        )
        await tell(door, connection, caller, step)
    return step


async def _find_person(door: Door, connection: Connection, caller: Principal, report: Report) -> str:
    if report.visit_id is not None:
        visit = await find_carried(door, connection, caller, report.visit_id)
        if visit is None:
            raise Refusal(Code.VISIT_UNKNOWN)
        return visit.person_key
    agency = caller.own_agency
    if report.request_id is not None:
        people = await evidence.people_of_requests(connection, agency, {report.request_id})
        if report.request_id not in people:
            raise Refusal(Code.REQUEST_UNKNOWN)
        return people[report.request_id]
    try:
        person = ResidentId.parse(report.id_number or "").person_key(door.secrets.county_secret)
    except InvalidResidentId:
        raise Refusal(Code.ID_NUMBER_INVALID) from None
    if not await life_events.asks_for(connection, agency, person):
        raise Refusal(Code.PERSON_NOT_ASKED_FOR)
    return person


def _is_standing_death(history: History) -> bool:
    """Whether a death is reported that another report of it may confirm. Whoever was seen alive since has not died that
    death: what is said now is of another."""
    return history.kind is LifeEventKind.DECEASED and not history.is_over and not history.is_contradicted


def _refuse_if_undone(history: History) -> None:
    if history.is_over:
        raise Refusal(Code.LIFE_EVENT_OVER)
    if history.is_contradicted:
        raise Refusal(Code.LIFE_EVENT_CONTRADICTED)
