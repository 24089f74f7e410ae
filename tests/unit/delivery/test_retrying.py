"""When a delivery is tried again, and what becomes of its endpoint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.delivery.posting import Answer, DeliveryFault
from services.delivery.retrying import after_failure
from services.delivery.store.sendings import Due
from services.platform.delivery_policy import DeliveryPolicy

NOW = datetime(2026, 3, 1, tzinfo=UTC)
POLICY = DeliveryPolicy()
NOBODY = UUID(int=0)
DUE = Due(NOBODY, "hrss", "https://a.example/", b"", None, None, 1, "request_id:1", 0, None, NOBODY, "k", NOW, "{}")
ERROR = Answer(500, 3, DeliveryFault.ANSWERED_ERROR)


@given(attempts=st.integers(0, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_the_wait_is_anywhere_below_a_bound_that_doubles(attempts: int, chance: float) -> None:
    """Full jitter: many endpoints that fell together do not come back together; and no wait is longer than allowed."""
    then = after_failure(replace(DUE, attempts=attempts), ERROR, NOW, POLICY, chance)
    assert then.again_at is not None and then.state is None
    waited = (then.again_at - NOW).total_seconds()
    bound = min(POLICY.longest_wait_s, POLICY.first_wait_s * 2 ** min(attempts, 12))
    assert 0 <= waited <= bound
    assert abs(waited - chance * bound) < 1


def test_three_days_after_the_first_attempt_it_is_given_up() -> None:
    """Not before."""
    began = NOW - timedelta(hours=POLICY.try_hours)
    assert after_failure(replace(DUE, first_attempt_at=began), ERROR, NOW, POLICY, 0.5).again_at is None
    later = began + timedelta(seconds=1)
    assert after_failure(replace(DUE, first_attempt_at=later), ERROR, NOW, POLICY, 0.5).again_at is not None


def test_an_endpoint_that_asks_to_wait_is_never_given_up() -> None:
    """It lives: it says when it will take what waits."""
    throttled = Answer(429, 3, DeliveryFault.THROTTLED, retry_after_s=60.0)
    due = replace(DUE, first_attempt_at=NOW - timedelta(days=30))
    assert after_failure(due, throttled, NOW, POLICY, 0.5).again_at is not None


def test_retry_after_holds_the_whole_endpoint_within_bounds() -> None:
    """What an endpoint asks is obeyed for an hour at most."""
    for asked, waited in ((120.0, 120.0), (10**8, POLICY.throttle_s)):
        then = after_failure(DUE, replace(ERROR, retry_after_s=asked), NOW, POLICY, 0.0)
        assert then.hold_until == NOW + timedelta(seconds=waited) == then.again_at


def test_an_endpoint_is_paused_after_long_failure_and_left_when_it_says_gone() -> None:
    """One that fails only now is not."""
    failing = replace(DUE, failing_since=NOW - timedelta(hours=POLICY.pause_hours))
    then = after_failure(failing, ERROR, NOW, POLICY, 0.5)
    assert then.state == "paused" and then.hold_until is not None and then.hold_until > NOW
    assert after_failure(replace(DUE, failing_since=NOW), ERROR, NOW, POLICY, 0.5).state is None
    gone = replace(ERROR, fault=DeliveryFault.ENDPOINT_GONE)
    assert after_failure(failing, gone, NOW, POLICY, 0.5).state == "gone"
