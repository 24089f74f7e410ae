"""Ending a task for certain."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

AGAIN_S: Final = 1.0
"""Seconds after which a task that has not ended is cancelled again."""


async def end_task(task: asyncio.Task[Any]) -> None:
    """Cancels a task until it has ended; how it ended is not told.

    Once is not enough: `asyncio.wait_for` of Python 3.11 loses a cancellation that comes in the moment in which what it
    waits for is done (https://github.com/python/cpython/issues/86296), and psycopg waits by it. A task that was
    cancelled at the start of a query then went on to its next pause, and whoever waited for it stood there as long.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN_S)


async def run_until_ended(work: Coroutine[Any, Any, None]) -> None:
    """Does the work, as somebody does who cancels once and waits for the end: a cancellation that comes here reaches
    the work, however many it loses."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task})
    finally:
        await end_task(task)
    task.result()
