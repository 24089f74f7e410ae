"""What comes again and again while something is away is said once a minute; everything else is said."""

import logging

import pytest

from services.platform.seldom import AGAIN, SELDOM_S, Seldom


class Clock:
    """A clock that is set by hand, seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Shown(logging.Handler):
    """Keeps the lines that were shown."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(Seldom(clock))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shown(clock: Clock) -> Shown:
    return Shown(clock)


def logger(name: str, shown: Shown) -> logging.Logger:
    """A logger of its own that no other handler hears."""
    one = logging.Logger(name)
    one.addHandler(shown)
    return one


def test_a_client_complains_once_a_minute_and_tells_how_often(clock: Clock, shown: Shown) -> None:
    """Ports, nodes and offsets differ: it is the same complaint all the same."""
    aiokafka = logger("aiokafka.consumer.fetcher", shown)
    for number in range(500):
        aiokafka.error("Failed fetch messages from %d: NodeNotReadyError", number)
    aiokafka.error("Unable to update metadata from [%d]", 1)
    assert shown.lines == ["Failed fetch messages from 0: NodeNotReadyError", "Unable to update metadata from [1]"]
    clock.now = SELDOM_S
    aiokafka.error("Failed fetch messages from %d: NodeNotReadyError", 1)
    aiokafka.error("Failed fetch messages from %d: NodeNotReadyError", 1)
    assert shown.lines[2:] == ["Failed fetch messages from 1: NodeNotReadyError (and 499 times before)"]


def test_lines_of_our_own_are_shown_each_unless_they_are_marked(shown: Shown) -> None:
    """A dead letter is one message, and an operator needs each."""
    own = logger("services.platform.runner", shown)
    for number in range(3):
        own.error("dead letter: request[0]@%d", number)
        own.warning("the database does not answer; trying again in %.1f s", number / 10, extra=AGAIN)
    assert len([line for line in shown.lines if line.startswith("dead letter")]) == 3
    assert len(shown.lines) == 4


def test_it_holds_no_more_than_so_many_kinds(shown: Shown) -> None:
    """A client that says another word each time fills no memory."""
    own = logger("kafka", shown)
    for number in range(5000):
        own.error("x" * (number % 90) + "y" * (number // 90))
    assert len(shown.lines) >= 4000
    (seldom,) = shown.filters
    assert isinstance(seldom, Seldom)
    assert len(seldom._said) <= 1000
