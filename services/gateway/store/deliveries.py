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
