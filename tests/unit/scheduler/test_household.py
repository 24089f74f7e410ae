"""Dwellings and stops: one house however it is written, the fewest rides, no two houses chained."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.household import Home, HomeVisit, dwelling_of, stops_of

VILLAGE, FIRST = "990101001001", date(2027, 3, 1)


@pytest.mark.parametrize(
    "written",
    [
        "幸福村3组15号",
        "幸福村 三组 十五号",
        "某某县太平镇幸福村３组１５号",
        "第三村民小组15号",
        "3小组-15",
        "幸福村委会3组15号院",
    ],
)
def test_one_house_however_it_is_written(written: str) -> None:
    """Within a village, by group and number."""
    assert dwelling_of(Home(VILLAGE, written)) == (VILLAGE, "3组15")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("阳光小区3栋2单元101室", "阳光小区3号楼2-101"),
        ("建设路88号二栋502", "建设路88号2幢502室"),
        ("王家屯12号", "王家屯 12 号 院"),
    ],
)
def test_units_are_written_in_many_ways(first: str, second: str) -> None:
    """Buildings, stairs and rooms."""
    assert dwelling_of(Home(VILLAGE, first)) == dwelling_of(Home(VILLAGE, second)) is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("3组15号", "3组16号"),
        ("3组15号", "4组15号"),
        ("阳光小区3栋101", "月光小区3栋101"),
        ("新村路5号", "老村路5号"),
        ("十五号", "五十号"),
    ],
)
def test_two_houses_stay_two(first: str, second: str) -> None:
    """Another number, group, estate or street."""
    assert dwelling_of(Home(VILLAGE, first)) != dwelling_of(Home(VILLAGE, second))


def test_what_names_no_house_is_no_dwelling() -> None:
    """A village or one of its groups holds hundreds; a number without any place is everywhere."""
    assert dwelling_of(Home(VILLAGE, "幸福村")) is None
    assert dwelling_of(Home(VILLAGE, "幸福村三组")) is None
    assert dwelling_of(Home(None, "3组15号")) is None
    assert dwelling_of(Home(VILLAGE, None)) is None
    assert dwelling_of(Home(None, "幸福村3组15号")) == dwelling_of(Home(None, "幸福村三组15号")) is not None


def test_the_households_number_counts_before_the_address() -> None:
    """Within its village."""
    assert dwelling_of(Home(VILLAGE, "3组15号", "H 7")) == dwelling_of(Home(VILLAGE, "3组16号", "h7"))
    assert dwelling_of(Home(VILLAGE, None, "H7")) != dwelling_of(Home("990101001002", None, "H7"))


def visit(number: int, start: int, length: int, *houses: int) -> HomeVisit:
    homes = tuple(Home(VILLAGE, f"3组{house}号") for house in houses)
    begin = FIRST + timedelta(days=start)
    return HomeVisit(UUID(int=number), begin, begin + timedelta(days=length), homes)


def test_a_visit_of_two_addresses_chains_no_houses() -> None:
    """It goes by the one named most often."""
    stops = stops_of([visit(1, 0, 9, 1), visit(2, 0, 9, 1, 1, 2), visit(3, 0, 9, 2)])
    assert [[v.int for v in stop.visit_ids] for stop in stops] == [[1, 2]]


def fewest_rides(visits: Sequence[HomeVisit]) -> int:
    """By trying all sets of last days."""
    days = sorted({v.window_end for v in visits})
    return next(
        count
        for count in range(len(days) + 1)
        for chosen in combinations(days, count)
        if all(any(v.window_start <= day <= v.window_end for day in chosen) for v in visits)
    )


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(1, 2)), max_size=7))
def test_stops_are_the_fewest_rides(shapes: list[tuple[int, int, int]]) -> None:
    """Equal to brute force per house; each visit at most once; the window suits all; any order."""
    visits = [visit(number, *shape) for number, shape in enumerate(shapes)]
    stops = stops_of(visits)
    assert stops == stops_of(visits[::-1])
    listed = [visit_id for stop in stops for visit_id in stop.visit_ids]
    assert len(listed) == len(set(listed))
    by_id = {v.visit_id: v for v in visits}
    for stop in stops:
        mine = [by_id[visit_id] for visit_id in stop.visit_ids]
        assert len(mine) >= 2
        assert (
            stop.window_start == max(v.window_start for v in mine) <= stop.window_end == min(v.window_end for v in mine)
        )
    saved = sum(len(stop.visit_ids) - 1 for stop in stops)
    assert len(visits) - saved == sum(
        fewest_rides([v for v in visits if v.homes[0].address == f"3组{h}号"]) for h in (1, 2)
    )
