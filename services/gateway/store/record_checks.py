"""What agencies found in their own records before a visit, and of which requests they are asked.

Nobody sends a question: it is what the plan, the told days and the answers say. So none is lost or asked twice, and a
visit that is moved, made or closed takes its question along. `gateway.record_asked` is only where to look: worked out
when something has changed, and each row of a page is looked up in what it was worked out from.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from schemas.base import AgencyCode
from services.platform.database import Connection


@dataclass(frozen=True)
class CheckRow:
    """An agency's answer, its fields in the order of the table's columns."""

    agency: AgencyCode
    request_id: str
    person_key: str
    found: str
    checked_at: datetime
    given_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class AskedRow:
    """A request of a visit, and what its agency has found."""

    visit_id: UUID
    agency: AgencyCode
    request_id: str
    programme: str
    due_date: date
    planned_on: date | None
    """The day that was told, or that the published plan has."""
    is_asked: bool
    """Whether the visit may be made so soon that the agency is asked."""
    found: str | None
    """None: nothing that still counts."""
    checked_at: datetime | None
    place: tuple[date, UUID]
    """Its place in the list: the day by which it is wanted, and an id of the request."""


_ASKED: Final = """
WITH planned AS (
    SELECT (one #>> '{}')::uuid AS visit_id, min(route.day) AS day FROM scheduler.plan_published p
    CROSS JOIN LATERAL jsonb_to_recordset(p.routes) AS route (day date, stops jsonb)
    CROSS JOIN LATERAL jsonb_path_query(route.stops, '$[*].visit_ids[*]') AS one
    WHERE %(visits)s::uuid[] IS NULL OR p.visit_ids && %(visits)s::uuid[] GROUP BY 1
), request AS (
    SELECT v.visit_id, v.window_first, r ->> 'agency' AS agency, r ->> 'request_id' AS request_id,
        r ->> 'programme' AS programme, (r ->> 'due_date')::date AS due_date,
        coalesce(v.announced_on, p.day) AS planned_on,
        md5((r ->> 'agency') || ' ' || (r ->> 'request_id'))::uuid AS number
    FROM scheduler.visit v LEFT JOIN planned p USING (visit_id)
    CROSS JOIN LATERAL jsonb_array_elements(v.requests) AS r
    WHERE v.status = 'open' AND (%(visits)s::uuid[] IS NULL OR v.visit_id = ANY(%(visits)s::uuid[]))
)
SELECT q.visit_id, q.agency, q.request_id, q.programme, q.due_date, q.planned_on,
    coalesce(q.planned_on, q.window_first) <= %(until)s AS is_asked, c.found, c.checked_at,
    coalesce(q.planned_on, q.due_date), q.number
FROM request q LEFT JOIN gateway.record_check c
    ON c.agency = q.agency AND c.request_id = q.request_id AND c.checked_at >= %(counts_from)s
"""
"""A visit on whose day nobody has agreed yet may be made on each day of its window."""
_COLUMNS: Final = "agency, request_id, visit_id, programme, due_date, planned_on, wanted_on, number, answered"
_KEEP: Final = f"""
WITH asked AS MATERIALIZED (
    SELECT agency, request_id, visit_id, programme, due_date, planned_on, wanted_on, number, found IS NOT NULL
    FROM ({_ASKED}) AS one (visit_id, agency, request_id, programme, due_date, planned_on, is_asked, found,
        checked_at, wanted_on, number)
    WHERE is_asked
), gone AS (
    DELETE FROM gateway.record_asked a
    WHERE NOT EXISTS (
        SELECT FROM asked q WHERE (q.agency, q.request_id, q.visit_id) = (a.agency, a.request_id, a.visit_id)
    )
)
INSERT INTO gateway.record_asked ({_COLUMNS})
SELECT * FROM asked EXCEPT SELECT {_COLUMNS} FROM gateway.record_asked
ON CONFLICT (agency, request_id, visit_id) DO UPDATE SET programme = excluded.programme,
    due_date = excluded.due_date, planned_on = excluded.planned_on, wanted_on = excluded.wanted_on,
    answered = excluded.answered
"""  # noqa: S608 (made of the constants above)
PAGE: Final = """
SELECT a.visit_id, a.agency, a.request_id, a.programme, a.due_date, coalesce(v.announced_on, a.planned_on),
    coalesce(v.announced_on, a.planned_on, v.window_first) <= %(until)s
        AND v.requests @> jsonb_build_array(jsonb_build_object('agency', a.agency, 'request_id', a.request_id)),
    c.found, c.checked_at, a.wanted_on, a.number
FROM (
    SELECT here.* FROM unnest(%(agencies)s::text[]) AS one (agency)
    CROSS JOIN LATERAL (
        SELECT * FROM gateway.record_asked r
        WHERE r.agency = one.agency AND (r.wanted_on, r.number) > (%(day)s::date, %(last)s::uuid)
        ORDER BY r.wanted_on, r.number LIMIT %(limit)s
    ) AS here ORDER BY here.wanted_on, here.number LIMIT %(limit)s
) AS a
LEFT JOIN scheduler.visit v ON v.visit_id = a.visit_id AND v.status = 'open'
LEFT JOIN gateway.record_check c
    ON c.agency = a.agency AND c.request_id = a.request_id AND c.checked_at >= %(counts_from)s
ORDER BY a.wanted_on, a.number
"""
PAGE_OPEN: Final = PAGE.replace("WHERE r.agency", "WHERE NOT r.answered AND r.agency")
"""Those without an answer: another index."""
_CHANGES: Final = """
SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables
WHERE relid IN ('scheduler.visit'::regclass, 'scheduler.plan_published'::regclass, 'gateway.record_check'::regclass)
"""
FIRST: Final = (date.min, UUID(int=0))
"""Before all of them."""


async def keep_asked(connection: Connection, *, until: date, counts_from: datetime) -> None:
    """Works out anew of which requests agencies are asked, unless another door is at it; writes what has changed."""
    cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('record_asked', 4))")
    if await cursor.fetchone() == (True,):
        await connection.execute(_KEEP, {"visits": None, "until": until, "counts_from": counts_from})


async def count_changes(connection: Connection) -> int:
    """How many rows of visits, plan and answers were ever written, by the server's own statistics: another number means
    that something has changed. They lag behind a commit by some seconds, so a change may be told twice, never not."""
    cursor = await connection.execute(_CHANGES)
    row = await cursor.fetchone()
    return int(row[0] or 0) if row else 0


async def page_of_asked(
    connection: Connection,
    agencies: Collection[AgencyCode],
    *,
    until: date,
    counts_from: datetime,
    answered: bool,
    after: tuple[date, UUID] | None,
    limit: int,
) -> tuple[list[AskedRow], tuple[date, UUID] | None]:
    """Requests of visits that may be made until a day, those that are wanted first at the front.

    Args:
        agencies: of these only.
        counts_from: answers that were checked before count no more.
        answered: with those that have an answer.

    Returns:
        Up to `limit` requests, without those that ceased to be asked meanwhile; and after which place the next page
        begins, None when there is none.
    """
    day, last = after or FIRST
    said = {"agencies": sorted(agencies), "until": until, "counts_from": counts_from, "day": day, "last": last}
    cursor = await connection.execute(PAGE if answered else PAGE_OPEN, {**said, "limit": limit + 1})
    found = [_asked(row) for row in await cursor.fetchall()]
    here = found[:limit]
    rows = [row for row in here if row.is_asked and (answered or row.found is None)]
    return rows, here[-1].place if len(found) > limit else None


async def asked_of_visits(
    connection: Connection, visits: Iterable[UUID], *, until: date, counts_from: datetime
) -> dict[UUID, list[AskedRow]]:
    """All requests of these visits, also where the visit is too far off to be asked about."""
    said = {"until": until, "counts_from": counts_from, "visits": sorted(visits)}
    cursor = await connection.execute(_ASKED, said)
    found: dict[UUID, list[AskedRow]] = {}
    for row in map(_asked, await cursor.fetchall()):
        found.setdefault(row.visit_id, []).append(row)
    return found


def _asked(row: Sequence[Any]) -> AskedRow:
    return AskedRow(*[*row[:9], (row[9], row[10])])


async def lock_checks(connection: Connection, agency: AgencyCode) -> None:
    """Answers of one agency are taken in one batch after the other."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4))", (agency,))


