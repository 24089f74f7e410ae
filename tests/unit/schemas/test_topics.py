"""The one list of topics."""

import pytest

from schemas.topic import DAY_MS, LARGEST_MESSAGE_BYTES, Party, Topic, dead_topic
from schemas.topics import CERTIFICATE, DEAD_TOPICS, LIFE_EVENT, PLAN, REQUEST, REQUEST_PERSON, TOPICS, find_topic

AGENCIES = ("hrss", "civil_affairs")
ALL = (*TOPICS, *DEAD_TOPICS)


def test_no_two_topics_have_a_name_in_common() -> None:
    """Neither in the list nor among the topics that a county gets on its broker."""
    names = [name for topic in ALL for name in topic.names(AGENCIES)]
    assert len(names) == len(set(names))
    assert all(len(name) <= 249 for name in names)


def test_an_agency_has_topics_of_its_own() -> None:
    """Per-agency topics exist once for each agency; the others once."""
    assert CERTIFICATE.names(AGENCIES) == ["certificate.hrss", "certificate.civil_affairs"]
    assert CERTIFICATE.named("hrss") == "certificate.hrss"
    assert REQUEST.names(AGENCIES) == ["request"]
    assert CERTIFICATE.names(()) == []


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_every_topic_of_the_broker_is_found_again(topic: Topic) -> None:
    """From Kafka's name back to the entry; also where one name begins like another."""
    for name in topic.names(AGENCIES):
        assert find_topic(name) == topic


@pytest.mark.parametrize("name", ["", "requests", "certificate", "certificate.", "request.", "visit.hrss", "other"])
def test_what_is_no_topic_of_ours_is_not_found(name: str) -> None:
    """Somebody else's topics on the same cluster."""
    assert find_topic(name) is None


def test_unreadable_messages_have_a_place_for_every_topic_that_we_read() -> None:
    """What one of our services reads and cannot understand is kept, also of per-agency topics, in one place."""
    ours = [topic for topic in TOPICS if set(topic.consumers) - {Party.AGENCY}]
    assert {topic.name for topic in DEAD_TOPICS} >= {f"{topic.name}.dead" for topic in ours}
    assert {topic.name for topic in DEAD_TOPICS} <= {f"{topic.name}.dead" for topic in ours}
    dead = dead_topic(LIFE_EVENT)
    assert dead.producers == (Party.SCHEDULER,)
    assert dead.wired == LIFE_EVENT.wired
    assert dead_topic(CERTIFICATE).names(AGENCIES) == ["certificate.dead"]


def test_the_broker_keeps_what_the_list_says() -> None:
    """Days become milliseconds; a compacted topic keeps the last message of each key instead."""
    largest = {"max.message.bytes": str(LARGEST_MESSAGE_BYTES)}
    assert REQUEST_PERSON.config() == {"cleanup.policy": "delete", "retention.ms": str(7 * DAY_MS), **largest}
    assert dead_topic(REQUEST).config()["retention.ms"] == str(30 * DAY_MS)
    assert int(dead_topic(REQUEST).config()["max.message.bytes"]) > LARGEST_MESSAGE_BYTES * 4 / 3
    assert PLAN.config() == {"cleanup.policy": "compact", **largest}
