"""Reads spreadsheet lists (XLSX, XLS, XLSB, ODS) by `python-calamine`, after making sure that they are no zip bombs."""

import datetime as dt
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

import python_calamine as calamine

from services.gateway.lists.contents import Cells, ListLimits, NumberedRow, read_table
from services.gateway.lists.headers import SEARCHED_ROWS, find_header
from services.gateway.lists.problems import ListProblem, ProblemCode, UnreadableList

_BLOCK: Final = 256 * 1024
_EXACT_DIGITS: Final = 15
"""A spreadsheet keeps 15 significant digits of a number (ECMA-376 part 1, 18.17.5.2); more of them are invented."""

_Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None


def read_spreadsheet(file: IO[bytes], problems: list[ListProblem], limits: ListLimits) -> Iterator[NumberedRow]:
    """The requests of all visible sheets that have a header; other sheets are reported.

    Raises:
        UnreadableList: locked, damaged, too large when unpacked, or without any header.
    """
    if zipfile.is_zipfile(file):
        refuse_bomb(file, limits.unpacked_bytes)
    file.seek(0)
    try:
        with calamine.CalamineWorkbook.from_filelike(file) as workbook:
            yield from _sheets(workbook, problems, limits)
    except calamine.PasswordError:
        raise UnreadableList(ProblemCode.LIST_LOCKED) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, type(error).__name__) from None


def refuse_bomb(file: IO[bytes], limit: int) -> None:
    """Unpack every member into nothing, counting: the sizes that a zip file declares may be lies.

    Raises:
        UnreadableList: too large when unpacked, or damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
        if sum(member.file_size for member in members) > limit:
            raise UnreadableList(ProblemCode.LIST_TOO_LARGE, f"{limit // 1024**2} MiB")
        total = 0
        for member in members:
            for size in _unpacked_sizes(file, member):
                total += size
                if total > limit:
                    raise UnreadableList(ProblemCode.LIST_TOO_LARGE, f"{limit // 1024**2} MiB")
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, NotImplementedError) as error:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, type(error).__name__) from None


def _unpacked_sizes(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[int]:
    if member.compress_type != zipfile.ZIP_DEFLATED:
        yield member.compress_size
        return
    file.seek(member.header_offset + 26)
    name_length, extra_length = struct.unpack("<HH", file.read(4))
    file.seek(name_length + extra_length, 1)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    left = member.compress_size
    while left > 0 and not inflater.eof and (packed := file.read(min(_BLOCK, left))):
        left -= len(packed)
        while packed and not inflater.eof:
            yield len(inflater.decompress(packed, _BLOCK))
            packed = inflater.unconsumed_tail


def _sheets(
    workbook: calamine.CalamineWorkbook, problems: list[ListProblem], limits: ListLimits
) -> Iterator[NumberedRow]:
    visible = [meta.name for meta in workbook.sheets_metadata if meta.visible == calamine.SheetVisibleEnum.Visible]
    lists: list[tuple[str, list[Cells]]] = []
    skipped: list[str] = []
    for name in workbook.sheet_names:
        cells = _cells(workbook.get_sheet_by_name(name))
        if name in visible and find_header([row.cells for row in cells[:SEARCHED_ROWS]]):
            lists.append((name, cells))
        elif any(any(row.cells) for row in cells):
            skipped.append(name)
    if not lists:
        raise UnreadableList(ProblemCode.HEADER_NOT_FOUND, str(SEARCHED_ROWS))
    problems.extend(ListProblem(ProblemCode.SHEET_SKIPPED, name[:40]) for name in skipped)
    for name, cells in lists:
        yield from read_table(cells, problems, limits, sheet=name if len(lists) > 1 else None)


def _cells(sheet: calamine.CalamineSheet) -> list[Cells]:
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if bottom > top and left == right and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = row[left] or rows[top][left]
    return [Cells(number, row) for number, row in enumerate(rows, start=1)]


def _text(cell: _Cell) -> str:
    """A cell as a person would type it; a number with more digits than a spreadsheet keeps shows its loss."""
    match cell:
        case str():
            return cell.strip()
        case bool() | None:
            return "" if cell is None else str(cell)
        case int() | float():
            return _number(cell)
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _number(value: float) -> str:
    if value == int(value) if abs(value) < 1e300 else False:
        digits = str(int(value))
        return digits if len(digits.lstrip("-")) <= _EXACT_DIGITS else f"{value:.14E}"
    return repr(value)
