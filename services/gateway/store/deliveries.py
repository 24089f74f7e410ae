"""Deliveries as their agency pulls them: numbered without gaps, each seen once and none missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery; `content` is the event's JSON."""

    number: int
    event_id: UUID
    kind: str
    recorded_at: datetime
    content: str


@dataclass(frozen=True)
class Reached:
    """How far an agency's deliveries are numbered, and written into files."""

    newest: int
    """Number of the newest; 0: none yet."""
    file_number: int | None
    """Of the newest file that is written."""
    file_up_to: int | None
    """Number of the last delivery in it."""
    file_written_at: datetime | None
    """When."""


async def how_far(connection: Connection, agency: str) -> Reached:
    """How far this agency's deliveries are."""
    cursor = await connection.execute(
        "SELECT coalesce((SELECT last_number FROM delivery.counter WHERE agency = %(agency)s), 0), f.file_number,"
        " f.last_number, f.written_at FROM (SELECT) AS always LEFT JOIN LATERAL (SELECT file_number, last_number,"
        " written_at FROM delivery.file WHERE agency = %(agency)s AND written_at IS NOT NULL"
        " ORDER BY file_number DESC LIMIT 1) f ON true",
        {"agency": agency},
    )
    row = await cursor.fetchone()
    assert row is not None, "one row, whatever is there"
    return Reached(*row)


async def page_of_deliveries(
    connection: Connection, agency: str, *, kinds: Sequence[str], after: int, limit: int
) -> list[DeliveryRow]:
    """What was delivered to this agency after a number; of these kinds only, if any are named.

    Whoever numbers locks the agency's counter until the commit, so a smaller number never appears behind a greater one.
    """
    cursor = await connection.execute(
        "SELECT number, event_id, kind, recorded_at, content FROM delivery.item WHERE agency = %s AND number > %s"
        " AND (%s::text[] = '{}' OR kind = ANY(%s::text[])) ORDER BY number LIMIT %s",
        (agency, after, list(kinds), list(kinds), limit),
    )
    return [DeliveryRow(*row) for row in await cursor.fetchall()]
