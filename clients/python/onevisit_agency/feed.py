"""An agency's own Kafka topics as one stream of deliveries, from wherever it was left."""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kafka import KafkaConsumer, TopicPartition

from onevisit_agency.certificates import CertificateChecker, CertificateInvalid
from onevisit_agency.delivery import Delivery, DeliveryUnreadable
from onevisit_agency.position import Place, Position

POLL_MS = 500
RECONNECT_MS = 5_000
"""Longest pause before a Kafka that is away is looked for again; kafka-python's own is 30 s."""
PATIENCE_S = 5.0
"""How long a topic may take to be shown: a broker that has just begun hears of them a little later."""
SetAside = Callable[[Place, bytes, Exception], None]


class PositionLost(Exception):
    """Kafka does not hold what comes next: it is older than 400 days, or the log was made anew. Ask the county."""


class TopicMissing(Exception):
    """Kafka shows no topic of this name to your user: ask the county, which can write your file anew."""


@dataclass(frozen=True)
class Access:
    """What ``onevisit access kafka <agency> --out FILE`` has written."""

    agency: str
    bootstrap_servers: str
    username: str
    password: str = field(repr=False)
    topics: tuple[str, ...]
    ca_pem: str = field(repr=False)
    keys: tuple[dict[str, Any], ...]
    issuer: str | None = None
    sasl_mechanism: str = "SCRAM-SHA-512"

    @classmethod
    def from_file(cls, path: Path | str) -> "Access":
        """Reads the file."""
        given = json.loads(Path(path).read_text("utf-8"))
        known = {name: given[name] for name in cls.__dataclass_fields__ if name in given}
        return cls(**known | {"topics": tuple(given["topics"]), "keys": tuple(given["keys"])})


class Feed:
    """Iterates over the deliveries of an agency; never ends by itself.

    It has no consumer group: the position is yours alone, and two feeds with positions of their own are independent.
    """

    def __init__(self, access: Access | Path | str, position: Position, *, set_aside: SetAside | None = None) -> None:
        """Connects to nothing yet.

        Args:
            access: the credentials, or the file with them.
            position: where this reader is.
            set_aside: is given what cannot be read or whose certificate does not hold, and the feed goes on behind it;
                without it, such a message ends the iteration with its exception, and is the first one next time.
        """
        self.access = access if isinstance(access, Access) else Access.from_file(access)
        self._position = position
        self._set_aside = set_aside
        self._checker = CertificateChecker(self.access.keys, agency=self.access.agency, issuer=self.access.issuer)
        self._consumer: Any = None

    def __enter__(self) -> Self:
        self._consumer = self._connect()
        try:
            self._go_to_position()
        except BaseException:
            self._consumer.close(autocommit=False)
            raise
        return self

    def _go_to_position(self) -> None:
        partitions = [
            TopicPartition(topic, number) for topic in self.access.topics for number in self._partitions_of(topic)
        ]
        self._consumer.assign(partitions)
        kept = self._position.load()
        first, last = self._consumer.beginning_offsets(partitions), self._consumer.end_offsets(partitions)
        for partition in partitions:
            wanted = kept.get((partition.topic, partition.partition))
            if wanted is not None and not first[partition] <= wanted <= last[partition]:
                raise PositionLost(f"{partition.topic}[{partition.partition}]: {wanted} is not in the log")
            self._consumer.seek(partition, first[partition] if wanted is None else wanted)

    def _partitions_of(self, topic: str) -> list[int]:
        give_up_at = time.monotonic() + PATIENCE_S
        while not (numbers := self._consumer.partitions_for_topic(topic)):
            if time.monotonic() > give_up_at:
                raise TopicMissing(topic)
            time.sleep(0.1)
        return sorted(numbers)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._consumer is not None:
            self._consumer.close(autocommit=False)

    def __iter__(self) -> Iterator[tuple[Place, Delivery]]:
        """Every delivery with its place, in the order of its request. Move your position on behind each."""
        while True:
            for records in self._consumer.poll(timeout_ms=POLL_MS).values():
                for record in records:
                    place = Place(record.topic, record.partition, record.offset)
                    if (delivery := self._read(place, record)) is not None:
                        yield place, delivery

    def _read(self, place: Place, record: Any) -> Delivery | None:
        kind = dict(record.headers).get("ce_type", b"").decode()
        try:
            return Delivery.read(kind, record.value or b"").checked(self._checker)
        except (DeliveryUnreadable, CertificateInvalid) as error:
            if self._set_aside is None:
                raise
            self._set_aside(place, record.value or b"", error)
            return None

    def _connect(self) -> Any:
        return KafkaConsumer(
            bootstrap_servers=self.access.bootstrap_servers.split(","),
            client_id="onevisit-agency",
            security_protocol="SASL_SSL",
            sasl_mechanism=self.access.sasl_mechanism,
            sasl_plain_username=self.access.username,
            sasl_plain_password=self.access.password,
            ssl_context=ssl.create_default_context(cadata=self.access.ca_pem),
            group_id=None,
            auto_offset_reset="none",
            enable_auto_commit=False,
            reconnect_backoff_max_ms=RECONNECT_MS,
        )
