"""One cadre's problem in whole seconds: what a search gets, and how its answer is counted.

A route is (half-day, stops in order) by number. Everything that is no riding is a cost of one stop in one half-day:
preferences, the ramp before the due date, told days, inertia. So two plans compare by one number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.scheduler.domain.plan_bundle import service_minutes
from services.scheduler.domain.plan_model import Cadre, Slot, Stop
from services.scheduler.domain.plan_travel import Travel
from services.scheduler.domain.plan_weights import SECONDS, Weights

Routes = dict[int, list[int]]
"""Half-day number: stop numbers in the order in which they are ridden."""


@dataclass(frozen=True, slots=True)
class CadreProblem:
    """Stops and half-days of one cadre; all times and costs in seconds."""

    stops: tuple[Stop, ...]
    slots: tuple[Slot, ...]
    ride: tuple[tuple[int, ...], ...]
    """From place to place; 0 is the home, i + 1 the stop i."""
    service: tuple[int, ...]
    """At each stop."""
    costs: tuple[tuple[int | None, ...], ...]
    """Of each stop in each half-day beside the riding; None: it must not be there."""
    prizes: tuple[int, ...]
    """What serving each stop is worth."""
    budgets: tuple[int, ...]
    """What each half-day may hold, rides included."""
    setting_out: int
    """Cost of riding in a half-day at all."""
    persons: int
    """Most persons in a half-day."""

    def people(self, stop: int) -> int:
        """Persons at the stop."""
        return len(self.stops[stop].visits)

    def riding(self, order: Sequence[int]) -> int:
        """Seconds ridden from home through the stops and back."""
        way = [0, *(stop + 1 for stop in order), 0]
        return sum(self.ride[a][b] for a, b in itertools.pairwise(way))

    def fits(self, slot: int, order: Sequence[int]) -> bool:
        """Whether the half-day may hold the stops in this order."""
        return (
            all(self.costs[stop][slot] is not None for stop in order)
            and sum(map(self.people, order)) <= self.persons
            and self.riding(order) + sum(self.service[stop] for stop in order) <= self.budgets[slot]
        )

    def cost(self, routes: Mapping[int, Sequence[int]]) -> int:
        """Of the whole plan: setting out, riding, costs of the half-days, prizes not won. Lower is better."""
        total = sum(self.prizes)
        for slot, order in routes.items():
            if order:
                total += self.setting_out + self.riding(order)
                total += sum((self.costs[stop][slot] or 0) - self.prizes[stop] for stop in order)
        return total

    def only(self, keep: Sequence[int]) -> CadreProblem:
        """The problem with these stops alone, numbered anew in this order."""
        places = [0, *(stop + 1 for stop in keep)]
        return replace(
            self,
            stops=tuple(self.stops[stop] for stop in keep),
            ride=tuple(tuple(self.ride[a][b] for b in places) for a in places),
            service=tuple(self.service[stop] for stop in keep),
            costs=tuple(self.costs[stop] for stop in keep),
            prizes=tuple(self.prizes[stop] for stop in keep),
        )

    def served(self, routes: Mapping[int, Sequence[int]]) -> set[int]:
        """The stops that are in the plan."""
        return {stop for order in routes.values() for stop in order}


@dataclass(frozen=True, slots=True)
class Before:
    """What holds from the plan before: where a stop stood, and whether told days are fixed."""

    days: Mapping[str, date]
    """Stop id: its day in the plan before."""
    fixed: bool = True
    """Told days must stay, where the stop can be made on them at all."""


NOTHING_BEFORE = Before({})


def cadre_problem(
    cadre: Cadre,
    stops: Iterable[Stop],
    slots: tuple[Slot, ...],
    travel: Travel,
    weights: Weights,
    *,
    last_day: date,
    before: Before = NOTHING_BEFORE,
) -> CadreProblem:
    """The cadre's problem; ``last_day`` is the last of the plan: what is due later may wait."""
    mine = tuple(stops)
    table = travel.minutes([cadre.home, *(stop.point for stop in mine)], cadre.speed)
    return CadreProblem(
        stops=mine,
        slots=slots,
        ride=tuple(tuple(_seconds(minutes) for minutes in row) for row in table),
        service=tuple(_seconds(service_minutes(stop, weights)) for stop in mine),
        costs=tuple(slot_costs(stop, slots, weights, before) for stop in mine),
        prizes=tuple(_seconds(prize_minutes(stop, last_day, weights)) for stop in mine),
        budgets=tuple(int(slot.minutes * weights.fill * SECONDS) for slot in slots),
        setting_out=_seconds(weights.half_day_minutes),
        persons=weights.persons,
    )


def prize_minutes(stop: Stop, last_day: date, weights: Weights) -> float:
    """What serving the stop is worth: more when its due date is missed otherwise, or a word is broken."""
    urgency = weights.due_urgency if stop.last <= last_day else weights.later_urgency
    if stop.last > last_day and stop.announced_on and stop.announced_on <= last_day:
        urgency = weights.told_urgency
    return weights.prize_minutes * urgency * len(stop.visits)


def slot_costs(
    stop: Stop, slots: tuple[Slot, ...], weights: Weights, before: Before = NOTHING_BEFORE
) -> tuple[int | None, ...]:
    """What the stop costs in each half-day, in seconds; None where it must not be."""
    days = sorted({slot.day for slot in slots if stop.suits(slot.day)})
    ramp = (
        dict(zip(reversed(days), weights.ramp_minutes, strict=False)) if len(days) > len(weights.ramp_minutes) else {}
    )
    told = stop.announced_on if stop.announced_on in days else None
    earlier = before.days.get(stop.stop_id)
    wishes = [visit.half_day for visit in stop.visits if visit.half_day]

    def minutes(slot: Slot) -> float | None:
        if not stop.suits(slot.day) or (told and before.fixed and slot.day != told):
            return None
        cost = weights.other_half_minutes * sum(wish != slot.half for wish in wishes)
        cost += weights.market_minutes * slot.market
        if told:
            return cost + weights.announced_minutes * (slot.day != told)
        return cost + ramp.get(slot.day, 0) + weights.other_day_minutes * (earlier not in (None, slot.day))

    found = (minutes(slot) for slot in slots)
    return tuple(None if cost is None else _seconds(cost) for cost in found)


def _seconds(minutes: float) -> int:
    return round(minutes * SECONDS)
