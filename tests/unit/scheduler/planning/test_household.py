"""Households that no half-day can hold, and told days without room: nobody is left out for being together."""

from dataclasses import replace

import pytest

from services.scheduler.domain.plan_codes import UnplannedCode
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planning.county import Effort, plan_county
from tests.unit.scheduler.planning.plans import broken_rules, cadre, day, season, visit

AT_ONCE = Effort(seconds=0)


@pytest.mark.parametrize(("people", "programmes", "stops"), [(10, 3, 2), (9, 6, 2), (12, 1, 2), (8, 1, 1)])
def test_a_household_too_large_for_a_half_day_is_parted(people: int, programmes: int, stops: int) -> None:
    """Ten people of three programmes are 160 minutes at the door, where a half-day holds 144."""
    visits = [visit(f"n{n:02}", 0, 4, dwelling="d", programmes=programmes) for n in range(people)]
    plan = plan_county(visits, [cadre()], season(), AT_ONCE).plan
    assert not plan.unplanned
    assert sum(len(route.stops) for route in plan.routes) == stops
    assert not broken_rules(plan, visits, [cadre()], season())


def test_who_is_too_far_alone_is_not_parted() -> None:
    """The reason stays the distance, said once for the household."""
    visits = [visit(f"n{n}", 0, 4, dwelling="d", north=80) for n in range(3)]
    (out,) = plan_county(visits, [cadre()], season(), AT_ONCE).plan.unplanned
    assert (out.code, len(out.stop.visits)) == (UnplannedCode.TOO_FAR, 3)


@pytest.mark.parametrize("seconds", [0, 1])
def test_who_was_told_a_day_without_room_gets_another_day(seconds: float) -> None:
    """Twenty-five people were told one day, which holds twenty; all are due after the plan. Five are told another."""
    visits = [visit(f"n{n:02}", 0, 60, announced_on=day(2)) for n in range(25)]
    county = plan_county(visits, [cadre()], season(), Effort(seconds=seconds))
    assert not county.plan.unplanned
    told = sum(len(s.stop.visits) for route in county.plan.routes if route.slot.day == day(2) for s in route.stops)
    assert told == 20
    assert not broken_rules(county.plan, visits, [cadre()], season())


def test_a_far_door_that_was_told_a_day_is_not_left_for_a_later_plan() -> None:
    """A ride of two hours is worth more than what can wait, and less than a broken word."""
    far = visit("a", 0, 60, north=18)
    assert plan_county([far], [cadre()], season(), AT_ONCE).plan.unplanned[0].code is UnplannedCode.LEFT_FOR_LATER
    told = replace(far, announced_on=day(2))
    (route,) = plan_county([told], [cadre()], season(), AT_ONCE).plan.routes
    assert route.slot.day == day(2)


def test_a_told_day_that_is_full_is_the_reason() -> None:
    """No more told days may move: it says that the day is full, and not that it can wait."""
    one_half = replace(cadre(), hours=cadre().hours[:1])
    visits = [visit(f"n{n:02}", 0, 60, announced_on=day(2)) for n in range(12)]
    none_worth = Weights(told_urgency=0.05)
    plan = plan_county(visits, [one_half], season(weights=none_worth), AT_ONCE).plan
    assert {out.code for out in plan.unplanned} == {UnplannedCode.TOLD_DAY_FULL}
