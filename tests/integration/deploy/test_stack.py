"""The embedded stack on real servers: what dies comes back with its data, and stopping leaves nothing behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic

from deploy.embedded import leftovers
from deploy.embedded.stack import EmbeddedStack

PATIENCE_S = 40.0


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, "not so within the time"
        time.sleep(0.1)


def _pid(stack: EmbeddedStack, name: str) -> int:
    pid = stack.pid(name)
    assert pid is not None
    return pid


def _send(bootstrap: str, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    try:
        producer.send(topic, value).get(timeout=20)
    finally:
        producer.close()


def _read_all(bootstrap: str, topic: str) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, consumer_timeout_ms=PATIENCE_S * 1000)
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        end = consumer.end_offsets([partition])[partition]
        return [next(consumer).value for _ in range(end)]
    finally:
        consumer.close()


def _make_topic(bootstrap: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics([NewTopic(topic, 1, 1)])
    finally:
        admin.close()


@pytest.fixture
def own_stack(stack_folder: Path) -> Iterator[EmbeddedStack]:
    """A second stack beside the session's, for tests that stop and break it."""
    folder = stack_folder / "own"
    with EmbeddedStack(folder) as stack:
        yield stack


@pytest.mark.stack
def test_a_stack_survives_kills_restarts_and_leaves_nothing(own_stack: EmbeddedStack) -> None:
    """Data written before a kill -9 and before a stop is found after it, at the same addresses."""
    own_stack.start(programs=[])
    first_kafka, first_database = own_stack.kafka, own_stack.database
    _make_topic(own_stack.kafka, "kept")
    _send(own_stack.kafka, "kept", b"before the kill")
    with psycopg.connect(own_stack.database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'before the kill' AS value")
    killed = {name: _pid(own_stack, name) for name in ("kafka", "postgres")}

    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    _until(lambda: all(one.pid not in {None, killed[one.name]} for one in own_stack.status()))
    own_stack.wait_ready()

    _send(own_stack.kafka, "kept", b"after the kill")
    assert _read_all(own_stack.kafka, "kept") == [b"before the kill", b"after the kill"]

    own_stack.stop()
    assert leftovers.find(own_stack.var) == []

    own_stack.start(programs=[])
    assert (own_stack.kafka, own_stack.database) == (first_kafka, first_database)
    assert _read_all(own_stack.kafka, "kept") == [b"before the kill", b"after the kill"]
    with psycopg.connect(own_stack.database) as connection:
        assert connection.execute("SELECT value FROM kept").fetchall() == [("before the kill",)]
