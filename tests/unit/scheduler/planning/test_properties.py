"""What holds of every plan, whatever the visits and cadres are."""

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plan import HalfDay
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, places
from services.scheduler.domain.plan_moves import moved_announced
from services.scheduler.planning.county import Effort, plan_county
from tests.unit.scheduler.planning.plans import broken_rules, cadre, day, season, visit

INSTANT = Effort(seconds=0)
DAYS = 9
A_DAY = st.integers(-2, DAYS + 2)


@st.composite
def counties(draw: st.DrawFn) -> tuple[list[PlaceVisit], list[Cadre]]:
    """A few visits of two villages, far and near, and two cadres with days off."""
    names = count(1)
    visits = []
    for _ in range(draw(st.integers(0, 14))):
        first = draw(A_DAY)
        extra: dict[str, Any] = {}
        if draw(st.booleans()):
            extra = {
                "half_day": draw(st.sampled_from([None, *HalfDay])),
                "not_before": draw(st.none() | A_DAY.map(day)),
                "away": draw(st.frozensets(A_DAY.map(day), max_size=3)),
                "announced_on": draw(st.none() | A_DAY.map(day)),
                "frail": draw(st.booleans()),
                "programmes": draw(st.integers(1, 3)),
            }
        dwelling = draw(st.sampled_from([None, None, "d1", "d2"]))
        at = {"d1": (1.0, 2.0), "d2": (3.0, 0.5)}.get(
            dwelling or "", (draw(st.sampled_from([0.0, 0.5, 2.0, 6.0, 40.0])), draw(st.sampled_from([0.0, 1.0, 5.0])))
        )
        visits.append(
            visit(
                f"n{next(names):02d}",
                first,
                first + draw(st.integers(0, 8)),
                north=at[0],
                east=at[1],
                dwelling=dwelling,
                village=draw(st.sampled_from(["v1", "v2"])),
                **extra,
            )
        )
    days_off: frozenset[date] = draw(st.frozensets(A_DAY.map(day), max_size=5))
    cadres = [
        cadre("c1", ["v1"], "t", days_off=days_off),
        cadre("c2", ["v2"], draw(st.sampled_from(["t", "u"])), weekdays=frozenset({0, 2, 5}), speed=0.8),
    ]
    return visits, cadres


@settings(max_examples=60, deadline=None)
@given(counties())
def test_a_plan_by_insertion_holds_every_rule(county: tuple[list[PlaceVisit], list[Cadre]]) -> None:
    """Each visit once or listed; windows, absences, working days, hours and the filling of a half-day kept."""
    visits, cadres = county
    planned = plan_county(visits, cadres, season(DAYS), INSTANT)
    assert broken_rules(planned.plan, visits, cadres, season(DAYS)) == []


@settings(max_examples=5, deadline=None)
@given(counties())
def test_a_searched_plan_holds_every_rule_and_the_seed_gives_it_again(
    county: tuple[list[PlaceVisit], list[Cadre]],
) -> None:
    """The same of the search; the same seed gives the same plan unless the clock ended it, which is then said."""
    visits, cadres = county
    effort = Effort(seconds=0.5, processes=1)
    first, again = (plan_county(visits, cadres, season(DAYS), effort) for _ in range(2))
    assert broken_rules(first.plan, visits, cadres, season(DAYS)) == []
    if not (first.warnings or again.warnings):
        assert first == again


@settings(max_examples=40, deadline=None)
@given(counties(), st.data())
def test_planning_again_keeps_told_days(county: tuple[list[PlaceVisit], list[Cadre]], data: st.DataObject) -> None:
    """Late requests and cancellations move no told day, and what is planned again holds every rule."""
    visits, cadres = county
    visits = [replace(v, announced_on=None) for v in visits]
    late = set(data.draw(st.lists(st.sampled_from(visits), max_size=3))) if visits else set()
    gone = set(data.draw(st.lists(st.sampled_from(visits), max_size=2))) if visits else set()
    before = places(plan_county([v for v in visits if v not in late], cadres, season(DAYS), INSTANT).plan)
    now = [
        replace(v, announced_on=before[v.visit_id].day) if v.visit_id in before else v for v in visits if v not in gone
    ]
    planned = plan_county(now, cadres, season(DAYS, before), INSTANT)
    assert broken_rules(planned.plan, now, cadres, season(DAYS, before)) == []
    assert moved_announced(planned.moves) == 0


def test_a_broken_rule_is_seen() -> None:
    """The checks above can fail: a visit on a wrong day, one that is lost, one that stands twice."""
    visits, cadres = [visit("n1", 0, 2), visit("n2", 0, 2, north=2)], [cadre()]
    plan = plan_county(visits, cadres, season(DAYS), INSTANT).plan
    (route,) = plan.routes
    assert broken_rules(plan, visits, cadres, season(DAYS)) == []
    late = replace(route, slot=replace(route.slot, day=day(4)))
    for wrong in (replace(plan, routes=(late,)), replace(plan, routes=()), replace(plan, routes=(route, late))):
        assert broken_rules(wrong, visits, cadres, season(DAYS))
