"""Cells of a plan's input, however offices, spreadsheets and programs write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from schemas.plan import HalfDay
from services.scheduler.domain.codes import explain as explain_date
from services.scheduler.domain.dates import UnreadableDate, read_day
from services.scheduler.domain.plan_model import Point
from services.scheduler.planning.unreadable import Unreadable

YES: Final = {"1", "true", "yes", "y", "是", "x"}
NO: Final = {"", "0", "false", "no", "n", "否"}
NUMBERS: Final = {"lat": "纬度", "lon": "经度", "minutes": "分钟", "speed": "速度"}
HALVES: Final = {"am": HalfDay.MORNING, "上午": HalfDay.MORNING, "pm": HalfDay.AFTERNOON, "下午": HalfDay.AFTERNOON}


def as_point(cells: dict[str, Any]) -> Point | None:
    """The place, when lat and lon are given; 0, 0 is what programs write who know none.

    Raises:
        ValueError: they are no place on earth.
    """
    if cells.get("lat") in (None, "") and cells.get("lon") in (None, ""):
        return None
    lat, lon = as_number(cells.get("lat"), "lat"), as_number(cells.get("lon"), "lon")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        where = f"lat {lat}, lon {lon}"
        raise Unreadable(f"{where} is no place in degrees (WGS-84)", f"{where} 不是有效的经纬度（WGS-84，单位为度）")
    return Point(lat, lon) if lat or lon else None


def as_name(value: Any) -> str:
    """What something is called: a text, or a number as spreadsheets and programs write it (7.0 is 7).

    Raises:
        ValueError: it is neither, holds characters that are no text, or is a code of which a spreadsheet lost digits.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable("a name or code is neither a text nor a number", "名称或代码既非文字也非数字")
    name = re.sub(r"^(\d+)\.0$", r"\1", str(value).strip())
    if re.fullmatch(r"\d(\.\d+)?[eE]\+\d+", name):
        raise Unreadable(
            f"{name} has lost its last digits in a spreadsheet: make the column a text",
            f"{name} 在电子表格中丢失了末几位，请将该列设为文本格式",
        )
    if not name or re.search("[\ud800-\udfff]", name):
        raise Unreadable(
            "a name or code is empty, or holds characters that are no text", "名称或代码为空，或含有无效字符"
        )
    return name


def as_day(value: Any) -> date | None:
    """A day, however offices and spreadsheets write it; raises ValueError, which says what is wrong with it."""
    return _day(str(value)) if value not in (None, "") else None


def as_days(value: Any) -> frozenset[date]:
    """Days and ranges: 2026-03-02 2026-03-09..2026-03-13; raises ValueError for what is neither. Times are dropped."""
    days: set[date] = set()
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    plain = re.sub(r"\s*(?:\.\.|[~～〜至到])\s*", "..", re.sub(r"[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?(?!\d)", "", text))
    for part in re.split(r"[\s;,，；、]+", plain.strip()):
        first, _, last = part.partition("..")
        if first:
            begin, end = _day(first), _day(last or first)
            if not 0 <= (end - begin).days <= 400:
                raise Unreadable(
                    f"{part} ends before it begins, or is longer than a year", f"{part} 结束早于开始，或超过一年"
                )
            days.update(begin + timedelta(number) for number in range((end - begin).days + 1))
    return frozenset(days)


def as_flag(value: Any) -> bool:
    """Yes or no, in either language."""
    text = str(value if value is not None else "").strip().lower()
    if text not in YES | NO:
        raise Unreadable(f"{text!r} is neither yes nor no", f"“{text}”既不是“是”也不是“否”")
    return text in YES


def as_half_day(value: Any) -> HalfDay | None:
    """am, pm, or no preference."""
    text = str(value or "").strip().lower()
    if text in ("", "none"):
        return None
    if text not in HALVES:
        raise Unreadable(f"half_day {text!r} is neither am nor pm", f"“{text}”既不是上午也不是下午")
    return HALVES[text]


def as_number(value: Any, of: str) -> float:
    """A number; ``of``: what it is called. Raises Unreadable."""
    try:
        return float("" if isinstance(value, bool) else value)
    except (TypeError, ValueError):
        raise Unreadable(f"{of} is missing, or no number", f"{NUMBERS[of]}缺失或不是数字") from None


def _day(text: str) -> date:
    try:
        return read_day(text)
    except UnreadableDate as error:
        en, zh = explain_date(error.code, "the date"), explain_date(error.code, "日期", "zh")
        raise Unreadable(en.message, zh.message) from None
