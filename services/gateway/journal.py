"""The door keeps the journal (`services/platform/journal.py`): every few seconds it appends what is new."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.gateway.door import Door
from services.gateway.store import journal
from services.platform import audit
from services.platform.journal import Kind, append, last

EVERY_S: Final = 10.0
"""What was done in so many seconds before the database was lost is in no journal."""
_PAGE: Final = 5000
_LATE: Final = timedelta(minutes=10)
"""A row is dated when its transaction begins, and seen when that ends: so far back it is looked for again."""


class Journal:
    """What this door has written down lately."""

    def __init__(self) -> None:
        self._lately: dict[Kind, set[UUID]] = {Kind.CAPTURE: set(), Kind.LIST: set()}

    async def keep(self, door: Door) -> int:
        """Appends what is new; how many lines."""
        kept = 0
        for step in (self._audit, self._captures, self._lists, self._certificates):
            while rows := await step(door):
                kept += len(rows)
        return kept

    async def _audit(self, door: Door) -> list[str]:
        after = await _last(door, Kind.AUDIT)
        async with door.pool.connection() as connection:
            rows = await audit.read_page(connection, after=after["number"] if after else 0, limit=_PAGE)
        return await _append(door, Kind.AUDIT, [row.line for row in rows])

    async def _certificates(self, door: Door) -> list[dict[str, Any]]:
        after = await _last(door, Kind.CERTIFICATE)
        async with door.pool.connection() as connection:
            rows = await journal.places_after(connection, after["number"] if after else 0, _PAGE)
        return await _append(door, Kind.CERTIFICATE, rows)

    async def _captures(self, door: Door) -> list[dict[str, Any]]:
        async with door.pool.connection() as connection:
            rows = await journal.captures_since(connection, await _since(door, Kind.CAPTURE), _PAGE)
        return await self._fresh(door, Kind.CAPTURE, "capture_id", rows)

    async def _lists(self, door: Door) -> list[dict[str, Any]]:
        async with door.pool.connection() as connection:
            rows = await journal.lists_since(connection, await _since(door, Kind.LIST), _PAGE)
        return await self._fresh(door, Kind.LIST, "list_id", rows)

    async def _fresh(self, door: Door, kind: Kind, name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        fresh = [row for row in rows if row[name] not in self._lately[kind]]
        self._lately[kind] = {row[name] for row in rows}
        return await _append(door, kind, [{key: _plain(value) for key, value in row.items()} for row in fresh])


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)


async def _append(door: Door, kind: Kind, rows: list[Any]) -> list[Any]:
    await asyncio.to_thread(append, door.settings.journal_folder, kind, rows, datetime.now(UTC))
    return rows


async def _last(door: Door, kind: Kind) -> dict[str, Any] | None:
    return await asyncio.to_thread(last, door.settings.journal_folder, kind)


async def _since(door: Door, kind: Kind) -> datetime:
    known = await _last(door, kind)
    return datetime.fromisoformat(known["received_at"]) - _LATE if known else datetime.min.replace(tzinfo=UTC)
