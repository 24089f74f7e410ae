"""Dead letters: reads them, and puts their messages back on the topic where they stood.

A letter goes back as it was, once its reader was mended, or with headers and value that a person repaired. Either way
it is read first as its reader will read it, so that nothing is sent only to die again. Outbox and mark are written in
one transaction; the message comes back under its old partition and key, and the folds recognise what they have heard.
"""

import base64
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import cast

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from schemas.dead_letter import DeadLetter
from schemas.topics import DEAD_TOPICS, find_topic
from schemas.wire import UnreadableCode, UnreadableMessage, decode
from services.platform.database import Connection
from services.platform.ledger import Partition, Transaction
from services.platform.settings import Settings
from services.platform.topics_asked import log_bounds

SOURCE = "/onevisit/redrive"
READER = "redrive"
"""Whose letters those are that could not be read as letters."""


class RedriveCode(StrEnum):
    """Why a dead letter was not put back. Permanent."""

    LETTER_UNKNOWN = "LETTER_UNKNOWN"
    """No dead letter is kept for this place: it is mistyped, or older than 30 days."""
    STILL_UNREADABLE = "STILL_UNREADABLE"
    """The message would become a dead letter again: mend its reader, or repair the message, first."""
    ALREADY_REDRIVEN = "ALREADY_REDRIVEN"
    """The letter was put back before; `--again` sends it once more."""
    REPAIR_MALFORMED = "REPAIR_MALFORMED"
    """The file with the repaired message has not the form that `--export` writes."""
    TOPIC_UNKNOWN = "TOPIC_UNKNOWN"
    """No topic of this name has dead letters."""
    PLACE_MALFORMED = "PLACE_MALFORMED"
    """An `--offset` is not of the form PARTITION:OFFSET."""
    EXPORT_EXISTS = "EXPORT_EXISTS"
    """A file of this letter lies in the folder already; it may hold somebody's repair, and is not overwritten."""
    EXPORT_FAILED = "EXPORT_FAILED"
    """The folder for the letters cannot be written."""


class RedriveRefused(Exception):
    """A dead letter cannot be put back; says which and why, never with its content."""

    def __init__(self, code: RedriveCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, order=True)
