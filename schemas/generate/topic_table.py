"""``docs/topics.md``: the topics for people."""

from schemas.topic import Topic
from schemas.topics import DEAD_TOPICS, TOPICS

_HEAD = """\
# Topics

Made from `schemas/topics.py` by `python -m schemas.generate`; do not edit.
For machines: `schemas/generated/asyncapi.yaml`.

Every message is a CloudEvent 1.0 in binary mode (attributes in the Kafka headers `ce_*`, JSON in the value). A topic
with `<agency>` exists once for each agency of the county (`ONEVISIT_AGENCIES`). Where several counties share one Kafka,
`ONEVISIT_TOPIC_PREFIX` stands before every name. Every topic has as many partitions and replicas as
`ONEVISIT_PARTITIONS` and `ONEVISIT_REPLICATION` say. A topic marked *contract only* has its schema and its
place, but no service produces or consumes it yet.

| topic | what it carries | key | events | from | to | kept |
| --- | --- | --- | --- | --- | --- | --- |
"""

_MIDDLE = """
## Dead letters

What a reader cannot read does not stop what comes behind it: it goes here, with the error, to be
repaired and sent again.

| topic | key | from | to | kept |
| --- | --- | --- | --- | --- |
"""


def topics_markdown() -> str:
    """The whole document."""
    return _HEAD + "".join(map(_row, TOPICS)) + _MIDDLE + "".join(map(_dead_row, DEAD_TOPICS))


def _row(topic: Topic) -> str:
    events = ", ".join(
        f"[{event.__name__}](../schemas/generated/{event.event_type}.schema.json)" for event in topic.carries
    )
    summary = topic.summary if topic.wired else f"{topic.summary} *Contract only.*"
    return f"| `{_name(topic)}` | {summary} | {topic.key} | {events} | {_between(topic)} | {_kept(topic)} |\n"


def _dead_row(topic: Topic) -> str:
    return f"| `{_name(topic)}` | {topic.key} | {_between(topic)} | {_kept(topic)} |\n"


def _name(topic: Topic) -> str:
    return f"{topic.name}.<agency>" if topic.per_agency else topic.name


def _between(topic: Topic) -> str:
    return f"{', '.join(topic.producers)} | {', '.join(topic.consumers)}"


def _kept(topic: Topic) -> str:
    return "last of each key" if topic.compacted else f"{topic.retention_days} days"
