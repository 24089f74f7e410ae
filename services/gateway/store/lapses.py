"""Requests before a lapse: where they stand, by whom they were taken, what was decided, and how many were saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from schemas.base import AgencyCode
from services.gateway.store.visits import Sight
from services.platform.database import Connection


@dataclass(frozen=True)
class LapseRow:
    """A request that stands on a step, and what became of the matter."""

    lapse_id: UUID
    agency: AgencyCode
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
    taken_by: str | None
    taken_at: datetime | None
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None


_SELECT: Final = (
    "SELECT l.lapse_id, l.agency, l.request_id, l.person_key, l.programme, l.visit_id, l.due_date, l.counts_until,"
    " l.step, l.since, l.next_step, l.next_on, l.office, m.taken_by, m.taken_at, m.decision, m.decided_by,"
    " m.decided_at FROM scheduler.lapse l"
    " JOIN scheduler.request r ON r.agency = l.agency AND r.request_id = l.request_id AND r.status = 'open'"
    " LEFT JOIN gateway.lapse_matter m USING (lapse_id)"
)
"""What was proved or withdrawn since the clock looked last is left out."""
_SEEN: Final = """
(%(agency)s::text IS NULL OR l.agency = %(agency)s)
AND (%(areas)s::text[] IS NULL OR (
    SELECT v.village_code FROM scheduler.visit v
    WHERE v.person_key = r.person_key
        AND v.requests @> jsonb_build_array(jsonb_build_object('agency', l.agency, 'request_id', l.request_id))
    ORDER BY v.status = 'closed', v.opened_at DESC, v.visit_id LIMIT 1
) ^@ ANY(%(areas)s::text[]))
"""
"""Where a matter is: where the visit goes that answers its request now, or went that answered it last."""


def _parameters(sight: Sight) -> dict[str, Any]:
    return {"agency": sight.agency, "areas": None if sight.areas is None else list(sight.areas)}


async def page_of_lapses(
    connection: Connection,
    sight: Sight,
    *,
    step: str | None,
    office: str | None,
    undecided: bool,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[LapseRow]:
    """Those that are due first."""
    day, last = after or (None, None)
    cursor = await connection.execute(
        f"{_SELECT} WHERE {_SEEN} AND (%(step)s::text IS NULL OR l.step = %(step)s)"
        " AND (%(office)s::text IS NULL OR l.office = %(office)s) AND (NOT %(undecided)s OR m.decision IS NULL)"
        " AND (%(day)s::date IS NULL OR (l.due_date, l.lapse_id) > (%(day)s, %(last)s::uuid))"
        " ORDER BY l.due_date, l.lapse_id LIMIT %(limit)s",
        {
            **_parameters(sight),
            "step": step,
            "office": office,
            "undecided": undecided,
            "day": day,
            "last": last,
            "limit": limit,
        },
    )
    return [LapseRow(*row) for row in await cursor.fetchall()]


async def find_lapse(connection: Connection, lapse_id: UUID, sight: Sight) -> LapseRow | None:
    """One of them; None when it stands on no step any more, or is not seen (the two look alike on purpose)."""
    cursor = await connection.execute(
        f"{_SELECT} WHERE l.lapse_id = %(id)s AND {_SEEN}", {"id": lapse_id, **_parameters(sight)}
    )
    row = await cursor.fetchone()
    return LapseRow(*row) if row else None


async def lock_lapse(connection: Connection, lapse_id: UUID) -> None:
    """Until the commit nobody else takes or decides it; nothing, when it stands on no step any more."""
    await connection.execute(
        "INSERT INTO gateway.lapse_matter (lapse_id) SELECT lapse_id FROM scheduler.lapse WHERE lapse_id = %s"
        " ON CONFLICT DO NOTHING",
        (lapse_id,),
    )
    await connection.execute("SELECT FROM gateway.lapse_matter WHERE lapse_id = %s FOR UPDATE", (lapse_id,))


async def take(connection: Connection, lapse_id: UUID, by: str, now: datetime) -> None:
    """The matter is this person's now, and open again where it was decided."""
    await connection.execute(
        "UPDATE gateway.lapse_matter SET taken_by = %s, taken_at = %s, decision = NULL, decided_by = NULL,"
        " decided_at = NULL WHERE lapse_id = %s",
        (by, now, lapse_id),
    )


async def decide(connection: Connection, lapse_id: UUID, decision: str, by: str, now: datetime) -> None:
    """Writes down what was decided: as it is now, and for ever."""
    await connection.execute(
        "INSERT INTO gateway.lapse_decision (lapse_id, decision, decided_by, decided_at) VALUES (%s, %s, %s, %s)",
        (lapse_id, decision, by, now),
    )
    await connection.execute(
        "UPDATE gateway.lapse_matter SET decision = %s, decided_by = %s, decided_at = %s WHERE lapse_id = %s",
        (decision, by, now, lapse_id),
    )


