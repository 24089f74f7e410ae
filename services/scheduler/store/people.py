"""Persons, their requests and their visits in PostgreSQL: read and written in sets, one statement per table.

Arrays go over in binary (``%b``): as text, quoting the JSON in them costs more than all the rest of a fold.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from pydantic_core import to_json

from schemas.visit import ClosedBecause, UnannouncedBecause, VisitRequest, VisitStatus
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.database import Connection
from services.scheduler.domain.person import Person
from services.scheduler.domain.proof import Proof
from services.scheduler.domain.receipt import LastWord
from services.scheduler.domain.statement import Statement
from services.scheduler.domain.visit import RequestKey, Visit
from services.scheduler.store import events

_REQUESTS = TypeAdapter(tuple[VisitRequest, ...])


def _dump_requests(requests: tuple[VisitRequest, ...]) -> bytes:
    return _REQUESTS.dump_json(requests, exclude_none=True)


async def lock_people(connection: Connection, keys: Iterable[str]) -> dict[str, Person]:
    """These persons, made when new, locked until the commit so that their visits change one fold at a time."""
    wanted = sorted(set(keys))
    await connection.execute(
        "INSERT INTO scheduler.person (person_key) SELECT * FROM unnest(%b::text[]) ON CONFLICT DO NOTHING", (wanted,)
    )
    cursor = await connection.execute(
        "SELECT person_key, version, proofs, eventful FROM scheduler.person WHERE person_key = ANY(%b)"
        " ORDER BY person_key FOR UPDATE",
        (wanted,),
    )
    rows = await cursor.fetchall()
    statements = await _statements(connection, wanted)
    visits = await _visits(connection, wanted)
    people = {
        key: Person(key, version, statements=statements[key], visits=visits[key], proofs=_proofs(proofs))
        for key, version, proofs, _ in rows
    }
    return people | await events.with_events(connection, [people[key] for key, *_, eventful in rows if eventful])


def _proofs(stored: Iterable[Sequence[Any]]) -> dict[UUID, Proof]:
    return {
        UUID(proof_id): Proof(
            UUID(proof_id), datetime.fromisoformat(seen_at), certified, number, told_at, frozenset(map(UUID, rests))
        )
        for proof_id, seen_at, certified, number, told_at, rests in stored
    }


async def _statements(connection: Connection, keys: Sequence[str]) -> defaultdict[str, dict[RequestKey, Statement]]:
    cursor = await connection.execute(
        "SELECT agency, request_id, person_key, statement, certificate_id, duplicate_of FROM scheduler.request"
        " WHERE person_key = ANY(%b)",
        (list(keys),),
    )
    found: defaultdict[str, dict[RequestKey, Statement]] = defaultdict(dict)
    for agency, request_id, person_key, said, certificate_id, duplicate_of in await cursor.fetchall():
        fields = {name: (moment, value) for name, (moment, value) in said["fields"].items()}
        found[person_key][agency, request_id] = Statement(
            agency,
            request_id,
            person_key,
            fields,
            said["stated_at"],
            answers=_answers(said, certificate_id),
            words={UUID(certificate): LastWord(*word) for certificate, word in said.get("words", {}).items()},
            duplicate_of=duplicate_of,
        )
    return found


def _answers(said: Mapping[str, Any], certificate_id: UUID | None) -> frozenset[UUID]:
    standing = [] if certificate_id is None else [certificate_id]
    return frozenset((*standing, *map(UUID, said.get("answers", ()))))


def _content(said: Statement) -> dict[str, Any]:
    """A statement as it is stored; most have one answer, which stands in a column of its own."""
    content: dict[str, Any] = {"fields": said.fields, "stated_at": said.stated_at}
    if said.words or len(said.answers) > 1:
        content["answers"] = sorted(said.answers)
        content["words"] = {
            str(key): [word.decided_at, word.sequence, word.code, word.final] for key, word in said.words.items()
        }
    return content


async def _visits(connection: Connection, keys: Sequence[str]) -> defaultdict[str, dict[UUID, Visit]]:
    cursor = await connection.execute(
        "SELECT visit_id, person_key, version, status, closed_because, window_first, window_last, requests,"
        " village_code, opened_at, dwelling, announced_on, unannounced_because, life_event_id, question_id"
        " FROM scheduler.visit WHERE person_key = ANY(%b)",
        (list(keys),),
    )
    found: defaultdict[str, dict[UUID, Visit]] = defaultdict(dict)
    for row in await cursor.fetchall():
        found[row[1]][row[0]] = _visit(row)
    return found


def _visit(row: Sequence[Any]) -> Visit:
    visit_id, person_key, version, status, because, first, last, requests, village_code, opened_at, *more = row
    dwelling, announced_on, unannounced, life_event_id, question_id = more
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
        dwelling=dwelling,
        announced_on=announced_on,
        unannounced_because=UnannouncedBecause(unannounced) if unannounced else None,
        life_event_id=life_event_id,
        question_id=question_id,
    )


async def save_people(connection: Connection, before: Mapping[str, Person], after: Mapping[str, Person]) -> None:
    """Writes what has changed of these people.

    Raises:
        UnreadableMessage: UNFOLDABLE, when a request, an announcement, a life event or a question is another person's.
    """
    changed = [
        statement
        for key, person in after.items()
        for name, statement in person.statements.items()
        if before[key].statements.get(name) != statement
    ]
    await _save_statements(connection, changed)
    visits = [
        visit
        for key, person in after.items()
        for visit_id, visit in person.visits.items()
        if before[key].visits.get(visit_id) is not visit
    ]
    await _save_visits(connection, visits)
    eventful = await events.save_events(connection, before, after)
    people = [
        person
        for key, person in after.items()
        if key in eventful or (person.version, person.proofs) != (before[key].version, before[key].proofs)
    ]
    if people:
        await connection.execute(
            "UPDATE scheduler.person AS p SET version = t.version, proofs = t.proofs,"
            " eventful = p.eventful OR t.eventful"
            " FROM unnest(%b::text[], %b::bigint[], %b::jsonb[], %b::bool[])"
            " AS t (key, version, proofs, eventful) WHERE p.person_key = t.key",
            (
                [p.person_key for p in people],
                [p.version for p in people],
                [Jsonb(list(map(astuple, p.proofs.values())), to_json) for p in people],
                [p.person_key in eventful for p in people],
            ),
        )


async def _save_statements(connection: Connection, statements: Sequence[Statement]) -> None:
    if not statements:
        return
    if len({(s.agency, s.request_id) for s in statements}) < len(statements):
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "items: a request of two persons")
    cursor = await connection.execute(
        "INSERT INTO scheduler.request AS r (agency, request_id, person_key, status, statement, certificate_id,"
        " duplicate_of, personal, personal_at) SELECT * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[],"
        " %b::jsonb[], %b::uuid[], %b::text[], %b::text[], %b::text[])"
        " ON CONFLICT (agency, request_id) DO UPDATE SET status = excluded.status, statement = excluded.statement,"
        " certificate_id = excluded.certificate_id, duplicate_of = excluded.duplicate_of,"
        " personal = CASE WHEN (excluded.personal_at, excluded.personal) > (r.personal_at, coalesce(r.personal, ''))"
        " THEN excluded.personal ELSE r.personal END, personal_at = greatest(r.personal_at, excluded.personal_at)"
        " WHERE r.person_key = excluded.person_key",
        (
            [s.agency for s in statements],
            [s.request_id for s in statements],
            [s.person_key for s in statements],
            [s.status for s in statements],
            [Jsonb(_content(s), to_json) for s in statements],
            [s.certificate_id for s in statements],
            [s.duplicate_of for s in statements],
            [s.personal[1].box if s.personal else None for s in statements],
            [s.personal[0] if s.personal else "" for s in statements],
        ),
    )
    if cursor.rowcount != len(statements):
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "items: a request of another person")


async def _save_visits(connection: Connection, visits: Sequence[Visit]) -> None:
    if not visits:
        return
    await connection.execute(
        "INSERT INTO scheduler.visit (visit_id, person_key, version, status, closed_because, window_first, window_last,"
        " requests, village_code, opened_at, dwelling, announced_on, unannounced_because, life_event_id, question_id)"
        " SELECT * FROM unnest(%b::uuid[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::date[], %b::date[],"
        " %b::jsonb[], %b::text[], %b::timestamptz[], %b::text[], %b::date[], %b::text[], %b::uuid[], %b::uuid[])"
        " ON CONFLICT (visit_id) DO UPDATE SET version = excluded.version, status = excluded.status,"
        " closed_because = excluded.closed_because, window_first = excluded.window_first,"
        " window_last = excluded.window_last, requests = excluded.requests, village_code = excluded.village_code,"
        " opened_at = excluded.opened_at, dwelling = excluded.dwelling, announced_on = excluded.announced_on,"
        " unannounced_because = excluded.unannounced_because, life_event_id = excluded.life_event_id,"
        " question_id = excluded.question_id",
        (
            [v.visit_id for v in visits],
            [v.person_key for v in visits],
            [v.version for v in visits],
            [v.status.value for v in visits],
            [v.closed_because.value if v.closed_because else None for v in visits],
            [v.window[0] for v in visits],
            [v.window[1] for v in visits],
            [Jsonb(v.requests, _dump_requests) for v in visits],
            [v.village_code for v in visits],
            [v.opened_at for v in visits],
            [v.dwelling for v in visits],
            [v.announced_on for v in visits],
            [v.unannounced_because.value if v.unannounced_because else None for v in visits],
            [v.life_event_id for v in visits],
            [v.question_id for v in visits],
        ),
    )


async def personal_of(connection: Connection, keys: Iterable[str]) -> dict[str, dict[RequestKey, tuple[str, str]]]:
    """The sealed personal data of these persons' requests with their moment, by person."""
    cursor = await connection.execute(
        "SELECT person_key, agency, request_id, personal_at, personal FROM scheduler.request"
        " WHERE person_key = ANY(%b) AND personal IS NOT NULL",
        (list(keys),),
    )
    found: defaultdict[str, dict[RequestKey, tuple[str, str]]] = defaultdict(dict)
    for person_key, agency, request_id, moment, box in await cursor.fetchall():
        found[person_key][agency, request_id] = (moment, box)
    return found


async def note_decision(connection: Connection, visit_id: UUID, decision: str, reasons: Sequence[str]) -> None:
    """Keeps the last decision on a visit, for those who look at it."""
    await connection.execute(
        "UPDATE scheduler.visit SET last_decision = %s, last_reasons = %s WHERE visit_id = %s",
        (decision, list(reasons), visit_id),
    )
