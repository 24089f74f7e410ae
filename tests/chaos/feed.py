"""Puts the stream into the outbox, as the door would, message by message; each exactly once, through any outage."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from uuid import UUID

import psycopg

from schemas.base import stable_id
from schemas.request import (
    CertificationRequested,
    Origin,
    PersonalData,
    RequestAmended,
    RequestBatch,
    RequestItem,
    RequestWithdrawn,
)
from schemas.wire import encode
from services.platform import secrets
from services.platform.database import open_pool
from services.platform.ledger import pack_headers
from services.platform.sealing import Keyring, key_id_of, seal
from services.platform.settings import Settings
from tests.chaos.truth import SAID_AT, Kind, Said, Truth

RETRY_S = 0.3
PATIENCE_S = 120.0
KEY_CHUNK = 20_000


@dataclass(frozen=True)
class Fed:
    """One message of the topic `request`, ready for the outbox."""

    agency: str
    headers: bytes
    value: bytes


class Feed:
    """The messages of a stream, the agencies' in turn."""

    def __init__(self, database: str, messages: Sequence[Fed]) -> None:
        self._database = database
        self._messages = messages
        self._next = 0
        with psycopg.connect(database) as connection:
            connection.execute("CREATE SCHEMA chaos")
            connection.execute("CREATE TABLE chaos.fed (number int PRIMARY KEY)")

    @classmethod
    async def make(cls, settings: Settings, truth: Truth, per_message: int) -> "Feed":
        """Seals and encodes everything, so that feeding costs nothing later."""
        keyring = Keyring(secrets.load(settings.secrets).master_key)
        numbers = sorted({said.id_number for stream in truth.stream.values() for said in stream})
        keys: dict[UUID, bytes] = {}
        async with open_pool(settings.database) as pool, pool.connection() as connection:
            for start in range(0, len(numbers), KEY_CHUNK):
                key_ids = [key_id_of(number) for number in numbers[start : start + KEY_CHUNK]]
                keys |= await keyring.get_or_make(connection, key_ids)

        def item(said: Said, row: int) -> RequestItem:
            first, last = map(str, said.window)
            match said.kind:
                case Kind.WITHDRAWN:
                    return RequestWithdrawn(request_id=said.request_id, recorded_at=said.moment)
                case Kind.AMENDED:
                    return RequestAmended(
                        request_id=said.request_id, recorded_at=said.moment, window_start=first, due_date=last
                    )
            key_id = key_id_of(said.id_number)
            personal = PersonalData(id_number=said.id_number, name="张三").model_dump_json().encode()
            return CertificationRequested(
                request_id=said.request_id,
                programme=said.programme,
                personal=seal(keys[key_id], key_id, personal),
                origin=Origin(list_id=stable_id("chaos", said.agency), row=row),
                recorded_at=said.moment,
                window_start=first,
                due_date=last,
            )

        def message(agency: str, start: int) -> Fed:
            said = truth.stream[agency][start : start + per_message]
            batch = RequestBatch(
                event_id=stable_id("chaos", agency, str(start)),
                recorded_at=SAID_AT,
                agency=agency,
                items=tuple(item(one, start + place) for place, one in enumerate(said, 1)),
            )
            headers, value = encode(batch, source="/onevisit/chaos")
            return Fed(agency, pack_headers(headers), value)

        streams = [
            [message(agency, start) for start in range(0, len(truth.stream[agency]), per_message)]
            for agency in truth.stream
        ]
        in_turn = chain.from_iterable(zip_longest(*streams))
        return cls(settings.database, [one for one in in_turn if one is not None])

    def __len__(self) -> int:
        return len(self._messages)

    def until(self, share: float) -> None:
        """Feeds until this share (0-1) of the stream is in the outbox; waits while the database is away."""
        goal = round(len(self._messages) * share)
        give_up_at = time.monotonic() + PATIENCE_S
        while self._next < goal:
            try:
                with psycopg.connect(self._database, connect_timeout=5) as connection:
                    while self._next < goal:
                        self._put(connection, self._next)
                        self._next += 1
            except psycopg.OperationalError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(RETRY_S)

    def _put(self, connection: psycopg.Connection, number: int) -> None:
        """Mark and message in one transaction: after a commit without an answer the mark says whether it counted."""
        one = self._messages[number]
        with connection.transaction():
            marked = connection.execute("INSERT INTO chaos.fed VALUES (%s) ON CONFLICT DO NOTHING", (number,))
            if marked.rowcount:
                connection.execute(
                    "INSERT INTO platform.outbox (topic, key, headers, value) VALUES ('request', %s, %s, %s)",
                    (one.agency.encode(), one.headers, one.value),
                )
