"""What the county had received and has lost since: recordings that must be made again, and when it was restored."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.store.accounts import Device
from services.platform.database import Connection


@dataclass(frozen=True)
class LostCapture:
    """A recording that must be made again."""

    capture_id: UUID
    visit_id: UUID
    person_key: str


async def note_restored(connection: Connection, now: datetime) -> None:
    """Writes down that the database was restored."""
    await connection.execute("INSERT INTO gateway.restored VALUES (%s) ON CONFLICT DO NOTHING", (now,))


async def last_restored(connection: Connection) -> datetime | None:
    """When the database was restored last."""
    cursor = await connection.execute("SELECT max(restored_at) FROM gateway.restored")
    row = await cursor.fetchone()
    return row[0] if row else None


async def note_lost(connection: Connection, row: dict[str, Any], now: datetime) -> None:
    """Writes down that a recording is gone; `row` is its line in the journal."""
    await connection.execute(
        "INSERT INTO gateway.lost_capture (capture_id, visit_id, device_id, cadre_id, received_at, noted_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (row["capture_id"], row["visit_id"], row["device_id"], row.get("cadre_id"), row["received_at"], now),
    )


_TO_FILM_AGAIN = """
SELECT l.capture_id, l.visit_id, v.person_key FROM gateway.lost_capture l JOIN scheduler.visit v USING (visit_id)
WHERE v.status = 'open' AND NOT EXISTS (
        SELECT 1 FROM gateway.capture c WHERE c.capture_id = l.capture_id
            OR (c.visit_id = l.visit_id AND c.received_at > l.received_at)
    )
"""
"""Of a visit that is open, and of which nothing has been received since. A paused one waits for its life event."""

_OF_PHONE = f"""
{_TO_FILM_AGAIN}
    AND (l.device_id = %(device)s OR (l.cadre_id = %(cadre)s
        AND NOT EXISTS (SELECT 1 FROM gateway.device d WHERE d.device_id = l.device_id AND d.revoked_at IS NULL)))
    AND (v.village_code = ANY(%(villages)s) OR v.visit_id = ANY(
        (SELECT p.visit_ids FROM scheduler.plan_published p WHERE p.cadre_id = %(cadre)s)::uuid[]))
ORDER BY l.received_at, l.capture_id
"""  # noqa: S608 (made of the constant above)


async def lost_of_phone(connection: Connection, device: Device) -> list[LostCapture]:
    """Those that this phone has sent, of visits that it may see. A phone that was enrolled after the backup, or is
    revoked, must be enrolled anew, and is another one then: what it had sent is told to the phones of its cadre."""
    cursor = await connection.execute(
        _OF_PHONE,
        {"device": device.device_id, "cadre": device.cadre_id, "villages": list(device.village_codes)},
    )
    return [LostCapture(*row) for row in await cursor.fetchall()]


async def lost_of_visits(connection: Connection, visit_ids: Collection[UUID]) -> dict[UUID, LostCapture]:
    """Of these visits, those whose recording must be made again."""
    cursor = await connection.execute(f"{_TO_FILM_AGAIN} AND l.visit_id = ANY(%s)", (list(visit_ids),))
    return {row[1]: LostCapture(*row) for row in await cursor.fetchall()}
