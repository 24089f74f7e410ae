"""One file of a plan's input, row by row: how it is decoded, and what is said of rows that cannot be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from services.scheduler.domain.plan_codes import Language, PlanInputCode, explain
from services.scheduler.planning.unreadable import Unreadable

HEADINGS: Final = {
    "走访编号": "visit_id", "人员标识": "person_key", "停靠点": "stop_id", "住处": "dwelling", "村代码": "village_code",
    "纬度": "lat", "经度": "lon", "体弱": "frail", "上下午": "half_day", "不早于": "not_before", "外出日期": "away",
    "告知日期": "announced_on", "干部编号": "cadre_id", "负责村": "villages", "乡镇": "township", "工作日": "weekdays",
    "工作时间": "hours", "休息日": "days_off", "赶集日": "market_days", "速度": "speed", "起点": "from", "终点": "to",
    "分钟": "minutes", "姓名": "name",
}  # fmt: skip
CHINESE: Final = {english: chinese for chinese, english in HEADINGS.items()}
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class InputFault:
    """What is to be said of one row or entry."""

    file: str
    row: int
    """As a person counts: the line of a CSV, the place of a JSON entry from 1; 0: the whole."""
    code: PlanInputCode
    detail: str
    zh: str = ""
    """The detail in Chinese, where it has words."""

    def said(self, language: Language) -> str:
        """The detail in a language."""
        return (language == "zh" and self.zh) or self.detail

    def as_json(self, language: Language) -> dict[str, Any]:
        """As the JSON answer states it."""
        message = explain(self.code, language, self.said(language))
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
            self.fault(row, f"no {error.args[0]}", zh=f"缺少{CHINESE.get(error.args[0], error.args[0])}")
        except Unreadable as error:
            self.fault(row, str(error), zh=error.zh)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            self.fault(row, str(error))
        return None

    def fault(self, row: int, detail: str, code: PlanInputCode | None = None, zh: str = "") -> None:
        """Says something of a row; ``zh``: the detail in Chinese."""
        self.faults.append(InputFault(self.name, row, code or self.code, detail, zh))

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a CSV (UTF-8, UTF-16 or GB 18030; comma, tab or semicolon) with their line numbers; headings in
        English or Chinese.

        NUL, which no database can hold, is left out; where the file is no CSV any more, a fault says so and rows end.
        """
        if self.raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            self.fault(0, "it is a spreadsheet: save it as CSV", zh="这是电子表格文件，请另存为 CSV")
            return
        text = io.StringIO(_text(self.raw).replace("\0", ""), newline="")
        reader = csv.DictReader(text, delimiter=max(",\t;", key=text.readline().count))
        text.seek(0)
        try:
            for row in reader:
                cells = {
                    HEADINGS.get(head := (k or "").strip().lower(), head): v.strip()
                    for k, v in row.items()
                    if _is_text(v)
                }
                if any(cells.values()):
                    yield reader.line_num, cells
        except csv.Error as error:
            zh = f"{error}；此后各行未读取"
            self.fault(reader.line_num + 1, f"{error}; the rows from here on are not read", zh=zh)


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _is_text(value: object) -> bool:
    return isinstance(value, str)
