"""While the clock is in doubt the door shows, and takes nothing in: what it wrote would be dated in 2035."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from tusclient.exceptions import TusCommunicationError

from services.gateway.door import Door
from services.gateway.sweeper import repeat
from services.platform import clock
from services.platform.clock import believe
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.serving import CLIP, send, served


@pytest.fixture(autouse=True)
def unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time server keeps this machine's clock."""
    monkeypatch.setattr(clock, "is_set", lambda: False)


async def _believed(bench: Bench, at: datetime) -> None:
    async with bench.door.pool.connection() as connection:
        await believe(connection, at)


async def test_nothing_is_taken_in_while_the_clock_is_in_doubt(bench: Bench) -> None:
    """Refused with a code that a phone takes for "later"; its recording stays with it, and is taken when it comes
    again."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    metadata = phone.metadata(CLIP, await bench.challenge(phone, visit))
    await _believed(bench, datetime.now(UTC) - timedelta(days=3000))
    await bench.door.clock.look(bench.door.pool)
    refused = await bench.http.post(f"/v1/visits/{visit}/challenge", headers=phone.headers)
    assert (refused.status_code, refused.json()["code"]) == (503, "CLOCK_IN_DOUBT")
    assert refused.headers["Retry-After"] == "60"
    assert (await bench.http.get("/v1/today", headers=phone.headers)).status_code == 200
    async with served(bench.app) as address:
        with pytest.raises(TusCommunicationError):
            await send(address, phone, CLIP, metadata)
        assert await bench.execute("SELECT count(*) FROM gateway.capture") == [(0,)]
        await _believed(bench, datetime.now(UTC))
        await bench.door.clock.look(bench.door.pool)
        await send(address, phone, CLIP, metadata)
    assert await bench.execute("SELECT count(*) FROM gateway.capture") == [(1,)]


async def test_what_the_door_does_by_itself_waits_for_the_clock(bench: Bench) -> None:
    """Months are closed once, reports and uploads are erased for good: all of it waits, and goes on by itself."""
    done: list[bool] = []

    async def work(door: Door) -> None:
        done.append(door.clock.doubted)

    await _believed(bench, datetime.now(UTC) - timedelta(days=3000))
    working = asyncio.create_task(repeat(bench.door, 0.02, work))
    try:
        await _until(lambda: _doubted(bench))
        await asyncio.sleep(0.2)
        assert done == []
        await _believed(bench, datetime.now(UTC))
        await _until(lambda: asyncio.sleep(0, bool(done)))
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    assert not any(done)


async def _doubted(bench: Bench) -> bool:
    return bench.door.clock.doubted


async def _until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await done():
            await asyncio.sleep(0.02)
