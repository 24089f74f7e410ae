"""Clients that go on when a server dies under them: what they ask may be asked again without harm."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import psycopg

from services.cli.demo.errors import DemoFailed

PATIENCE_S = 120.0
PAUSE_S = 0.3
_LATER = {502, 503, 504}
_T = TypeVar("_T")
Connection = psycopg.AsyncConnection[psycopg.rows.TupleRow]


async def ask(call: Callable[[], Awaitable[httpx.Response]]) -> dict[str, Any]:
    """The JSON of an answer that went well; asks again while the server is away.

    Raises:
        DemoFailed: with what the gateway said, or that it stayed away.
    """
    give_up_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = await call()
        except httpx.TransportError as error:
            if time.monotonic() > give_up_at:
                raise DemoFailed(f"the gateway does not answer ({type(error).__name__}): see its log") from None
        else:
            if answer.is_success:
                return dict(answer.json())
            if answer.status_code not in _LATER or time.monotonic() > give_up_at:
                where = f"{answer.request.method} {answer.request.url.path}"
                raise DemoFailed(f"{where}: {answer.status_code} {answer.text[:400]}")
        await asyncio.sleep(PAUSE_S)


async def query(database: str, work: Callable[[Connection], Awaitable[_T]]) -> _T:
    """What `work` makes of a connection; again from the start while the database is away.

    Raises:
        DemoFailed: when it stayed away.
    """
    give_up_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(database) as connection:
                return await work(connection)
        except psycopg.OperationalError:
            if time.monotonic() > give_up_at:
                raise DemoFailed("the database does not answer: see the log of `postgres`") from None
        await asyncio.sleep(PAUSE_S)
