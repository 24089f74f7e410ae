"""The order of a half-day's stops that a person chose: kept when the plan is made again, given up for a due date alone.

A search knows no such order. Its answer is put into the chosen one, and what finds no room beside it goes elsewhere;
the routes before the search, which hold every order, stay when they are better. The order holds wherever its stops
stand together: else a search would lead all of them to another half-day, to ride them as it likes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from services.scheduler.domain.plan_insert import insert
from services.scheduler.domain.plan_problem import CadreProblem, Routes

MOST_STOPS: Final = 10
"""Of which the shortest order is sought exactly: as many as a half-day has persons (`Weights.persons`)."""


def chosen_orders(problem: CadreProblem, stood: Mapping[int, Sequence[int]], by_hand: Collection[str]) -> Routes:
    """Of each half-day the stops whose order was chosen, in that order; one alone has none.

    Args:
        problem: the cadre's.
        stood: the routes of the plan before, in their order.
        by_hand: visits whose place in the order a person chose.
    """
    found = {
        slot: [stop for stop in order if any(visit.visit_id in by_hand for visit in problem.stops[stop].visits)]
        for slot, order in stood.items()
    }
    return {slot: order for slot, order in found.items() if len(order) > 1}


def broken(routes: Mapping[int, Sequence[int]], chosen: Mapping[int, Sequence[int]]) -> list[int]:
    """The half-days whose chosen order is lost: two of its stops stand together, there or elsewhere, in another one."""
    return [
        slot for slot, wanted in sorted(chosen.items()) if not all(_in_order(way, wanted) for way in routes.values())
    ]


def best_in_order(
    problem: CadreProblem,
    start: Routes,
    found: Routes,
    chosen: Mapping[int, Sequence[int]],
    due: Collection[int],
) -> Routes:
    """The better of the routes before and after a search, in the chosen orders; one of these is given up only when
    fewer people miss their due date without it.

    Args:
        problem: both routes must hold its rules.
        start: before the search, in the chosen orders.
        found: after it, in whatever order.
        chosen: by half-day.
        due: the stops that are due within the plan.
    """
    tries = [start, arranged(problem, found, chosen)]
    for given_up in broken(found, chosen):
        tries.append(arranged(problem, found, {slot: order for slot, order in chosen.items() if slot != given_up}))
    tries.append(found)

    def worth(routes: Routes) -> tuple[int, int, int]:
        served = problem.served(routes)
        missed = sum(problem.people(stop) for stop in due if stop not in served)
        return missed, len(broken(routes, chosen)), problem.cost(routes)

    return min(tries, key=worth)


def arranged(problem: CadreProblem, routes: Mapping[int, Sequence[int]], chosen: Mapping[int, Sequence[int]]) -> Routes:
    """The routes with the chosen orders; what finds no room beside them goes to its cheapest place elsewhere, or is in
    no route."""
    stay: Routes = {slot: list(order) for slot, order in routes.items()}
    out: list[int] = []
    for slot, found in routes.items():
        lists = [wanted for wanted in chosen.values() if not _in_order(found, wanted)]
        if not lists:
            continue
        whole = list(found)
        for wanted in lists:
            together = iter([stop for stop in wanted if stop in found])
            whole = [next(together) if stop in wanted else stop for stop in whole]
        order = [stop for stop in whole if any(stop in wanted for wanted in chosen.values())]
        others = [stop for stop in whole if stop not in order]
        while not problem.fits(slot, order):
            out.append(order.pop())
        for stop in others:
            longer = with_stop(problem, order, stop)
            order, out = (longer, out) if problem.fits(slot, longer) else (order, [*out, stop])
        stay[slot] = order
    return insert(problem, stay, out)


def with_stop(problem: CadreProblem, order: Sequence[int], stop: int) -> list[int]:
    """The order with one stop more, where it is the shortest ride."""
    ways = ([*order[:at], stop, *order[at:]] for at in range(len(order) + 1))
    return min(ways, key=problem.riding)


def shortest(problem: CadreProblem, stops: Sequence[int]) -> list[int]:
    """The stops in the order that is ridden fastest (Held and Karp: n² 2ⁿ steps, so for a half-day's `MOST_STOPS`)."""
    ride = problem.ride
    best: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {
        (1 << at, at): (ride[0][stop + 1], (stop,)) for at, stop in enumerate(stops)
    }
    for _ in stops[1:]:
        further: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
        for (been, last), (seconds, way) in best.items():
            row = ride[stops[last] + 1]
            for at, stop in enumerate(stops):
                if not been >> at & 1:
                    key, longer = (been | 1 << at, at), seconds + row[stop + 1]
                    if key not in further or longer < further[key][0]:
                        further[key] = longer, (*way, stop)
        best = further
    ends = ((seconds + ride[way[-1] + 1][0], way) for seconds, way in best.values())
    return list(min(ends, default=(0, ()))[1])


def kept_in(order: Sequence[int], chosen: Mapping[int, Sequence[int]]) -> set[int]:
    """The stops of a route whose order is a chosen one; one alone has none."""
    together = [{stop for stop in wanted if stop in order} for wanted in chosen.values() if _in_order(order, wanted)]
    return {stop for stops in together if len(stops) > 1 for stop in stops}


def _in_order(order: Sequence[int], wanted: Sequence[int]) -> bool:
    places = [order.index(stop) for stop in wanted if stop in order]
    return all(a < b for a, b in pairwise(places))
