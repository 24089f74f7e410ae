"""Cheapest half-days of a village when each person seen is worth something: the pricing of `least_riding`.

A half-day is relaxed to a way from home through dwellings and back on which at most so many persons are seen. It may
come to a dwelling again, but only after it has forgotten it: at each dwelling it remembers those of its nearest
dwellings that it has seen (ng-routes; Baldacci, Mingozzi, Roberti 2011). So its ways are more than those of plans, and
what is least among them is no more than what a plan has.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
REMEMBERED: Final = 5
"""Dwellings that a way remembers at most, the one where it is among them."""
NEAR_ZERO: Final = 1e-6
"""Seconds below which a way is not cheaper than nothing."""


@dataclass(frozen=True, slots=True)
class Way:
    """The dwellings of a half-day in order, and how many persons are seen at each."""

    stops: tuple[int, ...]
    seen: tuple[int, ...]


class Village:
    """Dwellings with their persons, and the rides between them; 0 is the home, i + 1 the dwelling i."""

    def __init__(self, ride: Array, people: Numbers, most: int) -> None:
        """``ride``: seconds; ``people``: at each dwelling; ``most``: persons in a half-day."""
        self.ride, self.people, self.most = ride, people, most
        n, near = len(people), min(REMEMBERED, len(people))
        order = np.argsort(ride[1:, 1:] - np.eye(n), axis=1, kind="stable")[:, :near]  # the dwelling itself is first
        self._memories = 1 << (near - 1)
        bits = (np.arange(self._memories)[:, None] >> np.arange(near - 1)) & 1
        remembers = np.zeros((n, self._memories, n), dtype=bool)
        remembers[np.arange(n), :, np.arange(n)] = True
        for place in range(1, near):
            remembers[np.arange(n)[:, None], np.arange(self._memories), order[:, place][:, None]] |= bits[
                None, :, place - 1
            ].astype(bool)
        after = (remembers[:, :, order[:, 1:]].astype(np.int64) << np.arange(near - 1)).sum(axis=3)
        at, memory, to = np.nonzero(~remembers)
        into = to * self._memories + after[at, memory, to]
        by = np.argsort(into, kind="stable")
        self._from, self._arc = (at * self._memories + memory)[by], (at * n + to)[by]
        self._into, self._first = np.unique(into[by], return_index=True)

    def cheapest(self, ride: Array, worth: Array) -> tuple[Array, list[Way]]:
        """What the cheapest way of 1, 2, … persons costs, and ways that cost less than nothing, the cheapest first.

        Args:
            ride: seconds as they are to be counted, of the same shape as the village's.
            worth: seconds that a person seen at each dwelling is worth.
        """
        n, states = len(self.people), len(self.people) * self._memories
        best = np.full((self.most + 1, states), np.inf)
        came = np.full((self.most, states), np.inf)  # to a dwelling, with so many seen before it
        inner = ride[1:, 1:].ravel()[self._arc]
        came[0, :: self._memories] = ride[0, 1:]
        gain = np.repeat(worth, self._memories)
        for load in range(self.most):
            if load and len(inner):
                came[load, self._into] = np.minimum.reduceat(best[load][self._from] + inner, self._first)
            for seen in range(1, min(int(self.people.max()), self.most - load) + 1):
                there = np.repeat(self.people >= seen, self._memories)
                found = np.where(there, came[load] - seen * gain, np.inf)
                np.minimum(best[load + seen], found, out=best[load + seen])
        ends = (best.reshape(self.most + 1, n, self._memories) + ride[1:, 0][None, :, None])[1:]
        cheap = ends.min(axis=2)
        ways = [
            (cheap[load, stop], load + 1, stop * self._memories + int(ends[load, stop].argmin()))
            for load, stop in zip(*np.nonzero(cheap < -NEAR_ZERO), strict=True)
        ]
        return cheap.min(axis=1), [self._way(best, came, inner, gain, *way[1:]) for way in sorted(ways)[: 2 * n]]

    def _way(self, best: Array, came: Array, inner: Array, gain: Array, load: int, state: int) -> Way:
        stops, seen = [], []
        while True:
            here = state // self._memories
            counts = range(1, min(int(self.people[here]), load) + 1)
            there = min(counts, key=lambda one: came[load - one, state] - one * gain[state])
            stops.append(here)
            seen.append(there)
            load -= there
            if not load:
                return Way(tuple(reversed(stops)), tuple(reversed(seen)))
            row = int(np.searchsorted(self._into, state))
            end = self._first[row + 1] if row + 1 < len(self._first) else len(self._from)
            span = slice(self._first[row], end)
            state = int(self._from[span][(best[load][self._from[span]] + inner[span]).argmin()])
