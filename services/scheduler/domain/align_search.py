"""The search: what each campaign alone saves, in which order to change several, the most that any days can save.

Campaigns that share a person who could save a visit belong together; the others do not touch each other. One or two
that belong together are searched completely (`saved_grid` holds every combination of days). Where one campaign holds
the others together (a county-wide one among campaigns of towns), the rest is searched completely for each of its
changes. What is known of the parts is joined exactly by dynamic programming over the days. Only where neither is
possible the most is what single steps reach, and the answer says so (``exact``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from math import prod
from typing import Final

import numpy as np

from services.scheduler.domain.align_campaigns import NO_CHANGE, Change, Limits
from services.scheduler.domain.align_grid import FIXED, Counts, Pattern, can_save, days_grid, saved_grid, useful_limits

_PAIRS_OF_AT_MOST: Final = 4
"""Campaigns that belong together of which all pairs are searched; with more only each alone."""
_EFFORT_AT_MOST: Final = 1_000_000_000
"""Effort of a complete search beyond which it is not tried, in cells: a few seconds on one core of 2020."""
_CELLS_OF_A_CALL: Final = 3000
"""Cells that take as long as what numpy needs for a call."""
State = dict[int, Change]
"""Campaign number → its change; absent: none."""


@dataclass(frozen=True, slots=True)
class Point:
    """The smallest change that saves so many visits."""

    changes: tuple[tuple[int, Change], ...]
    """Campaign number and change, without those that stay."""
    days: int
    """Campaign-days: the sum of all days earlier and later."""
    saved: int
    """Visits saved against no change."""


class Part:
    """Campaigns that belong together, and every pattern that holds one of them."""

    def __init__(self, found: Mapping[Pattern, int], limits: Mapping[int, Limits], weights: Mapping[int, int]) -> None:
        """`weights` are the people of each campaign: of equal changes the one that touches fewer comes first."""
        self.numbers = tuple(sorted(limits))
        self._found = found
        self._limits = limits
        self._small = len(self.numbers) <= 2 and self._effort(self.numbers, found) <= _EFFORT_AT_MOST
        self._weights = weights
        self._neighbours: defaultdict[int, set[int]] = defaultdict(set)
        for pattern in found:
            mine = {c for _, _, c in pattern}
            for number in mine:
                self._neighbours[number] |= mine
        self._grids: dict[tuple[tuple[int, ...], tuple[tuple[int, Change], ...]], Counts] = {}

    def alone(self, number: int) -> list[Point]:
        """The front of one campaign, the others unchanged."""
        return self._front((number,))

    def pair(self, one: int, other: int) -> list[Point]:
        """The front of two campaigns together; also points at which only one of them changes."""
        return self._front((one, other))

    @property
    def pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs that are searched completely."""
        return iter(self._pairs)

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        pairs = [*combinations(self.numbers, 2)] if len(self.numbers) <= _PAIRS_OF_AT_MOST else []
        effort = sum(self._effort(pair, self._found) for pair in pairs)
        return pairs if self._small or effort <= _EFFORT_AT_MOST else []

    @cached_property
    def exact(self) -> bool:
        """Whether `most` is proved."""
        return self._small or self._hub is not None

    @cached_property
    def most(self) -> list[tuple[int, int]]:
        """The most visits saved for any number of days: (campaign-days, visits), ascending in both."""
        if self._small:
            return [(point.days, point.saved) for point in self._front(self.numbers)]
        if self._hub is not None:
            return self._most_around(self._hub)
        state: State = {}
        reached = [(0, 0)]
        while step := self.find_step(state):
            state |= dict(step.changes)
            reached.append((sum(change.days for change in state.values()), reached[-1][1] + step.saved))
        return reached

    @cached_property
    def _hub(self) -> int | None:
        """The campaign without which the others fall into parts that can be searched completely in good time."""
        costs = []
        for number in self.numbers:
            rest = _linked(self._found, [c for c in self.numbers if c != number])
            if all(len(mine) <= 2 for mine, _ in rest):
                grids = sum(self._effort(mine, found) for mine, found in rest)
                costs.append((self._cells((number,)) * grids, number))
        return min(costs)[1] if costs and min(costs)[0] <= _EFFORT_AT_MOST else None

    def _effort(self, numbers: Sequence[int], found: Mapping[Pattern, int]) -> int:
        """How many cells a `saved_grid` computes, each as often as a pattern's windows are compared."""
        lengths = (len(pattern) for pattern in found if any(c in numbers for _, _, c in pattern))
        weight = sum(1 if length <= 3 else length * length for length in lengths)
        return max(self._cells(numbers), _CELLS_OF_A_CALL) * weight

    def _cells(self, numbers: Iterable[int]) -> int:
        return prod((self._limits[c].earlier + 1) * (self._limits[c].later + 1) for c in numbers)

    def _most_around(self, hub: int) -> list[tuple[int, int]]:
        grid = self._grid((hub,), {})
        rest = _linked(self._found, [c for c in self.numbers if c != hub])
        fronts = []
        for cell in np.argwhere(grid >= 0):
            change = Change(int(cell[0]), int(cell[1]))
            front = [(change.days, int(grid[tuple(cell)]))]
            for mine, found in rest:
                front = _joined(front, _most_in(saved_grid(found, mine, self._limits, {hub: change})))
            fronts.append(front)
        return _ascending(point for front in fronts for point in front)

    def find_step(self, state: State) -> Point | None:
        """The further change with the most visits saved for each day, ``None`` when no campaign and no pair saves any.

        In the point returned, changes are from the windows as they are today, days and visits are what is added. Ties:
        fewest days, fewest campaigns, fewest people, least later, lowest number.
        """
        tries: list[list[tuple[int, ...]]] = (
            [[self.numbers]] if self._small else [[(number,) for number in self.numbers], [*self.pairs]]
        )
        for several in tries:
            steps = [step for free in several if (step := self._step(free, state)) is not None]
            if steps:
                return min(steps, key=lambda step: (-step.saved / step.days, step.days, self._burden(step.changes)))
        return None

    def _step(self, free: tuple[int, ...], state: State) -> Point | None:
        grid = self._grid(free, state)
        now = tuple(d for c in free for d in _pair(state.get(c, NO_CHANGE)))
        ahead = grid[tuple(slice(start, None) for start in now)]
        gained = ahead - ahead.flat[0]
        days = days_grid(ahead.shape)
        rate = np.where(ahead > 0, gained / np.maximum(days, 1), 0.0)
        best = rate.max()
        if best <= 0:
            return None
        cells = np.argwhere(rate == best)
        fewest_days = min(int(cell.sum()) for cell in cells)
        options = []
        for cell in cells[cells.sum(axis=1) == fewest_days]:
            after = [n + int(c) for n, c in zip(now, cell, strict=True)]
            changes = tuple(
                (number, Change(*after[2 * i : 2 * i + 2]))
                for i, number in enumerate(free)
                if cell[2 * i : 2 * i + 2].any()
            )
            options.append(Point(changes, fewest_days, int(gained[tuple(cell)])))
        return min(options, key=lambda point: self._burden(point.changes))

    def _front(self, free: tuple[int, ...]) -> list[Point]:
        grid = self._grid(free, {})
        days = days_grid(grid.shape)
        points = [Point((), 0, 0)]
        for count, saved in _most_in(grid)[1:]:
            options = [
                tuple(
                    (number, change)
                    for i, number in enumerate(free)
                    if (change := Change(int(cell[2 * i]), int(cell[2 * i + 1]))).days
                )
                for cell in np.argwhere((days == count) & (grid == saved))
            ]
            points.append(Point(min(options, key=self._burden), count, saved))
        return points

    def _burden(self, changes: tuple[tuple[int, Change], ...]) -> tuple[object, ...]:
        people = sum(self._weights.get(number, 0) for number, _ in changes)
        return len(changes), people, sum(change.days_later for _, change in changes), changes

    def _grid(self, free: tuple[int, ...], state: State) -> Counts:
        near = {c for number in free for c in self._neighbours[number]} - {*free}
        others = tuple(sorted((number, change) for number, change in state.items() if number in near))
        key = free, others
        if key not in self._grids:
            self._grids[key] = saved_grid(self._found, free, self._limits, dict(others))
        return self._grids[key]


