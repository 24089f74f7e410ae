"""What has happened to a person beside the requests: announcements, life events, notices, questions of identity.

Few people have any of it, so it is read only of those whose row says so (`scheduler.person.eventful`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter
from pydantic_core import to_json

from schemas.life_event import LifeEventNotified, LifeEventRecorded, LifeEventState
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.database import Connection
from services.scheduler.domain.announcement import Announcement
from services.scheduler.domain.life_event import Report
from services.scheduler.domain.notice import Notice
from services.scheduler.domain.person import Person
from services.scheduler.domain.question import Question, Sides

_STEPS = TypeAdapter(tuple[LifeEventRecorded, ...])
_TOLD = TypeAdapter(LifeEventNotified)


async def with_events(connection: Connection, people: Sequence[Person]) -> dict[str, Person]:
    """These people with all that has happened to them."""
    if not people:
        return {}
    keys = [person.person_key for person in people]
    announcements = await _announcements(connection, keys)
    reports = await _reports(connection, keys)
    notices = await _notices(connection, keys)
    questions = await _questions(connection, keys)
    return {
        p.person_key: replace(
            p,
            announcements={one.visit_id: one for one in announcements if one.person_key == p.person_key},
            reports={one.life_event_id: one for one in reports if one.person_key == p.person_key},
            notices={(one.life_event_id, one.agency): one for one in notices if one.person_key == p.person_key},
            questions={one.question_id: one for one in questions if one.person_key == p.person_key},
        )
        for p in people
    }


async def _announcements(connection: Connection, keys: Sequence[str]) -> list[Announcement]:
    cursor = await connection.execute(
        "SELECT visit_id, person_key, announced_at, day, requests FROM scheduler.announcement"
        " WHERE person_key = ANY(%b)",
        (keys,),
    )
    return [
        Announcement(visit_id, person_key, at, day, tuple((agency, number) for agency, number in requests))
        for visit_id, person_key, at, day, requests in await cursor.fetchall()
    ]


async def _reports(connection: Connection, keys: Sequence[str]) -> list[Report]:
    cursor = await connection.execute(
        "SELECT life_event_id, person_key, steps::text, state FROM scheduler.life_event WHERE person_key = ANY(%b)",
        (keys,),
    )
    return [
        Report(id_, person_key, {step.event_id: step for step in _STEPS.validate_json(steps)}, LifeEventState(state))
        for id_, person_key, steps, state in await cursor.fetchall()
    ]


async def _notices(connection: Connection, keys: Sequence[str]) -> list[Notice]:
    cursor = await connection.execute(
        "SELECT life_event_id, agency, person_key, content::text, acknowledged_version, acknowledged_at"
        " FROM scheduler.life_event_notice WHERE person_key = ANY(%b)",
        (keys,),
    )
    return [
        Notice(life_event_id, agency, person_key, _TOLD.validate_json(content) if content else None, version, at)
        for life_event_id, agency, person_key, content, version, at in await cursor.fetchall()
    ]


async def _questions(connection: Connection, keys: Sequence[str]) -> list[Question]:
    cursor = await connection.execute(
        "SELECT question_id, person_key, sides, standing, same, decided_by, decided_at, settled_same"
        " FROM scheduler.identity_question WHERE person_key = ANY(%b)",
        (keys,),
    )
    return [
        Question(question_id, person_key, _sides(sides or []), *rest)
        for question_id, person_key, sides, *rest in await cursor.fetchall()
    ]


def _sides(stored: Iterable[Iterable[Mapping[str, str]]]) -> Sides:
    return tuple(tuple((entry["agency"], entry["request_id"]) for entry in side) for side in stored)


async def save_events(connection: Connection, before: Mapping[str, Person], after: Mapping[str, Person]) -> set[str]:
    """Writes what has changed; returns the people of whom there is something.

    Raises:
        UnreadableMessage: UNFOLDABLE, when an announcement or a life event is known of another person.
    """
    pairs = [(before[key], person) for key, person in after.items()]
    announcements = [a for old, new in pairs for k, a in new.announcements.items() if old.announcements.get(k) != a]
    reports = [r for old, new in pairs for k, r in new.reports.items() if old.reports.get(k) != r]
    notices = [n for old, new in pairs for key, n in new.notices.items() if old.notices.get(key) != n]
    questions = [q for old, new in pairs for k, q in new.questions.items() if old.questions.get(k) != q]
    ids = ([a.visit_id for a in announcements], [r.life_event_id for r in reports])
    if any(len(set(mine)) < len(mine) for mine in ids):
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "one visit or life event of two persons")
    written = [
        await _save_announcements(connection, announcements) if announcements else 0,
        await _save_reports(connection, reports) if reports else 0,
    ]
    if written != [len(announcements), len(reports)]:
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "a visit or life event of another person")
    if questions:
        await _save_questions(connection, questions)
    if notices:
        await _save_notices(connection, notices)
    return {one.person_key for group in (announcements, reports, notices, questions) for one in group}


async def _save_announcements(connection: Connection, announcements: Sequence[Announcement]) -> int:
    cursor = await connection.execute(
        "INSERT INTO scheduler.announcement AS a (visit_id, person_key, announced_at, day, requests)"
        " SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::date[], %b::jsonb[])"
        " ON CONFLICT (visit_id) DO UPDATE SET announced_at = excluded.announced_at, day = excluded.day,"
        " requests = excluded.requests WHERE a.person_key = excluded.person_key",
        (
            [a.visit_id for a in announcements],
            [a.person_key for a in announcements],
            [a.announced_at for a in announcements],
            [a.day for a in announcements],
            [Jsonb(a.requests, to_json) for a in announcements],
        ),
    )
    return cursor.rowcount


async def _save_reports(connection: Connection, reports: Sequence[Report]) -> int:
    cursor = await connection.execute(
        "INSERT INTO scheduler.life_event AS e (life_event_id, person_key, kind, state, steps)"
        " SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::jsonb[])"
        " ON CONFLICT (life_event_id) DO UPDATE SET kind = excluded.kind, state = excluded.state,"
        " steps = excluded.steps WHERE e.person_key = excluded.person_key",
        (
            [r.life_event_id for r in reports],
            [r.person_key for r in reports],
            [r.said.kind.value for r in reports],
            [r.settled_state.value for r in reports],
            [Jsonb(r.said.steps, _STEPS.dump_json) for r in reports],
        ),
    )
    return cursor.rowcount


async def _save_questions(connection: Connection, questions: Sequence[Question]) -> None:
    await connection.execute(
        "INSERT INTO scheduler.identity_question AS q (question_id, person_key, sides, raised_at, standing, same,"
        " decided_by, decided_at, settled_same) SELECT id, person, sides, CASE WHEN standing THEN now() END, standing,"
        " same, by, at, settled FROM unnest(%b::uuid[], %b::text[], %b::jsonb[], %b::bool[], %b::bool[], %b::text[],"
        " %b::text[], %b::bool[]) AS t (id, person, sides, standing, same, by, at, settled)"
        " ON CONFLICT (question_id, person_key) DO UPDATE SET sides = excluded.sides,"
        " raised_at = coalesce(q.raised_at, excluded.raised_at), standing = excluded.standing, same = excluded.same,"
        " decided_by = excluded.decided_by, decided_at = excluded.decided_at, settled_same = excluded.settled_same",
        (
            [q.question_id for q in questions],
            [q.person_key for q in questions],
            [Jsonb([[{"agency": a, "request_id": r} for a, r in side] for side in q.sides]) for q in questions],
            [q.standing for q in questions],
            [q.same for q in questions],
            [q.decided_by for q in questions],
            [q.decided_at for q in questions],
            [q.settled_same for q in questions],
        ),
    )


async def _save_notices(connection: Connection, notices: Sequence[Notice]) -> None:
    await connection.execute(
        "INSERT INTO scheduler.life_event_notice (life_event_id, agency, person_key, version, content, noticed_at,"
        " acknowledged_version, acknowledged_at) SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bigint[],"
        " %b::jsonb[], %b::timestamptz[], %b::bigint[], %b::timestamptz[])"
        " ON CONFLICT (life_event_id, agency, person_key) DO UPDATE SET version = excluded.version,"
        " content = excluded.content, noticed_at = excluded.noticed_at,"
        " acknowledged_version = excluded.acknowledged_version, acknowledged_at = excluded.acknowledged_at",
        (
            [n.life_event_id for n in notices],
            [n.agency for n in notices],
            [n.person_key for n in notices],
            [n.version for n in notices],
            [Jsonb(n.told, _TOLD.dump_json) if n.told else None for n in notices],
            [n.told.recorded_at if n.told else None for n in notices],
            [n.acknowledged for n in notices],
            [n.acknowledged_at for n in notices],
        ),
    )
