"""Fills a county's register with people who were asked for before, by the domain's own rules and COPY, not by the line.

The rows are those that the folds would have written; only the writing is quicker.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import psycopg
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from pydantic_core import to_json

from bench.merge.load import id_number
from schemas.base import Sealed, stable_id
from schemas.request import AcceptedRequest
from schemas.resident_id import ResidentId
from schemas.visit import VisitRequest
from services.platform import secrets
from services.platform.settings import Settings
from services.scheduler.domain.person import Person
from services.scheduler.domain.statement import Statement

CHUNK = 20_000
TODAY = date(2026, 3, 1)
_REQUESTS = TypeAdapter(tuple[VisitRequest, ...])
_BOX = Sealed(key_id=stable_id("bench-key"), box="A" * 40)


def fill(settings: Settings, people: range) -> None:
    """Gives each of these people one earlier request and its visit."""
    secret = secrets.load(settings.secrets).county_secret
    with psycopg.connect(settings.database) as connection:
        for start in range(0, len(people), CHUNK):
            _copy(connection, [_person(number, secret) for number in people[start : start + CHUNK]])
            connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _person(number: int, secret: bytes) -> Person:
    key = ResidentId.parse(id_number(number), today=TODAY).person_key(secret)
    item = AcceptedRequest(
        person_key=key,
        agency="hrss",
        request_id=f"earlier-{number}",
        programme="disability",
        window_start=date(2026, 2, 1),
        due_date=date(2026, 3, 20),
        personal=_BOX,
        recorded_at=datetime(2026, 1, 15, tzinfo=UTC),
    )
    person, _ = Person(key, 0, {}, {}).with_statements([Statement.blank(item).hear(item)]).regrouped()
    return person


def _copy(connection: psycopg.Connection, people: Sequence[Person]) -> None:
    cursor = connection.cursor()
    with cursor.copy("COPY scheduler.person (person_key, version) FROM STDIN") as copy:
        for person in people:
            copy.write_row((person.person_key, person.version))
    with cursor.copy("COPY scheduler.request_owner (agency, request_id, person_key) FROM STDIN") as copy:
        for person in people:
            for agency, request_id in person.statements:
                copy.write_row((agency, request_id, person.person_key))
    columns = "agency, request_id, person_key, status, statement"
    with cursor.copy(f"COPY scheduler.request ({columns}) FROM STDIN".encode()) as copy:
        for person in people:
            for said in person.statements.values():
                content = Jsonb({"fields": said.fields, "stated_at": said.stated_at}, to_json)
                copy.write_row((said.agency, said.request_id, said.person_key, said.status, content))
    columns = "visit_id, person_key, version, status, window_first, window_last, requests, village_code, opened_at"
    with cursor.copy(f"COPY scheduler.visit ({columns}) FROM STDIN".encode()) as copy:
        for person in people:
            for v in person.visits.values():
                told = Jsonb(v.requests, _REQUESTS.dump_json)
                row = (v.visit_id, v.person_key, v.version, v.status, *v.window, told, v.village_code, v.opened_at)
                copy.write_row(row)
