"""The one connection that listens for all pages of the desk is gone when the last of them is."""

import asyncio
import contextlib
from functools import partial

import pytest

from services.gateway.desk.bell import Bell
from tests.integration.delivery.office import until
from tests.integration.gateway.conftest import Bench

LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %%'"


async def listening(bench: Bench) -> int:
    """How many connections of this test's database listen."""
    ((count,),) = await bench.execute(LISTENING)
    return int(count)


async def nobody_listens(bench: Bench) -> bool:
    """Soon: the database notices in its own time that a connection was closed."""
    return await listening(bench) == 0


async def test_nobody_listens_when_no_page_is_open(bench: Bench) -> None:
    """Two pages share one, and close it with the second."""
    bell = Bell(bench.settings.database)
    for _ in range(3):
        async with bell.changes(), bell.changes():
            assert await listening(bench) == 1
        await until(partial(nobody_listens, bench))


async def test_a_listener_that_loses_its_cancellation_ends(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It went on, and kept its connection, while the next page began another."""
    listen = Bell._listen

    async def deaf(self: Bell) -> None:
        task = asyncio.create_task(listen(self))
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait({task})
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            await asyncio.wait({task})

    monkeypatch.setattr(Bell, "_listen", deaf)
    bell = Bell(bench.settings.database)
    async with bell.changes():
        assert await listening(bench) == 1
    await until(partial(nobody_listens, bench))
