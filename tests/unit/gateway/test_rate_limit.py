"""Wrong tries count by address and in all, for a minute."""

import pytest
from fastapi import Request

from services.gateway.access.rate_limit import Allowance, WrongTries
from services.gateway.errors import Code, Refusal


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def by(host: str) -> Request:
    """A request from this address."""
    return Request({"type": "http", "client": (host, 1), "headers": []})


def tried(tries: WrongTries, host: str, *, right: bool = False) -> bool:
    """Whether a try is let through."""
    try:
        with tries.counted(by(host)) as was_right:
            if right:
                was_right()
    except Refusal as refusal:
        assert refusal.headers["Retry-After"].isdigit()
        return False
    return True


def test_wrong_tries_of_one_address_end_and_begin_again_after_a_minute() -> None:
    """Another address is not touched; the minute counts from each try."""
    clock = Clock()
    tries = WrongTries(each=2, overall=100, clock=clock)
    assert [tried(tries, "10.0.0.1") for _ in range(3)] == [True, True, False]
    assert tried(tries, "10.0.0.2")
    clock.now = 59.9
    assert not tried(tries, "10.0.0.1")
    clock.now = 60.0
    assert [tried(tries, "10.0.0.1") for _ in range(3)] == [True, True, False]


def test_right_ones_do_not_count() -> None:
    """A desk that enrols many phones is not a guesser."""
    tries = WrongTries(each=2, overall=2)
    assert all(tried(tries, "10.0.0.1", right=True) for _ in range(50))


def test_many_addresses_together_have_a_limit_too() -> None:
    """Somebody who has many addresses guesses no faster."""
    tries = WrongTries(each=2, overall=5)
    assert [tried(tries, f"10.0.0.{n}") for n in range(7)] == [True] * 5 + [False] * 2


def test_tries_at_once_count_before_they_are_answered() -> None:
    """Many at the same moment are many."""
    tries = WrongTries(each=1, overall=5)
    with tries.counted(by("10.0.0.1")), pytest.raises(Refusal), tries.counted(by("10.0.0.1")):
        pass


def test_the_addresses_of_one_subscriber_are_one() -> None:
    """A /64 of IPv6 belongs to one line."""
    tries = WrongTries(each=1, overall=5)
    assert tried(tries, "2001:db8::1")
    assert not tried(tries, "2001:db8::ffff")
    assert tried(tries, "2001:db8:0:1::1")


def test_a_burst_is_let_through_and_then_a_steady_rate() -> None:
    """The bucket fills while nobody asks, and never over its brim; the answer says how long to wait."""
    clock = Clock()
    calls = Allowance(per_second=2.0, at_once=3, clock=clock)

    def let_through(caller: str = "a") -> bool:
        try:
            calls.take(caller)
        except Refusal as refusal:
            assert (refusal.code, refusal.headers["Retry-After"]) == (Code.TOO_MANY_CALLS, "1")
            return False
        return True

    assert [let_through() for _ in range(4)] == [True, True, True, False]
    assert let_through("b"), "another caller has his own"
    clock.now = 0.5
    assert [let_through(), let_through()] == [True, False]
    clock.now = 1000.0
    assert [let_through() for _ in range(4)] == [True, True, True, False]


def test_who_is_refused_does_not_wait_longer_for_it() -> None:
    """A refused call takes nothing out of the bucket."""
    clock = Clock()
    calls = Allowance(per_second=0.1, at_once=1, clock=clock)
    calls.take("a")
    for _ in range(50):
        with pytest.raises(Refusal) as refused:
            calls.take("a")
        assert refused.value.headers["Retry-After"] == "10"
    clock.now = 10.1
    calls.take("a")
