"""The ledger: state, events to send and position read, in one PostgreSQL transaction.

This is what makes the effect of a stream worker exactly-once through any kill (docs/adr/0001-ledger.md): a message
is folded if and only if its position is written, and its events are sent if and only if it is folded.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas.base import Event
from schemas.topic import largest_message
from schemas.wire import encode
from services.platform.database import Connection


@dataclass(frozen=True, order=True)
class Partition:
    """One partition of one topic."""

    topic: str
    number: int


class PositionGap(Exception):
    """The next message is further on than the position read: messages in between were not folded."""

    code = "POSITION_GAP"

    def __init__(self, partition: Partition, expected: int, found: int) -> None:
        super().__init__(f"{self.code}: {partition.topic}[{partition.number}]: expected offset {expected}, got {found}")
        self.partition = partition
        self.expected = expected


class LogTruncated(Exception):
    """Kafka's log ends before the position read: it was lost or made anew, and what comes next would pass for read."""

    code = "LOG_TRUNCATED"

    def __init__(self, partition: Partition, position: int, end: int) -> None:
        super().__init__(
            f"{self.code}: {partition.topic}[{partition.number}] was read up to offset {position}, but its log ends at"
            f" {end}: Kafka's data were lost or replaced. Restore them; to go on with the new log instead, delete this"
            f" topic's rows in platform.position while all workers are stopped"
        )


class EventTooLarge(ValueError):
    """An event is larger than what a broker takes. The message that led to it becomes a dead letter."""

    code = "EVENT_TOO_LARGE"

    def __init__(self, event_type: str, size: int) -> None:
        super().__init__(f"{self.code}: {event_type} has {size} bytes")


_HEADERS_AT_MOST: Final = 4096


@dataclass
class Transaction:
    """What a fold gets: the connection to read and write state with, and the events it wants sent."""

    connection: Connection
    source: str
    _rows: list[tuple[str, int | None, bytes, bytes, bytes]] = field(default_factory=list)

    def emit(self, topic: str, key: str, event: Event, *, partition: int | None = None) -> None:
        """Sends `event` after this transaction has committed, in this order for equal keys.

        Args:
            topic: Kafka's name of the topic.
            key: the message key; never a national ID.
            partition: forces a partition; without it the key decides.

        Raises:
            EventTooLarge: no broker would take it, and all behind it would wait for ever.
        """
        headers, value = encode(event, source=self.source)
        if len(value) + len(key) + _HEADERS_AT_MOST > largest_message(topic):
            raise EventTooLarge(event.event_type, len(value))
        self._rows.append((topic, partition, key.encode(), pack_headers(headers), value))

    def send_back(self, at: Partition, key: bytes, headers: Iterable[tuple[str, bytes]], value: bytes) -> None:
        """Sends a message as it is, not made from an event, to the partition on which it stood (`redrive`)."""
        self._rows.append((at.topic, at.number, key, pack_headers(headers), value))

    async def flush(self) -> None:
        """Writes the emitted events to the outbox. The runner calls it, last before the commit."""
        if not self._rows:
            return
        topics, partitions, keys, headers, values = map(list, zip(*self._rows, strict=True))
        await self.connection.execute(
            "INSERT INTO platform.outbox (topic, partition, key, headers, value)"
            " SELECT * FROM unnest(%b::text[], %b::int[], %b::bytea[], %b::bytea[], %b::bytea[])",
            (topics, partitions, keys, headers, values),
        )
        self._rows.clear()


def pack_headers(headers: Iterable[tuple[str, bytes]]) -> bytes:
    """Kafka headers as one value of the outbox; CloudEvents attributes are text."""
    return json.dumps([[name, value.decode()] for name, value in headers], ensure_ascii=False).encode()


def unpack_headers(packed: bytes) -> list[tuple[str, bytes]]:
    """The reverse of `pack_headers`."""
    return [(name, value.encode()) for name, value in json.loads(packed)]


async def read_positions(connection: Connection, reader: str) -> dict[Partition, int]:
    """Where a reader is, on every partition it has ever read."""
    cursor = await connection.execute(
        "SELECT topic, partition, next_offset FROM platform.position WHERE reader = %s",
        (reader,),
    )
    return {Partition(topic, number): offset for topic, number, offset in await cursor.fetchall()}


async def lock_positions(connection: Connection, reader: str, partitions: Iterable[Partition]) -> dict[Partition, int]:
    """The positions of these partitions, locked until the commit; a partition never read starts at 0."""
    wanted = sorted(partitions)
    topics, numbers = [p.topic for p in wanted], [p.number for p in wanted]
    await connection.execute(
        "INSERT INTO platform.position (reader, topic, partition, next_offset)"
        " SELECT %s, topic, number, 0 FROM unnest(%s::text[], %s::int[]) AS t (topic, number)"
        " ON CONFLICT DO NOTHING",
        (reader, topics, numbers),
    )
    cursor = await connection.execute(
        "SELECT topic, partition, next_offset FROM platform.position"
        " WHERE reader = %s AND (topic, partition) IN (SELECT * FROM unnest(%s::text[], %s::int[]))"
        " ORDER BY topic, partition FOR UPDATE",
        (reader, topics, numbers),
    )
    return {Partition(topic, number): offset for topic, number, offset in await cursor.fetchall()}


async def write_positions(connection: Connection, reader: str, positions: Mapping[Partition, int]) -> None:
    """Moves the reader on: `positions` are the offsets of the next messages."""
    await connection.execute(
        "UPDATE platform.position AS p SET next_offset = t.next_offset"
        " FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS t (topic, number, next_offset)"
        " WHERE p.reader = %s AND p.topic = t.topic AND p.partition = t.number",
        ([p.topic for p in positions], [p.number for p in positions], list(positions.values()), reader),
    )


async def start_positions(connection: Connection, reader: str, beginnings: Mapping[Partition, int]) -> None:
    """Gives a reader its first position on partitions that it has never read: the beginning of their log."""
    await connection.execute(
        "INSERT INTO platform.position (reader, topic, partition, next_offset)"
        " SELECT %s, * FROM unnest(%s::text[], %s::int[], %s::bigint[]) ON CONFLICT DO NOTHING",
        (reader, [p.topic for p in beginnings], [p.number for p in beginnings], list(beginnings.values())),
    )
