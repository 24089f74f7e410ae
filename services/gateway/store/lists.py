"""Lists: what came in, what was refused at the door, and what intake made of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from schemas.base import AgencyCode
from services.platform.database import Connection


class SentRow(NamedTuple):
    """A row that went on to intake."""

    row: int
    request_id: str | None


class RefusedRow(NamedTuple):
    """A row that did not."""

    row: int
    request_id: str | None
    code: str


@dataclass(frozen=True)
class ReceivedList:
    """A list as it came in."""

    list_id: UUID
    agency: AgencyCode
    file_name: str
    sha256: str
    received_at: datetime
    sent: Sequence[SentRow]
    refused: Sequence[RefusedRow]
    problems: Sequence[dict[str, Any]]
    sheets: Sequence[str]


@dataclass(frozen=True)
class ListState:
    """A list and how far it is."""

    list_id: UUID
    file_name: str
    sha256: str
    received_at: datetime
    problems: list[dict[str, Any]]
    sheets: list[str]
    rows: int
    refused: int
    accepted: int
    rejected: int


class RowState(NamedTuple):
    """A row and what became of it. `code` is the door's when `outcome` is null and it is not; else intake's."""

    row: int
    request_id: str | None
    door_code: str | None
    outcome: str | None
    code: str | None
    field: str | None
    message: str | None
    next_step: str | None


async def exists(connection: Connection, list_id: UUID) -> bool:
    """Whether the list has been received."""
    cursor = await connection.execute("SELECT 1 FROM gateway.list WHERE list_id = %s", (list_id,))
    return await cursor.fetchone() is not None


async def add(connection: Connection, received: ReceivedList) -> bool:
    """Writes a list with its rows; False when it is there already (a second copy waits for the first)."""
    cursor = await connection.execute(
        "INSERT INTO gateway.list (list_id, agency, file_name, sha256, rows, sent, problems, sheets, received_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            received.list_id,
            received.agency,
            received.file_name,
            received.sha256,
            len(received.sent) + len(received.refused),
            len(received.sent),
            Jsonb(list(received.problems)),
            list(received.sheets),
            received.received_at,
        ),
    )
    if cursor.rowcount == 0:
        return False
    rows: list[tuple[int, str | None, str | None]] = [(r.row, r.request_id, None) for r in received.sent]
    rows += [(r.row, r.request_id, r.code) for r in received.refused]
    await connection.execute(
        "INSERT INTO gateway.list_row (list_id, row, agency, request_id, code)"
        " SELECT %s, t.row, %s, t.request_id, t.code FROM unnest(%s::int[], %s::text[], %s::text[])"
        " AS t (row, request_id, code)",
        (received.list_id, received.agency, [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]),
    )
    return True


async def find_state(connection: Connection, agency: AgencyCode, list_id: UUID) -> ListState | None:
    """How far a list of this agency is; None when it has none of this id."""
    cursor = await connection.execute(
        "SELECT l.list_id, l.file_name, l.sha256, l.received_at, l.problems, l.sheets, l.rows, l.rows - l.sent,"
        " o.accepted, o.rejected FROM gateway.list l, LATERAL (SELECT count(*) FILTER (WHERE outcome = 'accepted')"
        " AS accepted, count(*) FILTER (WHERE outcome = 'rejected') AS rejected FROM scheduler.row_outcome r"
        " WHERE r.list_id = l.list_id AND r.agency = l.agency) o WHERE l.list_id = %s AND l.agency = %s",
        (list_id, agency),
    )
    row = await cursor.fetchone()
    return ListState(*row) if row else None


async def pending(connection: Connection, list_id: UUID) -> int:
    """Rows that went on to intake and have no outcome yet."""
    cursor = await connection.execute(
        "SELECT l.sent - (SELECT count(*) FROM scheduler.row_outcome r WHERE r.list_id = l.list_id)"
        " FROM gateway.list l WHERE l.list_id = %s",
        (list_id,),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def page_of_rows(
    connection: Connection, agency: AgencyCode, list_id: UUID, *, after: int, limit: int, only_rejected: bool
) -> list[RowState]:
    """Rows of a list in their order, from the one after `after`."""
    cursor = await connection.execute(
        "SELECT d.row, d.request_id, d.code, o.outcome, o.code, o.field, o.message, o.next_step"
        " FROM gateway.list_row d LEFT JOIN scheduler.row_outcome o"
        " ON o.list_id = d.list_id AND o.row = d.row AND o.agency = d.agency"
        " WHERE d.list_id = %s AND d.agency = %s AND d.row > %s"
        " AND (NOT %s OR d.code IS NOT NULL OR o.outcome = 'rejected') ORDER BY d.row LIMIT %s",
        (list_id, agency, after, only_rejected, limit),
    )
    return [RowState(*row) for row in await cursor.fetchall()]
