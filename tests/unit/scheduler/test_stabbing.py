"""The fewest days: equal to trying every set of days."""

import random
from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.stabbing import Window, fewest_days
from tests.unit.scheduler.person_world import day

LAST = 12
numbers = st.integers(0, LAST)
windows_of_days = st.lists(
    st.tuples(numbers, st.integers(0, 6)).map(lambda shape: (day(shape[0]), day(min(shape[0] + shape[1], LAST)))),
    max_size=6,
)
told_days = st.frozensets(numbers.map(day), max_size=4)


def smallest_choices(windows: list[Window]) -> list[tuple[date, ...]]:
    """All choices of fewest days that meet every window, by trying all sets of days of the calendar."""
    calendar = [day(number) for number in range(LAST + 1)]
    for count in range(len(calendar) + 1):
        found = [
            days
            for days in combinations(calendar, count)
            if all(any(first <= one <= last for one in days) for first, last in windows)
        ]
        if found:
            return found
    raise AssertionError("the whole calendar meets every window")


@given(windows_of_days, told_days)
def test_the_days_are_the_fewest_then_keep_most_announced_then_are_the_latest(
    windows: list[Window], announced: frozenset[date]
) -> None:
    """Three rules in this order single out one set of days among all; it is the one taken."""
    best = max(smallest_choices(windows), key=lambda days: (len(announced.intersection(days)), days))
    assert tuple(fewest_days(windows, announced)) == best


@given(windows_of_days)
def test_by_each_day_all_are_met_that_any_equally_small_choice_has_met_by_then(windows: list[Window]) -> None:
    """Earliest due date: a visit waits for nobody's due date but the earliest, and takes along all who can come."""
    taken = fewest_days(windows)
    for other in smallest_choices(windows):
        assert all(mine >= theirs for mine, theirs in zip(taken, other, strict=True))
    for index, one in enumerate(taken):
        unmet = [last for first, last in windows if index == 0 or first > taken[index - 1]]
        assert one == min(unmet)


@given(windows_of_days, told_days, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_the_windows_matters(
    windows: list[Window], announced: frozenset[date], rng: random.Random
) -> None:
    """The same windows in any order, some of them twice, give the same days."""
    again = rng.sample(windows, len(windows)) + rng.choices(windows, k=len(windows)) if windows else []
    assert fewest_days(again, announced) == fewest_days(windows, announced)


@given(windows_of_days, told_days)
def test_a_told_day_never_costs_a_trip(windows: list[Window], announced: frozenset[date]) -> None:
    """With announcements there are as many days as without."""
    assert len(fewest_days(windows, announced)) == len(fewest_days(windows))
