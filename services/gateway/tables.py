"""Tables that people hand in, CSV or spreadsheet, as rows of text."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Final

from schemas.life_event import DatePrecision
from services.gateway.lists.contents import Cells, ListLimits
from services.gateway.lists.csv_list import read_csv
from services.gateway.lists.problems import ListProblem, UnreadableList
from services.gateway.lists.spreadsheet_list import read_first_sheet

_LIMITS: Final = ListLimits(spreadsheet_memory=1024**3, spreadsheet_seconds=30, spreadsheet_spool=256 * 1024**2)


_DAY: Final = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2}))?)?[年月日号]?(?: 00:00(?::00)?)?")


class UnreadableTable(Exception):
    """The file is no table that can be read, or not the one that was asked for."""


def read_cells(content: bytes) -> list[Cells]:
    """The rows of a CSV file or of the first sheet of a spreadsheet, the headings first: number in the file, cells.

    Raises:
        UnreadableTable: damaged, too large, or empty.
    """
    file, problems = io.BytesIO(content), list[ListProblem]()
    try:
        packed = content.startswith(b"PK")
        found = read_first_sheet(file, _LIMITS) if packed else list(read_csv(file, problems, any_header=True))
    except (UnreadableList, csv.Error, UnicodeError) as error:
        raise UnreadableTable(type(error).__name__) from None
    if not found:
        raise UnreadableTable("empty")
    return found


def cell_of(cells: Sequence[str], column: int | None) -> str:
    """The text of a cell; '' for one that is not there."""
    if column is None or column >= len(cells):
        return ""
    return cells[column].replace("\0", "").strip().removeprefix("'")


def no_formula(cell: str) -> str:
    """A cell that no spreadsheet runs; `cell_of` reads it as it was."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def fold(text: str) -> str:
    """A heading or a name as it is compared: half width, lower case, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


def places_of(headings: Sequence[str], known: Mapping[str, Set[str]]) -> dict[str, int]:
    """In which column each thing stands.

    Args:
        known: by its name, the folded headings of each.
    """
    named = {title: name for name, titles in known.items() for title in titles}
    return {named[fold(title)]: column for column, title in enumerate(headings) if fold(title) in named}


def read_columns(content: bytes, known: Mapping[str, Set[str]]) -> tuple[Set[str], list[tuple[int, dict[str, str]]]]:
    """Which of these columns a table has, and its rows: number in the file, texts by column ('' where none stands).
    Blank rows are none.

    Args:
        known: by its name, the folded headings of each.

    Raises:
        UnreadableTable: as `read_cells`.
    """
    (_, headings), *rows = read_cells(content)
    places = places_of(headings, known)
    found = [
        (number, {name: cell_of(cells, places.get(name)) for name in known})
        for number, cells in rows
        if any(cell.strip() for cell in cells)
    ]
    return places.keys(), found


def read_day(text: str) -> tuple[date, DatePrecision] | None:
    """A day, a month or a year, as people write it: 2026-03-01, 2026/3/1, 20260301, 2026年3月1日, 2026年3月.

    Raises:
        ValueError: when it is none.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded:
        return None
    found = _DAY.fullmatch(folded)
    if found is None or (folded.isdigit() and len(folded) not in (4, 6, 8)):
        raise ValueError("no day")
    year, month, day = (None if part is None else int(part) for part in found.groups())
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    return date(year or 0, month or 1, day or 1), precision
