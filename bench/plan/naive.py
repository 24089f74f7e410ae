"""What a list alone leads to: earliest due date first, then the nearest house, half-day by half-day."""

from collections.abc import Sequence
from functools import partial

from services.scheduler.domain.plan_problem import CadreProblem, Routes


def earliest_due_nearest_neighbour(problem: CadreProblem) -> Routes:
    """Each half-day begins with the stop that is due first and goes on to the nearest one that still fits."""
    left, routes = set(range(len(problem.stops))), {}
    for slot in range(len(problem.slots)):
        order: list[int] = []
        while fitting := [stop for stop in sorted(left) if problem.fits(slot, [*order, stop])]:
            order.append(min(fitting, key=partial(_urgency, problem, order)))
            left.discard(order[-1])
        if order:
            routes[slot] = order
    return routes


def _urgency(problem: CadreProblem, order: Sequence[int], stop: int) -> tuple[int, int]:
    return (problem.ride[order[-1] + 1][stop + 1] if order else problem.stops[stop].last.toordinal(), stop)
