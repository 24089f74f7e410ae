"""Made-up visits and cadres for the tests of plans, and the rules that every plan holds."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from schemas.plan import HalfDay
from services.scheduler.domain.plan_calendar import works_on
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Plan, Point
from services.scheduler.domain.plan_parts import Season
from services.scheduler.domain.plan_travel import GreatCircleTravel
from services.scheduler.domain.plan_weights import SECONDS, Weights
from services.scheduler.planning.holidays import kind_of

MONDAY = date(2026, 3, 2)
HOME = Point(27.0, 105.0)
KM = 1 / 111.195
"""Degrees of latitude in a kilometre."""


def day(number: int) -> date:
    """The calendar day so many days after the Monday."""
    return MONDAY + timedelta(number)


def visit(
    name: str,
    first: int = 0,
    last: int = 4,
    *,
    north: float = 1.0,
    east: float = 0.0,
    dwelling: str | None = None,
    village: str = "v1",
    half_day: HalfDay | None = None,
    not_before: date | None = None,
    away: frozenset[date] = frozenset(),
    announced_on: date | None = None,
    frail: bool = False,
    programmes: int = 1,
) -> PlaceVisit:
    """A visit so many kilometres north and east of the home, with a window in days after the Monday."""
    return PlaceVisit(
        visit_id=name,
        point=Point(HOME.lat + north * KM, HOME.lon + east * KM),
        first=day(first),
        last=day(last),
        programmes=programmes,
        village_code=village,
        dwelling=dwelling,
        frail=frail,
        half_day=half_day,
        not_before=not_before,
        away=away,
        announced_on=announced_on,
    )


def cadre(name: str = "c1", villages: Sequence[str] = ("v1",), township: str = "", **given: object) -> Cadre:
    """A cadre who lives at the home."""
    return Cadre(name, HOME, frozenset(villages), township, **given)  # type: ignore[arg-type]


def season(days: int = 5, before: dict[str, Place] | None = None, weights: Weights | None = None) -> Season:
    """From the Monday on, on straight lines."""
    return Season(MONDAY, day(days - 1), kind_of, GreatCircleTravel(), weights or Weights(), before or {})


def broken_rules(plan: Plan, visits: Sequence[PlaceVisit], cadres: Sequence[Cadre], of: Season) -> list[str]:
    """What the plan does against the rules, from its times and places alone; empty when it holds them all."""
    broken = []
    counts = Counter(v.visit_id for route in plan.routes for stop in route.stops for v in stop.stop.visits)
    counts.update(v.visit_id for out in plan.unplanned for v in out.stop.visits)
    broken += [f"{v.visit_id} stands {counts[v.visit_id]} times" for v in visits if counts[v.visit_id] != 1]
    broken += [f"{name} is nobody's" for name in counts if name not in {v.visit_id for v in visits}]
    by_id = {c.cadre_id: c for c in cadres}
    taken = Counter((route.cadre_id, route.slot.day, route.slot.half) for route in plan.routes)
    broken += [f"{key} stands twice" for key, count in taken.items() if count > 1]
    for route in plan.routes:
        who, slot, name = by_id[route.cadre_id], route.slot, f"{route.cadre_id} {route.slot.day}"
        if not of.first <= slot.day <= of.last or not works_on(who, slot.day, of.kind_of):
            broken.append(f"{name}: no working day of the plan")
        if (slot.half, slot.start, slot.start + slot.minutes) not in who.hours:
            broken.append(f"{name}: not the cadre's hours")
        if sum(len(stop.stop.visits) for stop in route.stops) > of.weights.persons:
            broken.append(f"{name}: too many people")
        at, here = float(slot.start), who.home
        for stop in route.stops:
            place = stop.stop.visits[0].point
            at += of.travel.minutes([here, place], who.speed)[0][1]
            if abs(at - stop.arrive) > 0.2:
                broken.append(f"{name}: arrives at {stop.arrive}, rides until {at}")
            for v in stop.stop.visits:
                if not (v.first <= slot.day <= v.last) or slot.day in v.away or slot.day < (v.not_before or slot.day):
                    broken.append(f"{name}: {v.visit_id} outside of the days that suit")
                at += 10 + 3 * (v.programmes - 1) + 5 * v.frail
            here = place
        at += of.travel.minutes([here, who.home], who.speed)[0][1]
        if at - slot.start > slot.minutes * of.weights.fill + len(route.stops) / SECONDS + 0.2:
            broken.append(f"{name}: back at {at}, too late")
    return broken
