"""From when on a recording can have been made: what decides whether it is of after a withdrawal of consent."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.phone.consent_intake import not_before

GIVEN: Final = datetime(2026, 12, 1, tzinfo=UTC)
SKEW: Final = timedelta(hours=36)
HOURS: Final = st.floats(0, 300).map(lambda each: timedelta(hours=each))


@given(waited=HOURS, on_the_phone=HOURS, ahead=st.floats(-100, 36).map(lambda each: timedelta(hours=each)))
def test_no_recording_counts_as_younger_than_it_is(
    waited: timedelta, on_the_phone: timedelta, ahead: timedelta
) -> None:
    """Whatever the clock says within what it may be ahead, or behind without bounds; nor older than its challenge."""
    filmed = GIVEN + waited
    counts = not_before(GIVEN, filmed + ahead, filmed + on_the_phone, SKEW)
    assert GIVEN <= counts <= filmed


def test_a_day_and_a_half_later_an_old_challenge_will_do() -> None:
    """A phone that was away may renew consent by a challenge from before the withdrawal, once no clock explains it."""
    arrived = GIVEN + timedelta(days=6)
    for after, counts in ((timedelta(hours=35), False), (timedelta(hours=37), True)):
        withdrawn = GIVEN + timedelta(days=2)
        assert (not_before(GIVEN, withdrawn + after, arrived, SKEW) > withdrawn) is counts
