"""Records to check as a table, for an agency without a program: out with what is asked, in again with the results."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from xlsxwriter import Workbook

from services.gateway.agencies.record_check_intake import RecordCheckItem
from services.gateway.domain.record_checks import RecordCheckCode
from services.gateway.errors import Code, Refusal
from services.gateway.store.record_checks import AskedRow
from services.gateway.tables import UnreadableTable, fold, no_formula, read_columns

MOST_ROWS: Final = 2_000
"""Of one table, out and in: as many as somebody goes through in a day."""
HEADINGS: Final = ("申请编号 request_id", "项目 programme", "上门日期 planned_on", "核对结果 found")
"""Of what is handed out."""
_COLUMNS: Final = {
    "request_id": frozenset(fold(title) for title in (HEADINGS[0], "request_id", "申请编号", "业务编号", "编号")),
    "found": frozenset(fold(title) for title in (HEADINGS[3], "found", "核对结果", "结果")),
}
"""Headings by which a column is known, folded."""
RESULTS: Final[Mapping[str, RecordCheckCode]] = {
    "相符": RecordCheckCode.FOUND,
    "姓名不符": RecordCheckCode.NAME_DIFFERS,
    "已去世": RecordCheckCode.DECEASED,
    "已迁出": RecordCheckCode.MOVED,
    "已停发": RecordCheckCode.SUSPENDED,
    "查无此人": RecordCheckCode.UNKNOWN_PERSON,
}
"""How people write a result; the codes are read too."""
_READ: Final[Mapping[str, RecordCheckCode]] = {**RESULTS, **{code.value: code for code in RecordCheckCode}}


@dataclass(frozen=True)
class Row:
    """A row with a result."""

    number: int
    """As a person sees it in the file."""
    request_id: str
    result: str

    def item(self) -> RecordCheckItem:
        """What it says. Raises Refusal RECORD_CHECK_ROW_UNCLEAR."""
        try:
            return RecordCheckItem(request_id=self.request_id, found=_READ[fold(self.result)])
        except (KeyError, ValidationError):
            raise Refusal(Code.RECORD_CHECK_ROW_UNCLEAR) from None


def read_rows(content: bytes) -> list[Row]:
    """The rows that have a result; the others are still open.

    Raises:
        UnreadableTable: it cannot be read, or lacks a column.
        Refusal: RECORD_CHECK_LIST_TOO_LONG.
    """
    columns, rows = read_columns(content, _COLUMNS)
    if _COLUMNS.keys() - columns:
        raise UnreadableTable("a column is not there")
    found = [Row(number, texts["request_id"], texts["found"]) for number, texts in rows if texts["found"]]
    if len(found) > MOST_ROWS:
        raise Refusal(Code.RECORD_CHECK_LIST_TOO_LONG)
    return found


def to_csv(rows: Iterable[AskedRow]) -> bytes:
    """What is asked, as a spreadsheet opens it: with a byte order mark; no cell is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows([no_formula(cell) for cell in _cells(row)] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Iterable[AskedRow]) -> bytes:
    """The same with a list of results to choose from; everything is text, so that no number loses its zeros."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("档案核对"), book.add_format({"num_format": "@"})
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(_cells(row)):
                sheet.write_string(number, column, cell, text)
        sheet.set_column(0, len(HEADINGS) - 1, 24, text)
        sheet.data_validation(1, 3, MOST_ROWS, 3, {"validate": "list", "source": list(RESULTS)})
        sheet.freeze_panes(1, 0)
    return made.getvalue()


def _cells(row: AskedRow) -> tuple[str, str, str, str]:
    return row.request_id, row.programme, "" if row.planned_on is None else row.planned_on.isoformat(), ""