class Place:
    """Where a message stood."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(frozen=True)
class Letter:
    """A dead letter with its message as bytes."""

    place: Place
    reader: str
    code: str
    error: str
    died_at: datetime
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None
    repaired: bool = False

    @property
    def mark(self) -> "Mark":
        """What it is marked under once it was put back."""
        return self.reader, self.place

    def with_message(self, headers: Iterable[tuple[str, bytes]], value: bytes) -> "Letter":
        """The letter with a repaired message."""
        return replace(self, headers=tuple(headers), value=value, repaired=True)


Mark = tuple[str, Place]


def read_letters(settings: Settings) -> list[Letter]:
    """All dead letters of this county that the broker still keeps, the oldest first; each once.

    One that is itself no dead letter (written by another version, or damaged) is shown as the letter of its own topic.

    Raises:
        confluent_kafka.KafkaException: when the broker does not answer.
    """
    letters: dict[Mark, Letter] = {}
    for record in _whole(settings):
        letter = _read(record, settings.topic_prefix)
        letters.setdefault(letter.mark, letter)
    return sorted(letters.values(), key=lambda letter: (letter.died_at, letter.place))


def _whole(settings: Settings) -> Iterator[Message]:
    """Everything that stands on the topics of dead letters now.

    By librdkafka: kafka-python sums up what it reads in Python, a second for a large message.
    """
    bounds = log_bounds(settings, [topic.name for topic in DEAD_TOPICS])
    held = {(settings.topic_prefix + at.topic, at.number): bounds[at] for at in bounds if bounds[at][0] < bounds[at][1]}
    own = {"client.id": "onevisit-redrive", "group.id": "onevisit-redrive", "enable.auto.commit": False}
    reading = {"auto.offset.reset": "earliest", "enable.partition.eof": True, "isolation.level": "read_uncommitted"}
    servers = {"bootstrap.servers": settings.kafka}
    with closing(Consumer(servers | own | reading, logger=logging.getLogger("librdkafka"))) as consumer:
        consumer.assign([TopicPartition(*at, first) for at, (first, _) in held.items()])
        while held:
            record = consumer.poll(1.0)
            if record is None:
                continue
            at, error = (record.topic() or "", record.partition() or 0), record.error()
            if error is None:
                yield record
            elif error.code() != KafkaError._PARTITION_EOF:
                raise KafkaException(error)
            if error is not None or (at in held and (record.offset() or 0) + 1 >= held[at][1]):
                held.pop(at, None)


def _read(record: Message, prefix: str) -> Letter:
    headers, value = cast("tuple[tuple[str, bytes], ...]", tuple(record.headers() or ())), record.value()
    try:
        event = decode(headers, value)
        if isinstance(event, DeadLetter):
            return _letter(event)
        why = UnreadableMessage(UnreadableCode.MISPLACED_EVENT, "no dead letter")
    except UnreadableMessage as error:
        why = error
    except ValueError as error:
        why = UnreadableMessage(UnreadableCode.SCHEMA_VIOLATION, type(error).__name__)
    return Letter(
        place=Place((record.topic() or "").removeprefix(prefix), record.partition() or 0, record.offset() or 0),
        reader=READER,
        code=why.code,
        error=why.error,
        died_at=datetime.fromtimestamp(record.timestamp()[1] / 1000, UTC),
        key=record.key(),
        headers=headers,
        value=value,
    )


def _letter(event: DeadLetter) -> Letter:
    """Raises ValueError when it holds what is no base64."""
    return Letter(
        place=Place(event.topic, event.partition, event.offset),
        reader=event.reader,
        code=event.code,
        error=event.error,
        died_at=event.recorded_at,
        key=_bytes(event.key),
        headers=tuple((name, base64.b64decode(value)) for name, value in event.headers),
        value=_bytes(event.value),
    )


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def require_readable(letter: Letter) -> None:
    """Reads the message as its reader will.

    Raises:
        RedriveRefused: STILL_UNREADABLE, with the reason.
    """
    topic = find_topic(letter.place.topic)
    try:
        event = decode(letter.headers, letter.value)
        for _, content in letter.headers:
            content.decode()
    except UnreadableMessage as error:
        raise RedriveRefused(RedriveCode.STILL_UNREADABLE, f"{letter.place}: {error}") from None
    except UnicodeDecodeError:
        code = UnreadableCode.NOT_A_CLOUDEVENT
        raise RedriveRefused(RedriveCode.STILL_UNREADABLE, f"{letter.place}: {code}: a header is no text") from None
    if topic is None or not isinstance(event, topic.carries):
        misplaced = f"{letter.place}: {UnreadableCode.MISPLACED_EVENT}: {event.event_type}"
        raise RedriveRefused(RedriveCode.STILL_UNREADABLE, misplaced)


async def redriven(connection: Connection) -> Mapping[Mark, datetime]:
    """What was put back, and when for the last time."""
    cursor = await connection.execute('SELECT reader, topic, partition, "offset", redriven_at FROM platform.redriven')
    return {(reader, Place(*place)): at for reader, *place, at in await cursor.fetchall()}


async def put_back(connection: Connection, letters: Sequence[Letter], *, again: bool = False) -> list[Letter]:
    """Puts these letters back on their topics, in their order, in the caller's transaction; returns those not sent
    because they had been put back before.

    A message that two readers buried is sent once: both will read it.

    Raises:
        RedriveRefused: when one cannot be read; the caller's transaction must then be rolled back.
    """
    transaction = Transaction(connection, SOURCE)
    skipped: list[Letter] = []
    sent: set[Place] = set()
    for letter in letters:
        require_readable(letter)
        if not await _mark(connection, letter, again):
            skipped.append(letter)
        elif letter.place not in sent:
            sent.add(letter.place)
            at = Partition(letter.place.topic, letter.place.partition)
            transaction.send_back(at, letter.key or b"", letter.headers, letter.value or b"")
    await transaction.flush()
    return skipped


async def _mark(connection: Connection, letter: Letter, again: bool) -> bool:
    """Marks a letter as put back; False when it is marked already and must not be sent again."""
    place = letter.place
    cursor = await connection.execute(
        'INSERT INTO platform.redriven AS r (reader, topic, partition, "offset", repaired) VALUES (%s, %s, %s, %s, %s)'
        ' ON CONFLICT (reader, topic, partition, "offset") DO UPDATE SET times = r.times + 1, redriven_at = now(),'
        " repaired = excluded.repaired WHERE %s RETURNING times",
        (letter.reader, place.topic, place.partition, place.offset, letter.repaired, again),
    )
    return await cursor.fetchone() is not None
