"""The ladder before a lapse in PostgreSQL: what may stand on it, what stands there, which steps were made."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.life_event import LifeEventKind
from services.platform.database import Connection
from services.scheduler.domain.ladder import Waiting

LOCK: Final = 7_036_012
"""Number of the advisory lock that makes one clock the only one that climbs; it ends with its connection."""
PORTION: Final = 2000
"""Visits handled in one transaction; between two portions the folds of the worker go on."""

_PAGE: Final = """
SELECT v.window_last, v.visit_id, v.person_key, q.agency, q.request_id, q.programme, q.window_start, q.due_date,
    (q.reopened ->> 'on')::date, (r.statement ->> 'stated_at')::timestamptz, paused.kind,
    ARRAY(SELECT e.kind FROM scheduler.life_event e WHERE e.person_key = v.person_key AND e.state = 'confirmed')
FROM (
    SELECT visit_id, window_last, person_key, requests, life_event_id FROM scheduler.visit
    WHERE status = '{status}' AND window_last <= %(until)s
        AND (window_last, visit_id) > (%(day)s::date, %(last)s::uuid)
    ORDER BY window_last, visit_id LIMIT %(limit)s
) v
CROSS JOIN LATERAL jsonb_to_recordset(v.requests) AS q (agency text, request_id text, programme text,
    window_start date, due_date date, reopened jsonb)
LEFT JOIN scheduler.request r ON r.agency = q.agency AND r.request_id = q.request_id AND r.status = 'open'
LEFT JOIN scheduler.life_event paused ON paused.life_event_id = v.life_event_id
ORDER BY v.window_last, v.visit_id, q.agency, q.request_id
"""
_PAGES: Final = tuple(_PAGE.format(status=status) for status in ("open", "paused"))
"""One for each status: PostgreSQL uses a partial index only where the status is written out."""
_BEFORE_ALL: Final = (date.min, UUID(int=0))
"""A window's last day and a visit that come before those of every visit."""


@dataclass(frozen=True)
class Candidate:
    """An open request that may stand on a step."""

    agency: str
    request_id: str
    person_key: str
    programme: str
    visit_id: UUID
    reopened_on: date | None
    """The day on which its last answer was turned down, in the county's calendar; None: none was."""
    waiting: Waiting


@dataclass(frozen=True)
class Lapse:
    """Where a request stands; its fields in the order of the table's columns."""

    lapse_id: UUID
    agency: str
    request_id: str
    person_key: str
    programme: str
    visit_id: UUID
    due_date: date
    counts_until: date
    step: str
    since: date
    next_step: str | None
    next_on: date | None
    office: str


@dataclass(frozen=True)
class MadeStep:
    """A step that is made now; its fields in the order of the table's columns."""

    lapse_id: UUID
    step: str
    agency: str
    request_id: str
    programme: str
    due_date: date
    counts_until: date
    reached_on: date
    recorded_at: datetime


async def is_alone(connection: Connection) -> bool:
    """Whether no other clock climbs; true until the connection ends."""
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def candidates(connection: Connection, until: date, county: ZoneInfo) -> AsyncIterator[list[Candidate]]:
    """All open requests whose visit must be made by a day, in portions: of open visits and of paused ones."""
    for page in _PAGES:
        after = _BEFORE_ALL
        while True:
            cursor = await connection.execute(
                page, {"until": until, "day": after[0], "last": after[1], "limit": PORTION}
            )
            rows = await cursor.fetchall()
            yield [_candidate(row, county) for row in rows if row[9] is not None]
            if len({row[1] for row in rows}) < PORTION:
                break
            after = rows[-1][:2]


def _candidate(row: Sequence[Any], county: ZoneInfo) -> Candidate:
    _, visit_id, person_key, agency, request_id, programme, window_start, due_date, *more = row
    reopened_on, stated_at, paused_by, confirmed = more
    return Candidate(
        agency=agency,
        request_id=request_id,
        person_key=person_key,
        programme=programme,
        visit_id=visit_id,
        reopened_on=reopened_on,
        waiting=Waiting(
            window_start=window_start,
            due_date=due_date,
            open_since=reopened_on or stated_at.astimezone(county).date(),
            paused_by=LifeEventKind(paused_by) if paused_by else None,
            confirmed=frozenset(map(LifeEventKind, confirmed)),
        ),
    )


async def put_standing(connection: Connection, lapses: Sequence[Lapse]) -> set[UUID]:
    """Writes where these matters stand; returns those that stood elsewhere, or nowhere, when the clock looked last."""
    cursor = await connection.execute(
        "INSERT INTO scheduler.lapse AS l (lapse_id, agency, request_id, person_key, programme, visit_id, due_date,"
        " counts_until, step, since, next_step, next_on, office) SELECT * FROM unnest(%b::uuid[], %b::text[],"
        " %b::text[], %b::text[], %b::text[], %b::uuid[], %b::date[], %b::date[], %b::text[], %b::date[], %b::text[],"
        " %b::date[], %b::text[]) ON CONFLICT (lapse_id) DO UPDATE SET"
        " programme = excluded.programme, visit_id = excluded.visit_id, counts_until = excluded.counts_until,"
        " step = excluded.step, since = excluded.since, next_step = excluded.next_step,"
        " next_on = excluded.next_on, office = excluded.office"
        " WHERE (l.programme, l.visit_id, l.counts_until, l.step, l.since, l.next_step, l.next_on, l.office)"
        " IS DISTINCT FROM (excluded.programme, excluded.visit_id, excluded.counts_until, excluded.step,"
        " excluded.since, excluded.next_step, excluded.next_on, excluded.office) RETURNING lapse_id",
        [list(column) for column in zip(*map(astuple, lapses), strict=True)],
    )
    return {lapse_id for (lapse_id,) in await cursor.fetchall()}


async def add_steps(connection: Connection, steps: Sequence[MadeStep]) -> list[MadeStep]:
    """Writes these steps down; returns those that were not made before."""
    cursor = await connection.execute(
        "INSERT INTO scheduler.lapse_step (lapse_id, step, agency, request_id, programme, due_date, counts_until,"
        " reached_on, recorded_at) SELECT * FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[], %b::text[],"
        " %b::date[], %b::date[], %b::date[], %b::timestamptz[]) ON CONFLICT DO NOTHING RETURNING lapse_id, step",
        [list(column) for column in zip(*map(astuple, steps), strict=True)],
    )
    new = {(lapse_id, step) for lapse_id, step in await cursor.fetchall()}
    return [made for made in steps if (made.lapse_id, made.step) in new]


async def keep_only(connection: Connection, lapse_ids: Collection[UUID]) -> int:
    """Takes all others off the ladder: proved, withdrawn, dead, or due on another day. Returns how many."""
    cursor = await connection.execute(
        "DELETE FROM scheduler.lapse l WHERE NOT EXISTS"
        " (SELECT FROM unnest(%b::uuid[]) AS standing (lapse_id) WHERE standing.lapse_id = l.lapse_id)",
        (list(lapse_ids),),
    )
    return cursor.rowcount
