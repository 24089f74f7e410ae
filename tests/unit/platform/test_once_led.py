"""A broker that does not lead a partition yet is asked again; every other answer is told at once."""

import pytest
from confluent_kafka import KafkaError, KafkaException

from services.platform.topics_asked import once_led


def _answers(*codes: int) -> list[KafkaException]:
    return [KafkaException(KafkaError(code)) for code in codes]


def _ask(left: list[KafkaException]) -> int:
    if left:
        raise left.pop(0)
    return 7


def test_asked_again_until_a_broker_leads() -> None:
    """As in the first moments of a topic, and after a broker has gone."""
    left = _answers(KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE)
    assert once_led(lambda: _ask(left)) == 7


def test_given_up_after_a_while() -> None:
    """The worker ends then, and its supervisor starts it again."""
    left = _answers(*[KafkaError.NOT_LEADER_FOR_PARTITION] * 2)
    with pytest.raises(KafkaException):
        once_led(lambda: _ask(left), within_s=-1)
    assert len(left) == 1


def test_what_waiting_does_not_mend_is_told_at_once() -> None:
    """No right to ask, for one."""
    left = _answers(KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.NOT_LEADER_FOR_PARTITION)
    with pytest.raises(KafkaException, match="TOPIC_AUTHORIZATION_FAILED"):
        once_led(lambda: _ask(left))
    assert len(left) == 1
