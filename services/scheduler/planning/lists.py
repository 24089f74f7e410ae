"""What a plan is made from, row by row: cadres, places, measured times. Bad rows are told apart."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from schemas.desk import CADRE_ID, MOST_CADRE_ID
from schemas.plan import HalfDay
from services.scheduler.domain.codes import explain as explain_date
from services.scheduler.domain.dates import UnreadableDate, read_day
from services.scheduler.domain.plan_codes import Language, PlanInputCode, explain
from services.scheduler.domain.plan_model import DEFAULT_HOURS, Cadre, Point

HEADINGS: Final = {
    "走访编号": "visit_id", "人员标识": "person_key", "停靠点": "stop_id", "住处": "dwelling", "村代码": "village_code",
    "纬度": "lat", "经度": "lon", "体弱": "frail", "上下午": "half_day", "不早于": "not_before", "外出日期": "away",
    "告知日期": "announced_on", "干部编号": "cadre_id", "负责村": "villages", "乡镇": "township", "工作日": "weekdays",
    "工作时间": "hours", "休息日": "days_off", "赶集日": "market_days", "速度": "speed", "起点": "from", "终点": "to",
    "分钟": "minutes", "姓名": "name",
}  # fmt: skip
YES: Final = {"1", "true", "yes", "y", "是", "x"}
NO: Final = {"", "0", "false", "no", "n", "否"}
HALVES: Final = {"am": HalfDay.MORNING, "上午": HalfDay.MORNING, "pm": HalfDay.AFTERNOON, "下午": HalfDay.AFTERNOON}
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class InputFault:
    """What is to be said of one row or entry."""

    file: str
    row: int
    """As a person counts: the line of a CSV, the place of a JSON entry from 1; 0: the whole."""
    code: PlanInputCode
    detail: str

    def as_json(self, language: Language) -> dict[str, Any]:
        """As the JSON answer states it."""
        message = explain(self.code, language, self.detail)
        return {"file": self.file, "row": self.row, "code": self.code.value, "message": message}


@dataclass(slots=True)
class Reading:
    """One file, row by row; what cannot be read is put aside with its code."""

    name: str
    """Of the file, as faults name it."""
    code: PlanInputCode
    """Of a row that cannot be read."""
    faults: list[InputFault] = field(default_factory=list)
    raw: bytes = b""
    """Content of a CSV."""

    def take(self, row: int, read: Callable[[], ResultT]) -> ResultT | None:
        """The row as read, or None when it cannot be."""
        try:
            return read()
        except KeyError as error:
            self.fault(row, f"no {error.args[0]}")
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            self.fault(row, str(error))
        return None

    def fault(self, row: int, detail: str, code: PlanInputCode | None = None) -> None:
        """Says something of a row."""
        self.faults.append(InputFault(self.name, row, code or self.code, detail))

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a CSV (UTF-8 or GB 18030) with their line numbers; headings in English or Chinese.

        NUL, which no database can hold, is left out; where the file is no CSV any more, a fault says so and rows end.
        """
        try:
            text = self.raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = self.raw.decode("gb18030", "replace")
        reader = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""))
        try:
            for row in reader:
                cells = {
                    HEADINGS.get((k or "").strip(), (k or "").strip()): v.strip() for k, v in row.items() if _is_text(v)
                }
                if any(cells.values()):
                    yield reader.line_num, cells
        except csv.Error as error:
            self.fault(reader.line_num + 1, f"{error}; the rows from here on are not read")


def read_cadres(reading: Reading) -> list[Cadre]:
    """The cadres; the columns are in docs/planning.md."""
    cadres: dict[str, Cadre] = {}
    for row, cells in reading.rows():
        cadre = reading.take(row, partial(as_cadre, cells))
        if cadre and cadre.cadre_id in cadres:
            reading.fault(row, f"cadre_id {cadre.cadre_id} stands twice")
        elif cadre:
            cadres[cadre.cadre_id] = cadre
    return list(cadres.values())


def read_travel(reading: Reading) -> dict[tuple[str, str], float]:
    """The county's measured times: (from, to): minutes."""
    times: dict[tuple[str, str], float] = {}
    for row, cells in reading.rows():
        entry = reading.take(row, partial(as_ride, cells))
        if entry:
            times[entry[:2]] = entry[2]
    return times


def as_ride(cells: dict[str, str]) -> tuple[str, str, float]:
    """A row of the measured times; raises as `as_cadre`."""
    return cells["from"], cells["to"], _minutes(cells["minutes"])


