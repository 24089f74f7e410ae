"""Closing of months: the figures are frozen once, with what lies behind them, and so are letters and escalations.

A month is one transaction: a kill leaves it open and whole, and the next round of the sweeper closes it. What is
corrected later changes no letter.
"""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.gateway.burden.months import count_month
from services.gateway.burden.telling import tell_letter
from services.gateway.domain.burden_months import escalates, letters_in_a_row, months_to_close
from services.gateway.door import Door
from services.gateway.store import burden, escalations
from services.gateway.store.burden import Closed
from services.platform.database import Connection

log = logging.getLogger(__name__)


async def close_months(door: Door, *, now: datetime | None = None) -> list[date]:
    """Closes what is over and old enough, the oldest first, each month once; those that were closed."""
    now = now or door.now()
    today = now.astimezone(ZoneInfo(door.settings.timezone)).date()
    closed: list[date] = []
    while True:
        async with door.pool.connection() as connection, connection.transaction():
            await burden.lock_months(connection)
            last = await burden.last_closed(connection)
            waiting = months_to_close(last, today, door.burden.close_after_days)
            if not waiting:
                return closed
            await _close(door, connection, waiting[0], now)
        closed.append(waiting[0])
        log.info("closed the burden index of %s", f"{waiting[0]:%Y-%m}")


async def _close(door: Door, connection: Connection, month: date, now: datetime) -> None:
    counted = await count_month(connection, month, door.settings, door.burden)
    await burden.freeze(connection, Closed(month, now, door.burden), counted.standings, counted.behind)
    ranked = sum(one.rank is not None for one in counted.standings)
    for one in counted.standings:
        if not one.letter or one.rank is None:
            continue
        agency = one.figures.agency
        with_letter = await burden.months_with_letter(connection, agency)
        escalated = escalates(with_letter, month, door.burden.in_a_row)
        if escalated:
            await escalations.open_escalation(connection, agency, month, now)
        await tell_letter(
            door,
            connection,
            agency,
            f"{month:%Y-%m}",
            rank=one.rank,
            ranked=ranked,
            in_a_row=letters_in_a_row(with_letter, month),
            escalated=escalated,
        )
