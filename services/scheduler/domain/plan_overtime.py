"""How long a cadre would ride beyond the working hours, if what finds no room were visited all the same."""

from collections.abc import Iterable, Mapping, Sequence

from services.scheduler.domain.plan_order import with_stop
from services.scheduler.domain.plan_problem import CadreProblem
from services.scheduler.domain.plan_weights import SECONDS


def overtime(problem: CadreProblem, routes: Mapping[int, Sequence[int]], stops: Iterable[int]) -> list[float]:
    """Minutes over the hours of each half-day that would be too long.

    Each stop, the first due first, goes where it costs least overtime, then least time; not to a day that does not suit
    it, so what no working day suits is left out. A half-day is too long when it is longer than the cadre's hours: the
    share that plans leave free for roads and weather is used up first.
    """
    orders = {slot: list(order) for slot, order in routes.items()}

    def seconds(order: Sequence[int]) -> int:
        return problem.riding(order) + sum(problem.service[stop] for stop in order)

    def over(slot: int, order: Sequence[int]) -> int:
        return max(0, seconds(order) - problem.slots[slot].minutes * SECONDS)

    for stop in sorted(stops, key=lambda stop: (problem.stops[stop].last, stop)):
        tries = []
        for slot, cost in enumerate(problem.costs[stop]):
            if cost is None:
                continue
            order = orders.get(slot, [])
            longer = with_stop(problem, order, stop)
            more = over(slot, longer) - over(slot, order)
            tries.append((more, seconds(longer) - seconds(order), slot, longer))
        if tries:
            _, _, slot, longer = min(tries)
            orders[slot] = longer
    return [minutes / SECONDS for slot, order in sorted(orders.items()) if (minutes := over(slot, order))]
