"""Folds batches of messages so that each takes effect exactly once. Knows nothing of Faust.

Unreadable messages are set aside as dead letters, repeats are ignored, and state, outbox and position are committed
together. What Kafka thinks was read is only a hint.
"""

import base64
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.base import Event, stable_id
from schemas.dead_letter import DeadLetter
from schemas.topics import Topic, dead_topic
from schemas.wire import UnreadableMessage, decode
from services.platform import telemetry
from services.platform.database import Pool
from services.platform.ledger import (
    Partition,
    PositionGap,
    Transaction,
    lock_positions,
    read_positions,
    write_positions,
)

log = logging.getLogger(__name__)

Fold = Callable[[Transaction, Sequence[Event]], Awaitable[None]]
Prepare = Callable[[Pool, Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True)
class Reader:
    """One subscription of a service: which topic, how many messages at once, and what is done with them."""

    topic: Topic
    fold: Fold
    batch: int = 50
    """Messages folded in one transaction, at most."""
    prepare: Prepare | None = None
    """Long work that needs no transaction (judging a recording); its result must be safe to lose and to repeat."""


@dataclass(frozen=True)
class Message:
    """A message as it came, before it is decoded."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


_GARBAGE_THRESHOLDS = (100_000, 20, 50)
"""Of `gc`, in objects and generations: a batch makes some 10^5 objects without a cycle, and with Python's own
thresholds (700, 10, 10) looking for cycles among them takes three tenths of a fold (docs/performance.md)."""


def collect_rarely() -> None:
    """Has Python look for cycles seldom, and never among what is loaded already. For processes that fold batches."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)


class Runner:
    """Folds batches of messages for one service. Knows nothing of Faust, so tests and other loops can drive it."""

    def __init__(self, service: str, pool: Pool) -> None:
        self.service = service
        self.pool = pool

    async def run(self, reader: Reader, messages: Sequence[Message]) -> None:
        """Folds what is new in `messages`.

        Raises:
            PositionGap: when messages before these were not folded; nothing of their partition is folded then.
        """
        async with self.pool.connection() as connection:
            positions = await read_positions(connection, self.service)
        fresh = self._fresh(messages, positions)
        if not fresh:
            return
        decoded = {id(message): _decode(message) for message in fresh}
        if reader.prepare is not None:
            await reader.prepare(self.pool, [event for event in decoded.values() if isinstance(event, Event)])
        topic_name = reader.topic.name
        with telemetry.FOLD_SECONDS.labels(self.service, topic_name).time():
            async with self.pool.connection() as connection, connection.transaction():
                locked = await lock_positions(connection, self.service, {m.partition for m in fresh})
                fresh = self._fresh(fresh, locked)
                transaction = Transaction(connection, source=f"/onevisit/{self.service}")
                events: list[Event] = []
                for message in fresh:
                    outcome = decoded[id(message)]
                    if isinstance(outcome, Event):
                        events.append(outcome)
                    else:
                        self._bury(transaction, reader, message, outcome)
                if events:
                    await reader.fold(transaction, events)
                await transaction.flush()
                await write_positions(
                    connection, self.service, {message.partition: message.offset + 1 for message in fresh}
                )
        telemetry.MESSAGES.labels(self.service, topic_name).inc(len(fresh))
        telemetry.REPEATS.labels(self.service, topic_name).inc(len(messages) - len(fresh))

    def _fresh(self, messages: Sequence[Message], positions: Mapping[Partition, int]) -> list[Message]:
        fresh = []
        expected: dict[Partition, int] = {}
        for message in messages:
            next_offset = expected.get(message.partition, positions.get(message.partition, 0))
            if message.offset < next_offset:
                continue
            if message.offset > next_offset:
                raise PositionGap(message.partition, next_offset, message.offset)
            fresh.append(message)
            expected[message.partition] = next_offset + 1
        return fresh

    def _bury(self, transaction: Transaction, reader: Reader, message: Message, why: UnreadableMessage) -> None:
        log.error("dead letter: %s[%d]@%d: %s", message.partition.topic, message.partition.number, message.offset, why)
        telemetry.DEAD.labels(self.service, reader.topic.name, why.code).inc()
        where = (message.partition.topic, str(message.partition.number), str(message.offset))
        transaction.emit(
            dead_topic(reader.topic).name,
            "/".join(where),
            DeadLetter(
                event_id=stable_id("dead-letter", self.service, *where),
                recorded_at=datetime.now(UTC),
                topic=message.partition.topic,
                partition=message.partition.number,
                offset=message.offset,
                reader=self.service,
                code=why.code,
                error=why.error,
                key=_b64(message.key),
                headers=tuple((name, _b64(value) or "") for name, value in message.headers),
                value=_b64(message.value),
            ),
        )


def _decode(message: Message) -> Event | UnreadableMessage:
    try:
        return decode(message.headers, message.value)
    except UnreadableMessage as error:
        return error


def _b64(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")
