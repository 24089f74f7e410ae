"""When a cadre works, from the cells of CADRES.csv, however offices write them."""

import re
import unicodedata
from itertools import pairwise
from typing import Final

from schemas.plan import HalfDay
from services.scheduler.planning.unreadable import Unreadable

_NOON: Final = 720
"""Minutes after midnight: a part that begins before it is the morning."""
_ALIKE: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−~至到", "-"))
_NUMERALS: Final = str.maketrans(
    {sign: f" {number} " for number, sign in enumerate("一二三四五六", 1)}
    | {"七": " 7 ", "八": " 8 ", "九": " 9 ", "十": " 10 ", "逢": " "}
)
_WEEKDAYS: Final = str.maketrans({sign: str(number) for number, sign in enumerate("一二三四五六日", 1)} | {"天": "7"})
_HOURS: Final = (
    "hours: write 08:30-11:30 14:30-17:30, one part before noon, one after",
    "工作时间请写作 08:30-11:30 14:30-17:30，上午、下午各一段",
)
_PART: Final = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")


def as_weekdays(text: str) -> frozenset[int]:
    """1-5, 1 3 5 or 周一至周五 as numbers from 0, which is Monday; raises ValueError for what names none."""
    plain = re.sub(r"周|星期|礼拜", "", _alike(text)).translate(_WEEKDAYS)
    if not re.fullmatch(r"[1-7\s;,、-]+", plain):
        raise Unreadable("weekdays: write 1-5 or 1 3 5, Monday is 1", "工作日请写作 1-5 或 1 3 5，周一为 1")
    spans = [(int(a), int(b or a)) for a, b in re.findall(r"([1-7])(?:-([1-7]))?", plain)]
    days = frozenset(day - 1 for first, last in spans for day in range(first, last + 1))
    if not days:
        raise Unreadable("weekdays: none is named; for leave, write days_off", "工作日为空；请假请填写休息日")
    return days


def as_hours(text: str) -> tuple[tuple[HalfDay, int, int], ...]:
    """08:30-11:30 14:30-17:30 as half-days with begin and end in minutes after midnight, in the order of the day.

    Raises:
        ValueError: it is something else, or two parts overlap or lie on one side of noon.
    """
    plain = re.sub(r"\s*([:-])\s*", r"\1", _alike(text))
    found = []
    for part in re.split(r"[\s;,、]+", plain.strip(" ;,、")):
        if not (times := _PART.fullmatch(part)):
            raise Unreadable(*_HOURS)
        a, b, c, d = map(int, times.groups())
        begin, end = a * 60 + b, c * 60 + d
        if not begin < end <= 24 * 60:
            raise Unreadable(
                "hours: a part ends before it begins, or after midnight", "工作时间：结束早于开始，或超过午夜"
            )
        found.append((HalfDay.MORNING if begin < _NOON else HalfDay.AFTERNOON, begin, end))
    found.sort(key=lambda part: part[1])
    if len({half for half, _, _ in found}) != len(found):
        raise Unreadable(*_HOURS)
    if any(morning[2] > afternoon[1] for morning, afternoon in pairwise(found)):
        raise Unreadable("hours: the afternoon begins before the morning ends", "工作时间：下午的开始早于上午的结束")
    return tuple(found)


def as_market_digits(text: str) -> frozenset[int]:
    """3 6 9 or 逢三六九, the last digits of the days of the month; 10 is 0. Raises ValueError for anything else."""
    parts = [part for part in re.split(r"[\s;,、]+", _alike(text).translate(_NUMERALS)) if part]
    if not all(re.fullmatch(r"\d+(\.0)?", part) for part in parts):
        raise Unreadable("market_days: write the last digits of the days, as 3 6 9", "赶集日请写日期的尾数，如 3 6 9")
    plain = [part.removesuffix(".0") for part in parts]
    return frozenset(int(digit) for part in plain for digit in ("0" if part == "10" else part))


def _alike(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_ALIKE)
