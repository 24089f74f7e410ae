"""The least riding of a village, below which no plan of it can be: whatever the windows, wishes, days and households.

Left of the rules are three: each person is seen once, at most so many in a half-day, which begins and ends at home.
Half-days in any shares, not whole ones alone, that see everybody: their least riding is a linear program, solved over
ways that are added while one is worth more than it costs. It is lifted by what shares get wrong: a hamlet of 14 needs
two half-days, not 1.4 (rounded capacity inequalities). From its prices follows a bound in each round, and the best of
them is kept, so that a program that is not solved to the end gives less and not a wrong one.
"""

from collections.abc import Callable, Sequence
from math import ceil, inf
from typing import Any, Final

import numpy as np
from highspy import Highs

from bench.plan.ways import Array, Numbers, Village, Way

_new_program: Final[Callable[[], Any]] = Highs
"""HiGHS' own class, which says nothing of its types."""
SOLVED: Final = 2e-4
"""Share of the program's value that may be left between it and the bound."""
PRICINGS: Final = 300
"""Times that ways are added, at most."""
ROUNDS: Final = 40
CUTS: Final = 30
"""New inequalities in a round."""
VIOLATED: Final = 0.02
"""Half-days that must be missing."""


class LeastRiding:
    """The linear program of one village."""

    def __init__(self, village: Village) -> None:
        self._village, self._ways, self._groups = village, list[Way](), list[Array]()
        self._lp = _new_program()
        for option, value in (("output_flag", False), ("threads", 1)):
            self._lp.setOptionValue(option, value)
        for people in village.people:
            self._row(int(people), [])
        self.seconds = -inf
        """The bound."""
        self._prices: Array | None = None
        for stop, people in enumerate(village.people):
            for seen in range(1, min(int(people), village.most) + 1):
                self._add(Way((stop,), (seen,)))
        self._need(np.ones(len(village.people), dtype=bool))

    def solve(self) -> float:
        """Seconds that every plan of the village rides at least."""
        for _ in range(ROUNDS):
            self._price()
            missing = self._missing()
            for group in missing:
                self._need(group)
            if not missing:
                break
        return self.seconds

    def _add(self, way: Way) -> None:
        at = np.array([0, *(stop + 1 for stop in way.stops), 0])
        seen = np.bincount(way.stops, way.seen, len(self._village.people))
        counts = np.array([*seen, *(_entries(way, group) for group in self._groups)], dtype=np.float64)
        rows = np.flatnonzero(counts).astype(np.int32)
        riding = float(self._village.ride[at[:-1], at[1:]].sum())
        self._lp.addCol(riding, 0.0, inf, len(rows), rows, counts[rows])
        self._ways.append(way)

    def _row(self, least: int, counts: Sequence[int]) -> None:
        ways = np.flatnonzero(counts).astype(np.int32)
        self._lp.addRow(float(least), inf, len(ways), ways, np.array(counts, dtype=np.float64)[ways])

    def _need(self, group: Array) -> None:
        """As many half-days come to these dwellings as their persons need."""
        self._row(self._half_days(group), [_entries(way, group) for way in self._ways])
        self._groups.append(group)
        if self._prices is not None:
            self._prices = np.append(self._prices, 0.0)

    def _half_days(self, group: Array) -> int:
        return ceil(int(self._village.people[group.astype(bool)].sum()) / self._village.most)

    def _price(self) -> None:
        """Adds ways until the program is solved nearly."""
        for _ in range(PRICINGS):
            self._lp.run()
            value, prices = self._lp.getObjectiveValue(), np.maximum(0.0, self._lp.getSolution().row_dual)
            between = prices if self._prices is None else (prices + self._prices) / 2  # they jump less so
            ways = self._bound(between) or self._bound(prices)
            if not ways or value - self.seconds < SOLVED * value:
                return
            for way in ways:
                self._add(way)

    def _bound(self, prices: Array) -> list[Way]:
        """Takes the bound that follows from the prices, if it is higher; the ways that are cheaper than nothing."""
        people, ride = self._village.people, self._village.ride.copy()
        total = float(people @ prices[: len(people)])
        for group, price in zip(self._groups, prices[len(people) :], strict=True):
            inside = np.append(False, group)
            ride[np.ix_(~inside, inside)] -= price
            total += price * self._half_days(group)
        costs, ways = self._village.cheapest(ride, prices[: len(people)])
        total += min(0.0, float((costs / np.arange(1, len(costs) + 1)).min())) * float(people.sum())
        if total > self.seconds:
            self.seconds, self._prices = total, prices
        return ways

    def _missing(self) -> list[Array]:
        """Groups of dwellings to which fewer half-days come than they need, the worst first."""
        n = len(self._village.people)
        flow = np.zeros((n + 1, n + 1))
        for way, share in zip(self._ways, self._lp.getSolution().col_value, strict=True):
            at = np.array([0, *(stop + 1 for stop in way.stops), 0])
            np.add.at(flow, (at[:-1], at[1:]), share)
        found = {}
        for group in _groups(self._village.ride[1:, 1:], (flow + flow.T)[1:, 1:]):
            inside = np.append(False, group)
            short = self._half_days(group) - flow[np.ix_(~inside, inside)].sum()
            if short > VIOLATED:
                found[group.tobytes()] = (short, group)
        worst = sorted(found.values(), key=lambda one: -one[0])
        return [group for _, group in worst[:CUTS]]


def _entries(way: Way, group: Array) -> int:
    """How often the way comes to the group from outside."""
    inside = [bool(group[stop]) for stop in way.stops]
    return sum(now and not before for before, now in zip([False, *inside], inside, strict=False))


def _groups(ride: Array, flow: Array) -> list[Array]:
    """Groups that may be short of half-days: around each dwelling the nearest, and those that are most ridden to."""
    n, found = len(ride), []
    for start in range(n):
        nearest = np.argsort(ride[start], kind="stable")
        ball, grown, tied = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool), flow[start].copy()
        ball[start] = grown[start] = True
        for other in nearest[nearest != start]:
            ball[other] = True
            outside = np.where(grown, -1.0, tied)
            more = (
                int(outside.argmax())
                if outside.max() > 0
                else int(np.where(grown, np.inf, ride[grown].min(0)).argmin())
            )
            grown[more] = True
            tied += flow[more]
            found += [ball.copy(), grown.copy()]
    return found


def least_riding(ride: Sequence[Sequence[float]], people: Sequence[int], most: int) -> float:
    """Seconds that no plan of a village undercuts.

    Args:
        ride: seconds between places, the home first.
        people: at each dwelling.
        most: persons in a half-day.
    """
    if not people:
        return 0.0
    numbers: Numbers = np.array(people, dtype=np.int64)
    return LeastRiding(Village(np.array(ride, dtype=np.float64), numbers, most)).solve()
