"""Every minute: has anything changed by which agencies would be asked of other requests?"""

from datetime import date, datetime, timedelta
from typing import Final

from services.gateway.agencies.records_asked import keep_asked
from services.gateway.door import Door
from services.gateway.phone.day import today_of
from services.gateway.store.record_checks import count_changes

AT_LEAST: Final = timedelta(hours=1)
"""An answer ceases to count without anything being written."""


class AskedRounds:
    """When it was worked out last of which requests agencies are asked, and what had changed by then."""

    def __init__(self) -> None:
        self._last: tuple[int, date] | None = None
        self._again_at: datetime | None = None

    async def keep_up(self, door: Door) -> bool:
        """Works it out anew if visits, plan or answers have changed, on another day, and once an hour; whether it did.

        That reads every open visit; to see that nothing has changed reads none.
        """
        now = door.now()
        async with door.pool.connection() as connection:
            seen = (await count_changes(connection), today_of(door, now))
        if seen == self._last and self._again_at is not None and now < self._again_at:
            return False
        await ask_for_records(door)
        self._last, self._again_at = seen, now + AT_LEAST
        return True


async def ask_for_records(door: Door) -> None:
    """Of which requests agencies are asked today, whatever has changed."""
    await keep_asked(door, today_of(door, door.now()))
