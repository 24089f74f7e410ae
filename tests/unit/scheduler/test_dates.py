"""Dates: every usual form is read, every form that could be misread is refused with its code."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.codes import RejectionCode
from services.scheduler.domain.dates import UnreadableDate, read_day

MARCH_5 = date(2026, 3, 5)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-05",
        "2026-3-5",
        "2026/3/5",
        "2026.3.5",
        "20260305",
        "2026年3月5日",
        "2026年03月05号",
        "２０２６年３月５日",
        " 2026 - 03 - 05 ",
        "2026–03–05",
        "2026-03-05 00:00:00",
        "2026/3/5 0:00",
        "2026-03-05T23:59:59",
        "2026-03-05T08:00:00+08:00",
        "2026-03-04T16:00:00.000Z",  # midnight in China, as JavaScript writes it
        "20260305000000",
        "46086",
        "46086.75",
        "'2026-03-05",
    ],
)
def test_usual_forms_mean_the_day(typed: str) -> None:
    """All of these are 5 March 2026 in China."""
    assert read_day(typed) == MARCH_5


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("26-03-05", RejectionCode.DATE_TWO_DIGIT_YEAR),
        ("26/3/5", RejectionCode.DATE_TWO_DIGIT_YEAR),
        ("26年3月5日", RejectionCode.DATE_TWO_DIGIT_YEAR),
        ("3/5/26", RejectionCode.DATE_TWO_DIGIT_YEAR),
        ("260305", RejectionCode.DATE_TWO_DIGIT_YEAR),
        ("05/03/2026", RejectionCode.DATE_ORDER_UNCLEAR),
        ("2026-02-30", RejectionCode.DATE_IMPOSSIBLE),
        ("2027-02-29", RejectionCode.DATE_IMPOSSIBLE),
        ("20261301", RejectionCode.DATE_IMPOSSIBLE),
        ("2026-04-31T00:00:00Z", RejectionCode.DATE_IMPOSSIBLE),
        ("2026年3月", RejectionCode.DATE_WITHOUT_DAY),
        ("2026-03", RejectionCode.DATE_WITHOUT_DAY),
        ("2206-03-05", RejectionCode.DATE_OUT_OF_RANGE),
        ("1926-03-05", RejectionCode.DATE_OUT_OF_RANGE),
        ("99999", RejectionCode.DATE_OUT_OF_RANGE),
        ("长期", RejectionCode.DATE_UNREADABLE),
        ("March 5, 2026", RejectionCode.DATE_UNREADABLE),
        ("11010519491231002X", RejectionCode.DATE_UNREADABLE),
    ],
)
def test_what_could_be_misread_is_refused(typed: str, code: RejectionCode) -> None:
    """A guess would move somebody's window: ask instead."""
    with pytest.raises(UnreadableDate) as caught:
        read_day(typed)
    assert caught.value.code is code
    assert typed not in str(caught.value)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_all_forms_of_a_day_agree(day: date) -> None:
    """ISO, slashes, Chinese and the spreadsheet's serial number mean one day."""
    serial = (day - date(1899, 12, 30)).days
    forms = (day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", str(serial))
    assert {read_day(form) for form in forms} == {day}


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{1,4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{0,2}", fullmatch=True))
def test_any_text_is_a_day_or_a_code(text: str) -> None:
    """Nothing that can be typed raises anything else."""
    try:
        day = read_day(text)
    except UnreadableDate:
        return
    assert date(2000, 1, 1) - timedelta(days=1) < day <= date(2100, 12, 31)
