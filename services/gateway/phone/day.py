"""Puts together what a phone takes along: the visits of its villages by dwelling, with names opened for it.

What is opened here goes into the answer and nowhere else: no log, no error, no cache (`middleware.DEFAULT_HEADERS`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from schemas.base import AgencyCode, Sealed, stable_id
from schemas.capture import LegalBasis
from schemas.lapse import LapseStep
from schemas.receipt_codes import reopens
from schemas.request import PersonalData
from schemas.resident_id import InvalidResidentId, ResidentId
from services.gateway.agencies.records_asked import checks_of, records_found
from services.gateway.domain.preflight import VisitFacts, warnings_of
from services.gateway.door import Door
from services.gateway.phone.day_views import (
    CadreView,
    DayLapse,
    DayRequest,
    LegalView,
    Path,
    PersonView,
    Stated,
    StopView,
    Today,
    VillageView,
)
from services.gateway.phone.legal_notice import BASES
from services.gateway.phone.person_abilities import open_abilities
from services.gateway.phone.planned_stops import PlannedStop, planned_stops
from services.gateway.reasons_stated import reason_stated
from services.gateway.store import days
from services.gateway.store.accounts import Device
from services.gateway.store.consents import last_withdrawals, standing_withdrawals
from services.gateway.store.days import DayVisit
from services.gateway.store.desk import find_published
from services.gateway.store.identity import RecordRow, records_of
from services.gateway.store.lapses import LapseRow, lapses_of
from services.gateway.store.receipts import records_to_settle
from services.gateway.store.record_checks import AskedRow
from services.gateway.villages import named
from services.platform.database import Connection
from services.platform.sealing import Unsealable, key_id_of, unseal

Records = Mapping[tuple[AgencyCode, str], RecordRow]


@dataclass(frozen=True)
class Known:
    """All that is read of the visits, still sealed."""

    visits: Sequence[DayVisit]
    records: Records
    keys: Mapping[UUID, bytes]
    abilities: Mapping[str, bytes]
    sides: Mapping[UUID, list[list[dict[str, str]]]]
    plan: Mapping[UUID, PlannedStop]
    """Where the published plan puts each visit of the cadre."""
    to_settle: Mapping[str, list[tuple[str, str]]]
    """(agency, code) of agencies whose last word on a person is a rejection."""
    lapses: Mapping[tuple[AgencyCode, str], LapseRow]
    """Requests that stand on a step before a lapse."""
    withdrawn: Mapping[str, datetime]
    """Who has withdrawn the consent to be filmed, and when."""
    withdrawn_last: Mapping[str, datetime]
    """The same, also where it was given anew since."""
    checks: Mapping[UUID, Sequence[AskedRow]]
    """What agencies have found in their own records, by visit."""


async def read_known(door: Door, connection: Connection, device: Device, today: date) -> Known:
    """The visits whose window is open or begins within the policy's days, and what belongs to them."""
    until = today + timedelta(days=door.policy.ahead_days)
    plan = planned_stops(await find_published(connection, device.cadre_id), today, until)
    visits = await days.visits_until(connection, device.village_codes, until, sorted(plan))
    people = sorted({visit.person_key for visit in visits})
    asked = [(entry["agency"], entry["request_id"]) for visit in visits for entry in visit.requests]
    return Known(
        visits=visits,
        records=await records_of(connection, people),
        keys=await door.keyring.find(connection, [key_id_of(person) for person in people]),
        abilities=await days.abilities_of(connection, people),
        sides=await days.sides_of(connection, [visit.question_id for visit in visits if visit.question_id]),
        plan=plan,
        to_settle=await records_to_settle(connection, people),
        lapses=await lapses_of(connection, asked),
        withdrawn=await standing_withdrawals(connection, people),
        withdrawn_last=await last_withdrawals(connection, people),
        checks=await checks_of(door, connection, [visit.visit_id for visit in visits], today),
    )


def today_of(door: Door, now: datetime) -> date:
    """The day in the county."""
    return now.astimezone(ZoneInfo(door.settings.timezone)).date()


def put_together(door: Door, device: Device, known: Known, now: datetime) -> Today:
    """The answer. It opens hundreds of sealed fields: call it beside the event loop."""
    at_door: dict[tuple[str, PlannedStop | None], list[tuple[PersonView, str | None, DayVisit]]] = defaultdict(list)
    for visit in known.visits:
        person, address = _person(door, visit, known, today_of(door, now))
        planned = known.plan.get(visit.visit_id)
        if planned and visit.announced_on not in (None, planned.day):
            planned = None  # another day was told since the plan was published
        at_door[visit.dwelling or visit.person_key, planned].append((person, address, visit))
    ordered = sorted(at_door, key=lambda key: _by_plan(key[1], at_door[key][0][0]))
    stops = [_stop(where, planned, at_door[where, planned]) for where, planned in ordered]
    villages = {code: named(door.villages, code) for code in device.village_codes}
    return Today(
        as_of=now,
        timezone=door.settings.timezone,
        cadre=CadreView(cadre_id=device.cadre_id, name=device.cadre_name or device.cadre_id),
        villages=[
            VillageView(village_code=code, name=found.name, lat=found.lat, lon=found.lon)
            for code, found in villages.items()
        ],
        stops=[stop.model_copy(update={"order": number}) for number, stop in enumerate(stops, 1)],
        legal=LegalView(
            notice_version=door.notice.version, zh=door.notice.words.zh, en=door.notice.words.en, basis=list(BASES)
        ),
        paths=list(get_args(Path)),
    )


