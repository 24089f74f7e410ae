"""Writes the demo lists as each agency would: its own kind of file, encoding, titles and column names."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from deploy.demo.dirt import Row

_COLUMNS: Final = (
    "request_id", "agency", "programme", "id_number", "name", "window_start", "due_date", "residence_address",
    "village_code", "phone",
)  # fmt: skip
_HRSS: Final = {
    "request_id": "业务流水号", "agency": "经办机构", "programme": "险种", "id_number": "公民身份号码", "name": "姓名",
    "window_start": "认证开始日期", "due_date": "认证截止日期", "residence_address": "常住地址",
    "village_code": "行政区划代码", "phone": "联系电话",
}  # fmt: skip
_CIVIL: Final = {
    "request_id": "申请编号", "programme": "补贴类型", "id_number": "身份证号（必填）", "name": "老人姓名",
    "window_start": "开始日期", "due_date": "到期日", "residence_address": "居住地址", "village_code": "村代码",
    "phone": "手机号",
}  # fmt: skip
_SPOKEN: Final = {
    "hrss": {"hrss": "人社局", "pension": "城乡居民养老保险"},
    "civil_affairs": {"senior_subsidy": "高龄补贴"},
    "health": {},
}
_MADE_AT: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - a spreadsheet's own date has no zone
"""Date inside the spreadsheet: fixed, so that the same seed gives the same bytes."""


def write_lists(rows: Mapping[str, Sequence[Row]], folder: Path) -> list[Path]:
    """One file for each agency: GB 18030 CSV with a title, XLSX with merged title and total, UTF-8 CSV in English."""
    hrss = folder / "hrss_pension.csv"
    hrss.write_bytes(_hrss(rows["hrss"]).encode("gb18030"))
    civil = folder / "civil_affairs_senior_subsidy.xlsx"
    civil.write_bytes(_civil(rows["civil_affairs"]))
    health = folder / "health_family_planning.csv"
    health.write_bytes(
        _csv([_COLUMNS, *([row[column] for column in _COLUMNS] for row in rows["health"])]).encode("utf-8-sig")
    )
    return [hrss, civil, health]


def _hrss(rows: Sequence[Row]) -> str:
    title = ["青云县城乡居民养老保险待遇领取资格认证名单"]
    return _csv([title, [], list(_HRSS.values()), *(_said(row, "hrss", list(_HRSS)) for row in rows)])


def _civil(rows: Sequence[Row]) -> bytes:
    """A workbook with real dates, a merged title, a total at the end and no column for the agency."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    workbook.set_properties({"title": "高龄补贴", "created": _MADE_AT})
    sheet = workbook.add_worksheet("名单")
    day_format = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(0, 0, 0, len(_CIVIL) - 1, "青云县高龄补贴年审名单")
    sheet.write_row(1, 0, list(_CIVIL.values()))
    for index, row in enumerate(rows, start=2):
        for column, text in enumerate(_said(row, "civil_affairs", list(_CIVIL))):
            day = _plain_day(text)
            if day:
                sheet.write_datetime(index, column, day, day_format)
            else:
                sheet.write_string(index, column, text)
    sheet.write_row(len(rows) + 2, 0, ["合计", f"{len(rows)}人"])
    workbook.close()
    return file.getvalue()


def _said(row: Row, agency: str, columns: Sequence[str]) -> list[str]:
    spoken = _SPOKEN[agency]
    return [spoken.get(row[column], row[column]) for column in columns]


def _plain_day(text: str) -> datetime | None:
    """The day of an ISO date that exists; everything else stays text, as in a real sheet."""
    if len(text) != 10:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
