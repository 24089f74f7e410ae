"""Makes the topics before anything uses them; an absent topic would make a stream worker stand still for ever."""

from collections.abc import Iterable

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

from schemas.topics import DEAD_TOPICS, TOPICS
from services.platform.ledger import Partition
from services.platform.settings import Settings


class TopicsMissing(Exception):
    """Topics that a worker needs do not exist."""

    code = "TOPICS_MISSING"

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"{self.code}: {', '.join(sorted(names))}: run `python -m services.platform.prepare` first")


def wanted_topics(settings: Settings) -> dict[str, NewTopic]:
    """Every Kafka topic of this county, by name."""
    return {
        settings.topic_prefix + name: NewTopic(
            settings.topic_prefix + name, settings.partitions, settings.replication, topic_configs=topic.config()
        )
        for topic in (*TOPICS, *DEAD_TOPICS)
        for name in topic.names(settings.agencies)
    }


def create_topics(settings: Settings) -> list[str]:
    """Makes the topics that do not exist yet and returns their names."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka, client_id="onevisit-prepare")
    try:
        have = set(admin.list_topics())
        missing = {name: topic for name, topic in wanted_topics(settings).items() if name not in have}
        if missing:
            try:
                admin.create_topics(list(missing.values()), wait_for_metadata=True)
            except TopicAlreadyExistsError:
                have = set(admin.list_topics())
                admin.create_topics([topic for name, topic in missing.items() if name not in have])
        return sorted(missing)
    finally:
        admin.close()


def require_topics(settings: Settings, names: Iterable[str]) -> None:
    """Raises TopicsMissing unless all these topics (named without the county's prefix) exist."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka, client_id="onevisit-check")
    try:
        missing = {settings.topic_prefix + name for name in names} - set(admin.list_topics())
    finally:
        admin.close()
    if missing:
        raise TopicsMissing(missing)


def log_bounds(settings: Settings, names: Iterable[str]) -> dict[Partition, tuple[int, int]]:
    """For every partition of these topics (named without the county's prefix): the first offset still in the log, and
    the offset that the next message will have."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, client_id="onevisit-check", group_id=None)
    try:
        prefix = settings.topic_prefix
        partitions = [
            TopicPartition(prefix + name, number)
            for name in names
            for number in consumer.partitions_for_topic(prefix + name) or ()
        ]
        first, last = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        return {Partition(tp.topic.removeprefix(prefix), tp.partition): (first[tp], last[tp]) for tp in partitions}
    finally:
        consumer.close()
