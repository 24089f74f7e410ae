"""Publishes the outbox: what the folds committed is sent to Kafka, in order, and leaves only when acknowledged.

One relay is active at a time (an advisory lock); a second one waits. After a kill the rows that were sent but not yet
removed are sent again, in the same order: readers recognise them by their content.

    python -m services.platform.relay
"""

import logging
import signal
import time
from threading import Event as Flag

import psycopg
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.topic import DEAD_MESSAGE_BYTES
from services.platform import telemetry
from services.platform.ledger import unpack_headers
from services.platform.seldom import AGAIN
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging

log = logging.getLogger(__name__)

LOCK = 7_036_001
"""Number of the advisory lock that makes the relay the only one."""
BATCH_ROWS = 2000
BATCH_BYTES = 32 * 1024 * 1024
IDLE_S = 0.02
FLUSH_S = 1.0
RETRY_S = 1.0
PARTITION_BY_KEY = -1
"""RD_KAFKA_PARTITION_UA of librdkafka: the partitioner decides."""


class Relay:
    """Moves rows from the outbox to Kafka until told to stop."""

    def __init__(self, settings: Settings) -> None:
        self._database = settings.database
        self._prefix = settings.topic_prefix
        self._stop = Flag()
        self._acknowledged: list[int] = []
        self._failed: KafkaError | None = None
        self._kafka = settings.kafka
        self._producer = self._connect()

    def _connect(self) -> Producer:
        return Producer(
            {
                "bootstrap.servers": self._kafka,
                "client.id": "onevisit-relay",
                "enable.idempotence": True,
                "acks": "all",
                "message.timeout.ms": 0,  # waits for an absent broker for ever: the rows are safe in the outbox
                "partitioner": "murmur2_random",  # the same partition for a key as every other Kafka client
                "linger.ms": 2,
                "message.max.bytes": DEAD_MESSAGE_BYTES,
            },
            logger=logging.getLogger("librdkafka"),
        )

    def stop(self) -> None:
        """Asks the relay to end after the batch in hand."""
        self._stop.set()

    def run(self) -> None:
        """Publishes until stopped; waits while the database or the broker is away."""
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._database, autocommit=True) as connection:
                    if self._is_alone(connection):
                        # Statistics taken while the outbox was empty say that reading it whole and sorting is cheap.
                        connection.execute("SET enable_seqscan = off")
                        self._drain(connection)
            except psycopg.OperationalError as error:
                log.warning("the database does not answer (%s); trying again", type(error).__name__, extra=AGAIN)
                self._stop.wait(RETRY_S)
            except KafkaException as error:
                why = error.args[0].name()
                log.error("the broker refuses (%s); the events stay in the outbox; trying again", why, extra=AGAIN)
                self._producer = self._connect()
                self._failed = None
                self._stop.wait(RETRY_S)

    def _is_alone(self, connection: psycopg.Connection) -> bool:
        while not self._stop.is_set():
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
            if row is not None and row[0]:
                log.info("relay is active")
                return True
            self._stop.wait(0.5)
        return False

    def _drain(self, connection: psycopg.Connection) -> None:
        while not self._stop.is_set():
            if not self.publish_batch(connection):
                time.sleep(IDLE_S)

    def publish_batch(self, connection: psycopg.Connection) -> int:
        """Publishes the oldest rows, waits for their acknowledgement, removes them; returns how many there were.

        Raises:
            KafkaException: when the broker refuses a message for good; no row is lost.
        """
        rows = connection.execute(
            "SELECT id, topic, partition, key, headers, value FROM platform.outbox ORDER BY id LIMIT %s", (BATCH_ROWS,)
        ).fetchall()
        size = 0
        sent = 0
        self._acknowledged = []
        for row_id, topic, partition, key, headers, value in rows:
            size += len(value)
            if sent and size > BATCH_BYTES:
                break
            self._produce(row_id, topic, partition, key, headers, value)
            sent += 1
        while len(self._acknowledged) < sent and self._failed is None and not self._stop.is_set():
            self._producer.flush(FLUSH_S)
        if self._acknowledged:
            connection.execute("DELETE FROM platform.outbox WHERE id = ANY(%s)", (self._acknowledged,))
        if self._failed is not None:
            raise KafkaException(self._failed)
        return sent

    def _produce(
        self, row_id: int, topic: str, partition: int | None, key: bytes, headers: bytes, value: bytes
    ) -> None:
        acknowledged = self._acknowledged

        def done(error: KafkaError | None, message: Message) -> None:
            if error is None:
                acknowledged.append(row_id)
                telemetry.PUBLISHED.labels(topic).inc()
            else:
                self._failed = error

        packed: list[tuple[str, str | bytes | None]] = list(unpack_headers(headers))
        where = PARTITION_BY_KEY if partition is None else partition
        while True:
            try:
                self._producer.produce(
                    self._prefix + topic, value=value, key=key, partition=where, headers=packed, on_delivery=done
                )
                return
            except BufferError:
                self._producer.poll(FLUSH_S)


def main() -> None:
    """Runs the relay until a signal stops it."""
    configure_logging()
    relay = Relay(Settings.from_env())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: relay.stop())
    relay.run()


if __name__ == "__main__":
    main()
