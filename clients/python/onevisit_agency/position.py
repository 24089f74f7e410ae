"""Where an agency's reader is, kept together with what it did: a kill at any moment loses and doubles nothing."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class Place:
    """Where a message stands in Kafka."""

    topic: str
    partition: int
    offset: int


class Position(Protocol):
    """Keeps the position of one reader."""

    def load(self) -> Mapping[tuple[str, int], int]:
        """The offset of the next message, by topic and partition; what is absent begins at the first kept message."""
        ...

    def advance(self, place: Place, event_id: UUID) -> bool:
        """Moves on behind `place`; False when this event was handled before: then do nothing with it."""
        ...


class SqlPosition:
    """In your own database: call `advance` inside of the transaction that writes the effect, and commit both at once.

    Works with any DB-API connection (sqlite3, psycopg, …) whose database knows ``ON CONFLICT``. It makes two tables,
    ``onevisit_position`` and ``onevisit_seen``. Making it and `load` each end with a commit, so that no transaction
    stays open while the next message is waited for; `advance` never commits.
    """

    def __init__(self, connection: Any, *, reader: str = "onevisit", mark: str = "?") -> None:
        """Takes the connection.

        Args:
            connection: a DB-API connection; the one on which the effect is written.
            reader: name of this reader among those in the same database.
            mark: the placeholder of your driver: ``?`` for sqlite3, ``%s`` for psycopg.
        """
        self._execute: Callable[..., Any] = connection.execute
        self._commit: Callable[[], None] = connection.commit
        self._reader = reader
        self._mark = mark
        self._execute(
            "CREATE TABLE IF NOT EXISTS onevisit_position (reader text, topic text, partition_number integer,"
            " next_offset bigint NOT NULL, PRIMARY KEY (reader, topic, partition_number))"
        )
        self._execute(
            "CREATE TABLE IF NOT EXISTS onevisit_seen (reader text, event_id text, PRIMARY KEY (reader, event_id))"
        )
        self._commit()

    def load(self) -> Mapping[tuple[str, int], int]:
        """See `Position`; call it outside of your transactions, as a feed does when it begins."""
        query = f"SELECT topic, partition_number, next_offset FROM onevisit_position WHERE reader = {self._mark}"  # noqa: S608
        rows = self._execute(query, (self._reader,)).fetchall()
        self._commit()  # else your own `transaction()` would be inside of one that nobody ends (psycopg)
        return {(topic, number): offset for topic, number, offset in rows}

    def advance(self, place: Place, event_id: UUID) -> bool:
        """See `Position`; call it inside of your transaction."""
        m = self._mark
        self._execute(
            f"INSERT INTO onevisit_position VALUES ({m}, {m}, {m}, {m}) ON CONFLICT (reader, topic, partition_number)"  # noqa: S608
            " DO UPDATE SET next_offset = excluded.next_offset",
            (self._reader, place.topic, place.partition, place.offset + 1),
        )
        seen = self._execute(
            f"INSERT INTO onevisit_seen VALUES ({m}, {m}) ON CONFLICT DO NOTHING",  # noqa: S608
            (self._reader, str(event_id)),
        )
        return bool(seen.rowcount == 1)


class FilePosition:
    """In a file, written atomically. For an agency without a database.

    `advance` is called after the effect. A kill between the two lets one delivery come again: make the effect one that
    a repetition does not change, for instance a file named by the `event_id`. With `SqlPosition` there is no such gap.
    """

    def __init__(self, path: Path, *, remember: int = 100_000) -> None:
        """Takes the file; it is made when missing. `remember`: how many event ids are kept to recognise repetitions."""
        self._path = path
        self._remember = remember
        kept = json.loads(path.read_text("utf-8")) if path.exists() else {"next": [], "seen": []}
        self._next = {(topic, number): offset for topic, number, offset in kept["next"]}
        self._seen = dict.fromkeys(kept["seen"])

    def load(self) -> Mapping[tuple[str, int], int]:
        """See `Position`."""
        return dict(self._next)

    def seen(self, event_id: UUID) -> bool:
        """Whether this event was handled before."""
        return str(event_id) in self._seen

    def advance(self, place: Place, event_id: UUID) -> bool:
        """See `Position`; call it after the effect."""
        fresh = not self.seen(event_id)
        self._next[place.topic, place.partition] = place.offset + 1
        self._seen[str(event_id)] = None
        while len(self._seen) > self._remember:
            del self._seen[next(iter(self._seen))]
        content = {"next": [[*at, offset] for at, offset in self._next.items()], "seen": list(self._seen)}
        draft = self._path.with_name(self._path.name + ".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        return fresh
