"""An ID number is found wherever somebody typed it, and other numbers are let through."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.id_in_text import holds_id_number, numbers_in
from schemas.resident_id import check_character

TODAY = date(2026, 11, 26)
STANDARD = "11010519491231002X"
"""The example of GB 11643-1999."""


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002X",
        "号码：１１０１０５１９４９１２３１００２ｘ 请核",
        "110105 19491231 002X",
        "110105491231002",
        "110105 491231 002",
        "13800001111 11010519491231002X",
        "13800001111 110105 19491231 002X",
        "11010519491231002X 13800001111",
        "2026-11-25 11010519491231002X 3",
        "档号202611-110105491231002",
        "13800001111 110105491231002 2026",
        "0011010519491231002X99",
        "110105\u200b19491231\u2014002X",
    ],
)
def test_an_id_number_is_found(text: str) -> None:
    """In full-width digits, with gaps, in the old form, in a sentence, beside and within other numbers."""
    assert holds_id_number(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "档-0817",
        "110105194912310021",
        "2026-11-25 档案 3 册",
        "13800001111",
        "13800001111 2026",
        "2026 13800001111",
        "1380000111120260101",
        "",
    ],
)
def test_other_numbers_are_let_through(text: str) -> None:
    """Reference numbers may be long; one whose check character is wrong is none, nor are two numbers together."""
    assert not holds_id_number(text, today=TODAY)


digits = st.text("0123456789 -", max_size=12)


@given(digits, digits, st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 999))
def test_it_is_found_whatever_stands_beside_it(before: str, after: str, born: date, sequence: int) -> None:
    """Other digits and gaps on both sides hide nothing."""
    first = f"990101{born:%Y%m%d}{sequence:03}"
    number = first + check_character(first)
    assert holds_id_number(f"{before}{number}{after}", today=TODAY)
    assert number in [found.number for found in numbers_in(f"{before}{number}{after}", today=TODAY)]
