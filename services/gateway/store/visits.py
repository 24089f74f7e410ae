"""Visits as the door shows them: the scheduler's table, cut to what the caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from schemas.base import AgencyCode
from services.platform.database import Connection


@dataclass(frozen=True)
class Sight:
    """What a caller may see: None means all."""

    villages: Sequence[str] | None = None
    """Only visits in these villages (a phone)."""
    cadre: str | None = None
    """And those that the published plan gives to this cadre, in whichever village."""
    areas: Sequence[str] | None = None
    """Only visits in villages whose code begins with one of these (a member of staff)."""
    agency: AgencyCode | None = None
    """Only visits with a request of this agency, and of them only its requests."""


@dataclass(frozen=True)
class VisitRow:
    """A visit, cut to the caller's sight."""

    visit_id: UUID
    person_key: str
    version: int
    status: str
    closed_because: str | None
    window: tuple[date, date]
    requests: list[dict[str, Any]]
    village_code: str | None
    opened_at: datetime
    last_decision: str | None
    last_reasons: list[str]
    dwelling: str | None
    announced_on: date | None
    unannounced_because: str | None
    life_event_id: UUID | None
    question_id: UUID | None
    last_outcome: dict[str, Any] | None
    """Of the latest visit without a recording, as JSON."""


_COLUMNS = (
    "SELECT visit_id, person_key, version, status, closed_because, window_first, window_last, requests, village_code,"
    " opened_at, last_decision, last_reasons, dwelling, announced_on, unannounced_because, life_event_id, question_id,"
    " (SELECT jsonb_build_object('outcome', o.outcome, 'state', o.state, 'happened_at', o.happened_at, 'note_code',"
    " o.note_code, 'come_again_on', o.come_again_on, 'come_again_half_day', o.come_again_half_day)"
    " FROM gateway.visit_outcome o WHERE o.visit_id = v.visit_id"
    " ORDER BY o.happened_at DESC, o.recorded_at DESC LIMIT 1) FROM scheduler.visit v"
)
_SEEN = (
    " (%(villages)s::text[] IS NULL OR village_code = ANY(%(villages)s::text[]) OR visit_id = ANY("
    "(SELECT p.visit_ids FROM scheduler.plan_published p WHERE p.cadre_id = %(cadre)s)::uuid[]))"
    " AND (%(areas)s::text[] IS NULL OR village_code ^@ ANY(%(areas)s::text[]))"
    " AND (%(mine)s::jsonb IS NULL OR requests @> %(mine)s::jsonb)"
)


async def find_visit(connection: Connection, visit_id: UUID, sight: Sight) -> VisitRow | None:
    """A visit; None when there is none or the caller may not see it (the two look alike on purpose)."""
    cursor = await connection.execute(
        f"{_COLUMNS} WHERE visit_id = %(id)s AND {_SEEN}",
        {"id": visit_id, **_parameters(sight)},
    )
    row = await cursor.fetchone()
    return _visit(row, sight) if row else None


async def was_carried(connection: Connection, visit_id: UUID, device_id: UUID, since: datetime) -> bool:
    """Whether this phone drew a challenge for this visit that ended after this moment, so that it may have seen it."""
    cursor = await connection.execute(
        "SELECT 1 FROM gateway.challenge WHERE visit_id = %s AND device_id = %s AND expires_at > %s LIMIT 1",
        (visit_id, device_id, since),
    )
    return await cursor.fetchone() is not None


_SUCCESSOR = """
SELECT s.visit_id FROM scheduler.visit v
CROSS JOIN LATERAL jsonb_array_elements(v.requests) AS e (r)
JOIN scheduler.request q ON q.agency = e.r ->> 'agency' AND q.request_id = e.r ->> 'request_id'
JOIN scheduler.visit s ON s.person_key = q.person_key AND s.visit_id <> v.visit_id AND s.status <> 'closed'
    AND s.requests @> jsonb_build_array(jsonb_build_object('agency', q.agency, 'request_id', q.request_id))
WHERE v.visit_id = %s ORDER BY s.window_last, s.visit_id LIMIT 1
"""


async def find_successor(connection: Connection, visit_id: UUID) -> UUID | None:
    """Of the visits that answer requests of this one by now, the most urgent; None when there is none."""
    cursor = await connection.execute(_SUCCESSOR, (visit_id,))
    row = await cursor.fetchone()
    return row[0] if row else None


async def page_of_visits(
    connection: Connection, sight: Sight, *, status: str | None, after: tuple[date, UUID] | None, limit: int
) -> list[VisitRow]:
    """Visits by the end of their window, the most urgent first."""
    cursor = await connection.execute(
        f"{_COLUMNS} WHERE {_SEEN} AND (%(status)s::text IS NULL OR status = %(status)s)"
        " AND (%(day)s::date IS NULL OR (window_last, visit_id) > (%(day)s::date, %(last)s::uuid))"
        " ORDER BY window_last, visit_id LIMIT %(limit)s",
        {
            "status": status,
            "day": after[0] if after else None,
            "last": after[1] if after else None,
            "limit": limit,
            **_parameters(sight),
        },
    )
    return [_visit(row, sight) for row in await cursor.fetchall()]


def _parameters(sight: Sight) -> dict[str, Any]:
    return {
        "villages": None if sight.villages is None else list(sight.villages),
        "cadre": sight.cadre,
        "areas": None if sight.areas is None else list(sight.areas),
        "mine": None if sight.agency is None else Jsonb([{"agency": sight.agency}]),
    }


def _visit(row: Sequence[Any], sight: Sight) -> VisitRow:
    return VisitRow(
        visit_id=row[0],
        person_key=row[1],
        version=row[2],
        status=row[3],
        closed_because=row[4],
        window=(row[5], row[6]),
        requests=[stored for stored in row[7] if sight.agency is None or stored["agency"] == sight.agency],
        village_code=row[8],
        opened_at=row[9],
        last_decision=row[10],
        last_reasons=list(row[11] or ()),
        dwelling=row[12],
        announced_on=row[13],
        unannounced_because=row[14],
        life_event_id=row[15],
        question_id=row[16],
        last_outcome=row[17],
    )
