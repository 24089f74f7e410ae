"""Small cases of which the best plan is known by hand."""

from dataclasses import replace

import pytest

from schemas.plan import HalfDay
from services.scheduler.domain.plan_calendar import DayKind
from services.scheduler.domain.plan_codes import MoveCode, PlanInputCode, UnplannedCode
from services.scheduler.domain.plan_model import Place, PlaceVisit, Plan, places
from services.scheduler.domain.plan_moves import moved_announced
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planning.county import (
    ITERATIONS_PER_SECOND,
    MOST_ITERATIONS,
    Effort,
    iterations_of,
    plan_county,
)
from tests.unit.scheduler.planning.plans import KM, cadre, day, season, visit

SEARCH = Effort(seconds=3, processes=1, patience=1000)


@pytest.mark.parametrize(
    ("days", "kind", "said"),
    [
        (310, DayKind.UNKNOWN, [(PlanInputCode.HOLIDAYS_UNKNOWN, "2027")]),
        (305, DayKind.UNKNOWN, []),
        (310, DayKind.ORDINARY, []),
    ],
)
def test_a_plan_over_the_end_of_the_year_says_when_the_next_ones_holidays_are_not_known(
    days: int, kind: DayKind, said: list[tuple[PlanInputCode, str]]
) -> None:
    """It says nothing where they are, or when it ends on 31 December."""
    over = replace(season(days), kind_of=lambda day: kind if day.year == 2027 else DayKind.ORDINARY)
    assert plan_county([visit("a", last=days - 1)], [cadre()], over, Effort(seconds=0)).warnings == said


def ids(plan: Plan) -> list[list[str]]:
    """The visits of each route, in order."""
    return [[v.visit_id for stop in route.stops for v in stop.stop.visits] for route in plan.routes]


def codes(plan: Plan) -> dict[str, UnplannedCode]:
    """Why each visit is not planned."""
    return {v.visit_id: out.code for out in plan.unplanned for v in out.stop.visits}


def test_neighbours_go_in_one_half_day_in_the_order_of_the_road() -> None:
    """Four houses on one road are one ride there and back: 2 x 8 km, though the windows end on different days."""
    visits = [visit(f"n{n}", 0, 3 + n % 2, north=2.0 * n) for n in (3, 1, 4, 2)]
    (route,) = plan_county(visits, [cadre()], season(), SEARCH).plan.routes
    order = [stop.stop.stop_id for stop in route.stops]
    assert order in (["n1", "n2", "n3", "n4"], ["n4", "n3", "n2", "n1"])


def test_windows_that_do_not_meet_take_two_half_days_and_no_more() -> None:
    """Two windows of the start, two of the end of the week: two half-days, each with its two."""
    visits = [visit("a1", 0, 1), visit("b1", 3, 4), visit("a2", 0, 2, north=1.2), visit("b2", 3, 4, north=1.2)]
    found = plan_county(visits, [cadre()], season(), SEARCH).plan
    assert sorted(map(sorted, ids(found))) == [["a1", "a2"], ["b1", "b2"]]


def test_an_out_of_order_insertion_is_mended_by_the_search() -> None:
    """Eleven people of one place do not fit into one half-day of ten: two half-days, none left."""
    visits = [visit(f"n{n:02d}", 0, 4, north=0.1, east=0.01 * n) for n in range(11)]
    found = plan_county(visits, [cadre()], season(), SEARCH).plan
    assert len(found.routes) == 2 and not found.unplanned
    assert max(map(len, ids(found))) <= 10


def test_people_of_a_dwelling_are_one_stop_when_enough_days_suit_both() -> None:
    """With two common days they are bundled, with one they need not be."""
    pair = [visit("n1", 0, 4, dwelling="d"), visit("n2", 3, 6, dwelling="d")]
    (route,) = plan_county(pair, [cadre()], season(7), SEARCH).plan.routes
    assert [len(stop.stop.visits) for stop in route.stops] == [2]
    assert route.slot.day in {day(3), day(4)}


def test_a_preferred_half_day_is_kept_when_it_costs_nothing() -> None:
    """One person, all days alike."""
    for half in HalfDay:
        (route,) = plan_county([visit("n1", half_day=half)], [cadre()], season(), SEARCH).plan.routes
        assert route.slot.half is half


def test_the_morning_of_a_market_day_is_avoided() -> None:
    """On the 3rd, the only day, the afternoon."""
    (route,) = plan_county([visit("n1", 1, 1)], [cadre(market_digits=frozenset({3}))], season(), SEARCH).plan.routes
    assert route.slot.half is HalfDay.AFTERNOON


def test_the_last_day_is_not_planned_without_need() -> None:
    """A week's window is used before its last three days."""
    (route,) = plan_county([visit("n1", 0, 4)], [cadre()], season(), SEARCH).plan.routes
    assert route.slot.day in {day(0), day(1)}


