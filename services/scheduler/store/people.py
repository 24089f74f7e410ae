"""Persons, their requests and their visits in PostgreSQL: read and written in sets, one statement per table.

Arrays go over in binary (``%b``): as text, quoting the JSON in them costs more than all the rest of a fold.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from pydantic_core import to_json

from schemas.visit import ClosedBecause, VisitRequest, VisitStatus
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.database import Connection
from services.scheduler.domain.person import Person, RequestKey, Visit
from services.scheduler.domain.statement import Statement

_REQUESTS = TypeAdapter(tuple[VisitRequest, ...])


async def lock_people(connection: Connection, keys: Iterable[str]) -> dict[str, Person]:
    """These persons, made when new, locked until the commit so that their visits change one fold at a time."""
    wanted = sorted(set(keys))
    await connection.execute(
        "INSERT INTO scheduler.person (person_key) SELECT * FROM unnest(%b::text[]) ON CONFLICT DO NOTHING", (wanted,)
    )
    cursor = await connection.execute(
        "SELECT person_key, version FROM scheduler.person WHERE person_key = ANY(%b) ORDER BY person_key FOR UPDATE",
        (wanted,),
    )
    versions: dict[str, int] = dict(await cursor.fetchall())
    statements = await _statements(connection, wanted)
    visits = await _visits(connection, wanted)
    return {key: Person(key, versions[key], statements[key], visits[key]) for key in wanted}


async def _statements(connection: Connection, keys: Sequence[str]) -> defaultdict[str, dict[RequestKey, Statement]]:
    cursor = await connection.execute(
        "SELECT agency, request_id, person_key, statement, certificate_id FROM scheduler.request"
        " WHERE person_key = ANY(%b)",
        (list(keys),),
    )
    found: defaultdict[str, dict[RequestKey, Statement]] = defaultdict(dict)
    for agency, request_id, person_key, said, certificate_id in await cursor.fetchall():
        fields = {name: (moment, value) for name, (moment, value) in said["fields"].items()}
        found[person_key][agency, request_id] = Statement(
            agency, request_id, person_key, fields, said["stated_at"], certificate_id
        )
    return found


async def _visits(connection: Connection, keys: Sequence[str]) -> defaultdict[str, dict[UUID, Visit]]:
    cursor = await connection.execute(
        "SELECT visit_id, person_key, version, status, closed_because, window_first, window_last, requests,"
        " village_code, opened_at FROM scheduler.visit WHERE person_key = ANY(%b)",
        (list(keys),),
    )
    found: defaultdict[str, dict[UUID, Visit]] = defaultdict(dict)
    for row in await cursor.fetchall():
        found[row[1]][row[0]] = _visit(row)
    return found


def _visit(row: Sequence[Any]) -> Visit:
    visit_id, person_key, version, status, because, first, last, requests, village_code, opened_at = row
    return Visit(
        visit_id=visit_id,
        person_key=person_key,
        version=version,
        status=VisitStatus(status),
        window=(first, last),
        requests=_REQUESTS.validate_python(requests, strict=False),
        opened_at=opened_at,
        village_code=village_code,
        closed_because=ClosedBecause(because) if because else None,
    )


async def save_statements(connection: Connection, statements: Sequence[Statement]) -> None:
    """Writes these requests as they are now.

    Raises:
        UnreadableMessage: UNFOLDABLE, when one of them is another person's: nobody is closed by somebody else's proof.
    """
    cursor = await connection.execute(
        "INSERT INTO scheduler.request (agency, request_id, person_key, status, statement, certificate_id)"
        " SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::jsonb[], %b::uuid[])"
        " ON CONFLICT (agency, request_id) DO UPDATE SET status = excluded.status, statement = excluded.statement,"
        " certificate_id = excluded.certificate_id WHERE scheduler.request.person_key = excluded.person_key",
        (
            [s.agency for s in statements],
            [s.request_id for s in statements],
            [s.person_key for s in statements],
            [s.status for s in statements],
            [Jsonb({"fields": s.fields, "stated_at": s.stated_at}, to_json) for s in statements],
            [s.certificate_id for s in statements],
        ),
    )
    if cursor.rowcount != len(statements):
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "items: a request of another person")


async def save_visits(connection: Connection, people: Sequence[Person], visits: Sequence[Visit]) -> None:
    """Writes these visits as they are now, and the persons' versions."""
    await connection.execute(
        "UPDATE scheduler.person AS p SET version = t.version FROM unnest(%b::text[], %b::bigint[]) AS t (key, version)"
        " WHERE p.person_key = t.key",
        ([p.person_key for p in people], [p.version for p in people]),
    )
    await connection.execute(
        "INSERT INTO scheduler.visit (visit_id, person_key, version, status, closed_because, window_first, window_last,"
        " requests, village_code, opened_at) SELECT * FROM unnest(%b::uuid[], %b::text[], %b::bigint[], %b::text[],"
        " %b::text[], %b::date[], %b::date[], %b::jsonb[], %b::text[], %b::timestamptz[])"
        " ON CONFLICT (visit_id) DO UPDATE SET version = excluded.version, status = excluded.status,"
        " closed_because = excluded.closed_because, window_first = excluded.window_first,"
        " window_last = excluded.window_last, requests = excluded.requests, village_code = excluded.village_code,"
        " opened_at = excluded.opened_at",
        (
            [v.visit_id for v in visits],
            [v.person_key for v in visits],
            [v.version for v in visits],
            [v.status.value for v in visits],
            [v.closed_because.value if v.closed_because else None for v in visits],
            [v.window[0] for v in visits],
            [v.window[1] for v in visits],
            [Jsonb(v.requests, _REQUESTS.dump_json) for v in visits],
            [v.village_code for v in visits],
            [v.opened_at for v in visits],
        ),
    )


async def note_decision(connection: Connection, visit_id: UUID, decision: str, reasons: Sequence[str]) -> None:
    """Keeps the last decision on a visit, for those who look at it."""
    await connection.execute(
        "UPDATE scheduler.visit SET last_decision = %s, last_reasons = %s WHERE visit_id = %s",
        (decision, list(reasons), visit_id),
    )