async def people_of_requests(
    connection: Connection, agency: AgencyCode, request_ids: Collection[str]
) -> dict[str, str]:
    """Whose those of these requests are that are this agency's."""
    cursor = await connection.execute(
        "SELECT request_id, person_key FROM scheduler.request WHERE agency = %s AND request_id = ANY(%s::text[])",
        (agency, list(request_ids)),
    )
    return dict(await cursor.fetchall())


async def checks_known(
    connection: Connection, agency: AgencyCode, request_ids: Collection[str]
) -> dict[str, tuple[datetime, str]]:
    """(checked_at, found) of each of these requests of which the agency has said something."""
    cursor = await connection.execute(
        "SELECT request_id, checked_at, found FROM gateway.record_check"
        " WHERE agency = %s AND request_id = ANY(%s::text[])",
        (agency, list(request_ids)),
    )
    return {request_id: (checked_at, found) for request_id, checked_at, found in await cursor.fetchall()}


async def keep_checks(connection: Connection, rows: Mapping[str, CheckRow]) -> None:
    """Writes answers down, by request; each takes the place of the one before."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO gateway.record_check (agency, request_id, person_key, found, checked_at, given_by,"
            " recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (agency, request_id) DO UPDATE SET"
            " person_key = excluded.person_key, found = excluded.found, checked_at = excluded.checked_at,"
            " given_by = excluded.given_by, recorded_at = excluded.recorded_at",
            [astuple(row) for row in rows.values()],
        )
        await cursor.executemany(
            "UPDATE gateway.record_asked SET answered = true WHERE agency = %s AND request_id = %s",
            [(row.agency, row.request_id) for row in rows.values()],
        )


async def forget_checks(connection: Connection, before: datetime) -> int:
    """Deletes what was checked before a moment; how many."""
    cursor = await connection.execute("DELETE FROM gateway.record_check WHERE checked_at < %s", (before,))
    return cursor.rowcount
