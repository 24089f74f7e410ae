"""Days in the detail of a message, as a person reads them in either language."""

import re
from datetime import date
from typing import Final, Literal

_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?: (am|pm)\b)?")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_HALVES: Final = {"am": (" in the morning", "上午"), "pm": (" in the afternoon", "下午")}


def days_said(detail: str, language: Literal["en", "zh"]) -> str:
    """The text with each day in it, and the half of it, in words: `2026-03-02 am` is `2026年3月2日上午`."""
    chinese = language == "zh"

    def in_words(found: re.Match[str]) -> str:
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            return found[0]
        half = _HALVES[found[2]][chinese] if found[2] else ""
        if chinese:
            return f"{day.year}年{day.month}月{day.day}日{half}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}{half}"

    return _DAY.sub(in_words, detail)
