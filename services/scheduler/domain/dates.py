"""Reads a day in the forms that Chinese offices and spreadsheets write, and refuses what could be misread."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Final

from services.scheduler.domain.codes import RejectionCode

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2100
"""Requests are of this century: another year is a typing error (2206 for 2026)."""

_EXCEL_DAY_ZERO: Final = date(1899, 12, 30)
"""Day 0 of spreadsheet serial dates after February 1900 (ECMA-376 part 1, 18.17.4.1)."""
_CHINA_OFFSET: Final = timedelta(hours=8)

_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME: Final = r"(?:[T ]?\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?秒?分?)?"
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})[日号]?" + _TIME)
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")
_TWO_DIGIT_YEAR: Final = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}|\d{6}")
_YEAR_LAST: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_NO_DAY: Final = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("‘’`", "'") | {"。": ".", "．": "."})


class UnreadableDate(ValueError):
    """A text that is no day; ``code`` says why. The text itself is not repeated: a shifted column may hold an ID."""

    def __init__(self, code: RejectionCode) -> None:
        super().__init__(code.value)
        self.code = code


def read_day(text: str) -> date:
    """The day that ``text`` means; a time is dropped, an instant with an offset is taken at China's clock.

    Raises:
        UnreadableDate: two-digit year, month or day first, no day, impossible day, year out of range, anything else.
    """
    if _ISO.fullmatch(text):
        return _day(text[:4], text[5:7], text[8:])
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(_DASHES)).strip(" '\ufeff\u200b")
    text = re.sub(r" ?([-/.年月日号]) ?", r"\1", text)
    if _INSTANT.fullmatch(text):
        return _instant(text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _SERIAL.fullmatch(text):
        return _in_range(_EXCEL_DAY_ZERO + timedelta(days=int(match[1])))
    raise UnreadableDate(_why_not(text))


def _why_not(text: str) -> RejectionCode:
    if _TWO_DIGIT_YEAR.fullmatch(text):
        return RejectionCode.DATE_TWO_DIGIT_YEAR
    if _YEAR_LAST.fullmatch(text):
        return RejectionCode.DATE_ORDER_UNCLEAR
    if _NO_DAY.fullmatch(text):
        return RejectionCode.DATE_WITHOUT_DAY
    return RejectionCode.DATE_UNREADABLE


def _instant(text: str) -> date:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableDate(RejectionCode.DATE_IMPOSSIBLE) from None
    return _in_range((moment.astimezone(UTC) + _CHINA_OFFSET).date())


def _day(year: str, month: str, day: str) -> date:
    try:
        return _in_range(date(int(year), int(month), int(day)))
    except ValueError as error:
        if isinstance(error, UnreadableDate):
            raise
        raise UnreadableDate(RejectionCode.DATE_IMPOSSIBLE) from None


def _in_range(day: date) -> date:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise UnreadableDate(RejectionCode.DATE_OUT_OF_RANGE)
    return day
