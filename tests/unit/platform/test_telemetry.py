"""No log line shows a national ID, whatever stands around it."""

import logging
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.resident_id import check_character
from services.platform.telemetry import configure_logging, redact

AROUND = st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=12)
BIRTH = st.dates(date(1896, 1, 1), date(2026, 11, 24))
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    """Any valid 18-character ID, also of regions in use: nothing of it is kept."""
    region = draw(st.integers(110000, 999999))
    first = f"{region}{draw(BIRTH):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + check_character(first)


def shows_digits(text: str) -> bool:
    """Whether enough of a number is left to tell a person."""
    return re.search(r"\d{6}", text) is not None


@given(resident_ids(), AROUND, AROUND)
def test_every_id_is_blanked_wherever_it_stands(number: str, before: str, after: str) -> None:
    """Also glued to letters: a column name, a quote, Chinese text."""
    shown = redact(before + number + after)
    assert "[id]" in shown
    assert not shows_digits(shown)


@given(resident_ids())
def test_other_ways_to_type_it_are_blanked(number: str) -> None:
    """Lower-case x, full-width digits, the old 15 digits."""
    for typed in (number.lower(), number.translate(FULL_WIDTH), number[:6] + number[8:17]):
        assert not shows_digits(redact(f"row 3: {typed}, wrong")), typed


@given(st.lists(resident_ids(), min_size=2, max_size=4), st.sampled_from([" ", ",", "、", "\n", "/"]))
def test_several_ids_in_a_line_are_all_blanked(numbers: list[str], between: str) -> None:
    """A whole row of a list in a traceback."""
    assert redact(between.join(numbers)) == between.join(["[id]"] * len(numbers))


@pytest.mark.parametrize(
    "text",
    [
        "offset 1234567890123456789012345",
        "visit 3f6a9d0c-1b2e-5f64-9a51-0c7f3f1f2a11",
        "2026-11-24T01:02:03Z INFO 200 in 12.5 ms",
        "person " + "0a" * 32,
    ],
)
def test_what_is_no_id_stays(text: str) -> None:
    """Offsets, ids, moments and keys are needed to find a fault."""
    assert redact(text) == text


def test_a_log_line_is_redacted_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """The formatter sees everything that is written, exceptions of foreign libraries too."""
    number = "990101" + "19410305" + "002"
    number += check_character(number)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        configure_logging()
        try:
            raise ValueError(f"cannot parse {number}")
        except ValueError:
            logging.getLogger("test").exception("row of %s", number)
        shown = capsys.readouterr().err
    finally:
        logging.basicConfig(handlers=before, level=level, force=True)
    assert number not in shown
    assert shown.count("[id]") == 2
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ERROR test: row of", shown)
