"""Reads JSON lists: an array of objects, an object with ``requests`` (also as systems answer), or one object a line."""

import codecs
import json
from collections.abc import Iterator
from io import SEEK_END, TextIOWrapper
from typing import IO, Any, Final

from schemas.request_row import FIELDS, RequestRow
from services.gateway.lists.contents import MEBIBYTE, ListLimits, NumberedRow, printable
from services.gateway.lists.csv_list import find_encoding
from services.gateway.lists.headers import find_field
from services.gateway.lists.problems import ListProblem, ProblemCode, UnreadableList

_LONGEST_LINE: Final = 1_000_000
"""Characters; a longer line is no request, and is cut, so that a file without line ends is not held whole."""

_LIST_NAMES: Final = ("requests", "rows", "records", "list", "data", "result")


def read_json(file: IO[bytes], problems: list[ListProblem], limits: ListLimits) -> Iterator[NumberedRow]:
    """The requests of a JSON file; numbers keep all the digits that were typed.

    One object a line is read line by line; any other document is held whole, and may not be as large.

    Raises:
        UnreadableList: no JSON, not a list of objects, or too large to be held.
    """
    unknown: dict[str, None] = {}
    for number, element in enumerate(_elements(file, limits), start=1):
        values = _values(element, unknown, limits)
        if values is None:
            problems.append(ListProblem(ProblemCode.ELEMENT_UNREADABLE, row=number))
            yield NumberedRow(number, RequestRow())
        else:
            yield NumberedRow(number, RequestRow.model_validate(values))
    problems.extend(ListProblem(ProblemCode.COLUMN_UNKNOWN, printable(name)) for name in unknown)


def _elements(file: IO[bytes], limits: ListLimits) -> Iterator[Any]:
    size = file.seek(0, SEEK_END)
    file.seek(0)
    head = file.read(4)
    encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else find_encoding(file)[0]
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, errors="strict")
    try:
        if _is_one_a_line(text):
            text.seek(0)
            yield from _lines(text)
            return
        if size > limits.json_bytes:
            raise UnreadableList(ProblemCode.LIST_TOO_LARGE, f"{limits.json_bytes // MEBIBYTE} MiB (JSON)")
        text.seek(0)
        document = _load(text.read())
        if isinstance(document, dict):
            inside = _list_inside(document)
            document = [document] if inside is None else inside
        if not isinstance(document, list):
            raise UnreadableList(ProblemCode.LIST_UNREADABLE, "JSON without a list of requests")
        yield from document
    except UnicodeDecodeError:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, "not UTF-8") from None
    except json.JSONDecodeError as error:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, f"no JSON at line {error.lineno}") from None
    except RecursionError:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, "JSON nested too deeply") from None
    finally:
        if not file.closed:  # who stopped half-way may have closed it before this generator ends
            text.detach()


def _list_inside(document: dict[str, Any]) -> list[Any] | None:
    """The list in what a system answers: under one of the usual names, also within one (``data`` with ``rows``)."""
    for name in _LIST_NAMES:
        match document.get(name):
            case list() as elements:
                return elements
            case dict() as deeper if (inside := _list_inside(deeper)) is not None:
                return inside
    return None


def _is_one_a_line(text: TextIOWrapper) -> bool:
    """Whether the first line is an object, and others follow."""
    filled = (line for line in iter(lambda: text.readline(_LONGEST_LINE), "") if line.strip())
    try:
        first = _load(next(filled, ""))
    except json.JSONDecodeError:
        return False
    return isinstance(first, dict) and next(filled, None) is not None


def _lines(text: TextIOWrapper) -> Iterator[Any]:
    """One object a line; a broken line is one broken element."""
    for line in iter(lambda: text.readline(_LONGEST_LINE), ""):
        if not line.strip():
            continue
        try:
            yield _load(line)
        except (json.JSONDecodeError, RecursionError):
            yield None


def _load(text: str) -> Any:
    return json.loads(text, parse_int=str, parse_float=str)


def _values(element: object, unknown: dict[str, None], limits: ListLimits) -> dict[str, str] | None:
    """The texts of one object by field, or ``None`` when it is none."""
    if not isinstance(element, dict):
        return None
    values: dict[str, str] = {}
    for key, value in element.items():
        name = key if key in FIELDS else find_field(key)
        if name is None:
            unknown.setdefault(key)
        elif isinstance(value, dict | list):
            return None
        elif value is not None and str(value).strip():
            values.setdefault(name, str(value).strip()[: limits.cell_characters])
    return values