@pytest.mark.parametrize("effort", [SEARCH, Effort(seconds=0)])
def test_what_cannot_be_planned_is_listed_with_its_reason(effort: Effort) -> None:
    """Each reason once; the day off is the Monday, so a window that ends on it is over before anybody works."""
    visits = [
        visit("over", -5, -1),
        visit("first", -5, 0),
        visit("later", 9, 12),
        visit("away", 1, 2, away=frozenset({day(1), day(2)})),
        visit("far", 1, 4, north=90.0),
        visit("weekend", 5, 6),
        visit("fine", 1, 4),
    ]
    found = plan_county(visits, [cadre(days_off=frozenset({day(0)}))], season(7), effort).plan
    assert codes(found) == {
        "over": UnplannedCode.WINDOW_OVER,
        "first": UnplannedCode.WINDOW_OVER,
        "later": UnplannedCode.WINDOW_LATER,
        "away": UnplannedCode.AWAY,
        "far": UnplannedCode.TOO_FAR,
        "weekend": UnplannedCode.NO_WORKING_DAY,
    }
    assert ids(found) == [["fine"]]


def test_a_full_window_is_said_and_a_neighbour_helps_when_there_is_one() -> None:
    """One day for 25 people holds 20; the cadre of the next village takes the rest, of another township nobody."""
    visits = [visit(f"n{n:02d}", 0, 0, north=0.1, east=0.001 * n) for n in range(25)]
    alone = plan_county(visits, [cadre("c1"), cadre("c2", ["v2"], "else")], season(), SEARCH).plan
    assert set(codes(alone).values()) == {UnplannedCode.NO_ROOM}
    helped = plan_county(visits, [cadre("c1", township="t"), cadre("c2", ["v2"], "t")], season(), SEARCH).plan
    assert not helped.unplanned
    assert {route.cadre_id for route in helped.routes} == {"c1", "c2"}


def test_what_is_due_after_the_plan_gives_way_to_what_is_due_in_it() -> None:
    """Ten places on the only day: the ten that are due stay, the other five are left for later, and said so."""
    only = cadre(weekdays=frozenset({0}), hours=((HalfDay.MORNING, 510, 690),))
    due = [visit(f"due{n}", 0, 4, north=0.1) for n in range(10)]
    later = [visit(f"later{n}", 0, 20, north=0.1) for n in range(5)]
    found = plan_county(later + due, [only], season(), SEARCH).plan
    assert sorted(ids(found)[0]) == [v.visit_id for v in due]
    assert set(codes(found).values()) == {UnplannedCode.LEFT_FOR_LATER}


def told(name: str, on: int, north: float = 1.0, east: float = 0.0) -> tuple[PlaceVisit, Place]:
    """A visit of the whole week that was told a day, and its place in the plan before."""
    return visit(name, 0, 4, announced_on=day(on), north=north, east=east), Place("c1", day(on), HalfDay.MORNING)


def test_a_late_request_joins_a_told_day_and_moves_nobody() -> None:
    """The late one lives next door to somebody who is visited on Wednesday: it goes with that ride."""
    (first, was), (other, was_other) = told("n1", 2, north=6.0), told("n2", 0, north=-6.0)
    visits = [first, other, visit("late", 0, 4, north=6.1)]
    found = plan_county(visits, [cadre()], season(before={"n1": was, "n2": was_other}), SEARCH)
    now = places(found.plan)
    assert now["late"].day == day(2) and (now["n1"].day, now["n2"].day) == (day(2), day(0))
    assert found.moves == [] and moved_announced(found.moves) == 0


def test_a_late_request_behind_a_told_door_pushes_nobody_out() -> None:
    """Ten people fill the told Monday; the eleventh, of the same house as one of them, goes on another day."""
    pairs = [told(f"n{n}", 0, north=0.1, east=0.001 * n) for n in range(10)]
    before = {f"n{n}": was for n, (_, was) in enumerate(pairs)}
    visits = [replace(v, dwelling=v.visit_id) for v, _ in pairs]
    late = replace(visits[3], visit_id="a", announced_on=None)
    for effort in (SEARCH, Effort(seconds=0)):
        mornings = cadre(hours=((HalfDay.MORNING, 510, 690),))
        found = plan_county([*visits, late], [mornings], season(before=before), effort)
        assert not found.plan.unplanned and moved_announced(found.moves) == 0
        assert places(found.plan)["a"].day != day(0)


def test_a_cadre_who_falls_ill_moves_told_days_with_that_reason() -> None:
    """The told Wednesday is a day off now: another day, and why."""
    first, was = told("n1", 2)
    found = plan_county([first], [cadre(days_off=frozenset({day(2)}))], season(before={"n1": was}), SEARCH)
    (move,) = found.moves
    assert (move.code, move.announced, moved_announced(found.moves)) == (MoveCode.CADRE_AWAY, True, 1)
    assert move.now and move.now.day != day(2)