def as_point(cells: dict[str, Any]) -> Point | None:
    """The place, when lat and lon are given.

    Raises:
        ValueError: they are no place on earth.
    """
    if cells.get("lat") in (None, "") and cells.get("lon") in (None, ""):
        return None
    lat, lon = float(cells["lat"]), float(cells["lon"])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"lat {lat}, lon {lon} is no place in degrees (WGS-84)")
    return Point(lat, lon)


def as_day(value: Any) -> date | None:
    """A day, however offices and spreadsheets write it; raises ValueError, which says what is wrong with it."""
    return _day(str(value)) if value not in (None, "") else None


def as_days(value: Any) -> frozenset[date]:
    """Days and ranges: 2026-03-02 2026-03-09..2026-03-13; raises ValueError for what is neither."""
    days: set[date] = set()
    for part in value if isinstance(value, list) else re.split(r"[\s;,，；、]+", str(value or "").strip()):
        first, _, last = str(part).partition("..")
        if first:
            begin, end = _day(first), _day(last or first)
            if not 0 <= (end - begin).days <= 400:
                raise ValueError(f"{part} ends before it begins, or is longer than a year")
            days.update(begin + timedelta(number) for number in range((end - begin).days + 1))
    return frozenset(days)


def as_flag(value: Any) -> bool:
    """Yes or no, in either language."""
    text = str(value if value is not None else "").strip().lower()
    if text not in YES | NO:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text in YES


def as_half_day(value: Any) -> HalfDay | None:
    """am, pm, or no preference."""
    text = str(value or "").strip().lower()
    if text in ("", "none"):
        return None
    if text not in HALVES:
        raise ValueError(f"half_day {text!r} is neither am nor pm")
    return HALVES[text]


def as_cadre(cells: dict[str, str]) -> Cadre:
    """A row of the cadres.

    Raises:
        ValueError, KeyError: says what cannot be read, or is missing.
    """
    home = as_point(cells)
    if not cells["cadre_id"] or home is None:
        raise ValueError("cadre_id, lat and lon are needed")
    if len(cells["cadre_id"]) > MOST_CADRE_ID or not re.fullmatch(CADRE_ID, cells["cadre_id"]):
        raise ValueError(f"cadre_id is longer than {MOST_CADRE_ID} characters, or holds a slash or a control character")
    speed = float(cells.get("speed") or 1)
    if not 0.1 <= speed <= 10:
        raise ValueError(f"speed {speed} is not between 0.1 and 10 times the usual one")
    return Cadre(
        cadre_id=cells["cadre_id"],
        home=home,
        villages=frozenset(re.findall(r"[^\s;,，；、]+", cells.get("villages", ""))),
        township=cells.get("township", ""),
        weekdays=_weekdays(cells.get("weekdays") or "1-5"),
        hours=_hours(cells["hours"]) if cells.get("hours") else DEFAULT_HOURS,
        days_off=as_days(cells.get("days_off")),
        market_digits=frozenset(int(digit) for digit in re.findall(r"\d", cells.get("market_days", ""))),
        speed=speed,
    )


def _day(text: str) -> date:
    try:
        return read_day(text)
    except UnreadableDate as error:
        raise ValueError(explain_date(error.code, "the date").message) from None


def _weekdays(text: str) -> frozenset[int]:
    """1-5 or 1 3 5; Monday is 1."""
    if not re.fullmatch(r"[1-7\s;,，；、-]+", text):
        raise ValueError(f"weekdays {text!r}: write 1-5 or 1 3 5, Monday is 1")
    spans = [(int(a), int(b or a)) for a, b in re.findall(r"([1-7])(?:-([1-7]))?", text)]
    days = frozenset(day - 1 for first, last in spans for day in range(first, last + 1))
    if not days:
        raise ValueError(f"weekdays {text!r}: none is named; for leave, write days_off")
    return days


def _hours(text: str) -> tuple[tuple[HalfDay, int, int], ...]:
    """08:30-11:30 14:30-17:30; a part that begins before noon is the morning."""
    parts = re.findall(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", text)
    found = []
    for part in parts:
        a, b, c, d = map(int, part)
        begin, end = a * 60 + b, c * 60 + d
        if not 0 <= begin < end <= 24 * 60:
            raise ValueError(f"hours {text!r}: a part ends before it begins")
        found.append((HalfDay.MORNING if begin < 720 else HalfDay.AFTERNOON, begin, end))
    if not found or len({half for half, _, _ in found}) != len(found):
        raise ValueError(f"hours {text!r}: write 08:30-11:30 14:30-17:30, one part before noon, one after")
    return tuple(found)


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 <= minutes <= 24 * 60:
        raise ValueError(f"{minutes} is not between 0 and 1440 minutes")
    return minutes


def _is_text(value: object) -> bool:
    return isinstance(value, str)
