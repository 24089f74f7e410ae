"""The database is away for a while, and back: those who wait for it have it at once."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from psycopg_pool import PoolTimeout

from services.platform.database import open_pool

PATIENCE_S = 3.0
AWAY_S = 9.0
SOON_S = PATIENCE_S
"""The pool's own pauses double: after 9 s it would look again after 15."""


@contextlib.asynccontextmanager
async def _forwarded(port: int, host: str, to: int) -> AsyncIterator[None]:
    """Connections to a port go on to the database."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        writer.close()

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, to)
        await asyncio.gather(pipe(reader, back), pipe(there, writer))

    server = await asyncio.start_server(joined, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


@pytest.mark.timeout(60)
async def test_a_pool_finds_a_database_that_is_back(database: str, unused_tcp_port: int) -> None:
    """However long it was away: who asks for a connection has the pool look, and waits no multiple of the outage."""
    there = urlsplit(database)
    host, port = there.hostname or "", there.port or 0
    uri = database.replace(f"{host}:{port}", f"127.0.0.1:{unused_tcp_port}")
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
