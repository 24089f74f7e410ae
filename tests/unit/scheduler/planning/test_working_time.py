"""Weekdays, hours and market days of a cadre, as offices write them."""

import pytest

from schemas.plan import HalfDay
from services.scheduler.planning.working_time import as_hours, as_market_digits, as_weekdays

AM, PM = HalfDay.MORNING, HalfDay.AFTERNOON


@pytest.mark.parametrize(
    "text",
    [
        *("08:30-11:30 14:30-17:30", "14:30-17:30 08:30-11:30", "8:30 - 11:30、14:30–17:30"),
        *("08：30－11：30；14：30～17：30", "8:30至11:30，14:30至17:30"),
    ],
)  # fmt: skip
def test_hours_are_in_the_order_of_the_day_however_they_are_written(text: str) -> None:
    """A search takes the half-days of a day for one after the other."""
    assert as_hours(text) == ((AM, 510, 690), (PM, 870, 1050))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("08:00-15:00 13:00-17:00", id="the cadre would ride twice at a time"),
        pytest.param("22:00-02:00", id="past midnight"),
        pytest.param("08:75-11:30", id="no minute"),
        pytest.param("08:30-11:30 from May", id="a remark"),
        pytest.param("08:30-09:30 10:00-11:30", id="two before noon"),
        pytest.param(" ", id="none"),
    ],
)
def test_hours_that_nobody_can_work_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        as_hours(text)


def test_weekdays_are_read_in_chinese() -> None:
    assert as_weekdays("周一至周五") == as_weekdays("1-5") == frozenset(range(5))
    assert as_weekdays("星期一、三、日") == frozenset({0, 2, 6})


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        *(("3 6 9", {3, 6, 9}), ("逢三、六、九", {3, 6, 9}), ("逢一六", {1, 6})),
        *(("5 10", {0, 5}), ("3.0", {3}), ("", set())),
    ],
)  # fmt: skip
def test_market_days_are_last_digits(text: str, digits: set[int]) -> None:
    """The tenth is held on the 10th, 20th and 30th, not on the 1st."""
    assert as_market_digits(text) == digits


def test_market_days_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="market_days"):
        as_market_digits("Saturday")
