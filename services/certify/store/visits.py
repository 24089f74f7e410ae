"""Visits in PostgreSQL, as certify knows them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from schemas.visit import VisitChanged, VisitRequest, VisitStatus
from services.certify.domain.answering import KnownVisit
from services.platform.database import Connection

_REQUESTS = TypeAdapter(tuple[VisitRequest, ...])


async def keep_visits(connection: Connection, visits: Sequence[VisitChanged]) -> None:
    """Keeps the newest state of each visit."""
    await connection.execute(
        "INSERT INTO certify.visit AS v (visit_id, person_key, version, status, question_id, requests)"
        " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::uuid[], %s::jsonb[])"
        " ON CONFLICT (visit_id) DO UPDATE SET version = excluded.version, status = excluded.status,"
        " question_id = excluded.question_id, requests = excluded.requests"
        " WHERE v.version < excluded.version",
        (
            [visit.visit_id for visit in visits],
            [visit.person_key for visit in visits],
            [visit.version for visit in visits],
            [visit.status.value for visit in visits],
            [visit.question_id for visit in visits],
            [Jsonb(_REQUESTS.dump_python(visit.requests, mode="json", exclude_none=True)) for visit in visits],
        ),
    )


async def find_programmes(connection: Connection, visit_id: UUID) -> tuple[str, ...] | None:
    """The programmes of the requests of a visit; None while it is not known here."""
    cursor = await connection.execute("SELECT requests::text FROM certify.visit WHERE visit_id = %s", (visit_id,))
    row = await cursor.fetchone()
    return None if row is None else tuple(sorted({request.programme for request in _REQUESTS.validate_json(row[0])}))


async def visits_of(connection: Connection, people: Iterable[str]) -> dict[str, list[KnownVisit]]:
    """All visits of these people, by person."""
    cursor = await connection.execute(
        "SELECT person_key, visit_id, version, status, question_id, requests::text FROM certify.visit"
        " WHERE person_key = ANY(%s)",
        (sorted(set(people)),),
    )
    known: dict[str, list[KnownVisit]] = {}
    for person, visit_id, version, status, question_id, requests in await cursor.fetchall():
        visit = KnownVisit(visit_id, version, VisitStatus(status), question_id, _REQUESTS.validate_json(requests))
        known.setdefault(person, []).append(visit)
    return known
