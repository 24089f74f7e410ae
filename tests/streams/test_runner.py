"""The runner on a real PostgreSQL: what a fold may rely on, message by message."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from schemas.base import Event, stable_id
from schemas.dead_letter import DeadLetter
from schemas.receipt import ReceiptGiven
from schemas.topic import LARGEST_MESSAGE_BYTES
from schemas.topics import RECEIPT
from schemas.wire import encode
from services.platform.database import Pool, open_pool
from services.platform.ledger import Partition, PositionGap, Transaction, start_positions
from services.platform.runner import Message, Reader, Runner
from tests.streams.mutations import specimens

PARTITION = Partition(RECEIPT.name, 0)
LETTER: dict[str, Any] = {
    "event_id": stable_id("test", "letter"), "recorded_at": datetime(2026, 3, 1, tzinfo=UTC), "topic": "receipt",
    "partition": 0, "offset": 0, "reader": "test", "code": "UNFOLDABLE", "error": "", "key": None, "headers": (),
}  # fmt: skip


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """A database at the newest schema, with the reader at offset 0."""
    async with open_pool(database) as opened:
        async with opened.connection() as connection:
            await start_positions(connection, "test", {PARTITION: 0})
        yield opened


class Folded:
    """A fold that remembers what it got and sends each event on."""

    def __init__(self) -> None:
        self.events: list[UUID] = []

    async def fold(self, transaction: Transaction, events: Sequence[Event]) -> None:
        for event in events:
            self.events.append(event.event_id)
            transaction.emit("out", "key", event)


def _event(offset: int) -> ReceiptGiven:
    return ReceiptGiven(
        event_id=stable_id("test", str(offset)),
        recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
        agency="hrss",
        request_id="P-1",
        certificate_id=stable_id("certificate", "P-1"),
        person_key="a" * 64,
        outcome="accepted",
        decided_at=datetime(2026, 3, 1, tzinfo=UTC),
        sequence=1,
    )


def _message(offset: int) -> Message:
    headers, value = encode(_event(offset), source="/test")
    return Message(PARTITION, offset, b"key", value, tuple(headers))


async def _rows(pool: Pool, sql: str) -> list[tuple[object, ...]]:
    async with pool.connection() as connection:
        return await (await connection.execute(sql.encode())).fetchall()


async def test_position_and_outbox_are_written_with_the_fold(pool: Pool) -> None:
    """After a batch, the position is behind its last message and its events lie in the outbox, in order."""
    folded = Folded()
    await Runner("test", pool).run(Reader(RECEIPT, folded.fold), [_message(0), _message(1), _message(2)])
    assert await _rows(pool, "SELECT next_offset FROM platform.position") == [(3,)]
    sent = await _rows(pool, "SELECT convert_from(value, 'utf8')::jsonb->>'event_id' FROM platform.outbox ORDER BY id")
    assert sent == [(str(event_id),) for event_id in folded.events]


async def test_a_repeat_is_not_folded_again(pool: Pool) -> None:
    """Messages below the position are ignored, also when new ones come in the same batch."""
    folded = Folded()
    runner = Runner("test", pool)
    await runner.run(Reader(RECEIPT, folded.fold), [_message(0), _message(1)])
    await runner.run(Reader(RECEIPT, folded.fold), [_message(0), _message(1), _message(2)])
    assert folded.events == [_event(n).event_id for n in (0, 1, 2)]


async def test_a_gap_folds_nothing(pool: Pool) -> None:
    """When a message is missing, the ones behind it are not folded, and the position says where to go back to."""
    folded = Folded()
    with pytest.raises(PositionGap) as gap:
        await Runner("test", pool).run(Reader(RECEIPT, folded.fold), [_message(0), _message(2)])
    assert gap.value.expected == 1
    assert folded.events == []
    assert await _rows(pool, "SELECT next_offset FROM platform.position") == [(0,)]


async def test_a_fold_that_fails_leaves_no_trace(pool: Pool) -> None:
    """State, outbox and position of a failed fold are all as before, and the same batch can be folded again."""
    folded = Folded()

    async def half(transaction: Transaction, events: Sequence[Event]) -> None:
        await folded.fold(transaction, events)
        await transaction.flush()
        raise RuntimeError("the power fails here")

    runner = Runner("test", pool)
    with pytest.raises(RuntimeError):
        await runner.run(Reader(RECEIPT, half), [_message(0)])
    assert await _rows(pool, "SELECT count(*) FROM platform.outbox") == [(0,)]
    await runner.run(Reader(RECEIPT, folded.fold), [_message(0)])
    assert await _rows(pool, "SELECT next_offset FROM platform.position") == [(1,)]


async def test_an_unreadable_message_becomes_a_dead_letter_and_the_rest_goes_on(pool: Pool) -> None:
    """The dead letter names the place and the error; the messages before and behind are folded."""
    folded = Folded()
    broken = Message(PARTITION, 1, b"key", b"\xff{", _message(1).headers)
    await Runner("test", pool).run(Reader(RECEIPT, folded.fold), [_message(0), broken, _message(2)])
    assert folded.events == [_event(0).event_id, _event(2).event_id]
    letters = await _rows(
        pool,
        "SELECT v->>'offset', v->>'code' FROM (SELECT convert_from(value, 'utf8')::jsonb AS v FROM platform.outbox"
        " WHERE topic = 'receipt.dead') AS dead",
    )
    assert letters == [("1", "SCHEMA_VIOLATION")]


@pytest.mark.parametrize(
    ("statement", "good", "bad"),
    [
        ("SELECT %s::text", "AB", "A\0B"),
        ("INSERT INTO kept VALUES (%s) ON CONFLICT DO NOTHING", "AB", "".join(map(str, range(100_000)))),
        ("SELECT %s::jsonb", "[]", "[" * 100_000),
    ],
    ids=["a character", "the length of a key", "the depth of a document"],
)
async def test_an_event_that_cannot_take_effect_is_buried_alone(
    pool: Pool, statement: str, good: str, bad: str
) -> None:
    """What the database cannot hold costs one message; the ones beside it are folded, each once."""
    folded = Folded()
    async with pool.connection() as connection:
        await connection.execute("CREATE TABLE kept (name text PRIMARY KEY)")

    async def fold(transaction: Transaction, events: Sequence[Event]) -> None:
        for event in events:
            text = bad if event.event_id == _event(1).event_id else good
            await transaction.connection.execute(statement.encode(), (text,))
        await folded.fold(transaction, events)

    await Runner("test", pool).run(Reader(RECEIPT, fold), [_message(0), _message(1), _message(2)])
    assert folded.events == [_event(0).event_id, _event(2).event_id]
    assert await _rows(pool, "SELECT topic FROM platform.outbox ORDER BY id") == [("out",), ("out",), ("receipt.dead",)]
    assert await _rows(pool, "SELECT next_offset FROM platform.position") == [(3,)]


async def test_a_message_that_leads_to_an_event_too_large_for_a_broker_is_buried_alone(pool: Pool) -> None:
    """It would lie in front of the outbox for ever, and nothing behind it would be sent any more."""
    folded = Folded()

    async def fold(transaction: Transaction, events: Sequence[Event]) -> None:
        await folded.fold(transaction, events)
        if any(event.event_id == _event(1).event_id for event in events):
            transaction.emit("out", "key", DeadLetter(**LETTER, value="x" * LARGEST_MESSAGE_BYTES))

    await Runner("test", pool).run(Reader(RECEIPT, fold), [_message(0), _message(1), _message(2)])
    assert await _rows(pool, "SELECT topic FROM platform.outbox ORDER BY id") == [("out",), ("out",), ("receipt.dead",)]
    letter = "SELECT convert_from(value, 'utf8')::jsonb->>'error' FROM platform.outbox WHERE topic LIKE '%.dead'"
    assert await _rows(pool, letter) == [("EventTooLarge in emit",)]


async def test_an_event_on_a_strange_topic_is_buried(pool: Pool) -> None:
    """It is readable, but no fold of this topic knows it."""
    folded = Folded()
    headers, value = next(raw for raw in specimens() if dict(raw[0])["ce_type"] == b"org.onevisit.capture.received.v1")
    strange = Message(PARTITION, 0, b"key", value, tuple(headers))
    await Runner("test", pool).run(Reader(RECEIPT, folded.fold), [strange])
    assert folded.events == []
    letters = await _rows(pool, "SELECT convert_from(value, 'utf8')::jsonb->>'code' FROM platform.outbox")
    assert letters == [("MISPLACED_EVENT",)]


async def test_two_workers_on_one_partition_fold_each_message_once(pool: Pool) -> None:
    """Two runners that both got the same messages, as in a rebalance, fold them once between them."""
    import asyncio

    folded = Folded()

    async def slow(transaction: Transaction, events: Sequence[Event]) -> None:
        await asyncio.sleep(0.2)
        await folded.fold(transaction, events)

    batch = [_message(n) for n in range(5)]
    await asyncio.gather(*(Runner("test", pool).run(Reader(RECEIPT, slow), batch) for _ in range(3)))
    assert folded.events == [_event(n).event_id for n in range(5)]
