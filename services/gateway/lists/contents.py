"""What a list holds once it is read, and how a table of texts becomes rows of requests."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final, NamedTuple

from schemas.request_row import RequestRow
from services.gateway.lists.headers import SEARCHED_ROWS, Header, find_header
from services.gateway.lists.problems import ListProblem, ProblemCode, UnreadableList

MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ListLimits:
    """How much is read from one list before it is refused; larger ones are split by the agency."""

    file_bytes: int = 200 * MEBIBYTE
    """Size of the file."""
    json_bytes: int = 64 * MEBIBYTE
    """Size of a JSON document that has to be held whole; a list of one object a line may be as large as any file."""
    unpacked_bytes: int = 1024 * MEBIBYTE
    """Size of a packed spreadsheet once unpacked; a zip bomb is far larger than its file."""
    spreadsheet_memory: int = 3 * 1024 * MEBIBYTE
    """Address space of the child process that opens a spreadsheet; one cell at XFD1048576 would need 500 GiB."""
    spreadsheet_seconds: int = 120
    """CPU time of that process; twice as long by the clock."""
    spreadsheet_spool: int = 4 * 1024 * MEBIBYTE
    """Size of the temporary file into which that process writes the rows; a disk is not filled by one list."""
    cell_characters: int = 2000
    """A longer cell is cut: no field needs more, and a shifted quotation mark could swallow a whole file."""


class NumberedRow(NamedTuple):
    """A row and where a person finds it."""

    row: int
    """Row number in the spreadsheet or editor, the first row being 1; for JSON the number of the element from 1."""
    values: RequestRow
    sheet: str | None = None
    """The sheet, when rows came from several."""


@dataclass(slots=True)
class ListContents:
    """The rows of a list in their order, and what was wrong with the list as a whole."""

    rows: list[NumberedRow] = field(default_factory=list)
    problems: list[ListProblem] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Whether the list could be read at all."""
        return not any(problem.fatal for problem in self.problems)


class Cells(NamedTuple):
    """A row of a table as texts."""

    row: int
    cells: Sequence[str]


_NOT_DIGIT: Final = re.compile(r"\D")
_TOTAL: Final = re.compile(
    r".{0,16}(?:合计|总计|小计|共计|累计|总人数).*|.{0,4}共\d+[人户条名个笔件].*|(?:(?:grand|sub)?total|sum)(?![a-z]).*"
)
_FOOTNOTE: Final = re.compile(
    r"(?:制表|填表|填报|审核|审批|复核|负责人|经办|单位负责|单位\(?盖章|盖章|联系人|备注|说明|注[:：]|附注|打印|导出|第\d+页|page\d"
    r"|以下空白|以下无正文|数据来源).*|完|完毕"
)
_FRAME: Final = "—-*=_()【】[]"
"""What people put around such words."""


def read_table(
    rows: Iterable[Cells], problems: list[ListProblem], limits: ListLimits, *, sheet: str | None = None
) -> Iterator[NumberedRow]:
    """The requests of a table: finds the header, then reads what is below it; problems are added as they are met.

    Raises:
        UnreadableList: no header among the first rows.
    """
    stream = iter(rows)
    first = list(islice(stream, SEARCHED_ROWS))
    found = find_header([row.cells for row in first])
    if found is None:
        if not any(any(row.cells) for row in first):
            return
        raise UnreadableList(ProblemCode.HEADER_NOT_FOUND, str(SEARCHED_ROWS))
    position, header = found
    problems.extend(_problems_of(header, sheet))
    titles = [cell.strip() for cell in header.titles if cell.strip()]
    for numbered in chain(first[position + 1 :], stream):
        yield from _row(numbered, header, titles, problems, limits, sheet)


def _problems_of(header: Header, sheet: str | None) -> Iterator[ListProblem]:
    for name in header.missing:
        yield ListProblem(ProblemCode.COLUMN_MISSING, name, sheet=sheet)
    for name in header.unknown:
        yield ListProblem(ProblemCode.COLUMN_UNKNOWN, printable(name), sheet=sheet)
    for name, columns in header.columns.items():
        if len(columns) > 1:
            yield ListProblem(ProblemCode.COLUMN_TWICE, name, sheet=sheet)


def _row(
    numbered: Cells,
    header: Header,
    titles: list[str],
    problems: list[ListProblem],
    limits: ListLimits,
    sheet: str | None,
) -> Iterator[NumberedRow]:
    cells = numbered.cells
    values: dict[str, str] = {}
    for name, columns in header.columns.items():
        for column in columns:
            if column < len(cells) and (cell := cells[column].strip()):
                values[name] = cell[: limits.cell_characters]
                break
    if not values and not any(cell.strip() for cell in cells):
        return
    if _is_decoration(cells, values, titles):
        problems.append(ListProblem(ProblemCode.ROW_SKIPPED, row=numbered.row, sheet=sheet))
        return
    yield NumberedRow(numbered.row, RequestRow.model_validate(values), sheet)


def _is_decoration(cells: Sequence[str], values: dict[str, str], titles: list[str]) -> bool:
    """A row that stands among the data without being any: a total, a repeated header, a note at the end.

    A row with an ID number of any length near the real one, or with a whole window, is never taken for decoration: a
    person whose number is missing or hidden must not get lost because a request number or a name begins like a total.
    """
    if len(_NOT_DIGIT.sub("", values.get("id_number", ""))) >= 10:
        return False
    filled = [cell.strip() for cell in cells if cell.strip()]
    if filled == titles:
        return True
    if "window_start" in values and "due_date" in values:
        return False
    first, second = (_bare(cell) for cell in [*filled, ""][:2])
    if _TOTAL.fullmatch(first) or _TOTAL.fullmatch(second):
        return True
    return _FOOTNOTE.fullmatch(first) is not None and len(filled) <= 4


def _bare(cell: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)).casefold().strip(_FRAME)


def printable(title: str) -> str:
    """A title fit for a message: short, on one line, and with long numbers hidden (a title may be shifted data)."""
    return re.sub(r"\d{6,}[\dXx]*", "…", " ".join(title.split()))[:40].encode("utf-8", "replace").decode()
