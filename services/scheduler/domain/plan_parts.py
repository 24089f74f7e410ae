"""A county's plan while it is being made, cadre by cadre: start from the plan before, help of neighbours."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.scheduler.domain.plan_assemble import left_out, routes_of
from services.scheduler.domain.plan_assign import helpers
from services.scheduler.domain.plan_bundle import bundle, parted
from services.scheduler.domain.plan_calendar import KindOf, slots_of
from services.scheduler.domain.plan_insert import find_insertion, insert, kept
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Plan, Stop
from services.scheduler.domain.plan_order import best_in_order, broken, chosen_orders
from services.scheduler.domain.plan_problem import Before, CadreProblem, Routes, cadre_problem
from services.scheduler.domain.plan_travel import Travel
from services.scheduler.domain.plan_weights import SECONDS, Weights


@dataclass(frozen=True, slots=True)
class Season:
    """What holds for every cadre of a run."""

    first: date
    """First day of the plan."""
    last: date
    """Last day of the plan."""
    kind_of: KindOf
    travel: Travel
    weights: Weights
    before: Mapping[str, Place]
    """Where each visit stood in the plan before; empty: a new plan."""
    ordered: Collection[str] = frozenset()
    """Visits whose place in the order of their half-day a person chose."""


@dataclass(slots=True)
class CadrePlan:
    """One cadre's part of the plan."""

    cadre: Cadre
    problem: CadreProblem
    routes: Routes
    changed: bool
    """Whether anything differs from the plan before, so that a search may gain."""
    given: set[int] = field(default_factory=set)
    """Stops that a neighbour makes."""
    chosen: Routes = field(default_factory=dict)
    """Orders that a person chose, by half-day; stops that have gone elsewhere among them."""

    def due_missed(self, last_day: date) -> list[int]:
        """Stops that nobody makes, though they are due within the plan."""
        served = self.problem.served(self.routes) | self.given
        return [n for n, stop in enumerate(self.problem.stops) if n not in served and stop.last <= last_day]

    def left(self, last_day: date) -> list[int]:
        """Stops that nobody makes, though they are due within the plan or were told a day of it that suits."""
        served, problem = self.problem.served(self.routes) | self.given, self.problem
        days = {slot.day for slot in problem.slots}
        return [
            number
            for number, stop in enumerate(problem.stops)
            if number not in served
            and (stop.last <= last_day or ((told := stop.announced_on) in days and told and stop.suits(told)))
        ]

    def better(self, found: Routes, last_day: date) -> Routes:
        """The better of the routes and of those that a search has found, which must hold all rules; what a person chose
        keeps its order."""
        if not self.chosen:
            return min((self.routes, found), key=self.problem.cost)
        due = [n for n, stop in enumerate(self.problem.stops) if stop.last <= last_day and n not in self.given]
        return best_in_order(self.problem, self.routes, found, self.chosen, due)

    def orders_given_up(self) -> list[str]:
        """The half-days whose chosen order could not be kept: cadre, day, half."""
        lost = [self.problem.slots[slot] for slot in broken(self.routes, self.chosen)]
        return [f"{self.cadre.cadre_id}, {slot.day} {slot.half}" for slot in lost]

    def told_moved(self) -> int:
        """Visits that stand on another day than the one told, or on none."""
        day_of = {stop: self.problem.slots[slot].day for slot, order in self.routes.items() for stop in order}
        return sum(
            visit.announced_on is not None and day_of.get(number) != visit.announced_on
            for number, stop in enumerate(self.problem.stops)
            if number not in self.given
            for visit in stop.visits
        )


def standing_part(cadre: Cadre, visits: Sequence[PlaceVisit], season: Season) -> CadrePlan:
    """The cadre's part as far as it can stay of the plan before; what is new or must go is in no route yet."""
    slots = slots_of(cadre, season.first, season.last, season.kind_of)
    problem = problem_of(cadre, tuple(bundle(visits, slots, season.weights)), season)
    if (stops := _without_too_large(problem, season.weights)) != problem.stops:
        problem = problem_of(cadre, stops, season)
    stood = _stood(problem, cadre, season.before)
    start = kept(problem, stood)
    crowded = [order for slot, order in stood.items() if start.get(slot) != order]
    if grown := {stop for order in crowded for stop in order if _late(problem.stops[stop], season)}:
        problem = problem_of(cadre, _without_late(problem.stops, grown, season), season)
        stood = _stood(problem, cadre, season.before)
        start = kept(problem, stood)
    here = {visit.visit_id for visit in visits}
    left = any(place.cadre_id == cadre.cadre_id and name not in here for name, place in season.before.items())
    chosen = chosen_orders(problem, stood, season.ordered)
    return CadrePlan(cadre, problem, start, bool(left or start != stood), chosen=chosen)


def cadre_plan(cadre: Cadre, visits: Sequence[PlaceVisit], season: Season) -> CadrePlan:
    """The cadre's part: what can stay of the plan before, and the rest by cheapest insertion."""
    part = standing_part(cadre, visits, season)
    todo = set(range(len(part.problem.stops))) - part.problem.served(part.routes)
    return replace(part, routes=insert(part.problem, part.routes, todo), changed=bool(part.changed or todo))