def parts_of(found: Mapping[Pattern, int], limits: Mapping[int, Limits], weights: Mapping[int, int]) -> list[Part]:
    """The campaigns that can save anything, in parts that do not touch each other."""
    helpful = can_save(found, limits)
    trimmed = {
        number: limit for number, limit in useful_limits(helpful, limits).items() if limit.earlier or limit.later
    }
    patterns: Counter[Pattern] = Counter()
    for pattern, count in helpful.items():
        patterns[tuple((first, due, c if c in trimmed else FIXED) for first, due, c in pattern)] += count
    return [
        Part(found, {number: trimmed[number] for number in mine}, weights)
        for mine, found in _linked(patterns, [*trimmed])
    ]


def joined_front(parts: Iterable[Part]) -> list[tuple[int, int]]:
    """The most visits saved by all campaigns together: (campaign-days, visits), ascending in both."""
    front = [(0, 0)]
    for part in parts:
        front = _joined(front, part.most)
    return front


def _linked(found: Mapping[Pattern, int], numbers: Sequence[int]) -> list[tuple[tuple[int, ...], dict[Pattern, int]]]:
    """The campaigns in groups that share no pattern, each with its patterns."""
    leader = {number: number for number in numbers}

    def find(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    of_pattern: dict[Pattern, int] = {}
    for pattern in found:
        mine = [c for _, _, c in pattern if c in leader]
        for one, other in pairwise(mine):
            leader[find(other)] = find(one)
        if mine:
            of_pattern[pattern] = mine[0]
    members: defaultdict[int, list[int]] = defaultdict(list)
    for number in numbers:
        members[find(number)].append(number)
    patterns: defaultdict[int, dict[Pattern, int]] = defaultdict(dict)
    for pattern, number in of_pattern.items():
        patterns[find(number)][pattern] = found[pattern]
    return [(tuple(sorted(mine)), patterns[root]) for root, mine in sorted(members.items())]


def _most_in(grid: Counts) -> list[tuple[int, int]]:
    days = days_grid(grid.shape)
    most = np.zeros(int(days.max()) + 1, np.int32)
    np.maximum.at(most, days.ravel(), grid.ravel())
    return _ascending(enumerate(most.tolist()))


def _joined(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most of both together, for any number of days in all."""
    return _ascending((days + more, saved + further) for days, saved in one for more, further in other)


def _ascending(points: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of (days, saved) those that no other beats with as few days."""
    front: list[tuple[int, int]] = []
    for days, saved in sorted(points, key=lambda point: (point[0], -point[1])):
        if not front or saved > front[-1][1]:
            front.append((days, saved))
    return front


def _pair(change: Change) -> tuple[int, int]:
    return change.days_earlier, change.days_later
