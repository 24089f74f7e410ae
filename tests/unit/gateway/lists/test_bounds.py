"""Spreadsheets that would cost too much: each is one problem with its code, and costs neither process nor disk."""

import io
import zipfile
from typing import Any

import pytest

from services.gateway.lists import ListLimits, ProblemCode, read_list
from tests.unit.gateway.lists.books import HEADER, ROW, codes, sheet_of, workbook


def bomb(declared: int | None) -> bytes:
    """A workbook with a member of 50 MB of blanks, with or without a lie about its size."""
    file = io.BytesIO(sheet_of(HEADER, ROW))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", " " * 50_000_000)
    content = file.getvalue()
    if declared is not None:
        content = content.replace((50_000_000).to_bytes(4, "little"), declared.to_bytes(4, "little"))
    return content


@pytest.mark.parametrize("declared", [None, 1000])
def test_a_zip_bomb_is_refused_whatever_it_declares(declared: int | None) -> None:
    """50 MB in 50 kB; the declared size may be a lie."""
    content = bomb(declared)
    assert len(content) < 100_000
    contents = read_list(content, "a.xlsx", limits=ListLimits(unpacked_bytes=10_000_000))
    assert codes(contents) == [ProblemCode.LIST_TOO_LARGE]
    assert contents.rows == []


def test_an_honest_workbook_is_under_the_limit() -> None:
    """The same limit lets a real list pass."""
    assert read_list(sheet_of(HEADER, ROW), "a.xlsx", limits=ListLimits(unpacked_bytes=10_000_000)).readable


def test_a_cell_far_away_costs_one_list_and_not_the_process() -> None:
    """A blank typed at XFD1048576 would need 500 GiB in the reading library, which then ends its process."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1048575, 16383, "x")

    assert codes(read_list(workbook(fill), "a.xlsx")) == [ProblemCode.LIST_SPREAD_TOO_FAR]


def far_below(book: Any) -> None:
    """A list with one more cell in the last row of the sheet."""
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, ROW)
    sheet.write(1048575, 0, "合计")


def test_a_list_that_takes_too_long_is_told_so() -> None:
    """A million empty rows need more than a second of CPU; that is no damage."""
    contents = read_list(workbook(far_below), "a.xlsx", limits=ListLimits(spreadsheet_seconds=1))
    assert codes(contents) == [ProblemCode.LIST_TOO_SLOW]
    assert "CSV" in contents.problems[0].explain()


def test_a_list_that_needs_too_much_memory_is_told_so() -> None:
    """A cell in the last row and far to the right: within the bound of all lists, but not within 256 MiB."""

    def fill(book: Any) -> None:
        far_below(book)
        book.worksheets()[0].write(1048575, 60, "x")

    contents = read_list(workbook(fill), "a.xlsx", limits=ListLimits(spreadsheet_memory=256 * 1024 * 1024))
    assert codes(contents) == [ProblemCode.LIST_SPREAD_TOO_FAR]


def test_a_list_that_would_fill_the_disk_is_refused() -> None:
    """What the child writes down has a bound."""
    limits = ListLimits(spreadsheet_spool=5000)
    assert codes(read_list(sheet_of(HEADER, *[ROW] * 200), "a.xlsx", limits=limits)) == [ProblemCode.LIST_TOO_LARGE]
    assert codes(read_list(sheet_of(HEADER, ROW), "a.xlsx", limits=limits)) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_in_another_packing_is_refused(method: int) -> None:
    """Spreadsheets are deflated; what is packed otherwise could not be measured before it is opened."""
    file = io.BytesIO(sheet_of(HEADER, ROW))
    with zipfile.ZipFile(file, "a", method) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", " " * 5_000_000)
    contents = read_list(file.getvalue(), "a.xlsx")
    assert [(problem.code, problem.detail) for problem in contents.problems] == [
        (ProblemCode.LIST_UNREADABLE, "packed in a way that no spreadsheet is")
    ]
