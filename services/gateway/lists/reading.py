"""Reads a list of any kind: what it is, is told by its first bytes and only then by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from services.gateway.lists.contents import ListContents, ListLimits, NumberedRow, read_table
from services.gateway.lists.csv_list import read_csv
from services.gateway.lists.json_list import read_json
from services.gateway.lists.problems import ListProblem, ProblemCode, UnreadableList
from services.gateway.lists.spreadsheet_list import read_spreadsheet

_ZIP: Final = b"PK"
_OLE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


def read_list(source: Path | bytes, filename: str = "", *, limits: ListLimits | None = None) -> ListContents:
    """Read a whole list. Never raises for what is in the file: what is wrong with it is in ``problems``.

    Args:
        source: the file, or its bytes.
        filename: its name, when ``source`` is bytes; only the ending is used.
        limits: how much may be read.
    """
    contents = ListContents()
    contents.rows.extend(iter_list(source, filename, contents.problems, limits=limits))
    return contents


def iter_list(
    source: Path | bytes, filename: str, problems: list[ListProblem], *, limits: ListLimits | None = None
) -> Iterator[NumberedRow]:
    """The rows one by one, for lists that should not be held whole; ``problems`` grows as they are met."""
    limits = limits or ListLimits()
    empty = True
    try:
        with _opened(source) as file:
            for row in _rows(file, filename or (source.name if isinstance(source, Path) else ""), problems, limits):
                empty = False
                yield row
    except UnreadableList as error:
        problems.append(error.problem)
    except FileNotFoundError:
        problems.append(ListProblem(ProblemCode.LIST_NOT_FOUND))
    except OSError as error:
        problems.append(ListProblem(ProblemCode.LIST_UNREADABLE, error.strerror or type(error).__name__))
    else:
        if empty:
            problems.append(ListProblem(ProblemCode.LIST_EMPTY))


@contextmanager
def _opened(source: Path | bytes) -> Iterator[IO[bytes]]:
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        yield file


def _rows(file: IO[bytes], filename: str, problems: list[ListProblem], limits: ListLimits) -> Iterator[NumberedRow]:
    if file.seek(0, 2) > limits.file_bytes:
        raise UnreadableList(ProblemCode.LIST_TOO_LARGE, f"{limits.file_bytes // 1024**2} MiB")
    file.seek(0)
    head = file.read(4096)
    start = head.lstrip(_BLANK)
    suffix = Path(filename).suffix.lower()
    if not start:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, "empty file")
    if head.startswith((_ZIP, _OLE)):
        return read_spreadsheet(file, problems, limits)
    if start[:1] == b"<":
        raise UnreadableList(ProblemCode.LIST_IS_HTML)
    if start[:1] in b"{[" and suffix not in {".csv", ".txt", ".tsv"}:
        return read_json(file, problems, limits)
    if suffix in {".json", ".jsonl", ".ndjson"} and b"\x00" in head:
        return read_json(file, problems, limits)
    return read_table(read_csv(file, problems), problems, limits)
