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
from traceback import extract_tb

import psycopg

from schemas.base import Event, stable_id
from schemas.dead_letter import DeadLetter
from schemas.topic import Topic, dead_topic
from schemas.wire import UnreadableCode, UnreadableMessage, decode
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
    unready: tuple[type[Exception], ...] = ()
    """What `prepare` raises because the installation lacks something (a model): it stops the worker, buries nothing."""


@dataclass(frozen=True)
class Message:
    """A message as it came, before it is decoded."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


_Outcome = Event | UnreadableMessage
_Read = tuple[Message, _Outcome]
_FoldBatch = Callable[[Transaction, Reader, Sequence[_Read]], Awaitable[None]]

CONTENT_ERRORS = (
    *(UnreadableMessage, ValueError, OverflowError, RecursionError, psycopg.DataError, psycopg.IntegrityError),
    *(psycopg.errors.ProgramLimitExceeded, psycopg.errors.StatementTooComplex),
)
"""What a fold raises because of what an event says. No repetition mends it, and the events beside it must go on.
PostgreSQL's limits (an index entry too long, a document nested too deeply) look like an absent database to psycopg."""

_NOT_OF_THE_EVENT = (psycopg.Error, OSError, MemoryError)
"""What `prepare` raises whatever the event says: the worker waits for the database, and stops for the rest."""

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
        decoded = {id(message): _decode(reader.topic, message) for message in fresh}
        if reader.prepare is not None:
            events = {number: event for number, event in decoded.items() if isinstance(event, Event)}
            decoded |= await self._prepare(reader, reader.prepare, events)
        with telemetry.FOLD_SECONDS.labels(self.service, reader.topic.name).time():
            try:
                folded = await self._commit(reader, fresh, decoded, self._fold_together)
            except CONTENT_ERRORS:
                folded = await self._commit(reader, fresh, decoded, self._fold_one_by_one)
        telemetry.MESSAGES.labels(self.service, reader.topic.name).inc(folded)
        telemetry.REPEATS.labels(self.service, reader.topic.name).inc(len(messages) - folded)

    async def _prepare(
        self, reader: Reader, prepare: Prepare, events: Mapping[int, Event]
    ) -> dict[int, UnreadableMessage]:
        """Prepares these events; returns those on which it fails because of what they say. The others are prepared."""
        try:
            await prepare(self.pool, list(events.values()))
        except Exception as error:
            if not isinstance(error, CONTENT_ERRORS) and isinstance(error, (*_NOT_OF_THE_EVENT, *reader.unready)):
                raise
            if len(events) == 1:
                return dict.fromkeys(events, _why(error))
            alone = [await self._prepare(reader, prepare, {number: event}) for number, event in events.items()]
            return {number: why for failed in alone for number, why in failed.items()}
        return {}

    async def _commit(
        self, reader: Reader, messages: Sequence[Message], decoded: Mapping[int, _Outcome], fold: _FoldBatch
    ) -> int:
        """State, outbox and positions of these messages in one transaction; returns how many were still new."""
        async with self.pool.connection() as connection, connection.transaction():
            locked = await lock_positions(connection, self.service, {m.partition for m in messages})
            fresh = self._fresh(messages, locked)
            transaction = Transaction(connection, source=f"/onevisit/{self.service}")
            await fold(transaction, reader, [(message, decoded[id(message)]) for message in fresh])
            await transaction.flush()
            await write_positions(
                connection, self.service, {message.partition: message.offset + 1 for message in fresh}
            )
        return len(fresh)

    async def _fold_together(self, transaction: Transaction, reader: Reader, read: Sequence[_Read]) -> None:
        for message, outcome in read:
            if isinstance(outcome, UnreadableMessage):
                self._bury(transaction, reader, message, outcome)
        if events := [outcome for _, outcome in read if isinstance(outcome, Event)]:
            await reader.fold(transaction, events)

    async def _fold_one_by_one(self, transaction: Transaction, reader: Reader, read: Sequence[_Read]) -> None:
        """Finds the events that cannot be folded, after the whole batch has failed; the others take effect."""
        for message, outcome in read:
            if isinstance(outcome, UnreadableMessage):
                self._bury(transaction, reader, message, outcome)
                continue
            try:
                async with transaction.connection.transaction():
                    alone = Transaction(transaction.connection, transaction.source)
                    await reader.fold(alone, [outcome])
                    await alone.flush()
            except CONTENT_ERRORS as error:
                self._bury(transaction, reader, message, _why(error))

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


def _decode(topic: Topic, message: Message) -> _Outcome:
    try:
        event = decode(message.headers, message.value)
    except UnreadableMessage as error:
        return error
    if not isinstance(event, topic.carries):
        return UnreadableMessage(UnreadableCode.MISPLACED_EVENT, f"{event.event_type} does not belong on {topic.name}")
    return event


def _why(error: Exception) -> UnreadableMessage:
    """The error without its text, which may repeat the content: its kind, and where it was raised."""
    if isinstance(error, UnreadableMessage):
        return error
    kind = getattr(error, "sqlstate", None) or type(error).__name__
    ours = [frame.name for frame in extract_tb(error.__traceback__) if "/services/" in frame.filename]
    return UnreadableMessage(UnreadableCode.UNFOLDABLE, f"{kind} in {ours[-1] if ours else 'the fold'}")


def _b64(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode("ascii")
