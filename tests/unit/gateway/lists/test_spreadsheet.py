"""Spreadsheet lists: dates, numbers that lost digits, merged cells, several sheets, damage."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.lists import ProblemCode, read_list
from services.scheduler.domain.dates import read_day
from tests.unit.gateway.lists.books import HEADER, ROW, codes, sheet_of, workbook


def test_texts_are_read_as_typed_below_a_title() -> None:
    """Row numbers are those at the sheet's left edge."""
    contents = read_list(sheet_of(["青云县名单"], [], HEADER, ROW, [], ROW), "a.xlsx")
    assert [row.row for row in contents.rows] == [4, 6]
    assert list(contents.rows[0].values.model_dump(exclude_none=True).values()) == ROW
    assert contents.problems == []


def test_dates_and_numbers_are_read_as_a_person_sees_them() -> None:
    """A date cell is a day; whole numbers have no fraction; a 15-digit ID survives as a number."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [20260007, "民政局", "高龄补贴", 110105491231002, "张三"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 5, dt.date(2026, 3, 1), day)
        sheet.write_number(1, 6, 46113)

    (row,) = read_list(workbook(fill), "a.xlsx").rows
    assert (row.values.request_id, row.values.id_number) == ("20260007", "110105491231002")
    assert (row.values.window_start, row.values.due_date) == ("2026-03-01", "46113")


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_shows_its_loss() -> None:
    """18 digits as a number are rounded: the text must not look like a whole ID."""
    (row,) = read_list(sheet_of(HEADER, [*ROW[:3], 110105194912310028, *ROW[4:]]), "a.xlsx").rows
    assert row.values.id_number is not None
    assert "E+17" in row.values.id_number


def test_cells_merged_down_hold_for_all_their_rows() -> None:
    """Bureaus merge the agency over its people."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number in (1, 2, 3):
            sheet.write_row(number, 0, [f"R{number}", "", *ROW[2:]])
        sheet.merge_range(1, 1, 3, 1, "民政局")

    assert [row.values.agency for row in read_list(workbook(fill), "a.xlsx").rows] == ["民政局"] * 3


def test_all_visible_sheets_with_a_header_are_read_and_others_are_told() -> None:
    """One sheet for each township is usual; notes and hidden sheets are no lists, but are named."""

    def fill(book: Any) -> None:
        for town in ("青石镇", "白水镇"):
            sheet = book.add_worksheet(town)
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, [f"{town}1", *ROW[1:]])
        book.add_worksheet("说明").write_row(0, 0, ["请按模板填写"])
        old = book.add_worksheet("旧名单")
        old.write_row(0, 0, HEADER)
        old.write_row(1, 0, ROW)
        old.hide()

    contents = read_list(workbook(fill), "a.xlsx")
    assert [(row.sheet, row.row) for row in contents.rows] == [("青石镇", 2), ("白水镇", 2)]
    assert [(problem.code, problem.detail) for problem in contents.problems] == [
        (ProblemCode.SHEET_SKIPPED, "说明"),
        (ProblemCode.SHEET_SKIPPED, "旧名单"),
    ]


def test_totals_are_told_with_their_row() -> None:
    """As in CSV: same code for the same table."""
    contents = read_list(sheet_of(HEADER, ROW, ["合计", 1]), "a.xlsx")
    assert [(problem.code, problem.row) for problem in contents.problems] == [(ProblemCode.ROW_SKIPPED, 3)]
    assert len(contents.rows) == 1


def test_the_content_decides_and_not_the_name() -> None:
    """A workbook renamed to .csv is a workbook."""
    assert len(read_list(sheet_of(HEADER, ROW), "a.csv").rows) == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)])
def test_a_damaged_workbook_is_one_problem(content: bytes) -> None:
    """Never a traceback."""
    assert codes(read_list(content, "a.xlsx")) == [ProblemCode.LIST_UNREADABLE]


def test_a_day_with_an_hour_is_that_day() -> None:
    """Copied from another system, a date cell often holds the time as well."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ROW)
        at = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(1, 5, dt.datetime(2026, 3, 1), at)  # noqa: DTZ001 - a spreadsheet knows no zone
        sheet.write_datetime(1, 6, dt.datetime(2026, 4, 1, 8, 30), at)  # noqa: DTZ001

    (row,) = read_list(workbook(fill), "a.xlsx").rows
    days = row.values.window_start, row.values.due_date
    assert [read_day(day or "") for day in days] == [dt.date(2026, 3, 1), dt.date(2026, 4, 1)]


def test_a_workbook_that_counts_days_from_1904_means_the_same_days() -> None:
    """Excel on a Mac did; four years and a day would be lost."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, ROW[:5])
    sheet.write_datetime(1, 6, dt.date(2026, 4, 1), book.add_format({"num_format": "yyyy/m/d"}))
    book.close()
    (row,) = read_list(file.getvalue(), "a.xlsx").rows
    assert row.values.due_date == "2026-04-01"


def test_a_packed_file_of_another_kind_is_told() -> None:
    """A zip of lists is no list."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", ",".join(HEADER))
    assert codes(read_list(file.getvalue(), "a.zip")) == [ProblemCode.LIST_UNREADABLE]


def test_an_open_document_is_read() -> None:
    """WPS and LibreOffice offer it."""
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in (HEADER, ROW)
    )
    spaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="a">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    (row,) = read_list(file.getvalue(), "a.ods").rows
    assert list(row.values.model_dump(exclude_none=True).values()) == ROW


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    """list.xls was written by xlwt 1.3.0: title, header in row 3, dates, a number as ID, a total."""
    contents = read_list(Path(__file__).with_name("list.xls"))
    assert [(row.row, row.values.request_id, row.values.id_number) for row in contents.rows] == [
        (4, "R1", "53010219491231002X"),
        (5, "20260002", "530102491231002"),
    ]
    assert [(row.values.window_start, row.values.due_date) for row in contents.rows] == [
        ("2026-03-01", "2026-04-01"),
        ("46082", "2026年4月1日"),
    ]
    assert codes(contents) == [ProblemCode.ROW_SKIPPED]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5600), st.binary(min_size=1, max_size=20))
def test_an_old_workbook_with_any_damage_is_read_or_told(position: int, dirt: bytes) -> None:
    """Broken XLS files make the reading library panic; its child process takes that."""
    content = Path(__file__).with_name("list.xls").read_bytes()
    contents = read_list(content[:position] + dirt + content[position + len(dirt) :], "a.xls")
    assert contents.rows or contents.problems


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=20))
def test_a_workbook_with_any_damage_is_read_or_told(position: int, dirt: bytes) -> None:
    """Bytes changed anywhere never raise."""
    content = sheet_of(HEADER, ROW)
    contents = read_list(content[:position] + dirt + content[position + len(dirt) :], "a.xlsx")
    assert contents.rows or contents.problems
