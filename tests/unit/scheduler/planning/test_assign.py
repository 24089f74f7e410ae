"""Whose visit it is."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.plan import HalfDay
from services.scheduler.domain.plan_assign import assign, helpers
from services.scheduler.domain.plan_model import Place, Point
from services.scheduler.planning.county import Effort, plan_county
from tests.unit.scheduler.planning.plans import HOME, KM, cadre, season, visit

NORTH = replace(cadre("c2"), home=Point(HOME.lat + 4 * KM, HOME.lon))


def test_two_cadres_of_a_village_share_it_evenly_and_each_has_a_part_of_its_ground() -> None:
    """Who lives in the north has the north; nobody rides past the other's doors."""
    visits = [visit(f"n{n:02}", north=n % 5, east=0.1 * n) for n in range(20)]
    mine, _ = assign(visits, [cadre("c1"), NORTH], {})
    assert [len(mine["c1"]), len(mine["c2"])] == [10, 10]
    assert max(v.point.lat for v in mine["c1"]) <= min(v.point.lat for v in mine["c2"])


@pytest.mark.parametrize(("north", "owner"), [(0.3, "c1"), (3.7, "c2")])
def test_a_late_request_goes_to_whose_part_of_the_ground_it_lies_in(north: float, owner: str) -> None:
    """Each cadre rides there anyway; who has less to do elsewhere has the wider part, and not this door."""
    visits = [visit(f"n{n:02}", north=n % 5, east=0.1 * n) for n in range(20)]
    busier = [visit(f"far{n}", village="v2", north=60) for n in range(4)]
    cadres = [replace(cadre("c1"), villages=frozenset({"v1", "v2"} if owner == "c1" else {"v1"})), NORTH]
    cadres[1] = replace(NORTH, villages=frozenset({"v1", "v2"} if owner == "c2" else {"v1"}))
    first, _ = assign([*visits, *busier], cadres, {})
    before = {v.visit_id: Place(one, v.first, HalfDay.MORNING) for one, mine in first.items() for v in mine}
    assert len(first[owner]) == 12
    mine, _ = assign([*visits, *busier, visit("late", north=north)], cadres, before)
    assert "late" in {v.visit_id for v in mine[owner]}
    assert {one: {v.visit_id for v in part} - {"late"} for one, part in mine.items()} == {
        one: {v.visit_id for v in part} for one, part in first.items()
    }


def test_a_cadre_who_is_new_in_the_village_has_the_late_requests_of_a_part_of_it() -> None:
    """What the other was given stays there."""
    visits = [visit(f"n{n:02}", north=n % 5, east=0.1 * n) for n in range(20)]
    before = {v.visit_id: Place("c1", v.first, HalfDay.MORNING) for v in visits}
    mine, _ = assign([*visits, visit("x", north=0.2), visit("y", north=3.8)], [cadre("c1"), NORTH], before)
    assert {v.visit_id for v in mine["c2"]} == {"y"}


def test_a_dwellings_name_of_two_villages_is_two_doors() -> None:
    """House 1 of each village has its own cadre."""
    visits = [visit("a", dwelling="1", village="v1"), visit("b", dwelling="1", village="v2", north=50)]
    mine, nobody = assign(visits, [cadre("c1", ["v1"]), cadre("c2", ["v2"])], {})
    assert [[v.visit_id for v in mine[one]] for one in ("c1", "c2")] == [["a"], ["b"]]
    assert not nobody


def test_cadres_of_one_village_help_each_other_without_a_township() -> None:
    """Two people who are due on the only day, at the two ends of what a half-day reaches; the village is shared."""
    far = [visit(f"n{n}", 0, 0, north=14 + 0.1 * n) for n in range(2)]
    cadres = [cadre("c1"), replace(NORTH, home=Point(HOME.lat + 26 * KM, HOME.lon))]
    assert helpers(cadres[0], cadres) == [cadres[1]]
    visits = [*far, *(visit(f"m{n}", 0, 0, north=25.0, east=n / 9) for n in range(2))]
    assert not plan_county(visits, cadres, season(), Effort(seconds=0)).plan.unplanned


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([None, "d", "e"])), max_size=30))
def test_everybody_has_one_owner_and_a_door_is_never_parted(people: list[tuple[int, int, str | None]]) -> None:
    """Whatever the village looks like."""
    visits = [
        visit(f"n{n}", north=n_, east=e, dwelling=door and f"{door}{n_}") for n, (n_, e, door) in enumerate(people)
    ]
    mine, nobody = assign(visits, [cadre("c1"), NORTH, cadre("c3")], {})
    assert Counter(v.visit_id for part in mine.values() for v in part) == Counter(v.visit_id for v in visits)
    assert not nobody
    owners = {(v.dwelling, one) for one, part in mine.items() for v in part if v.dwelling}
    assert len(owners) == len({door for door, _ in owners})
