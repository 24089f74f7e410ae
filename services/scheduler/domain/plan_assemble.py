"""From numbers back to a plan: times of the routes, and why each stop that is left out is left out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from services.scheduler.domain.plan_codes import UnplannedCode
from services.scheduler.domain.plan_model import Cadre, PlannedStop, Route, Slot, Stop, Unplanned
from services.scheduler.domain.plan_order import MOST_STOPS, broken, kept_in, shortest
from services.scheduler.domain.plan_problem import CadreProblem
from services.scheduler.domain.plan_weights import SECONDS

NO_ORDERS: Final[Mapping[int, Sequence[int]]] = {}


def routes_of(
    cadre: Cadre,
    problem: CadreProblem,
    routes: Mapping[int, Sequence[int]],
    chosen: Mapping[int, Sequence[int]] = NO_ORDERS,
) -> list[Route]:
    """The routes with their times: away from home at the begin of the half-day, no waiting on the way; `chosen`: the
    orders that a person chose."""
    lost = broken(routes, chosen)
    return [
        replace(_route(cadre, problem, slot, routes[slot], kept_in(routes[slot], chosen)), given_up=slot in lost)
        for slot in sorted(routes)
        if routes[slot]
    ]


def _route(cadre: Cadre, problem: CadreProblem, number: int, order: Sequence[int], held: Collection[int]) -> Route:
    slot, at, here, stops = problem.slots[number], 0, 0, []
    for stop in order:
        at += problem.ride[here][stop + 1]
        stops.append(PlannedStop(problem.stops[stop], slot.start + at / SECONDS, stop in held))
        at += problem.service[stop]
        here = stop + 1
    at += problem.ride[here][0]
    riding = problem.riding(order)
    least = problem.riding(shortest(problem, order)) if held and len(order) <= MOST_STOPS else riding
    return Route(
        cadre_id=cadre.cadre_id,
        slot=slot,
        stops=tuple(stops),
        ride_minutes=riding / SECONDS,
        minutes=at / SECONDS,
        longer_minutes=(riding - least) / SECONDS,
    )


def left_out(
    cadre: Cadre, problem: CadreProblem, routes: Mapping[int, Sequence[int]], *, first_day: date, last_day: date
) -> list[tuple[int, Unplanned]]:
    """Every stop that the routes do not hold: its number, and the reason."""
    served, who = problem.served(routes), cadre.cadre_id
    return [
        (stop, Unplanned(problem.stops[stop], reason(problem, stop, first_day=first_day, last_day=last_day), who))
        for stop in range(len(problem.stops))
        if stop not in served
    ]


def reason(problem: CadreProblem, number: int, *, first_day: date, last_day: date) -> UnplannedCode:
    """Why the stop is left out: what lies in its window before what lies in the cadre's days."""
    stop = problem.stops[number]
    if (calendar := _by_days(stop, problem.slots, first_day, last_day)) is not None:
        return calendar
    alone = problem.riding([number]) + problem.service[number]
    if all(problem.costs[number][slot] is None or alone > budget for slot, budget in enumerate(problem.budgets)):
        return UnplannedCode.TOO_FAR
    days = {slot.day for slot, cost in zip(problem.slots, problem.costs[number], strict=True) if cost is not None}
    if days == {stop.announced_on} and any(stop.suits(slot.day) for slot in problem.slots if slot.day not in days):
        return UnplannedCode.TOLD_DAY_FULL
    return UnplannedCode.NO_ROOM if stop.last <= last_day else UnplannedCode.LEFT_FOR_LATER


def _by_days(stop: Stop, slots: Sequence[Slot], first_day: date, last_day: date) -> UnplannedCode | None:
    opens = max(visit.first for visit in stop.visits)
    first_worked = min((slot.day for slot in slots), default=first_day)
    if stop.last < max(first_day, min(first_worked, last_day)):
        return UnplannedCode.WINDOW_OVER
    if opens > last_day:
        return UnplannedCode.WINDOW_LATER
    in_window = [slot.day for slot in slots if opens <= slot.day <= stop.last]
    if not in_window:
        return UnplannedCode.NO_WORKING_DAY if stop.last <= last_day else UnplannedCode.LEFT_FOR_LATER
    if any(stop.suits(day) for day in in_window):
        return None
    return UnplannedCode.AWAY if stop.last <= last_day else UnplannedCode.LEFT_FOR_LATER
