"""What a worker asks of Kafka before it reads: are its topics there, and what do they hold.

By librdkafka, as the relay: to import kafka-python, which only `prepare` and commands need, took a tenth of the CPU of
a worker's start.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from services.platform.ledger import Partition
from services.platform.settings import Settings

log = logging.getLogger(__name__)

WITHIN_S = 30.0
"""How long the broker may take to answer, or to come back; then the worker ends, and is started again."""


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
                found = broker.get_watermark_offsets(TopicPartition(full, number), timeout=WITHIN_S)
                if found is None:
                    raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
                bounds[Partition(name, number)] = found
    return bounds


@contextmanager
def _asking(settings: Settings) -> Iterator[Consumer]:
    """Who reads nothing, and so joins no group, though librdkafka wants one named."""
    own = {"client.id": "onevisit-check", "group.id": "onevisit-check", "isolation.level": "read_uncommitted"}
    broker = Consumer({"bootstrap.servers": settings.kafka, **own}, logger=log)
    try:
        yield broker
    finally:
        broker.close()
