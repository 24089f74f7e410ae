"""Who stands behind the visits of a plan: opened for those who plan and ride, and nowhere kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from schemas.base import AgencyCode
from schemas.request import PersonalData
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.agencies.records_asked import checks_of, records_found
from services.gateway.desk.views import DeskPersonView, RecordNoteView
from services.gateway.domain.preflight import record_warnings
from services.gateway.domain.record_checks import RecordCheckCode
from services.gateway.door import Door
from services.gateway.phone.day import opening, today_of
from services.gateway.problems import Texts
from services.gateway.reasons_stated import loss_stated
from services.gateway.store import desk
from services.gateway.store.consents import standing_withdrawals
from services.gateway.store.desk import PlannedVisit
from services.gateway.store.identity import RecordRow, records_of
from services.gateway.store.lost_captures import lost_of_visits
from services.platform.audit_chain import Act
from services.platform.database import Connection
from services.platform.sealing import key_id_of


@dataclass(frozen=True)
class People:
    """Visits with what is sealed of their people."""

    visits: Mapping[str, PlannedVisit]
    records: Mapping[tuple[AgencyCode, str], RecordRow]
    keys: Mapping[UUID, bytes]
    notes: Mapping[UUID, list[RecordNoteView]]
    """That the recording of a visit is lost, and what agencies hold against it."""

    def said(self, visit_id: str) -> list[PersonalData]:
        """What the requests say of the person, the latest first; nothing when keys were not read."""
        return list(self._opening(visit_id))

    def name(self, visit_id: str) -> str | None:
        """The person's name, if it can be read; no more is opened than that takes."""
        return next((each.name for each in self._opening(visit_id) if each.name), None)

    def _opening(self, visit_id: str) -> Iterator[PersonalData]:
        visit = self.visits.get(visit_id)
        if visit is None or not self.keys:
            return iter(())
        records = [self.records.get((one["agency"], one["request_id"])) for one in visit.requests]
        return opening(visit.person_key, [record for record in records if record], self.keys)

    def view(self, visit_id: str, stop: Mapping[str, Any]) -> DeskPersonView:
        """The visit as the desk shows it; one that has just been closed, as the draft knows it."""
        visit = self.visits.get(visit_id)
        first, last = (date.fromisoformat(day) for day in stop["window"])
        window = visit.window if visit else (first, last)
        return DeskPersonView(
            visit_id=UUID(visit_id),
            name=self.name(visit_id),
            programmes=[one["programme"] for one in visit.requests] if visit else [],
            agencies=sorted({one["agency"] for one in visit.requests}) if visit else [],
            window=window,
            due_date=window[1],
            announced_on=visit.announced_on if visit else None,
            frail=visit_id in stop.get("frail", ()),
            last_outcome=visit.last_outcome if visit else None,
            record_notes=self.notes.get(UUID(visit_id), []),
        )


async def read_people(door: Door, connection: Connection, visit_ids: Sequence[str], *, names: bool) -> People:
    """Reads them; without `names` nobody's key is touched."""
    visits = {str(visit.visit_id): visit for visit in await desk.planned_visits(connection, visit_ids)}
    people = sorted({visit.person_key for visit in visits.values()}) if names else []
    checks = await checks_of(door, connection, map(UUID, visits), today_of(door, door.now()))
    lost = await _losses(connection, [UUID(visit_id) for visit_id in visits])
    return People(
        visits=visits,
        records=await records_of(connection, people),
        keys=await door.keyring.find(connection, [key_id_of(person) for person in people]) if people else {},
        notes={
            visit_id: [*lost.get(visit_id, ()), *_notes(records_found(door, checks.get(visit_id, ())))]
            for visit_id in lost.keys() | checks.keys()
        },
    )


def _notes(found: Sequence[tuple[AgencyCode, RecordCheckCode | None]]) -> list[RecordNoteView]:
    return [
        RecordNoteView(code=each.code, words=Texts(zh=each.words.zh, en=each.words.en))
        for each in record_warnings(found)
    ]


async def _losses(connection: Connection, visit_ids: Sequence[UUID]) -> dict[UUID, list[RecordNoteView]]:
    """Of these visits, those whose recording the county has lost, with what follows."""
    lost = await lost_of_visits(connection, visit_ids)
    withdrawn = await standing_withdrawals(connection, {each.person_key for each in lost.values()})
    found = {}
    for visit_id, each in lost.items():
        said = loss_stated(consent_withdrawn=each.person_key in withdrawn)
        found[visit_id] = [RecordNoteView(code=said.code, words=Texts(zh=said.zh, en=said.en))]
    return found


async def note_opened(door: Door, caller: Principal, people: People, *, version: int, shown: str) -> None:
    """Notes whose names are opened out of the draft, before they are; in a transaction of its own, since the draft is
    read in one that writes nothing. Without keys nobody's name is opened, and there is nothing to note."""
    if not people.keys:
        return
    async with door.pool.connection() as connection:
        visits = len(people.visits)
        await audited.note(
            connection, caller, Act.PLAN_OPENED, f"plan:{version}", keys=people.keys, shown=shown, visits=visits
        )
