"""A visitor's code is read however it was typed, and a slip is noticed."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.visitor_code import DIGITS, NUMBERS, _check_digit, code_of, grouped, read_code

CODES = st.integers(0, NUMBERS - 1).map(code_of)


def test_the_check_digit_is_that_of_the_standard() -> None:
    """The example of ISO/IEC 7064 MOD 11,10: 0794 is completed by 5."""
    assert _check_digit("0794") == "5"


@given(CODES, st.sampled_from(["{0} {1}", "{0}-{1}", " {0}  {1} ", "{0}{1}", "{0}　{1}"]))
def test_it_is_read_however_it_is_typed(code: str, form: str) -> None:
    """With spaces, dashes and full-width digits."""
    typed = form.format(code[:4], code[4:])
    full_width = typed.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert read_code(grouped(code)) == read_code(typed) == read_code(full_width) == code
    assert len(code) == DIGITS


@given(CODES, st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(code: str, place: int, more: int) -> None:
    """Whichever it is."""
    wrong = str((int(code[place]) + more) % 10)
    assert read_code(code[:place] + wrong + code[place + 1 :]) is None


def test_most_swaps_are_noticed() -> None:
    """Of all swaps of two different neighbours, at most three in a hundred slip through."""
    slipped = swaps = 0
    for code in map(code_of, range(0, NUMBERS, 9973)):
        for place, (before, after) in enumerate(pairwise(code)):
            if before != after:
                swaps += 1
                slipped += read_code(code[:place] + after + before + code[place + 2 :]) is not None
    assert slipped <= 0.03 * swaps


def test_what_is_no_code_is_not_read() -> None:
    """Too short, too long, letters, nothing."""
    for typed in ("", "1234567", "123456789", "abcdefgh", "1234 567x", "²³⁴⁵⁶⁷⁸⁹x"):
        assert read_code(typed) is None
