"""The plan as a table: out as CSV or XLSX, and an edited one in again."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from xlsxwriter import Workbook

from schemas.desk import RowWish
from services.gateway.desk.views import Board, DeskPersonView
from services.gateway.tables import UnreadableTable, cell_of, no_formula, read_cells

COLUMNS: Final = (
    ("走访编号", "visit_id"),
    ("姓名", "name"),
    ("村", "village_code"),
    ("干部", "cadre_id"),
    ("日期", "day"),
    ("上下午", "half_day"),
    ("次序", "order"),
    ("到达", "arrive"),
    ("截止", "due_date"),
    ("窗口起", "window_first"),
    ("窗口止", "window_last"),
    ("告知", "announced_on"),
    ("未排原因", "code"),
    ("计划版本", "version"),
)
"""Heading in Chinese, and the name by which a column is found again."""
NEEDED: Final = ("visit_id", "cadre_id", "day", "half_day", "order")
_WIDTHS: Final = (38, 10, 14, 10, 12, 7, 6, 7, 12, 12, 12, 12, 22, 9)


def rows_of(board: Board) -> Iterator[list[str]]:
    """One row a visit: what is planned in its order, then what is not, with the reason."""
    for route in board.routes:
        for number, stop in enumerate(route.stops, 1):
            at = (route.cadre_id, route.day.isoformat(), route.half_day.value, str(number), stop.arrive)
            yield from (_row(board, person, stop.village_code, at, "") for person in stop.people)
    for out in board.unplanned:
        nowhere = (out.cadre_id or "", "", "", "", "")
        yield from (_row(board, person, out.village_code, nowhere, out.code) for person in out.people)


def to_csv(board: Board) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read Chinese; no cell is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_headings())
    writer.writerows([no_formula(cell) for cell in row] for row in rows_of(board))
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(board: Board) -> bytes:
    """Everything is text, so that nothing is made another date or number."""
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet("计划"), book.add_format({"bold": True})
        as_text = book.add_format({"num_format": "@"})
        for column, (heading, width) in enumerate(zip(_headings(), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, as_text)
            sheet.write_string(0, column, heading, bold)
        for number, row in enumerate(rows_of(board), 1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, as_text)
        sheet.freeze_panes(1, 2)
    return file.getvalue()


def read_table(content: bytes) -> list[RowWish]:
    """The rows of an edited table, CSV or XLSX; rows without a visit are no rows.

    Raises:
        UnreadableTable: damaged, too large, or a column is missing.
    """
    (_, headings), *rows = read_cells(content)
    place = {name: column for column, title in enumerate(headings) if (name := _column(title))}
    if not set(NEEDED) <= set(place):
        raise UnreadableTable("a column is missing")
    return [
        RowWish(row=row, **cells)
        for row, typed in rows
        if (cells := {name: cell_of(typed, place[name]) for name in NEEDED})["visit_id"]
    ]


def _headings() -> list[str]:
    return [f"{chinese} {name}" for chinese, name in COLUMNS]


def _column(title: str) -> str | None:
    """The name of a column, by its English or its Chinese part."""
    text = title.strip().lower()
    return next((name for chinese, name in COLUMNS if re.fullmatch(rf"({chinese})?\s*({name})?", text) and text), None)


def _row(board: Board, person: DeskPersonView, village: str | None, at: Sequence[str], code: str) -> list[str]:
    cells: dict[str, Any] = {
        "visit_id": person.visit_id,
        "name": person.name or "",
        "village_code": village or "",
        **dict(zip(("cadre_id", "day", "half_day", "order", "arrive"), at, strict=True)),
        "due_date": person.due_date,
        "window_first": person.window[0],
        "window_last": person.window[1],
        "announced_on": person.announced_on or "",
        "code": code,
        "version": board.version or "",
    }
    return [str(cells[name]) for _, name in COLUMNS]
