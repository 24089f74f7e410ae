"""Small workbooks for tests."""

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter

from services.gateway.lists import ListContents, ProblemCode

HEADER = ["申请编号", "机构", "项目", "身份证号", "姓名", "开始日期", "截止日期"]
ROW = ["R1", "民政局", "高龄补贴", "11010519491231002X", "李䶮", "2026-03-01", "2026-04-01"]


def workbook(fill: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    fill(book)
    book.close()
    return file.getvalue()


def sheet_of(*rows: list[Any]) -> bytes:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(fill)


def codes(contents: ListContents) -> list[ProblemCode]:
    return [problem.code for problem in contents.problems]