def _by_plan(planned: PlannedStop | None, first: PersonView) -> tuple[bool, date, str, int, date, UUID]:
    """What the plan has comes first, in its order; then what is due first."""
    if planned is None:
        return True, date.max, "", 0, first.due_date, first.visit_id
    return False, planned.day, planned.half_day, planned.order, first.due_date, first.visit_id


def _stop(
    where: str, planned: PlannedStop | None, people: Sequence[tuple[PersonView, str | None, DayVisit]]
) -> StopView:
    told = [visit.announced_on for _, _, visit in people if visit.announced_on]
    return StopView(
        stop_id=stable_id("phone-stop", where, *((str(planned.day),) if planned else ())),
        order=1,
        on=planned.day if planned else min(told, default=None),
        half_day=planned.half_day if planned else None,
        arrive=planned.arrive if planned else None,
        village_code=people[0][2].village_code,
        address=next((address for _, address, _ in people if address), None),
        lat=planned.lat if planned else None,
        lon=planned.lon if planned else None,
        people=sorted((person for person, _, _ in people), key=lambda person: (person.due_date, person.visit_id)),
    )


def _person(door: Door, visit: DayVisit, known: Known, today: date) -> tuple[PersonView, str | None]:
    """The visit as the phone is told, and the address."""
    records = {
        (entry["agency"], entry["request_id"]): known.records.get((entry["agency"], entry["request_id"]))
        for entry in visit.requests
    }
    said = opened(visit.person_key, [record for record in records.values() if record], known.keys)
    sex, born = _from_number(said)
    able = open_abilities(visit.person_key, known.abilities.get(visit.person_key), known.keys)
    sides = known.sides.get(visit.question_id, []) if visit.question_id else []
    facts = VisitFacts(
        today=today,
        last_day=visit.window[1],
        is_paused=visit.is_paused,
        is_readable=any(each.name for each in said),
        has_photo=visit.has_photo,
        village_code=visit.village_code,
        villages=[(agency, record.village_code if record else None) for (agency, _), record in records.items()],
        other_names_at=days.agencies_with_other_names(sides, visit.requests),
        names_disagree=visit.question_id is not None,
        rejected=_rejected(visit),
        to_settle=_to_settle(visit, known),
        consent_withdrawn=visit.person_key in known.withdrawn,
        records=records_found(door, known.checks.get(visit.visit_id, ())),
    )
    requests = [_asked(entry, known) for entry in visit.requests]
    person = PersonView(
        visit_id=visit.visit_id,
        name=next((each.name for each in said if each.name), ""),
        sex=sex,
        born=born,
        version=visit.version,
        window=visit.window,
        due_date=min(request.due_date for request in requests),
        requests=requests,
        abilities=able.abilities,
        unable=able.unable,
        basis=[each for each in BASES if each is not LegalBasis.SEPARATE_CONSENT or not facts.consent_withdrawn],
        consent_withdrawn_at=known.withdrawn_last.get(visit.person_key),
        announced_on=visit.announced_on,
        warnings=[Stated(code=each.code, zh=each.words.zh, en=each.words.en) for each in warnings_of(facts)],
        last_decision=visit.last_decision,
        last_reasons=[reason_stated(code) for code in visit.last_reasons],
        tries=visit.tries,
        last_outcome=visit.last_outcome,
    )
    return person, next((each.residence_address for each in said if each.residence_address), None)


def _asked(entry: Mapping[str, Any], known: Known) -> DayRequest:
    request = DayRequest.model_validate({name: entry.get(name) for name in DayRequest.model_fields})
    row = known.lapses.get((request.agency, request.request_id))
    if row is None or row.due_date != request.due_date:
        return request  # amended since the clock looked last
    lapse = DayLapse(step=LapseStep(row.step), counts_until=row.counts_until)
    return request.model_copy(update={"lapse": lapse})


def _rejected(visit: DayVisit) -> list[tuple[str, str]]:
    return [(each["agency"], each["reopened"]["code"]) for each in visit.requests if each.get("reopened")]


def _to_settle(visit: DayVisit, known: Known) -> list[tuple[str, str]]:
    """What an agency of the visit has against its own record of the person, where another proof does not help."""
    asking = {each["agency"] for each in visit.requests}
    said = known.to_settle.get(visit.person_key, [])
    return [(agency, code) for agency, code in said if agency in asking and not reopens(code)]


def opened(person: str, records: Sequence[RecordRow], keys: Mapping[UUID, bytes]) -> list[PersonalData]:
    """What the requests say of the person, the latest first; what cannot be read any more is left out."""
    return list(opening(person, records, keys))


def opening(person: str, records: Sequence[RecordRow], keys: Mapping[UUID, bytes]) -> Iterator[PersonalData]:
    """The same, one after the other: who looks for a name alone opens no more than he needs."""
    for record in sorted(records, key=lambda each: each.personal_at, reverse=True):
        try:
            if record.box is not None:
                box = Sealed(key_id=key_id_of(person), box=record.box)
                yield PersonalData.model_validate_json(unseal(keys, box))
        except (Unsealable, ValidationError):
            continue


def _from_number(said: Sequence[PersonalData]) -> tuple[str | None, str | None]:
    """Sex and year of birth, as the ID number says them."""
    for each in said:
        try:
            number = ResidentId.parse(each.id_number or "")
        except InvalidResidentId:
            continue
        return number.sex, str(number.birth_date.year)
    return None, None
