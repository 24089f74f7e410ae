"""Tables that people hand in, CSV or spreadsheet, as rows of text."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from services.gateway.lists.contents import Cells, ListLimits
from services.gateway.lists.csv_list import read_csv
from services.gateway.lists.problems import ListProblem, UnreadableList
from services.gateway.lists.spreadsheet_list import read_first_sheet

_LIMITS: Final = ListLimits(spreadsheet_memory=1024**3, spreadsheet_seconds=30, spreadsheet_spool=256 * 1024**2)


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