async def lapses_of(connection: Connection, requests: Sequence[tuple[str, str]]) -> dict[tuple[str, str], LapseRow]:
    """Those of these (agency, request_id) that stand on a step."""
    cursor = await connection.execute(
        f"{_SELECT} JOIN unnest(%s::text[], %s::text[]) AS wanted (agency, request_id)"
        " ON wanted.agency = l.agency AND wanted.request_id = l.request_id",
        ([agency for agency, _ in requests], [request_id for _, request_id in requests]),
    )
    return {(row[1], row[2]): LapseRow(*row) for row in await cursor.fetchall()}


@dataclass(frozen=True)
class LapseCounts:
    """One programme."""

    programme: str
    reached: dict[str, int]
    """How many matters came to each step."""
    standing: dict[str, int]
    """How many stand there now."""
    saved_in_grace: int
    saved_after_escalation: int
    saved: int
    proved_too_late: int
    escalated_open: int
    suspended_by_agency: int


_COUNTING: Final = """
WITH bounds AS (
    SELECT %(first)s::date AS first, (%(first)s::date + interval '1 month')::date AS next
),
steps AS (
    SELECT l.* FROM scheduler.lapse_step l LEFT JOIN scheduler.request r USING (agency, request_id) WHERE {seen}
),
reached AS (
    SELECT programme, step, count(*) AS number FROM steps, bounds
    WHERE first IS NULL OR (reached_on >= first AND reached_on < next) GROUP BY programme, step
),
standing AS (
    SELECT l.programme, l.step, count(*) AS number, count(*) FILTER (WHERE m.decision IS NULL) AS undecided
    FROM scheduler.lapse l
    JOIN scheduler.request r ON r.agency = l.agency AND r.request_id = l.request_id AND r.status = 'open'
    LEFT JOIN gateway.lapse_matter m USING (lapse_id)
    WHERE {seen} GROUP BY l.programme, l.step
),
proved AS (
    SELECT s.programme, (c.proved_at AT TIME ZONE %(timezone)s)::date AS day, s.due_date,
        max(s.counts_until) AS counts_until, min(s.reached_on) FILTER (WHERE s.step = 'escalate') AS escalated_on
    FROM steps s
    JOIN scheduler.request r ON r.agency = s.agency AND r.request_id = s.request_id
        AND (r.statement #>> '{{fields,due_date,1}}')::date = s.due_date
    JOIN certify.certificate c ON c.certificate_id = r.certificate_id
    GROUP BY s.agency, s.request_id, s.due_date, s.programme, c.proved_at
),
saved AS (
    SELECT programme, day, day > due_date AND day <= counts_until AS in_grace, day > counts_until AS too_late,
        escalated_on IS NOT NULL AND day >= escalated_on AND day <= counts_until AS after_escalation
    FROM proved, bounds WHERE first IS NULL OR (day >= first AND day < next)
),
saved_by AS (
    SELECT programme, count(*) FILTER (WHERE in_grace) AS in_grace, count(*) FILTER (WHERE after_escalation) AS called,
        count(*) FILTER (WHERE in_grace OR after_escalation) AS saved, count(*) FILTER (WHERE too_late) AS too_late
    FROM saved GROUP BY programme
),
suspended AS (
    SELECT programme, count(DISTINCT lapse_id) AS number FROM (
        SELECT s.programme, lapse_id, (d.decided_at AT TIME ZONE %(timezone)s)::date AS day
        FROM steps s JOIN gateway.lapse_decision d USING (lapse_id)
        WHERE s.step = 'escalate' AND d.decision = 'AGENCY_SUSPENDED'
    ) decided, bounds WHERE first IS NULL OR (day >= first AND day < next) GROUP BY programme
)
SELECT p.programme,
    coalesce((SELECT jsonb_object_agg(step, number) FROM reached r WHERE r.programme = p.programme), '{{}}'),
    coalesce((SELECT jsonb_object_agg(step, number) FROM standing t WHERE t.programme = p.programme), '{{}}'),
    coalesce(b.in_grace, 0), coalesce(b.called, 0), coalesce(b.saved, 0), coalesce(b.too_late, 0),
    coalesce((SELECT undecided FROM standing t WHERE t.programme = p.programme AND t.step = 'escalate'), 0),
    coalesce((SELECT number FROM suspended u WHERE u.programme = p.programme), 0)
FROM (SELECT DISTINCT programme FROM steps) p LEFT JOIN saved_by b USING (programme) ORDER BY p.programme
"""
_COUNTS: Final = _COUNTING.format(seen=_SEEN)


async def count_lapses(connection: Connection, sight: Sight, *, month: date | None, timezone: str) -> list[LapseCounts]:
    """By programme; of a month (its first day) only what came, was proved or decided in it. What stands, stands now.

    A proof counts for a request whose due date is still the one that the steps were for: more time is no rescue.
    One proof saves a request once, also where a rejection made a second matter of it: a person was called when the
    first of them was escalated, and in time is until the last day that the agency was told.
    """
    cursor = await connection.execute(_COUNTS, {**_parameters(sight), "first": month, "timezone": timezone})
    return [LapseCounts(*row) for row in await cursor.fetchall()]
