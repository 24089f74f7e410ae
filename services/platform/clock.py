"""Whether the machine's clock is believed. A machine that boots in 2035 must not erase, close months, or date what it
signs, until its clock was set.

Every program notes once a minute until when the clock was believed. A clock that stands further from that than a long
holiday is believed only when the kernel says that it is set by a time server, or when the operator says so.
"""

import asyncio
import ctypes
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg

from services.platform.database import Connection, Pool
from services.platform.seldom import AGAIN

log = logging.getLogger(__name__)

UNUSUAL: Final = timedelta(days=10)
"""A machine that is off over the longest public holiday is back within it: nine days, Spring Festival 2026 (15 to 23
February, notice of the General Office of the State Council of 4 November 2025). A clock that is wrong by less erases a
certified recording (30 days) after 20 at the least."""
LOOK_EVERY_S: Final = 60.0
CODE: Final = "CLOCK_IN_DOUBT"
_NOT_SET: Final = 5
"""TIME_ERROR of adjtimex(2): no time server keeps the clock since the machine started, or since it was set by hand."""

_JUDGE: Final = """
WITH was AS (SELECT seen_at, doubted_at FROM platform.clock FOR UPDATE), found AS (
    SELECT *, %(set)s OR %(now)s BETWEEN seen_at - %(unusual)s AND seen_at + %(unusual)s AS believed FROM was)
UPDATE platform.clock AS c SET seen_at = CASE WHEN believed THEN %(now)s ELSE c.seen_at END,
    doubted_at = CASE WHEN believed THEN NULL ELSE coalesce(c.doubted_at, %(now)s) END
FROM found RETURNING believed, found.seen_at, found.doubted_at IS NOT NULL
"""


@dataclass(frozen=True)
class ClockSeen:
    """What is noted of the clock."""

    seen_at: datetime
    """When it was last believed."""
    doubted_at: datetime | None
    """What it showed when it was first doubted; None while it is believed."""


def is_set() -> bool:
    """Whether the kernel says that a time server keeps its clock (NTP); False too where it does not say."""
    try:
        return ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) not in (_NOT_SET, -1)  # only asks: modes=0
    except (OSError, AttributeError):
        return False


def is_plausible(seen_at: datetime, now: datetime) -> bool:
    """Whether a clock that was last believed at `seen_at` may show `now`."""
    return abs(now - seen_at) <= UNUSUAL or is_set()


async def is_believed(connection: Connection, now: datetime) -> bool:
    """Judges the clock and notes it; the first doubt is said once, and its end."""
    cursor = await connection.execute(_JUDGE, {"now": now, "set": is_set(), "unusual": UNUSUAL})
    return _told(await cursor.fetchone(), now)


async def believe(connection: Connection, now: datetime) -> None:
    """The operator's word that this is the time."""
    await connection.execute("UPDATE platform.clock SET seen_at = %s, doubted_at = NULL", (now,))


async def read_clock(connection: Connection) -> ClockSeen:
    """What is noted."""
    row = await (await connection.execute("SELECT seen_at, doubted_at FROM platform.clock")).fetchone()
    assert row is not None, "the migration writes it"
    return ClockSeen(*row)


def doubt_in_words(seen_at: datetime, now: datetime) -> str:
    """What is wrong, and what to do."""
    return (
        f"{CODE}: the clock shows {now:%Y-%m-%d %H:%M} UTC, and was last believed at {seen_at:%Y-%m-%d %H:%M} UTC."
        " Until it is right, nothing is erased, taken in or signed. Set it, or start its time service: all goes on by"
        " itself. If it is right (the machine was off for so long): onevisit clock --is-right"
    )


def await_believed(database: str) -> None:
    """Returns when the clock is believed; says so once a minute until then."""
    while True:
        try:
            with psycopg.connect(database) as connection:
                now = datetime.now(UTC)
                row = connection.execute(_JUDGE, {"now": now, "set": is_set(), "unusual": UNUSUAL}).fetchone()
            if _told(row, now):
                return
        except psycopg.OperationalError as error:
            log.warning("waiting for the database (%s)", type(error).__name__, extra=AGAIN)
        time.sleep(1.0)


class ClockWatch:
    """Looks at the clock once a minute, for a program that runs: `doubted` says what it found last."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self.doubted = False

    async def look(self, pool: Pool) -> None:
        """Looks now."""
        async with pool.connection() as connection:
            self.doubted = not await is_believed(connection, self._now())

    async def look_for_ever(self, pool: Pool) -> None:
        """Looks now and then every minute; what it found stands while the database is away."""
        while True:
            try:
                await self.look(pool)
            except Exception as error:
                log.warning("the clock could not be looked at (%s); trying again", type(error).__name__, extra=AGAIN)
            await asyncio.sleep(LOOK_EVERY_S)

    async def until_believed(self) -> None:
        """Returns when the clock is believed."""
        while self.doubted:
            await asyncio.sleep(1.0)


def _told(row: tuple[object, ...] | None, now: datetime) -> bool:
    if row is None:
        return True  # nothing is noted yet
    believed, seen_at, was_doubted = row
    assert isinstance(seen_at, datetime)
    if not believed and not was_doubted:
        log.critical("%s", doubt_in_words(seen_at, now))
    elif believed and was_doubted:
        log.warning("the clock is believed again: what was held goes on")
    return bool(believed)
