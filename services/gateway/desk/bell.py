"""What changes at the desk, told to every open page: one connection listens to the database for all of them."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from services.gateway.store.desk import CHANNEL
from services.platform.ending import end_task
from services.platform.seldom import AGAIN

log = logging.getLogger(__name__)

QUEUE = 200
"""Changes that a page may lag behind; one that lags more is told the last ones."""
RETRY_S = 2.0
PATIENCE_S = 10.0
"""How long a page waits until somebody listens for it."""
Change = dict[str, Any]


@dataclass
class Bell:
    """The pages that listen; listening begins with the first and ends with the last."""

    database: str
    _pages: set[asyncio.Queue[Change | None]] = field(default_factory=set)
    _listening: asyncio.Task[None] | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    @contextlib.asynccontextmanager
    async def changes(self) -> AsyncIterator[asyncio.Queue[Change | None]]:
        """A queue of what changes from now on; None: something may have been missed, begin anew.

        Raises:
            TimeoutError: the database does not answer.
        """
        page: asyncio.Queue[Change | None] = asyncio.Queue(QUEUE)
        self._pages.add(page)
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._ready.wait(), PATIENCE_S)
            yield page
        finally:
            self._pages.discard(page)
            if not self._pages and (listening := self._listening) is not None:
                self._listening = None
                self._ready.clear()
                await end_task(listening)

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.database, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    self._ready.set()
                    async for note in connection.notifies():
                        self._tell(json.loads(note.payload))
            except psycopg.OperationalError as error:
                why = type(error).__name__
                log.warning("the desk hears nothing of the database (%s); trying again", why, extra=AGAIN)
            self._ready.clear()
            self._tell(None)
            await asyncio.sleep(RETRY_S)

    def _tell(self, change: Change | None) -> None:
        for page in self._pages:
            if page.full():
                page.get_nowait()
            page.put_nowait(change)
