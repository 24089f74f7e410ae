"""What the benchmark says of help across villages: small cases of which the best plan is known by hand."""

from dataclasses import replace

import pytest

from bench.plan.bounds import least_half_days
from bench.plan.county import DAYS
from bench.plan.help import emptied
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, Point
from services.scheduler.planning.county import Effort, plan_county
from tests.unit.scheduler.planning.plans import HOME, KM, broken_rules, cadre, season, visit

OF = season(DAYS)


def two_villages(elsewhere: int, township: str = "t") -> tuple[list[PlaceVisit], list[Cadre]]:
    """One of the first village, 4 km from its cadre and next door to the second, in which so many people live."""
    people = [visit(f"b{n}", 0, 0, north=4.1, village="v2") for n in range(elsewhere)]
    other = replace(cadre("c2", ["v2"], township), home=Point(HOME.lat + 4 * KM, HOME.lon))
    return [visit("a", 0, 0, north=4.0), *people], [cadre("c1", township="t"), other]


@pytest.mark.parametrize(
    ("elsewhere", "minutes", "township", "half_days"),
    [
        pytest.param(9, 0, "t", 1, id="the neighbour rides there with one place left"),
        pytest.param(9, 77, "t", 1, id="45 for setting out and 33 of riding saved: more than 77"),
        pytest.param(9, 79, "t", 2, id="79 are more than is saved"),
        pytest.param(10, 0, "t", 2, id="the neighbour's half-days are full"),
        pytest.param(9, 0, "u", 2, id="another township"),
    ],
)
def test_a_neighbour_empties_a_small_half_day_where_that_costs_less(
    elsewhere: int, minutes: float, township: str, half_days: int
) -> None:
    visits, cadres = two_villages(elsewhere, township)
    cadres = [replace(one, hours=one.hours[:1]) for one in cadres]  # mornings: the only day has one half-day each
    plan = plan_county(visits, cadres, OF, Effort(seconds=0)).plan
    assert len(plan.routes) == 2
    routes = emptied(plan, cadres, minutes)
    assert len(routes) == half_days
    assert not broken_rules(replace(plan, routes=tuple(routes)), visits, cadres, OF)


def test_no_plan_with_help_has_fewer_half_days_than_the_township_needs() -> None:
    """Ten people of two villages fit into one half-day, eleven do not; each cadre alone needs one."""
    for elsewhere, together in ((9, 1), (10, 2)):
        assert least_half_days(*two_villages(elsewhere)) == 2
        assert least_half_days(*two_villages(elsewhere), helping=True) == together
        assert least_half_days(*two_villages(elsewhere, "u"), helping=True) == 2
