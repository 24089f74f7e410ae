"""Deliveries, numbered for each agency: 1, 2, 3, … in the order in which they become visible."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.base import AgencyCode
from services.platform.database import Connection
from services.platform.delivery_numbers import lock_number


@dataclass(frozen=True)
class NewItem:
    """Something to be delivered."""

    agency: AgencyCode
    event_id: UUID
    kind: str
    subject: str
    content: str
    recorded_at: datetime


async def keep_items(connection: Connection, items: Sequence[NewItem]) -> int:
    """Numbers what is new among these and hands it to the webhooks that want it; returns how many were new."""
    by_agency: defaultdict[str, list[NewItem]] = defaultdict(list)
    for item in items:
        by_agency[item.agency].append(item)
    return sum([await _keep(connection, agency, by_agency[agency]) for agency in sorted(by_agency)])


async def _keep(connection: Connection, agency: str, items: Sequence[NewItem]) -> int:
    last = await lock_number(connection, agency)
    cursor = await connection.execute(
        "SELECT event_id FROM delivery.item WHERE agency = %s AND event_id = ANY(%s)",
        (agency, [item.event_id for item in items]),
    )
    known = {row[0] for row in await cursor.fetchall()}
    fresh = list({item.event_id: item for item in items if item.event_id not in known}.values())
    if not fresh:
        return 0
    numbers = list(range(last + 1, last + 1 + len(fresh)))
    await connection.execute(
        "INSERT INTO delivery.item (agency, number, event_id, kind, subject, content, recorded_at)"
        " SELECT %s, * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])",
        (
            agency,
            numbers,
            [item.event_id for item in fresh],
            [item.kind for item in fresh],
            [item.subject for item in fresh],
            [item.content for item in fresh],
            [item.recorded_at for item in fresh],
        ),
    )
    await connection.execute("UPDATE delivery.counter SET last_number = %s WHERE agency = %s", (numbers[-1], agency))
    await connection.execute(
        "INSERT INTO delivery.sending (webhook_id, agency, number, subject, status, due_at)"
        " SELECT w.webhook_id, i.agency, i.number, i.subject, 'waiting', now() FROM delivery.item i"
        " JOIN delivery.webhook w ON w.agency = i.agency AND (w.kinds = '{}' OR i.kind = ANY(w.kinds))"
        " WHERE i.agency = %s AND i.number > %s FOR KEY SHARE OF w",  # one that is being deleted gets nothing more
        (agency, last),
    )
    return len(fresh)


async def forget_items(connection: Connection, *, before: datetime, limit: int = 1000) -> int:
    """Deletes deliveries that were kept before a moment, with what is known of their sending; returns how many.

    The endpoints are locked before their sendings, as everybody does.
    """
    await connection.execute("SELECT FROM delivery.webhook ORDER BY webhook_id FOR NO KEY UPDATE")
    cursor = await connection.execute(
        "DELETE FROM delivery.item WHERE (agency, number) IN"
        " (SELECT agency, number FROM delivery.item WHERE kept_at < %s ORDER BY kept_at LIMIT %s)",
        (before, limit),
    )
    return cursor.rowcount