def problem_of(cadre: Cadre, stops: tuple[Stop, ...], season: Season, *, fixed: bool = True) -> CadreProblem:
    """The cadre's problem with these stops; ``fixed``: told days must stay."""
    slots = slots_of(cadre, season.first, season.last, season.kind_of)
    days = {stop.stop_id: was.day for stop in stops if (was := _find_place(stop, season.before))}
    return cadre_problem(
        cadre, stops, slots, season.travel, season.weights, last_day=season.last, before=Before(days, fixed)
    )


def help_out(parts: Sequence[CadrePlan], season: Season) -> None:
    """Offers what a cadre cannot make in time to the neighbours of the township; told days and routes stay as they are.

    The neighbour takes it at the cheapest place, if with the cost of helping it is still worth making at all.
    """
    by_id = {part.cadre.cadre_id: part for part in parts}
    cadres = [part.cadre for part in parts]
    for part in parts:
        missed = sorted(part.due_missed(season.last), key=lambda n: (part.problem.stops[n].last, n))
        neighbours = [by_id[other.cadre_id] for other in helpers(part.cadre, cadres)] if missed else []
        stops = [part.problem.stops[number] for number in missed]
        wider = [problem_of(other.cadre, (*other.problem.stops, *stops), season) for other in neighbours]
        taken: list[list[int]] = [[] for _ in neighbours]
        for at, number in enumerate(missed):
            offers = []
            for index, neighbour in enumerate(neighbours):
                if found := find_insertion(wider[index], neighbour.routes, len(neighbour.problem.stops) + at):
                    extra = season.weights.helper_minutes + season.weights.load_minutes * len(neighbour.routes)
                    offers.append((found.cost + round(extra * SECONDS), neighbour.cadre.cadre_id, index, found))
            if offers and (best := min(offers))[0] < part.problem.prizes[number]:
                _, _, index, found = best
                stop = len(neighbours[index].problem.stops) + at
                neighbours[index].routes.setdefault(found.slot, []).insert(found.at, stop)
                taken[index].append(stop)
                part.given.add(number)
        for neighbour, problem, more in zip(neighbours, wider, taken, strict=True):
            if more:
                _take_over(neighbour, problem, more)


def _take_over(part: CadrePlan, wider: CadreProblem, more: Sequence[int]) -> None:
    """The part with what its routes hold of a problem with stops of others: those, and its own."""
    keep = [*range(len(part.problem.stops)), *more]
    number = {stop: at for at, stop in enumerate(keep)}
    part.problem = wider.only(keep)
    part.routes = {slot: [number[stop] for stop in order] for slot, order in part.routes.items()}


def assembled(parts: Sequence[CadrePlan], season: Season) -> Plan:
    """The whole plan: every stop once, in a route or among the unplanned."""
    return Plan(
        tuple(route for part in parts for route in routes_of(part.cadre, part.problem, part.routes, part.chosen)),
        tuple(
            out
            for part in parts
            for number, out in left_out(
                part.cadre, part.problem, part.routes, first_day=season.first, last_day=season.last
            )
            if number not in part.given
        ),
    )


def _late(stop: Stop, season: Season) -> list[PlaceVisit]:
    """The visits of the stop that the plan before did not have."""
    return [visit for visit in stop.visits if visit.visit_id not in season.before]


def _without_late(stops: tuple[Stop, ...], grown: set[int], season: Season) -> tuple[Stop, ...]:
    """The stops, those that have grown beyond the room of their half-day parted: a late visit must not push out others
    behind its door."""
    parted: list[Stop] = []
    for number, stop in enumerate(stops):
        late = _late(stop, season) if number in grown else []
        rest = tuple(visit for visit in stop.visits if visit not in late)
        parted += [*([Stop(rest)] if rest else []), *(Stop((visit,)) for visit in late)]
    return tuple(sorted(parted, key=lambda stop: stop.stop_id))


def _without_too_large(problem: CadreProblem, weights: Weights) -> tuple[Stop, ...]:
    """The stops, those of several people parted that take longer, with the ride, than any of their half-days."""
    stops: list[Stop] = []
    for number, stop in enumerate(problem.stops):
        slots = zip(problem.budgets, problem.costs[number], strict=True)
        room = max((budget for budget, cost in slots if cost is not None), default=0) - problem.riding([number])
        stops += parted(stop, room / SECONDS, weights) if 0 < room < problem.service[number] else [stop]
    return tuple(sorted(stops, key=lambda stop: stop.stop_id))


def _find_place(stop: Stop, before: Mapping[str, Place]) -> Place | None:
    """Where somebody of the stop was; a told day of somebody else behind the door counts first."""
    known = [(visit.announced_on is None, before[visit.visit_id]) for visit in stop.visits if visit.visit_id in before]
    return min(known)[1] if known else None


def _stood(problem: CadreProblem, cadre: Cadre, before: Mapping[str, Place]) -> Routes:
    """The routes of the plan before, as far as their stops and half-days are still there."""
    number = {(slot.day, slot.half): index for index, slot in enumerate(problem.slots)}
    order: dict[int, list[tuple[int, int]]] = {}
    for stop, is_at in enumerate(problem.stops):
        was = _find_place(is_at, before)
        if was and was.cadre_id == cadre.cadre_id and (was.day, was.half) in number:
            order.setdefault(number[was.day, was.half], []).append((was.order, stop))
    return {slot: [stop for _, stop in sorted(stops)] for slot, stops in order.items()}
