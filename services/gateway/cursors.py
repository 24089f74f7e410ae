"""Cursors: where a page ended, opaque to the caller."""

import base64
import binascii
from collections.abc import Callable
from typing import TypeVar

from services.gateway.errors import Code, Refusal

FirstT = TypeVar("FirstT")
SecondT = TypeVar("SecondT")


def make_cursor(first: object, second: object) -> str:
    """The cursor of a page that ends at (first, second)."""
    return base64.urlsafe_b64encode(f"{first}|{second}".encode()).decode()


def read_cursor(
    cursor: str, first: Callable[[str], FirstT], second: Callable[[str], SecondT]
) -> tuple[FirstT, SecondT]:
    """The reverse of `make_cursor`; `first` and `second` read the two parts, and raise ValueError for what is none.

    Raises:
        Refusal: CURSOR_INVALID.
    """
    try:
        one, _, other = base64.urlsafe_b64decode(cursor).decode("ascii").partition("|")
        return first(one), second(other)
    except (binascii.Error, UnicodeError, ValueError):
        raise Refusal(Code.CURSOR_INVALID) from None
