"""A visitor's code: seven random digits and a check digit, read out, typed and printed in two groups of four.

ISO/IEC 7064 MOD 11,10 finds every single wrong digit and nearly every swap of two neighbours: the slips of who types.
"""

import unicodedata
from typing import Final

DIGITS: Final = 8
NUMBERS: Final = 10_000_000
"""How many codes there are."""
_GROUP: Final = 4


def code_of(number: int) -> str:
    """The code of a number below `NUMBERS`."""
    body = f"{number:0{DIGITS - 1}}"
    return body + _check_digit(body)


def read_code(typed: str) -> str | None:
    """The code that somebody typed, with spaces, dashes or full-width digits; None when it is none."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", typed) if not (c.isspace() or c in "-–—.·"))
    if len(kept) != DIGITS or not (kept.isascii() and kept.isdigit()) or _check_digit(kept[:-1]) != kept[-1]:
        return None
    return kept


def grouped(code: str) -> str:
    """As it is shown: ``1234 5678``."""
    return f"{code[:_GROUP]} {code[_GROUP:]}"


def _check_digit(body: str) -> str:
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
