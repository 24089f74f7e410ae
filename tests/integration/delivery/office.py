"""An agency's endpoints on an empty installation, what is delivered to them, and the sender."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from schemas.base import stable_id
from schemas.delivery import DeliveryKind
from services.delivery.posting import Poster
from services.delivery.sending import Sender
from services.delivery.store.items import NewItem, keep_items
from services.gateway.store import webhooks
from services.platform.database import Pool
from services.platform.delivery_policy import DeliveryPolicy
from services.platform.webhook_signing import new_secret, seal_secret, shown

MASTER_KEY = bytes(range(32))
LOOPBACK = ("127.0.0.0/8",)
QUICK = DeliveryPolicy(networks=LOOPBACK, first_wait_s=0.05, longest_wait_s=0.2, answer_s=1.5, connect_s=1.5)
PATIENT = QUICK.model_copy(update={"answer_s": 60.0, "connect_s": 60.0})
"""Where no time limit is tried: a busy machine may stand still for two seconds."""
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Office:
    """An agency's endpoints on an empty installation, and what is delivered to them."""

    pool: Pool
    database: str

    async def register(self, url: str, *, agency: str = "hrss") -> tuple[UUID, str]:
        """A new endpoint; its id and secret."""
        webhook_id, secret = uuid4(), new_secret()
        async with self.pool.connection() as connection:
            sealed = seal_secret(MASTER_KEY, webhook_id, secret)
            await webhooks.add_webhook(connection, webhook_id, agency, url, [], sealed, datetime.now(UTC))
        return webhook_id, shown(secret)

    async def deliver(self, *subjects: str, agency: str = "hrss") -> list[UUID]:
        """One notice about each of these; the ids of their events."""
        items = [_item(agency, subject) for subject in subjects]
        async with self.pool.connection() as connection:
            assert await keep_items(connection, items) == len(items)
            assert await keep_items(connection, items) == 0  # heard again
        return [item.event_id for item in items]

    async def rows(self, query: str, *parameters: Any) -> list[Any]:
        """Reads beside the program."""
        async with self.pool.connection() as connection:
            return list(await (await connection.execute(query.encode(), parameters)).fetchall())

    async def log(self, webhook_id: UUID) -> list[Any]:
        """Status, fault, attempts of everything sent to an endpoint, the oldest first."""
        return await self.rows(
            "SELECT status, fault, attempts FROM delivery.sending WHERE webhook_id = %s ORDER BY number", webhook_id
        )

    async def state(self, webhook_id: UUID) -> str:
        """The endpoint's state."""
        return str((await self.rows("SELECT state FROM delivery.webhook WHERE webhook_id = %s", webhook_id))[0][0])

    @asynccontextmanager
    async def sending(self, policy: DeliveryPolicy = QUICK) -> AsyncIterator[None]:
        """The sender runs."""
        async with going_on(Sender(self.database, MASTER_KEY, policy, Poster(policy)).send_for_ever(self.pool)):
            yield


def _item(agency: str, subject: str) -> NewItem:
    event_id = stable_id("item", agency, subject, str(uuid4()))
    content = json.dumps({"event_id": str(event_id), "recorded_at": NOW.isoformat(), "request_id": subject})
    return NewItem(agency, event_id, DeliveryKind.REQUEST_NOTICED, f"request_id:{subject}", content, NOW)


@asynccontextmanager
async def going_on(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work without an end goes on meanwhile; when it has failed, it is told: whoever waits for it waits in vain."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended


async def until(done: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Waits for a condition."""
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.05)
