"""The floor under the kilometres of a village (bench/plan): never above the best plan, and close to it."""

import itertools
from functools import cache
from math import hypot, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.plan.least_riding import least_riding
from bench.plan.ways import Village

MOST = 4
"""Persons in a half-day."""
villages = st.lists(
    st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 3)),
    min_size=1,
    max_size=5,
    unique_by=lambda v: v[:2],
)


def rides(village: list[tuple[int, int, int]]) -> list[list[float]]:
    """In straight lines, the home at the middle."""
    places = [(0, 0), *((x, y) for x, y, _ in village)]
    return [[100 * hypot(a[0] - b[0], a[1] - b[1]) for b in places] for a in places]


def tour(ride: list[list[float]], stops: tuple[int, ...]) -> float:
    """The shortest way from home through the stops and back."""
    ways = ([0, *order, 0] for order in itertools.permutations(stop + 1 for stop in stops))
    return min(sum(ride[a][b] for a, b in itertools.pairwise(way)) for way in ways)


def least(ride: list[list[float]], people: list[int]) -> float:
    """The least riding of all plans: each way of seeing everybody is tried, households together or not."""
    tours = {
        stops: tour(ride, stops) for n in range(1, MOST + 1) for stops in itertools.combinations(range(len(people)), n)
    }

    @cache
    def rest(left: tuple[int, ...]) -> float:
        if not any(left):
            return 0
        best = inf
        for seen in itertools.product(*(range(one + 1) for one in left)):
            first = next(stop for stop, one in enumerate(left) if one)
            if seen[first] and sum(seen) <= MOST:
                stops = tuple(stop for stop, one in enumerate(seen) if one)
                after = tuple(a - b for a, b in zip(left, seen, strict=True))
                best = min(best, tours[stops] + rest(after))
        return best

    return rest(tuple(people))


@given(villages, st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_no_half_day_is_cheaper_than_the_cheapest_way_and_each_way_costs_what_is_said(
    village: list[tuple[int, int, int]], seed: int
) -> None:
    """With whatever a person is worth; five dwellings are all remembered, so a way is a half-day."""
    ride, people = rides(village), [one[2] for one in village]
    worth = np.random.default_rng(seed).uniform(0, 900, len(people))
    costs, ways = Village(np.array(ride), np.array(people), MOST).cheapest(np.array(ride), worth)
    for number in range(1, MOST + 1):
        half_days = [
            tour(ride, tuple(stop for stop, one in enumerate(seen) if one)) - float(np.dot(seen, worth))
            for seen in itertools.product(*(range(one + 1) for one in people))
            if sum(seen) == number
        ]
        assert costs[number - 1] == pytest.approx(min(half_days, default=inf))
    found = [
        tour_of(ride, way.stops) - sum(worth[a] * n for a, n in zip(way.stops, way.seen, strict=True)) for way in ways
    ]
    assert all(cost < 0 for cost in found)
    assert bool(ways) == bool(costs.min() < -1e-6)
    if ways:
        assert found[0] == pytest.approx(costs.min())


def tour_of(ride: list[list[float]], stops: tuple[int, ...]) -> float:
    """The way from home through the stops in this order and back."""
    return sum(ride[a][b] for a, b in itertools.pairwise([0, *(stop + 1 for stop in stops), 0]))


@given(villages)
@settings(deadline=None, max_examples=50)
def test_no_plan_rides_less_than_the_floor_and_the_best_is_near(village: list[tuple[int, int, int]]) -> None:
    """Against all plans of villages that are small enough to try them."""
    ride, people = rides(village), [one[2] for one in village]
    floor, best = least_riding(ride, people, MOST), least(ride, people)
    assert floor <= best + 1e-3
    assert floor >= 0.9 * best


def test_a_hamlet_of_more_than_a_half_day_holds_needs_whole_ones() -> None:
    """Five houses far away for half-days of four: two rides there, and not five quarters of one."""
    village = [(90, number, 1) for number in range(5)]
    assert least_riding(rides(village), [1] * 5, MOST) > 2 * 2 * 9000 * 0.99
