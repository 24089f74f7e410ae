"""A clock that jumps: whatever cannot be undone waits until the clock is believed, and then goes on by itself."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from schemas.topics import CERTIFICATE
from services.certify import sweeper
from services.certify.domain.retention import RetentionPolicy
from services.certify.sweeper import Sweeper
from services.delivery import retention as delivery_retention
from services.delivery.retention import forget_for_ever
from services.platform import clock
from services.platform.clock import UNUSUAL, ClockWatch, await_believed, believe, is_believed, read_clock
from services.platform.database import Connection, open_pool
from services.platform.runner import Reader
from services.platform.settings import Settings
from services.platform.worker import Worker
from services.scheduler import ladder_clock
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from tests.integration.delivery.office import going_on, until
from tests.integration.delivery.test_files import _item, _keep
from tests.streams.desk import RULES
from tests.streams.test_ladder import ANNA, Tower, tower  # noqa: F401 (a fixture)
from tests.streams.test_retention import Archive, archive  # noqa: F401 (a fixture)

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
YEARS = timedelta(days=3000)
LATER = NOW + YEARS


@pytest.fixture(autouse=True)
def unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time server keeps this machine's clock."""
    monkeypatch.setattr(clock, "is_set", lambda: False)


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An installation whose clock was believed at NOW."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as opened:
        await believe(opened, NOW)
        yield opened


@pytest.mark.parametrize("off", [UNUSUAL, -UNUSUAL])
async def test_a_clock_is_doubted_far_from_when_it_was_believed(connection: Connection, off: timedelta) -> None:
    """Ahead or behind; what is within a long holiday is believed, and moves on."""
    assert not await is_believed(connection, NOW + off * 1.01)
    assert await is_believed(connection, NOW + off)
    assert await read_clock(connection) == clock.ClockSeen(NOW + off, None)


async def test_it_is_said_once_and_believed_again_when_it_is_corrected(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """With a permanent code and what to do; what it showed first is kept for `onevisit doctor`."""
    for hours in range(3):
        assert not await is_believed(connection, LATER + timedelta(hours=hours))
    (said,) = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert said.getMessage().startswith(f"CLOCK_IN_DOUBT: the clock shows {LATER:%Y-%m-%d}")
    assert "onevisit clock --is-right" in said.getMessage()
    assert await read_clock(connection) == clock.ClockSeen(NOW, LATER)
    assert await is_believed(connection, NOW + timedelta(minutes=3))
    assert await read_clock(connection) == clock.ClockSeen(NOW + timedelta(minutes=3), None)


async def test_a_time_server_or_the_operator_is_believed(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that was off for a year goes on by itself where its clock is kept, and by one word where it is not."""
    later = NOW + timedelta(days=365)
    assert not await is_believed(connection, later)
    await believe(connection, later)
    assert await is_believed(connection, later)
    assert not await is_believed(connection, later + timedelta(days=365))
    monkeypatch.setattr(clock, "is_set", lambda: True)
    assert await is_believed(connection, later + timedelta(days=365))


async def test_no_recording_is_erased_in_another_decade(
    archive: Archive,  # noqa: F811
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sweeper holds; when the clock is right again it erases what is due, by itself."""
    monkeypatch.setattr(sweeper, "EVERY_S", 0.01)
    waiting, due = await archive.keep("certified"), await archive.keep("retry")
    shown = LATER
    async with (
        open_pool(database) as pool,
        going_on(Sweeper(archive.blobs, RetentionPolicy(), lambda: shown).sweep_for_ever(pool)),
    ):
        await until(lambda: _is_doubted(archive.connection))
        await asyncio.sleep(0.1)
        assert await archive.holds(waiting) == await archive.holds(due) == (True, True)
        shown = archive.began + timedelta(days=7.1)
        await until(lambda: _is_gone(archive, due))
        assert await archive.holds(waiting) == (True, True)


async def test_no_delivery_is_forgotten_in_another_decade(
    connection: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agency that was away for a while still finds what is for it."""
    monkeypatch.setattr(delivery_retention, "EVERY_S", 0.01)
    await _keep(connection, _item(1), _item(2))
    await connection.execute("UPDATE delivery.item SET kept_at = %s WHERE number = 1", (NOW - timedelta(days=500),))
    await connection.execute("UPDATE delivery.item SET kept_at = %s WHERE number = 2", (NOW,))
    shown = LATER
    async with open_pool(database) as pool, going_on(forget_for_ever(400, lambda: shown)(pool)):
        await until(lambda: _is_doubted(connection))
        await asyncio.sleep(0.1)
        assert await _numbers(connection) == [1, 2]
        shown = NOW
        await until(lambda: _are(connection, [2]))


async def test_no_agency_is_told_of_a_lapse_in_another_decade(
    tower: Tower,  # noqa: F811
    database: str,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A step before a lapse is told once and never taken back."""
    monkeypatch.setattr(ladder_clock, "EVERY_S", 0.01)
    await tower.ask(ANNA, "P-1", "2026-03-10")
    shown = LATER
    climbing = LadderClock(database, LadderPolicy(), RULES.county, lambda: shown)
    async with open_pool(database) as pool, going_on(climbing.climb_for_ever(pool)):
        await until(lambda: _is_doubted(connection))
        await asyncio.sleep(0.1)
        assert await tower.told() == []
        assert await tower.stands() == {}
        shown = NOW
        await until(lambda: _stands(tower))
    tower.today = date(2026, 3, 1)
    assert await tower.told() == []


async def test_a_program_that_starts_waits_for_its_clock(connection: Connection, database: str) -> None:
    """So no worker folds, signs or tells anything with a date of another decade."""
    await believe(connection, datetime.now(UTC) - timedelta(days=3000))
    started = threading.Thread(target=await_believed, args=(database,), daemon=True)
    started.start()
    await until(lambda: _is_doubted(connection))
    await asyncio.to_thread(started.join, 1.5)
    assert started.is_alive()
    await believe(connection, datetime.now(UTC))
    await asyncio.to_thread(started.join, 20)
    assert not started.is_alive()


async def test_a_worker_folds_nothing_while_the_clock_is_in_doubt(connection: Connection, database: str) -> None:
    """A clock that jumps while it runs holds what comes next."""
    folded: list[int] = []

    async def fold(_: Any, events: Any) -> None:
        folded.append(len(events))

    async with open_pool(database) as pool:
        worker = Worker("certify", Settings(database=database), (), pool=pool)
        worker.clock = ClockWatch(lambda: LATER)
        await worker.clock.look(pool)
        folding = asyncio.create_task(worker._guarded(Reader(CERTIFICATE, fold), []))
        await asyncio.sleep(0.3)
        assert not folding.done()
        worker.clock.doubted = False
        await asyncio.wait_for(folding, 10)


async def _is_doubted(connection: Connection) -> bool:
    return (await read_clock(connection)).doubted_at is not None


async def _is_gone(held: Archive, capture: Any) -> bool:
    return await held.holds(capture) == (False, False)


async def _numbers(connection: Connection) -> list[int]:
    cursor = await connection.execute("SELECT number FROM delivery.item ORDER BY number")
    return [number for (number,) in await cursor.fetchall()]


async def _are(connection: Connection, numbers: list[int]) -> bool:
    return await _numbers(connection) == numbers


async def _stands(held: Tower) -> bool:
    return await held.stands() != {}
