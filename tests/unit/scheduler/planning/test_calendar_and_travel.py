"""Working half-days, and how long a ride takes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.plan import HalfDay
from services.scheduler.domain.plan_calendar import DayKind, slots_of
from services.scheduler.domain.plan_codes import TEXTS, MoveCode, PlanInputCode, UnplannedCode, explain
from services.scheduler.domain.plan_model import Point
from services.scheduler.domain.plan_travel import GreatCircleTravel, MeasuredTravel, detour, great_circle_km, road_km
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planning.holidays import kind_of
from tests.unit.scheduler.planning.plans import HOME, KM, cadre


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 17), DayKind.HOLIDAY),  # the first day of the year of the horse
        (date(2026, 2, 28), DayKind.MAKE_UP),  # a Saturday worked for it
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 3, 4), DayKind.ORDINARY),
        (date(2026, 3, 7), DayKind.ORDINARY),
        (date(2099, 10, 1), DayKind.UNKNOWN),
    ],
)
def test_the_notices_of_the_state_council_are_known(day: date, kind: DayKind) -> None:
    """Holidays, the weekend days worked for them, and nothing of a year without a notice."""
    assert kind_of(day) is kind


def test_a_cadre_works_on_make_up_days_and_not_on_holidays_or_days_off() -> None:
    """The last week of February 2026: the holiday ends on the 23rd, Saturday 28 is worked, the 25th is leave."""
    who = cadre(days_off=frozenset({date(2026, 2, 25)}), market_digits=frozenset({6}))
    slots = slots_of(who, date(2026, 2, 22), date(2026, 3, 1), kind_of)
    assert sorted({slot.day.day for slot in slots}) == [24, 26, 27, 28]
    assert [slot.half for slot in slots[:2]] == [HalfDay.MORNING, HalfDay.AFTERNOON]
    assert [(slot.day.day, slot.half) for slot in slots if slot.market] == [(26, HalfDay.MORNING)]


def test_the_detours_are_those_that_were_measured() -> None:
    """In the middle of each band; nearer and farther stays as the last band."""
    assert [detour(km) for km in (0.1, 0.45, 1.73, 4.9, 15.5, 80)] == [2.4, 2.4, 2.0, 1.65, 1.5, 1.5]


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_longer_line_is_no_shorter_road(a: float, b: float) -> None:
    """The factor falls, the road does not."""
    near, far = sorted((a, b))
    assert near * detour(near) <= far * detour(far) + 1e-9


def test_a_degree_of_latitude_is_111_km() -> None:
    """And a place is nowhere from itself."""
    assert great_circle_km(Point(27, 105), Point(28, 105)) == pytest.approx(111.195, abs=0.001)
    assert road_km(HOME, HOME) == 0


def test_the_countys_own_times_count_before_the_estimate() -> None:
    """Of the house before those of its village, the way back like the way there unless it is given."""
    near, far = Point(27 + KM, 105), Point(27 + 9 * KM, 105)
    names = {HOME: ("c1",), near: ("d1", "v1"), far: ("v2",)}
    times = {("v1", "v2"): 40.0, ("v2", "v1"): 30.0, ("c1", "v1"): 9.0, ("c1", "d1"): 7.0}
    estimate = GreatCircleTravel().minutes([HOME, near, far], 1.0)
    table = MeasuredTravel(GreatCircleTravel(), times, names).minutes([HOME, near, far], 1.0)
    assert (table[1][2], table[2][1]) == (40.0, 30.0)
    assert (table[0][1], table[1][0]) == (9.0, 9.0) or (table[0][1], table[1][0]) == (7.0, 7.0)
    assert table[0][2] == estimate[0][2]


def test_a_slower_vehicle_takes_longer() -> None:
    """Half the speed, twice the minutes."""
    places = [HOME, Point(27.1, 105.1)]
    slow, usual = GreatCircleTravel().minutes(places, 0.5)[0][1], GreatCircleTravel().minutes(places, 1)[0][1]
    assert slow == pytest.approx(2 * usual)


def test_every_code_has_both_texts() -> None:
    """And they are filled in."""
    assert set(TEXTS) == {*UnplannedCode, *MoveCode, *PlanInputCode}
    for code in TEXTS:
        english, chinese = explain(code, "en", "this"), explain(code, "zh", "这个")
        assert english and chinese and "{" not in english + chinese


@pytest.mark.parametrize(
    "wrong", [{"fill": 0.0}, {"fill": 1.1}, {"persons": 0}, {"service_minutes": -1.0}, {"ramp_minutes": (-1.0,)}]
)
def test_weights_that_make_no_plan_are_refused(wrong: dict[str, float]) -> None:
    """A share above one, nobody, negative minutes."""
    with pytest.raises(ValueError, match=r"share|least|negative"):
        Weights(**wrong)  # type: ignore[arg-type]