def test_a_told_day_that_cannot_stay_is_said_without_a_plan_before() -> None:
    """A Saturday and a day outside of the window move, each with its reason; a day that is over is no move."""
    visits = [
        visit("saturday", 0, 6, announced_on=day(5)),
        visit("outside", 0, 2, announced_on=day(3), north=2),
        visit("kept", 0, 4, announced_on=day(3), north=3),
        visit("over", 0, 4, announced_on=day(-3), north=4),
    ]
    found = plan_county(visits, [cadre()], season(7), SEARCH)
    assert {move.visit_id: move.code for move in found.moves} == {
        "saturday": MoveCode.CADRE_AWAY,
        "outside": MoveCode.DAY_OUT_OF_WINDOW,
    }
    assert places(found.plan)["kept"].day == day(3)


def test_an_absence_moves_the_visit_to_after_it() -> None:
    """Not before Thursday: the told Monday cannot stay."""
    first, was = told("n1", 0)
    absent = replace(first, not_before=day(3))
    (move,) = plan_county([absent], [cadre()], season(before={"n1": was}), SEARCH).moves
    assert move.code is MoveCode.PERSON_AWAY
    assert move.now and move.now.day >= day(3)


def crowded(share: float) -> tuple[int, int]:
    """Ten told Monday in its only half-day, and one more who can only on Monday: (told days moved, left out)."""
    only = cadre(weekdays=frozenset({0, 1}), hours=((HalfDay.MORNING, 510, 690),))
    pairs = [told(f"n{n}", 0, north=0.1, east=0.001 * n) for n in range(10)]
    before = {f"n{n}": was for n, (_, was) in enumerate(pairs)}
    visits = [*(v for v, _ in pairs), visit("late", 0, 0, north=0.1)]
    rules = season(before=before, weights=Weights(max_moved_share=share))
    found = plan_county(visits, [only], rules, SEARCH)
    assert {move.code for move in found.moves} <= {MoveCode.DUE_DATE}
    return moved_announced(found.moves), len(found.plan.unplanned)


def test_a_told_day_is_given_up_for_a_due_date_alone_and_within_the_bound() -> None:
    """One told visit moves to Tuesday so that nobody misses the due date; with a bound of none, it stays."""
    assert crowded(0.1) == (1, 0)
    assert crowded(0.0) == (0, 1)


def test_equal_seeds_give_equal_plans_and_two_processes_share_the_work() -> None:
    """The whole answer, searched twice, of two cadres side by side."""
    visits = [visit(f"n{n:02d}", n % 4, n % 4 + 5, north=n / 4, east=n % 3, village=f"v{1 + n % 2}") for n in range(24)]
    cadres = [cadre("c1", ["v1"]), cadre("c2", ["v2"])]
    effort = Effort(seconds=0.2, seed=5, patience=1000)
    first, again = (plan_county(visits, cadres, season(9), effort) for _ in range(2))
    assert first == again
    assert not first.warnings and not first.plan.unplanned


def test_a_larger_village_is_searched_longer_and_all_together_within_the_time() -> None:
    """Iterations times stops are the work: two seconds' in all, one search at most one second's, or what it can use."""
    few, more, most = iterations_of([40, 50, 60], seconds=1, processes=2)
    assert few < more < most
    assert few * 40 + more * 50 + most * 60 == pytest.approx(2 * ITERATIONS_PER_SECOND, rel=0.01)
    assert iterations_of([1, 100], seconds=1, processes=2)[1] == ITERATIONS_PER_SECOND / 100
    assert iterations_of([40], seconds=36_000, processes=1) == [MOST_ITERATIONS]
    assert iterations_of([0, 1, 900], seconds=0.001, processes=2) == [1, 1, 1]


def test_a_search_cut_by_the_clock_says_so_and_with_patience_it_is_done() -> None:
    """A thousandth of the wall time is too little for the iterations; a thousand times is enough on any machine."""
    visits = [visit(f"n{n:02d}", 0, 9, north=n / 4, east=n % 3) for n in range(24)]
    cut, whole = (
        plan_county(visits, [cadre()], season(9), Effort(seconds=1, processes=1, patience=patience)).warnings
        for patience in (0.001, 1000)
    )
    assert cut == [(PlanInputCode.TIME_LIMIT, "c1")] and not whole


def test_the_time_of_a_search_begins_when_its_processes_have_started() -> None:
    """A fifth of a second suffices for the few iterations of three cadres, though a process takes longer to start."""
    visits = [visit(f"{one}{n}", north=n, village=one) for one in ("v1", "v2", "v3") for n in range(6)]
    cadres = [cadre(f"c{one}", [one]) for one in ("v1", "v2", "v3")]
    county = plan_county(visits, cadres, season(), Effort(seconds=0.01, processes=1, patience=20))
    assert county.warnings == []


def test_nothing_changed_moves_nothing() -> None:
    """Planning the same again is the same plan, without a search."""
    visits = [visit(f"n{n}", n, n + 3, north=n / 3) for n in range(5)]
    first = plan_county(visits, [cadre()], season(9), SEARCH)
    again = plan_county(visits, [cadre()], season(9, places(first.plan)), SEARCH)
    assert again.plan == first.plan and again.moves == []


def test_places_are_as_far_as_they_say() -> None:
    """The unit of the tests: a kilometre of latitude."""
    assert KM * 111.195 == 1
