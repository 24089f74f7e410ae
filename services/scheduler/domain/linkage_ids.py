"""Which valid ID numbers a damaged one may have been: one slip away, or fitting what is still visible.

The check character (ISO 7064 MOD 11-2) catches every single wrong digit and every exchange of two neighbours, so of the
numbers one slip away from a damaged one there are few that are valid, and they can be listed: for a wrong digit at
most one at each place.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from operator import ne
from typing import Final

from schemas.resident_id import check_character
from services.scheduler.domain.linkage_reasons import LinkReason

_LENGTH: Final = 18
_DIGITS: Final = "0123456789"
_KEPT: Final = re.compile(r"[^0-9A-Z*]")
_BODY: Final = re.compile(r"[0-9]{17}[0-9X]")
_SLIPPED: Final = re.compile(r"[0-9X]{18}")
"""The final X may have slipped forward."""
_MASKED: Final = re.compile(r"([0-9]{4,})(\*+)([0-9X]*)")
_ROUNDED: Final = re.compile(r"([0-9])\.?([0-9]*)E\+?17")
_LETTERS_FOR_DIGITS: Final = str.maketrans("OQILSZB", "0011528")
"""Letters that are typed or scanned for digits."""


def compact(typed: str) -> str:
    """What a damaged number holds: digits, upper-case letters, stars; letters that look like digits become digits."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    if _ROUNDED.fullmatch("".join(plain.split())):
        return "".join(plain.split())
    return _KEPT.sub("", plain).translate(_LETTERS_FOR_DIGITS)


def one_slip_away(number: str) -> Iterator[tuple[str, LinkReason]]:
    """Numbers with a fitting check character, one slip from ``number`` (see `compact`); and itself, when it fits."""
    if _SLIPPED.fullmatch(number):
        yield from _one_digit_off(number)
        yield from _swapped(number)
    elif len(number) == _LENGTH - 1:
        yield from _one_digit_added(number)
    elif len(number) == _LENGTH + 1:
        for index in range(len(number)):
            yield from _fitting(number[:index] + number[index + 1 :], LinkReason.ID_DIGIT_LOST_OR_ADDED)


def _one_digit_off(number: str) -> Iterator[tuple[str, LinkReason]]:
    if number[:17].isdigit():
        checked = number[:17] + check_character(number)
        yield checked, LinkReason.ID_SAME if checked == number else LinkReason.ID_ONE_DIGIT_OFF
    for index in range(17):
        for digit in _DIGITS:
            if digit != number[index]:
                yield from _fitting(number[:index] + digit + number[index + 1 :], LinkReason.ID_ONE_DIGIT_OFF)


def _swapped(number: str) -> Iterator[tuple[str, LinkReason]]:
    for index in range(17):
        if number[index] != number[index + 1]:
            swapped = number[:index] + number[index + 1] + number[index] + number[index + 2 :]
            yield from _fitting(swapped, LinkReason.ID_DIGITS_SWAPPED)


def _one_digit_added(number: str) -> Iterator[tuple[str, LinkReason]]:
    if number.isdigit():
        yield number + check_character(number), LinkReason.ID_DIGIT_LOST_OR_ADDED
    for index in range(17):
        for digit in _DIGITS:
            yield from _fitting(number[:index] + digit + number[index:], LinkReason.ID_DIGIT_LOST_OR_ADDED)


def _fitting(number: str, reason: LinkReason) -> Iterator[tuple[str, LinkReason]]:
    if _BODY.fullmatch(number) and check_character(number) == number[17]:
        yield number, reason


def two_digits_off(number: str, other: str) -> bool:
    """Whether two numbers of full length differ in exactly two places; those are not looked up, only recognised."""
    return len(number) == _LENGTH == len(other) and sum(map(ne, number, other)) == 2


def visible_part(number: str) -> tuple[str, str]:
    """Head and tail of a number of which a part is hidden or was rounded away; both empty when nothing is."""
    if masked := _MASKED.fullmatch(number):
        return masked[1], masked[3]
    if rounded := _ROUNDED.fullmatch(number):
        return rounded[1] + rounded[2].rstrip("0")[:14], ""
    return ("", "") if len(number) != _LENGTH or not number.endswith("000") else (number[:15], "")


def birth_digits(number: str) -> str:
    """The eight digits at the place of the birth date, be they a date or not; empty when they are not there."""
    if len(number) == 15 and number.isdigit():
        return "19" + number[6:12]
    digits = number[6:14]
    return digits if len(digits) == 8 and digits.isdigit() and len(number) >= _LENGTH - 1 else ""


def birth_relation(digits: str, born: date) -> LinkReason | None:
    """How eight digits relate to a birth date; None without digits."""
    if not digits:
        return None
    other = born.strftime("%Y%m%d")
    if digits == other:
        return LinkReason.BIRTH_DATE_SAME
    places = [index for index in range(8) if digits[index] != other[index]]
    swapped = (
        len(places) == 2
        and places[1] == places[0] + 1
        and digits[places[0]] == other[places[1]]
        and digits[places[1]] == other[places[0]]
    )
    month_for_day = digits[:4] == other[:4] and digits[4:6] == other[6:] and digits[6:] == other[4:6]
    near = len(places) == 1 or swapped or month_for_day
    return LinkReason.BIRTH_DATE_ONE_DIGIT_OFF if near else LinkReason.BIRTH_DATE_OTHER
