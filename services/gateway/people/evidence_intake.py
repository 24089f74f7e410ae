"""Evidence that comes in by the door: each item is taken or refused by itself, and told to certify once.

An agency may say that somebody left a trace in its data; only a reviewer may say that somebody of ours saw the person.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from schemas.base import RequestId, stable_id
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.evidence import ActedBy, EvidenceRecorded, grade_of
from schemas.resident_id import InvalidResidentId, ResidentId
from schemas.topics import EVIDENCE
from services.gateway.access.callers import Principal, Role
from services.gateway.door import Door
from services.gateway.errors import Code
from services.gateway.store import evidence
from services.platform.database import Connection

FIRST_DAY: Final = date(1900, 1, 1)
"""Nobody of whom a proof of life is asked left a trace before it; such a date is an empty cell of a spreadsheet."""


def _iso_day(text: object) -> object:
    if not isinstance(text, str):
        raise ValueError("a day is a text such as 2026-11-20")
    return date.fromisoformat(text)


class EvidenceItem(BaseModel):
    """One piece of evidence, of one person, who is named in exactly one way."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    source: EvidenceSource
    """Agencies: clinic_visit, hospital_stay, vaccination, biometric_payment, other_record. Reviewers: the others."""
    happened_on: Annotated[date, BeforeValidator(_iso_day)]
    """The day, in the county's calendar, e.g. 2026-11-20."""
    acted_by: ActedBy
    """Who acted: a trace that somebody else left, or that nobody knows of, proves nothing by default."""
    id_number: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Of an agency: the person's ID number as typed. It is neither kept nor passed on."""
    request_id: RequestId | None = None
    """Of an agency: its own request of that person."""
    visit_id: UUID | None = None
    """Of a reviewer: the visit for which the person was seen or heard."""


@dataclass(frozen=True)
class Judgement:
    """What becomes of one item: taken under an id, or refused with a code."""

    evidence_id: UUID | None = None
    code: Code | None = None
    fields: tuple[str, ...] = ()
    """The fields that do not have the expected form."""


@dataclass(frozen=True)
class _Sound:
    """An item of the expected form that this caller may hand in."""

    item: EvidenceItem
    person_key: str | None
    """Of an item that gives an ID number; the others are looked up."""


async def receive_evidence(door: Door, caller: Principal, items: Sequence[Any]) -> list[Judgement]:
    """Takes in what can be taken, in one transaction; the same evidence again is taken again and changes nothing.

    Args:
        items: as parsed from JSON; each is checked against `EvidenceItem` here, so that a bad one stops no other.

    Returns:
        One judgement for each item, in their order.
    """
    read = [_read(door, caller, item) for item in items]
    sound = [found for found in read if isinstance(found, _Sound)]
    async with door.pool.connection() as connection, connection.transaction():
        people = await _find_people(connection, caller, sound)
        known = await evidence.known_people(connection, {person for person in people if person})
        erased = await evidence.erased_people(connection, known)
        judged: list[Judgement] = []
        events: dict[UUID, EvidenceRecorded] = {}
        remaining = iter(people)
        for found in read:
            if isinstance(found, Judgement):
                judged.append(found)
                continue
            person = next(remaining)
            if person is None or person not in known or person in erased:
                judged.append(Judgement(code=_why_not(found.item, person, erased)))
                continue
            event = _event(door, caller, found.item, person)
            events[event.event_id] = event
            judged.append(Judgement(evidence_id=event.evidence_id))
        await _tell(door, connection, events)
    return judged


def _read(door: Door, caller: Principal, item: Any) -> _Sound | Judgement:
    try:
        parsed = EvidenceItem.model_validate(item)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]} & EvidenceItem.model_fields.keys()
        return Judgement(code=Code.MALFORMED, fields=tuple(sorted(wrong)))
    code = _find_refusal(door, caller, parsed)
    if code is not None:
        return Judgement(code=code)
    if parsed.id_number is None:
        return _Sound(parsed, None)
    try:
        return _Sound(parsed, ResidentId.parse(parsed.id_number).person_key(door.secrets.county_secret))
    except InvalidResidentId:
        return Judgement(code=Code.ID_NUMBER_INVALID)


def _find_refusal(door: Door, caller: Principal, item: EvidenceItem) -> Code | None:
    is_trace = grade_of(item.source) is EvidenceGrade.DATA_TRACE
    by_agency = caller.role is Role.AGENCY
    if is_trace is not by_agency:
        return Code.EVIDENCE_SOURCE_NOT_YOURS
    names = {"id_number": item.id_number, "request_id": item.request_id, "visit_id": item.visit_id}
    given = {name for name, value in names.items() if value is not None}
    if len(given) != 1 or ("visit_id" in given) is by_agency:
        return Code.EVIDENCE_PERSON_UNCLEAR
    if item.happened_on > door.now().astimezone(ZoneInfo(door.settings.timezone)).date():
        return Code.EVIDENCE_DAY_IN_FUTURE
    return Code.EVIDENCE_DAY_TOO_EARLY if item.happened_on < FIRST_DAY else None


async def _find_people(connection: Connection, caller: Principal, sound: Sequence[_Sound]) -> list[str | None]:
    """Whom each of these items is about, in their order; None where the request or the visit is not known."""
    by_request: Mapping[str, str] = {}
    by_visit: Mapping[UUID, str] = {}
    if numbers := {found.item.request_id for found in sound if found.item.request_id is not None}:
        by_request = await evidence.people_of_requests(connection, caller.own_agency, numbers)
    if visit_ids := {found.item.visit_id for found in sound if found.item.visit_id is not None}:
        by_visit = await evidence.people_of_visits(connection, visit_ids)
    return [
        found.person_key or by_request.get(found.item.request_id or "") or _of_visit(by_visit, found.item.visit_id)
        for found in sound
    ]


def _of_visit(by_visit: Mapping[UUID, str], visit_id: UUID | None) -> str | None:
    return None if visit_id is None else by_visit.get(visit_id)


def _why_not(item: EvidenceItem, person: str | None, erased: Collection[str]) -> Code:
    if person in erased:
        return Code.DATA_ERASED
    if item.request_id is not None:
        return Code.REQUEST_UNKNOWN
    return Code.VISIT_UNKNOWN if item.visit_id is not None else Code.PERSON_UNKNOWN


def _event(door: Door, caller: Principal, item: EvidenceItem, person: str) -> EvidenceRecorded:
    """The event; its ids follow from what is said, so that the same said twice is one piece of evidence."""
    said = (item.source.value, item.happened_on.isoformat(), item.acted_by.value, str(item.visit_id or ""))
    evidence_id = stable_id("evidence", caller.agency or caller.role.value, person, *said)
    return EvidenceRecorded(
        event_id=stable_id("evidence-recorded", str(evidence_id)),
        recorded_at=door.now(),
        evidence_id=evidence_id,
        person_key=person,
        source=item.source,
        acted_by=item.acted_by,
        happened_on=item.happened_on,
        provided_by=caller.subject,
        visit_id=item.visit_id,
    )


async def _tell(door: Door, connection: Connection, events: Mapping[UUID, EvidenceRecorded]) -> None:
    transaction = door.transaction(connection)
    for event_id in sorted(await evidence.note_new(connection, list(events), door.now())):
        transaction.emit(EVIDENCE.name, events[event_id].person_key, events[event_id])
    await transaction.flush()
