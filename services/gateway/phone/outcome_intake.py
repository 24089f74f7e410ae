"""How a visit went, as a cadre's phone says it: taken in once, however often it is sent.

A death, a move, a hospital and a wrong person are life events: they go the way of life events, with its rules. The rest
is written down and told (`schemas/outcome.py`). Nothing here certifies anything.
"""

import hashlib
import hmac
import json
from datetime import timedelta
from uuid import UUID

from schemas.base import Sealed, stable_id
from schemas.outcome import VisitOutcome, VisitOutcomeRecorded
from schemas.topics import VISIT_OUTCOME
from services.gateway.access.callers import Principal
from services.gateway.access.device_keys import verify_text
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_intake import receive_report
from services.gateway.people.life_event_rules import voice_of
from services.gateway.phone.carried_visits import find_carried
from services.gateway.phone.outcome_rules import ASKED_FOR, KINDS, Outcome, OutcomeState
from services.gateway.store import outcomes
from services.gateway.store.outcomes import OutcomeRow
from services.gateway.store.visits import VisitRow
from services.platform.database import Connection
from services.platform.sealing import Unsealable, key_id_of, seal


async def receive_outcome(door: Door, caller: Principal, visit_id: UUID, said: Outcome) -> OutcomeState:
    """Takes an outcome in; the same again changes nothing and is answered as before.

    Raises:
        Refusal: VISIT_UNKNOWN, SIGNATURE_WRONG, OUTCOME_IN_FUTURE, OUTCOME_ID_USED, DATA_ERASED; of a life event what
            `receive_report` refuses, but for a death that this phone's cadre has reported before.
    """
    device = caller.own_device
    signed = said.signed_text(visit_id)
    if said.signature is not None and not verify_text(device.public_key, signed, said.signature):
        raise Refusal(Code.SIGNATURE_WRONG)
    if said.happened_at > door.now() + timedelta(hours=door.policy.clock_skew_hours):
        raise Refusal(Code.OUTCOME_IN_FUTURE)
    tag = _tag(door, visit_id, said)
    async with door.pool.connection() as connection:
        before = await outcomes.find_outcome(connection, said.outcome_id)
        if before is not None:  # first of all: a move that was told has taken the visit out of the phone's villages
            return _as_before(before, device.device_id, tag)
        visit = await find_carried(door, connection, caller, visit_id)
        if visit is None:
            raise Refusal(Code.VISIT_UNKNOWN)
    state, life_event_id = await _report(door, caller, visit_id, said)
    return await _record(door, caller, visit, said, tag=tag, state=state, life_event_id=life_event_id)


def _tag(door: Door, visit_id: UUID, said: Outcome) -> bytes:
    content = f"{visit_id} {said.model_dump_json(exclude={'signature'})}".encode()
    return hmac.digest(door.secrets.county_secret, content, hashlib.sha256)


def _as_before(before: tuple[UUID, bytes, str], device_id: UUID, tag: bytes) -> OutcomeState:
    owner, known, state = before
    if owner != device_id or not hmac.compare_digest(known, tag):
        raise Refusal(Code.OUTCOME_ID_USED)
    return OutcomeState(state)


async def _report(door: Door, caller: Principal, visit_id: UUID, said: Outcome) -> tuple[OutcomeState, UUID | None]:
    """Reports what is a life event. It commits on its own: sent again after a crash, the report is the same one."""
    report = said.report(visit_id)
    if report is None:
        return (OutcomeState.ASKED_FOR if said.outcome in ASKED_FOR else OutcomeState.RECORDED), None
    try:
        step = await receive_report(door, caller, report)
    except Refusal as refusal:
        if refusal.code is Code.DEATH_ALREADY_REPORTED:
            return OutcomeState.ALREADY_KNOWN, None
        raise
    return OutcomeState(step.stage), step.life_event_id


async def _record(
    door: Door,
    caller: Principal,
    visit: VisitRow,
    said: Outcome,
    *,
    tag: bytes,
    state: OutcomeState,
    life_event_id: UUID | None,
) -> OutcomeState:
    """Writes the outcome down, and tells it unless it is told as a life event."""
    device, now = caller.own_device, door.now()
    async with door.pool.connection() as connection, connection.transaction():
        details = await _sealed(door, connection, visit.person_key, said)
        row = OutcomeRow(
            outcome_id=said.outcome_id,
            visit_id=visit.visit_id,
            person_key=visit.person_key,
            device_id=device.device_id,
            content_tag=tag,
            outcome=said.outcome,
            state=state.value,
            happened_at=said.happened_at,
            note_code=said.note_code,
            come_again_on=said.come_again_on,
            come_again_half_day=said.come_again_half_day,
            details=details.box if details else None,
            legal_basis=said.legal_basis,
            life_event_id=life_event_id,
            recorded_at=now,
            notice_version=said.notice_version,
        )
        if not await outcomes.add_outcome(connection, row):
            before = await outcomes.find_outcome(connection, said.outcome_id)
            assert before is not None
            return _as_before(before, device.device_id, tag)
        if said.outcome not in KINDS:
            event = _event(row, said, details, voice_of(caller))
            transaction = door.transaction(connection)
            transaction.emit(VISIT_OUTCOME.name, str(visit.visit_id), event)
            await transaction.flush()
    return state


async def _sealed(door: Door, connection: Connection, person: str, said: Outcome) -> Sealed | None:
    private = said.private()
    if not private:
        return None
    key_id = key_id_of(person)
    try:
        keys = await door.keyring.get_or_make(connection, [key_id])
    except Unsealable:
        raise Refusal(Code.DATA_ERASED) from None
    return seal(keys[key_id], key_id, json.dumps(private, ensure_ascii=False).encode())


def _event(row: OutcomeRow, said: Outcome, details: Sealed | None, voice: str) -> VisitOutcomeRecorded:
    return VisitOutcomeRecorded(
        event_id=stable_id("visit-outcome", str(row.outcome_id)),
        recorded_at=row.recorded_at,
        outcome_id=row.outcome_id,
        visit_id=row.visit_id,
        person_key=row.person_key,
        outcome=VisitOutcome(said.outcome),
        happened_at=row.happened_at,
        note_code=row.note_code,
        come_again_on=row.come_again_on,
        come_again_half_day=said.come_again_half_day,
        details=details,
        legal_basis=said.legal_basis,
        reported_by=voice,
    )
