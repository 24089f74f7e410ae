"""What a plan of the county costs, and what no plan of it undercuts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

from bench.plan.county import season
from services.scheduler.domain.plan_assign import assign
from services.scheduler.domain.plan_codes import UnplannedCode
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, Plan
from services.scheduler.domain.plan_parts import cadre_plan, problem_of
from services.scheduler.domain.plan_weights import SECONDS

WAITING: Final = (UnplannedCode.NO_ROOM, UnplannedCode.LEFT_FOR_LATER)
"""Left out by the search: another search might plan it. The others are the same in every plan."""


def least_half_days(visits: Iterable[PlaceVisit], cadres: Sequence[Cadre], *, helping: bool = False) -> int:
    """Half-days that the persons need, and the time at their doors with one ride each.

    Windows are left out of it, so that no plan in which all are seen has fewer. Each cadre counts alone; ``helping``:
    each township does, as if its cadres lived behind every door, so that no plan with help has fewer.
    """
    mine, _ = assign(visits, cadres, {})
    groups: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for cadre in cadres:
        problem = cadre_plan(cadre, mine[cadre.cadre_id], season()).problem
        stops = [stop for stop, costs in enumerate(problem.costs) if any(cost is not None for cost in costs)]
        if stops:
            longest = max(problem.budgets) - (0 if helping else min(problem.riding([stop]) for stop in stops))
            group = cadre.township or cadre.cadre_id if helping else cadre.cadre_id
            people, service = sum(map(problem.people, stops)), sum(problem.service[stop] for stop in stops)
            groups[group].append((people, service, longest))
    persons = season().weights.persons
    return sum(
        max(ceil(sum(people) / persons), ceil(sum(service) / max(longest)))
        for people, service, longest in (zip(*parts, strict=True) for parts in groups.values())
    )


def cost_minutes(plan: Plan, cadre: Cadre) -> float:
    """What the search minimises, of this cadre: setting out, riding, half-days that suit less, stops without room."""
    routes = [route for route in plan.routes if route.cadre_id == cadre.cadre_id]
    planned = [stop.stop for route in routes for stop in route.stops]
    left = [out.stop for out in plan.unplanned if out.cadre_id == cadre.cadre_id and out.code in WAITING]
    problem = problem_of(cadre, (*planned, *left), season())
    number, at = iter(range(len(planned))), {(slot.day, slot.half): n for n, slot in enumerate(problem.slots)}
    return (
        problem.cost({at[route.slot.day, route.slot.half]: [next(number) for _ in route.stops] for route in routes})
        / SECONDS
    )
