"""Further steps of a life event: confirmed, corrected, ended, voided, and what agencies have taken note of."""

from uuid import UUID

from schemas.base import stable_id
from schemas.life_event import (
    LifeEventAcknowledged,
    LifeEventKind,
    LifeEventRecorded,
    LifeEventSource,
    LifeEventStage,
)
from schemas.topics import LIFE_EVENT
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_history import History
from services.gateway.people.life_event_rules import (
    Ending,
    Said,
    Testimony,
    Voiding,
    check_content,
    said_in,
    source_of,
    voice_of,
)
from services.gateway.people.life_event_telling import moment_after, tell, today
from services.gateway.store import evidence, life_events
from services.platform.audit_chain import Act
from services.platform.database import Connection


async def receive_step(
    door: Door, caller: Principal, life_event_id: UUID, stage: LifeEventStage, body: Testimony | Ending | Voiding
) -> LifeEventRecorded:
    """Adds a step to a life event; the same again changes nothing.

    Raises:
        Refusal: LIFE_EVENT_UNKNOWN when the caller may not know of it; LIFE_EVENT_NOT_YOURS when somebody who has not
            said so wants to change it; LIFE_EVENT_OVER; LIFE_EVENT_CANNOT_END; LIFE_EVENT_NOTHING_CORRECTED; of a
            confirmation SECOND_SOURCE_NEEDED, LIFE_EVENT_CONTRADICTED or LIFE_EVENT_IDENTITY_UNCLEAR; or for what is
            said.
    """
    async with door.pool.connection() as connection, connection.transaction():
        known = await _get_seen(connection, caller, life_event_id)
        await life_events.lock_person(connection, known.person_key)
        history = await life_events.find_history(connection, life_event_id) or known
        may_change = caller.role is Role.REVIEWER or history.is_said_by(voice_of(caller))
        if stage is not LifeEventStage.CONFIRMED and not may_change:
            raise Refusal(Code.LIFE_EVENT_NOT_YOURS)
        is_death = history.kind is LifeEventKind.DECEASED
        source = source_of(caller, body.source, must_be_named=is_death and stage is LifeEventStage.CONFIRMED)
        said = said_in(source, body)
        event_id = _step_id(history, stage, voice_of(caller), said)
        if (repeated := history.find_step(event_id)) is not None:
            return repeated
        if stage is LifeEventStage.CORRECTED and said == Said(source):
            raise Refusal(Code.LIFE_EVENT_NOTHING_CORRECTED)
        _check_step(history, stage)
        if stage is LifeEventStage.CONFIRMED:
            await _check_confirmation(connection, history, caller, source)
        happened = said.happened or (history.happened if stage is LifeEventStage.CORRECTED else None)
        known_on = said.known_on or (history.known_on if stage is LifeEventStage.CORRECTED else None)
        check_content(history.kind, today(door), happened, known_on, said.village_code)
        step = LifeEventRecorded(
            event_id=event_id,
            recorded_at=moment_after(door, history),
            life_event_id=life_event_id,
            person_key=history.person_key,
            kind=history.kind,
            stage=stage,
            source=source,
            reported_by=voice_of(caller),
            happened=said.happened,
            known_on=said.known_on,
            village_code=said.village_code,
        )
        await tell(door, connection, caller, step)
    return step


async def receive_acknowledgement(door: Door, caller: Principal, life_event_id: UUID, version: int) -> None:
    """Notes that the caller's agency has taken note, up to a version that it was told of.

    Raises:
        Refusal: LIFE_EVENT_UNKNOWN when it was never told, LIFE_EVENT_VERSION_UNTOLD when not of this version.
    """
    agency = caller.own_agency
    async with door.pool.connection() as connection, connection.transaction():
        told = await life_events.told_version(connection, agency, life_event_id)
        history = await life_events.find_history(connection, life_event_id)
        if told is None or history is None:
            raise Refusal(Code.LIFE_EVENT_UNKNOWN)
        if version > told:
            raise Refusal(Code.LIFE_EVENT_VERSION_UNTOLD)
        event = LifeEventAcknowledged(
            event_id=stable_id("life-event-acknowledged", str(life_event_id), agency, str(version)),
            recorded_at=door.now(),
            life_event_id=life_event_id,
            person_key=history.person_key,
            agency=agency,
            version=version,
            acknowledged_by=caller.subject,
        )
        if await evidence.note_new(connection, [event.event_id], event.recorded_at):
            transaction = door.transaction(connection)
            transaction.emit(LIFE_EVENT.name, event.person_key, event)
            await transaction.flush()
            subject = f"life_event:{life_event_id}"
            await audited.note_officer(connection, caller, Act.LIFE_EVENT_ACKNOWLEDGED, subject, version=version)


async def _get_seen(connection: Connection, caller: Principal, life_event_id: UUID) -> History:
    """A life event that the caller may know of: it has spoken of it, was told of it, or it happened in its villages."""
    history = await life_events.find_history(connection, life_event_id)
    if history is None:
        raise Refusal(Code.LIFE_EVENT_UNKNOWN)
    voice = voice_of(caller)
    is_seen = caller.role is Role.REVIEWER or any(step.reported_by == voice for step in history.steps)
    if not is_seen and caller.agency is not None:
        is_seen = await life_events.told_version(connection, caller.agency, life_event_id) is not None
    if not is_seen and caller.device is not None:
        is_seen = await life_events.lives_in(connection, history.person_key, caller.device.village_codes)
    if not is_seen:
        raise Refusal(Code.LIFE_EVENT_UNKNOWN)
    return history


def _check_step(history: History, stage: LifeEventStage) -> None:
    is_undone = history.is_over if stage is not LifeEventStage.VOIDED else history.has(LifeEventStage.VOIDED)
    if is_undone:
        raise Refusal(Code.LIFE_EVENT_OVER)
    if stage is LifeEventStage.ENDED and history.kind is LifeEventKind.DECEASED:
        raise Refusal(Code.LIFE_EVENT_CANNOT_END)


async def _check_confirmation(
    connection: Connection, history: History, caller: Principal, source: LifeEventSource
) -> None:
    """What may confirm: a second source; and where more than its word is at stake, a reviewer's only."""
    by_reviewer = caller.role is Role.REVIEWER
    if history.is_contradicted and not by_reviewer:
        raise Refusal(Code.LIFE_EVENT_CONTRADICTED)
    if not history.is_second(source, voice_of(caller)):
        raise Refusal(Code.SECOND_SOURCE_NEEDED)
    is_death = history.kind is LifeEventKind.DECEASED
    if is_death and not by_reviewer and await life_events.is_in_question(connection, history.person_key):
        raise Refusal(Code.LIFE_EVENT_IDENTITY_UNCLEAR)


def _step_id(history: History, stage: LifeEventStage, voice: str, said: Said) -> UUID:
    """The id of a step. What is final is said once; a correction repeats only the one before it, for a day may be
    corrected to and fro."""
    named = ("life-event-" + stage.value, str(history.life_event_id))
    if stage in (LifeEventStage.VOIDED, LifeEventStage.ENDED):
        return stable_id(*named)
    if stage is not LifeEventStage.CORRECTED:
        return stable_id(*named, voice, *said.parts)
    corrections = [step for step in history.steps if step.stage is LifeEventStage.CORRECTED]
    for last in corrections[-1:]:
        before = Said(last.source, last.happened, last.known_on, last.village_code)
        if (before, last.reported_by) == (said, voice):
            return last.event_id
    return stable_id(*named, voice, *said.parts, str(len(corrections)))
