"""What help across the villages of a township would give: small half-days are emptied into those of neighbours.

Measured beside the planner, not in it. Whoever's half-day it is, all plans compared get the same help: three campaigns
have small half-days too, more of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from bench.plan.bounds import least_half_days
from bench.plan.county import season
from bench.plan.figures import Echo, Sum
from services.scheduler.domain.plan_assemble import routes_of
from services.scheduler.domain.plan_insert import find_insertion
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, Plan, Point, Route, Stop
from services.scheduler.domain.plan_parts import problem_of
from services.scheduler.domain.plan_problem import CadreProblem, Routes
from services.scheduler.domain.plan_travel import GreatCircleTravel
from services.scheduler.domain.plan_weights import SECONDS, Weights

PRICES: Final = (None, Weights().helper_minutes, 0.0)
"""Minutes that a stop costs more when a neighbour makes it: no help, what the planner counts, help for nothing."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Plans whose figures are added up, each with the visits that it was made for."""

    name: str
    plans: list[tuple[list[PlaceVisit], Plan]] = field(default_factory=list)


class Township:
    """Times between all places of a township, each computed once; a travel port."""

    def __init__(self, places: Collection[Point]) -> None:
        self._row = {place: row for row, place in enumerate(places)}
        self._table = GreatCircleTravel().minutes(list(self._row), 1.0)

    def minutes(self, origins: Sequence[Point], speed: float) -> list[list[float]]:
        """Of places of the township alone."""
        rows = [self._row[place] for place in origins]
        return [[self._table[a][b] / speed for b in rows] for a in rows]


@dataclass(slots=True)
class Rider:
    """A cadre who may make any stop of the township; the stops have the same numbers for all its cadres."""

    cadre: Cadre
    problem: CadreProblem
    routes: Routes


def emptied(plan: Plan, cadres: Sequence[Cadre], minutes: float) -> list[Route]:
    """The routes after each half-day is given up whose stops cost less elsewhere, the one of fewest people first.

    Args:
        plan: without help.
        cadres: of the county.
        minutes: a stop costs so much more with a neighbour.
    """
    found = []
    for _, township in groupby(sorted(cadres, key=_group), key=_group):
        riders = _riders(plan, list(township), minutes)
        while any(_give_up(riders, rider, slot) for rider, slot in _smallest_first(riders)):
            pass
        for rider in riders:
            found += routes_of(rider.cadre, rider.problem, rider.routes)
    return found


def _group(cadre: Cadre) -> str:
    return cadre.township or cadre.cadre_id


def _riders(plan: Plan, cadres: Sequence[Cadre], minutes: float) -> list[Rider]:
    homes = {cadre.cadre_id: cadre.home for cadre in cadres}
    routes = [route for route in plan.routes if route.cadre_id in homes]
    stops: tuple[Stop, ...] = tuple(planned.stop for route in routes for planned in route.stops)
    owner = [route.cadre_id for route in routes for _ in route.stops]
    number = iter(range(len(stops)))
    orders = [(route.cadre_id, route.slot, [next(number) for _ in route.stops]) for route in routes]
    of = replace(season(), travel=Township({*homes.values(), *(stop.point for stop in stops)}))
    riders = []
    for cadre in cadres:
        problem = problem_of(cadre, stops, of)
        costs = tuple(
            mine
            if owner[stop] == cadre.cadre_id
            else tuple(None if cost is None else cost + round(minutes * SECONDS) for cost in mine)
            for stop, mine in enumerate(problem.costs)
        )
        slots = {slot: at for at, slot in enumerate(problem.slots)}
        mine = {slots[slot]: order for who, slot, order in orders if who == cadre.cadre_id}
        riders.append(Rider(cadre, replace(problem, costs=costs), mine))
    return riders


def _smallest_first(riders: Sequence[Rider]) -> list[tuple[Rider, int]]:
    half_days = [
        (sum(map(rider.problem.people, order)), number, slot)
        for number, rider in enumerate(riders)
        for slot, order in rider.routes.items()
    ]
    return [(riders[number], slot) for _, number, slot in sorted(half_days)]


def _give_up(riders: Sequence[Rider], giver: Rider, slot: int) -> bool:
    """Whether the half-day's stops went elsewhere at less cost; if not, nothing has changed."""
    before = [rider.routes for rider in riders]
    for rider in riders:
        rider.routes = {at: list(order) for at, order in rider.routes.items()}
    spent = giver.problem.cost(giver.routes)
    stops = giver.routes.pop(slot)
    saved = spent - giver.problem.cost(giver.routes) + sum(giver.problem.prizes[stop] for stop in stops)
    for stop in sorted(stops, key=lambda stop: (-giver.problem.people(stop), stop)):
        found = (find_insertion(rider.problem, rider.routes, stop) for rider in riders)
        offers = [(offer, number) for number, offer in enumerate(found) if offer]
        if not offers or (saved := saved - min(offers)[0].cost) <= 0:
            break
        (offer, number) = min(offers)
        riders[number].routes.setdefault(offer.slot, []).insert(offer.at, stop)
    else:
        return True
    for rider, routes in zip(riders, before, strict=True):
        rider.routes = routes
    return False


def with_help(compared: Sequence[Compared], cadres: Sequence[Cadre], echo: Echo) -> None:
    """Prints what each comes to without help and with help at each price, against the first at the same price."""
    echo("\n| a stop with a neighbour costs | plan | half-days | km | visits by a neighbour | half-days at least |")
    echo("| --- | --- | --- | --- | --- | --- |")
    village = {cadre.cadre_id: cadre.villages for cadre in cadres}
    for price in PRICES:
        base = None
        for row in compared:
            total, helped, least = Sum(), 0, 0
            for visits, plan in row.plans:
                routes = list(plan.routes) if price is None else emptied(plan, cadres, price)
                total.add(routes, cadres)
                seen = [(route.cadre_id, visit) for route in routes for at in route.stops for visit in at.stop.visits]
                helped += sum(visit.village_code not in village[who] for who, visit in seen)
                least += least_half_days(visits, cadres, helping=price is not None)
            base = base or (total.half_days, total.km)
            cells = [_against(total.half_days, base[0]), _against(total.km, base[1]), str(helped)]
            cost = "no help" if price is None else f"{price:g} min"
            echo(f"| {cost} | {row.name} | {' | '.join(cells)} | {_against(least, base[0])} |")


def _against(mine: float, base: float) -> str:
    return f"{mine:.0f} ({mine / base - 1:+.1%})"
