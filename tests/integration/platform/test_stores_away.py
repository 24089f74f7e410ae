"""Database or broker are away for a while, and back: those who wait for them have them at once, and say so once."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from psycopg_pool import PoolTimeout

from schemas.topics import DEAD_TOPICS
from services.platform import topics_asked
from services.platform.database import open_pool
from services.platform.prepare import prepare
from services.platform.seldom import Seldom
from services.platform.settings import Settings
from services.platform.stores_awaited import await_database, await_topics
from services.platform.topics_asked import TopicsMissing

PATIENCE_S = 3.0
AWAY_S = 9.0
SOON_S = PATIENCE_S
"""The pool's own pauses double: after 9 s it would look again after 15."""


@contextlib.asynccontextmanager
async def _forwarded(port: int, host: str, to: int) -> AsyncIterator[None]:
    """Connections to a port go on to the database."""

    joints: set[asyncio.Task[None]] = set()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, to)
        try:
            await asyncio.gather(pipe(reader, back), pipe(there, writer))
        finally:
            for one in (writer, back):
                one.close()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        joints.add(asyncio.create_task(join(reader, writer)))

    server = await asyncio.start_server(joined, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        for joint in joints:
            joint.cancel()
        await asyncio.gather(*joints, return_exceptions=True)


def _beside(uri: str, port: int) -> tuple[str, str, int]:
    """The same database at a port of ours; and where it really is."""
    there = urlsplit(uri)
    host, real = there.hostname or "", there.port or 0
    return uri.replace(f"{host}:{real}", f"127.0.0.1:{port}"), host, real


@pytest.mark.timeout(60)
async def test_a_pool_finds_a_database_that_is_back(database: str, unused_tcp_port: int) -> None:
    """However long it was away: who asks for a connection has the pool look, and waits no multiple of the outage."""
    uri, host, port = _beside(database, unused_tcp_port)
    async with contextlib.AsyncExitStack() as stack:
        pool = open_pool(uri, patience_s=PATIENCE_S)
        await pool.open()
        stack.push_async_callback(pool.close)
        began = time.monotonic()
        back_at = None
        while True:
            if back_at is None and time.monotonic() - began > AWAY_S:
                await stack.enter_async_context(_forwarded(unused_tcp_port, host, port))
                back_at = time.monotonic()
            with contextlib.suppress(PoolTimeout):
                async with pool.connection() as connection:
                    await connection.execute("SELECT 1")
                break
        assert back_at is not None, "it was not away"
        assert time.monotonic() - back_at < SOON_S


@pytest.mark.timeout(60)
async def test_a_program_that_starts_waits_for_both_and_says_so_once(
    database: str,
    kafka: str,
    unused_tcp_port_factory: Callable[[], int],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does not end; it goes on when they answer; topics that a broker does not have are told at once."""
    monkeypatch.setattr(topics_asked, "WITHIN_S", 1.0)
    caplog.handler.addFilter(seldom := Seldom())
    first, second = unused_tcp_port_factory(), unused_tcp_port_factory()
    uri, there, at = _beside(database, first)
    host, _, port = kafka.partition(":")
    settings = Settings(kafka=f"127.0.0.1:{second}", database=uri, var=tmp_path, topic_prefix="await.")
    names = [DEAD_TOPICS[0].name]
    waiting = [
        asyncio.create_task(asyncio.to_thread(await_database, uri, "platform.position")),
        asyncio.create_task(asyncio.to_thread(await_topics, settings, names)),
    ]
    await asyncio.sleep(4)
    try:
        assert not any(one.done() for one in waiting)
        said = [record.getMessage() for record in caplog.records if "waiting for" in record.getMessage()]
        assert len(said) == len(set(said)) and {line.split()[3] for line in said} == {"database", "broker"}, said
    finally:
        caplog.handler.removeFilter(seldom)
        async with _forwarded(first, there, at), _forwarded(second, host, int(port)):
            await asyncio.wait_for(waiting[0], 30)
            with pytest.raises(TopicsMissing):
                await asyncio.wait_for(waiting[1], 30)
    await asyncio.to_thread(prepare, settings.model_copy(update={"kafka": kafka, "database": database}))
    await asyncio.to_thread(await_topics, settings.model_copy(update={"kafka": kafka}), names)
