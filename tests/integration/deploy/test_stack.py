"""The embedded stack on real servers: what dies comes back with its data, and stopping leaves nothing behind."""

import os
import signal
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Producer
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from psycopg import conninfo

from deploy.embedded import leftovers, running
from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.supervision import ProgramState
from schemas.topic import LARGEST_MESSAGE_BYTES

PATIENCE_S = 120.0


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
        producer.send(topic, value).get(timeout=PATIENCE_S)
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
    with EmbeddedStack(stack_folder / "own") as stack:
        yield stack


@pytest.mark.stack
def test_data_survives_kills_and_restarts_and_a_stop_leaves_nothing(own_stack: EmbeddedStack) -> None:
    """Data written before a kill -9 and before a stop is found after it, even when the port was taken."""
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

    with socket.create_server(("127.0.0.1", int(first_kafka.rpartition(":")[2]))):
        own_stack.start(programs=[])
        assert own_stack.kafka != first_kafka
        assert own_stack.database == first_database
        assert _read_all(own_stack.kafka, "kept") == [b"before the kill", b"after the kill"]
        with psycopg.connect(own_stack.database) as connection:
            assert connection.execute("SELECT value FROM kept").fetchall() == [("before the kill",)]


@pytest.mark.stack
def test_the_broker_takes_a_message_of_500_requests_and_makes_no_topic_unasked(kafka: str) -> None:
    """The limits that the design needs hold on the real broker."""
    topic = f"large-{uuid.uuid4().hex}"
    _make_topic(kafka, topic)
    told: list[object] = []
    producer = Producer({"bootstrap.servers": kafka, "message.max.bytes": LARGEST_MESSAGE_BYTES})
    producer.produce(topic, os.urandom(7_500_000), on_delivery=lambda fault, _: told.append(fault))
    assert (producer.flush(PATIENCE_S), told) == (0, [None])
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    consumer = KafkaConsumer(bootstrap_servers=kafka)
    try:
        assert not consumer.partitions_for_topic("never-made")
        assert "never-made" not in admin.list_topics()
    finally:
        consumer.close()
        admin.close()


@pytest.mark.stack
def test_the_database_asks_for_its_password(stack: EmbeddedStack) -> None:
    """Who cannot read the password file is not let in, and the file is ours alone."""
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(conninfo.make_conninfo(stack.database, password="guessed"))
    assert (stack.var / "postgres.password").stat().st_mode & 0o077 == 0
    assert (stack.var / "run" / "supervisord.conf").stat().st_mode & 0o077 == 0
    assert (stack.var / "run" / "stack.json").stat().st_mode & 0o077 == 0


@pytest.mark.stack
def test_one_folder_runs_one_stack(stack: EmbeddedStack) -> None:
    """A second start on the same folder is refused and does no harm; other processes find the first one."""
    with pytest.raises(StackError) as refused:
        EmbeddedStack(stack.var).start(programs=[])
    assert refused.value.code is StackErrorCode.ALREADY_RUNNING
    assert {one.state for one in stack.status()} == {ProgramState.RUNNING}
    found = running.find(stack.var)
    assert found is not None
    assert (found.kafka, found.database) == (stack.kafka, stack.database)
