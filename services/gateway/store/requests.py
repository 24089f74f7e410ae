"""Requests as their agency sees them: its own, from the moment they came in at the door to their answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.base import AgencyCode
from services.platform.database import Connection


@dataclass(frozen=True)
class RequestState:
    """What is known of one request. A field is None while the stage that sets it has not been reached."""

    list_id: UUID | None
    row: int | None
    door_code: str | None
    outcome: str | None
    code: str | None
    message: str | None
    next_step: str | None
    status: str | None
    visit_id: UUID | None
    window: tuple[Any, Any] | None
    in_visit: dict[str, Any] | None
    certificate_id: UUID | None
    proved_at: datetime | None
    visit_status: str | None
    life_event_id: UUID | None
    duplicate_of: str | None
    rejected_because: str | None
    """Code of the agency's rejection, where it stands as its last word, or of the revocation."""


async def find_own_number(connection: Connection, agency: AgencyCode, request_id: str) -> str | None:
    """The number under which intake knows a request of this agency: in normal form once judged, else as typed."""
    cursor = await connection.execute(
        "SELECT request_id FROM scheduler.request_owner WHERE agency = %(a)s AND request_id = %(r)s",
        {"a": agency, "r": request_id},
    )
    row = await cursor.fetchone()
    if row is None:
        cursor = await connection.execute(
            "SELECT coalesce(o.request_id, t.request_id) FROM gateway.list_row t JOIN gateway.list l USING (list_id)"
            " LEFT JOIN scheduler.row_outcome o ON o.list_id = t.list_id AND o.row = t.row AND o.agency = t.agency"
            " WHERE t.agency = %(a)s AND t.request_id = %(r)s AND t.code IS NULL"
            " ORDER BY l.received_at DESC, t.row DESC LIMIT 1",
            {"a": agency, "r": request_id},
        )
        row = await cursor.fetchone()
    return str(row[0]) if row else None


async def note_statement(connection: Connection, event_id: UUID, recorded_at: datetime) -> datetime:
    """Writes a statement down; returns when it was first made, which is `recorded_at` when it is new."""
    await connection.execute(
        "INSERT INTO gateway.statement (event_id, recorded_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (event_id, recorded_at),
    )
    cursor = await connection.execute("SELECT recorded_at FROM gateway.statement WHERE event_id = %s", (event_id,))
    row = await cursor.fetchone()
    assert row is not None
    first: datetime = row[0]
    return first


_STATE = """
SELECT d.list_id, d.row, d.code, o.outcome, o.code, o.message, o.next_step, q.status, v.visit_id,
       v.window_first, v.window_last, v.entry, c.certificate_id, c.proved_at, v.status, v.life_event_id, q.duplicate_of,
       c.code
FROM (SELECT %(a)s::text AS agency, %(r)s::text AS request_id) AS asked
LEFT JOIN LATERAL (
    SELECT t.list_id, t.row, t.code FROM gateway.list_row t JOIN gateway.list l USING (list_id)
    WHERE t.agency = asked.agency AND t.request_id = asked.request_id ORDER BY l.received_at DESC, t.row DESC LIMIT 1
) AS d ON true
LEFT JOIN scheduler.row_outcome o ON o.list_id = d.list_id AND o.row = d.row AND o.agency = asked.agency
LEFT JOIN scheduler.request q ON q.agency = asked.agency
    AND q.request_id IN (asked.request_id, o.request_id)
LEFT JOIN LATERAL (
    SELECT s.visit_id, s.window_first, s.window_last, s.status, s.life_event_id, e.entry FROM scheduler.visit s,
    LATERAL jsonb_array_elements(s.requests) AS e (entry)
    WHERE s.person_key = q.person_key AND e.entry ->> 'agency' = asked.agency
      AND e.entry ->> 'request_id' = q.request_id
    ORDER BY (s.status <> 'closed') DESC, (s.life_event_id IS NOT NULL) DESC, s.version DESC LIMIT 1
) AS v ON true
LEFT JOIN LATERAL (
    SELECT k.certificate_id, k.proved_at, coalesce(w.reason, r.code) AS code FROM certify.certificate k
    LEFT JOIN LATERAL gateway.last_receipt(k.certificate_id) AS r ON true
    LEFT JOIN LATERAL gateway.revoked(k.certificate_id) AS w ON true
    WHERE k.agency = asked.agency AND k.request_id = coalesce(q.request_id, asked.request_id)
    ORDER BY k.number DESC LIMIT 1
) AS c ON true
WHERE d.list_id IS NOT NULL OR q.request_id IS NOT NULL OR c.certificate_id IS NOT NULL
ORDER BY (q.request_id = asked.request_id) DESC LIMIT 1
"""


async def find_request(connection: Connection, agency: AgencyCode, request_id: str) -> RequestState | None:
    """What is known of a request of this agency; None when it made none of this number."""
    cursor = await connection.execute(_STATE, {"a": agency, "r": request_id})
    row = await cursor.fetchone()
    if row is None:
        return None
    window = (row[9], row[10]) if row[8] is not None else None
    return RequestState(*(*row[:9], window, *row[11:]))
