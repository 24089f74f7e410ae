"""Makes the topics before anything uses them; an absent topic would make a stream worker stand still for ever."""

from collections.abc import Mapping
from dataclasses import dataclass

from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import NoError, TopicAlreadyExistsError, for_code

from schemas.topics import DEAD_TOPICS, TOPICS
from services.platform.settings import Settings

METADATA_TIMEOUT_MS = 60_000
"""How long new topics may take to have leaders; some 50 topics take a few seconds, on a busy machine longer."""


class PartitionsDiffer(Exception):
    """Topics exist with another number of partitions than the settings say."""

    code = "PARTITIONS_DIFFER"

    def __init__(self, sizes: Mapping[str, int], wanted: int) -> None:
        most = max(sizes.values())
        names = ", ".join(f"{name}: {size}" for name, size in sorted(sizes.items())[:3])
        change = (
            "To have more, stop all workers and run `python -m services.platform.prepare --add-partitions`"
            if most < wanted
            else "To have fewer, which Kafka cannot do, begin anew under another ONEVISIT_TOPIC_PREFIX"
        )
        super().__init__(
            f"{self.code}: ONEVISIT_PARTITIONS is {wanted}, but {len(sizes)} topics have another number of partitions"
            f" ({names}{', …' if len(sizes) > 3 else ''}). Nothing was changed. To go on as it is, set"
            f" ONEVISIT_PARTITIONS={most}. {change}"
        )


class TopicSettingRefused(Exception):
    """The broker does not take a setting of a topic."""

    code = "TOPIC_SETTING_REFUSED"

    def __init__(self, name: str, config: Mapping[str, str], why: str) -> None:
        given = ", ".join(f"{key}={value}" for key, value in sorted(config.items()))
        super().__init__(
            f"{self.code}: {name}: {given}: {why}: let this user alter topics, or set it with kafka-configs.sh"
        )


def wanted_topics(settings: Settings) -> dict[str, NewTopic]:
    """Every Kafka topic of this county, by name."""
    return {
        settings.topic_prefix + name: NewTopic(
            settings.topic_prefix + name, settings.partitions, settings.replication, topic_configs=topic.config()
        )
        for topic in (*TOPICS, *DEAD_TOPICS)
        for name in topic.names(settings.agencies)
    }


@dataclass(frozen=True)
class TopicChanges:
    """What `create_topics` did; names with the county's prefix, in their order."""

    made: tuple[str, ...]
    """Topics that did not exist."""
    set: tuple[str, ...]
    """``topic: setting`` of topics that existed and were kept otherwise than `schemas.topics` says."""
    grown: tuple[str, ...]
    """Topics that got more partitions."""


def create_topics(settings: Settings, *, add_partitions: bool = False) -> TopicChanges:
    """Makes the topics that do not exist yet, and keeps the others as `schemas.topics` says.

    Settings of which `schemas.topics` says nothing are left as they are: an operator may have his reasons. So are the
    replicas, which only move data.

    Args:
        settings: the county's.
        add_partitions: gives topics with too few partitions the missing ones. Otherwise that is an error, because
            people move between partitions with it, and the workers must not run meanwhile.

    Raises:
        PartitionsDiffer: a topic has another number of partitions; nothing was changed.
        TopicSettingRefused: the broker does not take a setting.
    """
    wanted = wanted_topics(settings)
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka, client_id="onevisit-prepare")
    try:
        have = wanted.keys() & set(admin.list_topics())
        sizes = (
            {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(sorted(have))} if have else {}
        )
        unlike = {name: size for name, size in sizes.items() if size != settings.partitions}
        if unlike and not (add_partitions and max(unlike.values()) < settings.partitions):
            raise PartitionsDiffer(unlike, settings.partitions)
        if unlike:
            admin.create_partitions(dict.fromkeys(unlike, settings.partitions))
        missing = {name: topic for name, topic in wanted.items() if name not in have}
        _create(admin, missing)
        changed = _keep_settings(admin, {name: wanted[name].topic_configs for name in sizes})
        return TopicChanges(made=tuple(sorted(missing)), set=changed, grown=tuple(sorted(unlike)))
    finally:
        admin.close()


def _create(admin: KafkaAdminClient, topics: Mapping[str, NewTopic]) -> None:
    """Makes topics. One that is there by now was made by another program, or by our own order sent twice: kafka-python
    repeats an order whose answer is late."""
    if not topics:
        return
    answer = admin.create_topics(list(topics.values()), raise_errors=False)
    for topic in answer["topics"]:
        if topic["error_code"] not in (NoError.errno, TopicAlreadyExistsError.errno):
            raise for_code(topic["error_code"])(topic["error_message"])
    admin.wait_for_topics(list(topics), timeout_ms=METADATA_TIMEOUT_MS)


def _keep_settings(admin: KafkaAdminClient, wanted: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Sets what differs; returns ``topic: setting`` of each."""
    if not wanted:
        return ()
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, configs=list(config)) for name, config in wanted.items()]
    found = admin.describe_configs(asked, config_filter=ConfigFilterType.ALL)["topic"]
    differ = {
        name: {key: value for key, value in config.items() if found[name].get(key, {}).get("value") != value}
        for name, config in wanted.items()
    }
    differ = {name: config for name, config in differ.items() if config}
    if differ:
        orders = [ConfigResource(ConfigResourceType.TOPIC, name, configs=config) for name, config in differ.items()]
        for name, outcome in admin.alter_configs(orders)["topic"].items():
            if outcome != "OK":
                raise TopicSettingRefused(name, differ[name], str(outcome))
    return tuple(f"{name}: {key}" for name, config in sorted(differ.items()) for key in sorted(config))
