"""The planner: visit → plan. Hears of visits, mends the draft, answers the desk, searches, publishes.

python -m services.scheduler.planner.app
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psycopg
from psycopg_pool import PoolTimeout

from schemas.topics import VISIT, VISIT_OUTCOME
from services.platform.database import Pool
from services.platform.runner import Reader
from services.platform.seldom import AGAIN
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Chore, Worker
from services.scheduler.planner import folds
from services.scheduler.planner.county import CountyRules
from services.scheduler.planner.desk import Desk
from services.scheduler.planner.jobs import Jobs
from services.scheduler.planner.mender import Mender

log = logging.getLogger(__name__)

CHANNEL = "onevisit_planner"
"""Where the door rings when it has asked something (NOTIFY)."""
IDLE_S = 0.5
"""How long the planner waits for a ring before it looks by itself."""
SEARCH_LOCK = 7_036_006
"""Number of the advisory lock that makes one planner the only one that searches."""
RETRY_S = 2.0
"""Pause while the database is away."""


def readers() -> tuple[Reader, ...]:
    """All subscriptions of the planner."""
    return (
        Reader(VISIT, folds.note_visits, batch=500),
        Reader(VISIT_OUTCOME, folds.note_outcomes, batch=50),
    )


def chores(settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> tuple[Chore, ...]:
    """What the planner does beside reading: answering, mending, searching; each endless, and never raising."""
    rules = CountyRules.of(settings)
    desk, jobs, mender = Desk(rules, now), Jobs(rules, now), Mender(rules, now)

    async def answer(pool: Pool) -> None:
        await _for_ever("answering", lambda: _at_every_ring(settings.database, lambda: desk.answer_next(pool)))

    async def mend(pool: Pool) -> None:
        await _for_ever("mending", lambda: _whenever(lambda: mender.mend_once(pool)))

    async def search(pool: Pool) -> None:
        await _for_ever("searching", lambda: _alone(settings.database, lambda: jobs.work_once(pool)))

    return (answer, mend, search)


Work = Callable[[], Awaitable[bool]]
"""Does one thing; False when there is nothing to do."""


async def _at_every_ring(database: str, work: Work) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        while True:
            while await work():
                pass
            async for _ in connection.notifies(timeout=IDLE_S, stop_after=1):
                pass


async def _alone(database: str, work: Work) -> None:
    """Searches while no other planner does: a job that is running is taken up again by the one that holds the lock."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute("SELECT pg_advisory_lock(%s)", (SEARCH_LOCK,))
        while True:
            if not await work():
                await asyncio.sleep(IDLE_S)
                await connection.execute("SELECT 1")


async def _whenever(work: Work) -> None:
    while True:
        if not await work():
            await asyncio.sleep(IDLE_S)


async def _for_ever(what: str, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            why = type(error).__name__
            log.warning("%s: the database does not answer (%s); trying again", what, why, extra=AGAIN)
        except Exception:
            log.exception("%s failed; trying again", what, extra=AGAIN)
        await asyncio.sleep(RETRY_S)


def main() -> None:
    """Runs the planner until a signal stops it."""
    configure_logging()
    settings = Settings.from_env()
    Worker("planner", settings, readers(), chores=chores(settings)).main()


if __name__ == "__main__":
    main()
