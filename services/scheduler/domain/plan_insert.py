"""Cheapest insertion: puts stops into a plan one by one, where each costs least, and moves nothing that stands.

For one late request it takes milliseconds; it is also what is left when a search had to be stopped.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.scheduler.domain.plan_problem import CadreProblem, Routes


class Insertion(NamedTuple):
    """The best place of a stop."""

    cost: int
    """What the plan costs more, in seconds, without the prize."""
    slot: int
    at: int
    """Place in the order of the half-day."""


def find_insertion(problem: CadreProblem, routes: Mapping[int, Sequence[int]], stop: int) -> Insertion | None:
    """Where the stop costs least; None when no half-day can take it."""
    best: Insertion | None = None
    ride, place = problem.ride, stop + 1
    for slot, cost in enumerate(problem.costs[stop]):
        if cost is None:
            continue
        order = routes.get(slot, ())
        if sum(map(problem.people, order)) + problem.people(stop) > problem.persons:
            continue
        spare = problem.budgets[slot] - problem.riding(order) - sum(problem.service[other] for other in order)
        way = [0, *(other + 1 for other in order), 0]
        for at, (a, b) in enumerate(itertools.pairwise(way)):
            longer = ride[a][place] + ride[place][b] - ride[a][b]
            if longer + problem.service[stop] <= spare:
                found = Insertion(longer + cost + (0 if order else problem.setting_out), slot, at)
                best = found if best is None else min(best, found)
    return best


def insert(problem: CadreProblem, routes: Mapping[int, Sequence[int]], stops: Iterable[int]) -> Routes:
    """The routes with each stop at its cheapest place; those due first come first."""
    filled: Routes = {slot: list(order) for slot, order in routes.items() if order}
    for stop in sorted(stops, key=lambda stop: (problem.stops[stop].last, -problem.prizes[stop], stop)):
        found = find_insertion(problem, filled, stop)
        if found and found.cost < problem.prizes[stop]:
            filled.setdefault(found.slot, []).insert(found.at, stop)
    return filled


def kept(problem: CadreProblem, routes: Mapping[int, Sequence[int]]) -> Routes:
    """What can stay of routes that were made for an earlier problem: stops that may not be there any more are left out,
    and the last ones of a half-day that has become too full."""
    stay: Routes = {}
    for slot, order in routes.items():
        allowed = [stop for stop in order if problem.costs[stop][slot] is not None]
        told = {stop for stop in allowed if problem.stops[stop].announced_on == problem.slots[slot].day}
        while allowed and not problem.fits(slot, allowed):
            allowed.remove(next((stop for stop in reversed(allowed) if stop not in told), allowed[-1]))
        if allowed:
            stay[slot] = allowed
    return stay
