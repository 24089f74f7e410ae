"""What is noted of attempts: a pause that ends and a resume begin anew, and what an endpoint asked stands."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from services.delivery.posting import Answer, DeliveryFault
from services.delivery.retrying import after_failure
from services.delivery.store.items import NewItem, keep_items
from services.delivery.store.sendings import (
    Attempt,
    Due,
    due_sendings,
    lock_endpoint,
    note_failure,
    note_success,
)
from services.gateway.store import webhooks
from services.platform.database import Connection
from services.platform.delivery_policy import DeliveryPolicy

POLICY = DeliveryPolicy()
T0 = datetime(2026, 3, 1, tzinfo=UTC)
LATER = T0 + timedelta(days=10)
ERROR = Answer(500, 3, DeliveryFault.ANSWERED_ERROR)


@dataclass
class Endpoint:
    """One endpoint, three deliveries for it, and what is noted of them."""

    connection: Connection
    webhook_id: UUID

    async def due(self, now: datetime) -> list[Due]:
        """What is sent now."""
        return await due_sendings(self.connection, now, most=POLICY.parallel)

    async def fail(self, due: Due, now: datetime, answer: Answer = ERROR) -> None:
        """An attempt that was not taken, as the sender notes it."""
        async with self.connection.transaction():
            current = await lock_endpoint(self.connection, due)
            assert current is not None
            then = after_failure(current, answer, now, POLICY, 0.5)
            await note_failure(
                self.connection,
                due,
                Attempt(now, answer.response_code, 3, answer.fault),
                again_at=then.again_at,
                hold_until=then.hold_until,
                state=then.state,
            )

    async def take(self, due: Due, now: datetime) -> None:
        """One that was taken."""
        async with self.connection.transaction():
            assert await lock_endpoint(self.connection, due) is not None
            await note_success(self.connection, due, Attempt(now, 200, 3, None))

    async def states(self) -> list[str]:
        """What became of each delivery."""
        cursor = await self.connection.execute("SELECT status FROM delivery.sending ORDER BY number")
        return [row[0] for row in await cursor.fetchall()]

    async def paused(self) -> list[Due]:
        """Has failed for days and is paused; the three deliveries as they were on their way."""
        await self.connection.execute("UPDATE delivery.sending SET due_at = %s", (T0,))
        flying = await self.due(T0)
        for due in flying:
            await self.fail(due, T0)
        await self.fail(flying[0], T0 + timedelta(hours=POLICY.pause_hours))
        return flying


@pytest.fixture
async def endpoint(database: str) -> AsyncIterator[Endpoint]:
    """An empty installation with one endpoint and three deliveries."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        webhook_id = uuid4()
        await webhooks.add_webhook(connection, webhook_id, "hrss", "https://a.example/", [], b"sealed", T0)
        items = [NewItem("hrss", uuid4(), "request.noticed.v1", f"P-{n}", "{}", T0) for n in (1, 2, 3)]
        async with connection.transaction():
            await keep_items(connection, items)
        yield Endpoint(connection, webhook_id)


async def test_after_a_pause_the_first_hiccup_gives_nothing_up(endpoint: Endpoint) -> None:
    """The endpoint was away for longer than a delivery is tried; it comes back, and fails once more."""
    flying = await endpoint.paused()
    (probe,) = await endpoint.due(LATER)
    await endpoint.take(probe, LATER)
    rest = await endpoint.due(LATER)
    assert len(rest) == 2
    await endpoint.fail(rest[0], LATER)
    late = next(due for due in flying if due.number == rest[1].number)
    await endpoint.fail(late, LATER)  # its attempt began before the pause ended
    assert sorted(await endpoint.states()) == ["delivered", "waiting", "waiting"]


async def test_after_a_resume_the_first_hiccup_gives_nothing_up(endpoint: Endpoint) -> None:
    """Stopped by its agency for longer than a delivery is tried."""
    await endpoint.paused()
    assert await webhooks.stop_webhook(endpoint.connection, "hrss", endpoint.webhook_id)
    assert await webhooks.resume_webhook(endpoint.connection, "hrss", endpoint.webhook_id, LATER)
    due = await endpoint.due(LATER)
    assert len(due) == 3
    for one in due:
        await endpoint.fail(one, LATER)
    assert await endpoint.states() == ["waiting"] * 3


async def test_a_parallel_success_does_not_undo_what_the_endpoint_asked(endpoint: Endpoint) -> None:
    """Retry-After holds everything back, whatever was on its way when it was asked."""
    now = datetime.now(UTC)
    first, second, _ = await endpoint.due(now)
    await endpoint.fail(first, now, Answer(429, 3, DeliveryFault.THROTTLED, retry_after_s=600.0))
    await endpoint.take(second, now)
    assert await endpoint.due(now + timedelta(seconds=599)) == []
    assert len(await endpoint.due(now + timedelta(seconds=601))) == 2
