"""ID numbers that stand in a text where none belongs: in a message, a reference, a request number.

One rule for everybody who lets texts in; of request numbers, which are digits by nature, only what needs no gap and
has a check character (`numbers_in`). What stands in a log is blanked by its shape alone, also a number with a wrong
digit (`services/platform/telemetry.py`).
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from schemas.resident_id import InvalidResidentId, ResidentId, is_decoration

_LOOKS_SO: Final = re.compile(r"(?=([0-9]{17}[0-9Xx]))")
"""Wherever it begins: other digits may stand before it or after it."""
_RUN: Final = re.compile(r"[0-9]+(?:\x00+[0-9]+)*")
_GAPS: Final = frozenset("·.")
_OLD_AS_WRITTEN: Final = frozenset({(15,), (6, 6, 3), (6, 9), (12, 3), (4, 4, 4, 3)})
"""How the 15 digits of the old form are grouped: with no check character, other groups are two other numbers, as a
telephone and a year (11, 4)."""


def numbers_in(text: str, *, today: date | None = None) -> Iterator[ResidentId]:
    """All valid numbers of 18 characters in a text without gaps, also within longer runs of digits and full-width."""
    for found in _LOOKS_SO.finditer(unicodedata.normalize("NFKC", text)):
        try:
            yield ResidentId.parse(found[1], today=today)
        except InvalidResidentId:
            continue


def holds_id_number(text: str, *, today: date | None = None) -> bool:
    """Whether somewhere in a text stands a valid ID number: in full-width digits, with gaps, beside other numbers, or
    in the old form of 15 digits."""
    marked = "".join("\0" if _is_gap(one) else one for one in unicodedata.normalize("NFKC", text))
    if any(numbers_in(marked.replace("\0", ""), today=today)):
        return True
    return any(_holds_old_form(run[0], today) for run in _RUN.finditer(marked))


def _is_gap(character: str) -> bool:
    return character in _GAPS or character.isspace() or is_decoration(character)


def _holds_old_form(run: str, today: date | None) -> bool:
    groups = run.replace("\0", " ").split()
    for start in range(len(groups)):
        for end in range(start + 1, min(start + 4, len(groups)) + 1):
            if tuple(map(len, groups[start:end])) in _OLD_AS_WRITTEN and _is_valid("".join(groups[start:end]), today):
                return True
    return False


def _is_valid(number: str, today: date | None) -> bool:
    try:
        ResidentId.parse(number, today=today)
    except InvalidResidentId:
        return False
    return True
