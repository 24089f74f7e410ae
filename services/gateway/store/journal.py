"""What the journal keeps of the door's own tables."""

from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from services.platform.database import Connection


async def captures_since(connection: Connection, moment: datetime, limit: int) -> list[dict[str, Any]]:
    """Recordings that came in from then on, the oldest first: each as a `CaptureRow`, and whose phone it was."""
    return await _rows(
        connection,
        "SELECT c.*, d.cadre_id FROM gateway.capture c JOIN gateway.device d USING (device_id)"
        " WHERE c.received_at > %s ORDER BY c.received_at LIMIT %s",
        moment,
        limit,
    )


async def lists_since(connection: Connection, moment: datetime, limit: int) -> list[dict[str, Any]]:
    """Lists that agencies handed in from then on, the oldest first."""
    return await _rows(
        connection,
        "SELECT list_id, agency, received_at FROM gateway.list WHERE received_at > %s ORDER BY received_at LIMIT %s",
        moment,
        limit,
    )


async def places_after(connection: Connection, number: int, limit: int) -> list[dict[str, Any]]:
    """Certificates after a number, with their places in the status lists: a row is shown only when no smaller number
    can still appear, as to agencies."""
    return await _rows(
        connection,
        "SELECT c.number, c.certificate_id::text, s.list, s.place FROM certify.certificate c"
        " JOIN certify.status_entry s USING (certificate_id) WHERE c.number > %s"
        " AND (c.issued_at < now() - interval '1 hour'"
        " OR age(c.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)) ORDER BY c.number LIMIT %s",
        number,
        limit,
    )


async def _rows(connection: Connection, query: str, *parameters: object) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.encode(), parameters)
        return await cursor.fetchall()
