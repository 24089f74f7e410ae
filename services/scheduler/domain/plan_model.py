"""What a plan is made of: visits at places, stops, cadres, half-days, routes. Values only; the rules stand beside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from schemas.plan import HalfDay
from services.scheduler.domain.plan_codes import UnplannedCode

DEFAULT_HOURS: Final = ((HalfDay.MORNING, 510, 690), (HalfDay.AFTERNOON, 870, 1050))
"""Half-day, begin and end in minutes after midnight: 8:30-11:30 and 14:30-17:30, 180 minutes each."""


class Point(NamedTuple):
    """A place on the ground, WGS-84, in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class PlaceVisit:
    """One visit to be planned: one person, at a known place."""

    visit_id: str
    point: Point
    first: date
    """First day on which it answers all its requests."""
    last: date
    """Last such day: the earliest due date."""
    programmes: int = 1
    """Requests it answers."""
    village_code: str | None = None
    dwelling: str | None = None
    """Equal for visits behind one door; None when the person's dwelling is not known."""
    frail: bool = False
    half_day: HalfDay | None = None
    """The half-day the person prefers."""
    not_before: date | None = None
    """First day after an absence."""
    away: frozenset[date] = frozenset()
    """Days on which nobody is at home."""
    announced_on: date | None = None
    """The day that was told to the person."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The visits of one dwelling that are made together."""

    visits: tuple[PlaceVisit, ...]
    """At least one, by visit_id."""

    @property
    def stop_id(self) -> str:
        """The smallest visit_id."""
        return self.visits[0].visit_id

    @property
    def point(self) -> Point:
        """Where it is."""
        return self.visits[0].point

    @property
    def first(self) -> date:
        """First day of the common window, absences counted."""
        return max(max(visit.first, visit.not_before or visit.first) for visit in self.visits)

    @property
    def last(self) -> date:
        """Last day of the common window."""
        return min(visit.last for visit in self.visits)

    @property
    def announced_on(self) -> date | None:
        """The day that was told to somebody here."""
        return next((visit.announced_on for visit in self.visits if visit.announced_on), None)

    def suits(self, day: date) -> bool:
        """Whether all can be seen on the day."""
        return self.first <= day <= self.last and not any(day in visit.away for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Slot:
    """A half-day of one cadre."""

    day: date
    half: HalfDay
    start: int
    """Begin, in minutes after midnight."""
    minutes: int
    """Length."""
    market: bool = False
    """The morning of a market day."""


@dataclass(frozen=True, slots=True)
class Cadre:
    """Who rides, from where, and when."""

    cadre_id: str
    home: Point
    """Where each half-day begins and ends."""
    villages: frozenset[str] = frozenset()
    """Codes of the villages of which the cadre takes care."""
    township: str = ""
    """Cadres of one township help each other, as do those of one village."""
    weekdays: frozenset[int] = frozenset(range(5))
    """Working weekdays, Monday is 0."""
    hours: tuple[tuple[HalfDay, int, int], ...] = DEFAULT_HOURS
    """Half-day, begin and end in minutes after midnight."""
    days_off: frozenset[date] = frozenset()
    """Leave, illness, meetings."""
    market_digits: frozenset[int] = frozenset()
    """Last digits of the days of the month on which the market is held (逢三、六、九: 3, 6, 9)."""
    speed: float = 1.0
    """Speed as a multiple of the usual one."""


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop with its time."""

    stop: Stop
    arrive: float
    """Minutes after midnight."""
    ordered: bool = False
    """Its place in the order was chosen by a person, and is kept."""


@dataclass(frozen=True, slots=True)
class Route:
    """The stops of one half-day of one cadre, in order."""

    cadre_id: str
    slot: Slot
    stops: tuple[PlannedStop, ...]
    ride_minutes: float
    """Minutes ridden, both ways."""
    minutes: float
    """Minutes from setting out to being back."""
    longer_minutes: float = 0
    """Minutes ridden more than in the shortest order, when a person chose this one."""
    given_up: bool = False
    """The order that a person chose could not be kept."""


@dataclass(frozen=True, slots=True)
class Unplanned:
    """A stop that the plan does not hold, and why."""

    stop: Stop
    code: UnplannedCode
    cadre_id: str | None = None
    """Whose stop it would be."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every stop once: in a route or among the unplanned."""

    routes: tuple[Route, ...]
    """By cadre and half-day."""
    unplanned: tuple[Unplanned, ...]


class Place(NamedTuple):
    """Where a plan puts a visit."""

    cadre_id: str
    day: date
    half: HalfDay
    order: int = 0
    """Place within the route, from 0."""


def places(plan: Plan) -> dict[str, Place]:
    """Where each planned visit stands."""
    return {
        visit.visit_id: Place(route.cadre_id, route.slot.day, route.slot.half, order)
        for route in plan.routes
        for order, planned in enumerate(route.stops)
        for visit in planned.stop.visits
    }
