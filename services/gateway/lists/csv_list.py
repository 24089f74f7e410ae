"""Reads CSV lists: any usual delimiter, any encoding that Chinese offices use, line by line."""

import codecs
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO, Final

from services.gateway.lists.contents import Cells
from services.gateway.lists.headers import SEARCHED_ROWS, find_header
from services.gateway.lists.problems import ListProblem, ProblemCode

_DELIMITERS: Final = (",", "\t", ";", "|", "，", "；")
_SAMPLE_BYTES: Final = 256 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LONGEST_LINE: Final = 100_000
"""A longer line is no row of a list; it is cut, so that a file without line ends is not held whole."""
_TORN_AFTER_LINES: Final = 20
"""A record over more lines than this has an unclosed quotation mark: no cell of a list has that many lines."""


def read_csv(file: IO[bytes], problems: list[ListProblem], *, any_header: bool = False) -> Iterator[Cells]:
    """The records of a CSV file, numbered as a spreadsheet numbers them (empty lines count).

    Args:
        any_header: its columns are not those of a list of requests: nothing is told by whether these can be read.
    """
    encoding, errors = find_encoding(file, any_header=any_header)
    if errors == "replace":
        problems.append(ListProblem(ProblemCode.CHARACTERS_LOST))
    file.seek(0)
    sample = file.read(_SAMPLE_BYTES).decode(encoding, "replace")
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
    try:
        yield from _records(text, _commonest_delimiter(sample) if any_header else _find_delimiter(sample), problems)
    finally:
        if not file.closed:  # who stopped half-way may have closed it before this generator ends
            text.detach()


def find_encoding(file: IO[bytes], *, any_header: bool = False) -> tuple[str, str]:
    """The encoding of a file and how to treat errors: by its mark, by its zero bytes, or the first that fits it all.

    GB 18030 holds GBK and GB 2312. A file that fits none keeps the encoding under which its header can be read.
    """
    file.seek(0)
    sample = file.read(_SAMPLE_BYTES)
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding, "strict" if _fits(file, encoding) else "replace"
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    if zeros_even + zeros_odd > len(sample) // 100:
        encoding = "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"
        return encoding, "strict" if _fits(file, encoding) else "replace"
    for encoding in ("utf-8", "gb18030"):
        if _fits(file, encoding) and (encoding == "utf-8" or any_header or _header_score(sample, encoding)):
            return encoding, "strict"
    return max(("utf-8", "gb18030"), key=lambda encoding: _header_score(sample, encoding)), "replace"


def _fits(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(0)
    try:
        while block := file.read(_SAMPLE_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _header_score(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, "replace")
    return max(_delimiter_score(text, delimiter) for delimiter in _DELIMITERS)


def _find_delimiter(sample: str) -> str:
    return max(_DELIMITERS, key=lambda delimiter: _delimiter_score(sample, delimiter))


def _commonest_delimiter(sample: str) -> str:
    """The one that stands most often in the first line; a comma where none does."""
    line = next(iter(sample.splitlines()), "")
    return max(_DELIMITERS, key=line.count)


def _delimiter_score(sample: str, delimiter: str) -> int:
    """How many fields the best header row names when the text is cut at this delimiter."""
    lines = sample.splitlines()[:SEARCHED_ROWS]
    rows = [[cell.strip() for row in csv.reader([line], delimiter=delimiter) for cell in row] for line in lines]
    found = find_header(rows)
    return found[1].score if found else 0


class _Lines:
    """Lines of a text, remembering those of the present record."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(_LONGEST_LINE):
            self.taken.append(line)
            yield line


def _records(text: TextIOWrapper, delimiter: str, problems: list[ListProblem]) -> Iterator[Cells]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    row = 0
    width = 0
    while True:
        lines.taken.clear()
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            record = None
        row += 1
        if record is not None and not _is_torn(lines.taken, delimiter, width):
            width = max(width, len(record))
            yield Cells(row, record)
            continue
        problems.append(ListProblem(ProblemCode.QUOTE_UNCLOSED, row=row))
        for line in list(lines.taken):
            mended = line.replace('"', "") if line.count('"') % 2 else line
            yield Cells(row, next(csv.reader([mended], delimiter=delimiter), []))
            row += 1
        row -= 1


def _is_torn(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether a quotation mark swallowed following rows: the record's lines hold the delimiters of several rows."""
    if len(lines) <= 1:
        return False
    delimiters = sum(line.count(delimiter) for line in lines)
    return len(lines) > _TORN_AFTER_LINES or (width > 1 and delimiters >= 2 * (width - 1))
