"""Which months are closed when, and how often in a row."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.burden_months import (
    closes_on,
    escalates,
    letters_in_a_row,
    month_after,
    month_before,
    months_to_close,
)
from services.gateway.domain.campaigns import days_fit

MONTHS = st.dates(date(2001, 1, 1), date(2900, 12, 31)).map(lambda day: day.replace(day=1))


@given(MONTHS)
def test_months_follow_one_another(month: date) -> None:
    """Forth and back, also over the turn of a year."""
    assert month_before(month_after(month)) == month
    assert (month_after(month).day, (month_after(month) - month).days in range(28, 32)) == (1, True)


def test_a_month_is_closed_some_days_into_the_next() -> None:
    """November on 11 December; before that the newest closed one is October."""
    november, october = date(2026, 11, 1), date(2026, 10, 1)
    assert closes_on(november, 10) == date(2026, 12, 11)
    assert months_to_close(None, date(2026, 12, 10), 10) == [october]
    assert months_to_close(None, date(2026, 12, 11), 10) == [november]
    assert months_to_close(october, date(2026, 12, 10), 10) == []
    assert months_to_close(october, date(2027, 1, 31), 10) == [november, date(2026, 12, 1)]


@given(MONTHS, st.integers(0, 400), st.integers(1, 27))
def test_nothing_is_closed_twice_or_too_early_or_left_out(last: date, offset: int, days: int) -> None:
    """From the last closed one on, each that is old enough, in order."""
    today = date.fromordinal(last.toordinal() + offset)
    found = months_to_close(last, today, days)
    assert found == sorted(set(found))
    assert all(last < month and closes_on(month, days) <= today for month in found)
    following = month_after(found[-1] if found else last)
    assert closes_on(following, days) > today


def test_letters_in_a_row_end_with_a_month_without_one() -> None:
    """Three in a row escalate, the fourth and fifth do not, the sixth does again."""
    months = [date(2026, 10, 1)]
    for _ in range(5):
        months.append(month_after(months[-1]))
    assert [letters_in_a_row(months, each) for each in months] == [1, 2, 3, 4, 5, 6]
    assert [escalates(months, each, 3) for each in months] == [False, False, True, False, False, True]
    gap = {*months} - {months[1]}
    assert [escalates(gap, each, 3) for each in months] == [False, False, False, False, True, False]


def test_the_days_of_a_campaign_fit_its_year() -> None:
    """It begins in its year and may end in the next; a year is the longest."""
    first = date(2026, 12, 1)
    assert days_fit(2026, first, date(2027, 1, 31))
    assert days_fit(2026, first, first)
    assert not days_fit(2027, first, date(2027, 1, 31))
    assert not days_fit(2026, first, date(2026, 11, 30))
    assert not days_fit(2026, first, date(2027, 12, 31))
