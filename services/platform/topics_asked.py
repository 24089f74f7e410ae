"""What a worker asks of Kafka before it reads: are its topics there, and what do they hold.

By librdkafka, as the relay: to import kafka-python, which only `prepare` and commands need, took a tenth of the CPU of
a worker's start.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from services.platform.ledger import Partition
from services.platform.seldom import AGAIN
from services.platform.settings import Settings

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

WITHIN_S = 30.0
"""How long the broker may take to answer, or to come back; then the worker ends, and is started again."""
PAUSE_S: Final = 0.1

LEADER_COMES: Final = frozenset(
    (
        *(KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.UNKNOWN_TOPIC_OR_PART),
        *(KafkaError.OFFSET_NOT_AVAILABLE, KafkaError.FENCED_LEADER_EPOCH, KafkaError.UNKNOWN_LEADER_EPOCH),
        *(KafkaError.KAFKA_STORAGE_ERROR, KafkaError.REPLICA_NOT_AVAILABLE, KafkaError._TRANSPORT),
    )
)
"""What a broker answers while it does not lead a partition yet, or no more: just after a topic was made, and while
brokers start or stop. librdkafka asks again by itself where it reads and writes, but not for these offsets."""


class TopicsMissing(Exception):
    """Topics that a worker needs do not exist."""

    code = "TOPICS_MISSING"

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"{self.code}: {', '.join(sorted(names))}: run `python -m services.platform.prepare` first")


def require_topics(settings: Settings, names: Iterable[str]) -> None:
    """Raises TopicsMissing unless all these topics (named without the county's prefix) exist; KafkaException when the
    broker does not answer."""
    with _asking(settings) as broker:
        missing = {settings.topic_prefix + name for name in names} - set(broker.list_topics(timeout=WITHIN_S).topics)
    if missing:
        raise TopicsMissing(missing)


def log_bounds(settings: Settings, names: Iterable[str]) -> dict[Partition, tuple[int, int]]:
    """For every partition of these topics (named without the county's prefix): the first offset still in the log, and
    the offset that the next message will have.

    Raises:
        KafkaException: when the broker does not answer.
    """
    bounds = {}
    with _asking(settings) as broker:
        there = broker.list_topics(timeout=WITHIN_S).topics
        for name in names:
            full = settings.topic_prefix + name
            for number in there[full].partitions if full in there else ():
                bounds[Partition(name, number)] = once_led(partial(_bounds, broker, TopicPartition(full, number)))
    return bounds


def _bounds(broker: Consumer, partition: TopicPartition) -> tuple[int, int]:
    found = broker.get_watermark_offsets(partition, timeout=WITHIN_S)
    if found is None:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
    return found


def once_led(ask: Callable[[], Answer], within_s: float = WITHIN_S) -> Answer:
    """What a partition's leader answers, asked again while there is none.

    Raises:
        KafkaException: another error, or still no leader after so many seconds.
    """
    give_up_at = time.monotonic() + within_s
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in LEADER_COMES or time.monotonic() > give_up_at:
                raise
            log.info("no leader yet (%s); asking again", error.args[0].name(), extra=AGAIN)
            time.sleep(PAUSE_S)


@contextmanager
def _asking(settings: Settings) -> Iterator[Consumer]:
    """Who reads nothing, and so joins no group, though librdkafka wants one named."""
    own = {"client.id": "onevisit-check", "group.id": "onevisit-check", "isolation.level": "read_uncommitted"}
    broker = Consumer({"bootstrap.servers": settings.kafka, **own}, logger=logging.getLogger("librdkafka"))
    try:
        yield broker
    finally:
        broker.close()
