"""Which column is which: the usual English and Chinese names of the columns of an agency's list."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schemas.request_row import FIELDS

SEARCHED_ROWS: Final = 30
"""The header is looked for in this many first rows: titles, dates and remarks stand above it."""

_OWNERS: Final = re.compile(
    "^(?:被认证人员?|待认证人员?|认证人员?|认证对象|参保人员?|领取人员?|待遇领取人员?|享受人员?|享受对象"
    "|补贴对象|补贴人员?|申请人|老年人|老人|人员|本人|居民|个人|公民)(?=.)"
)
_BRACKETS: Final = re.compile(r"[(\[{【〔<《「].*?[)\]}】〕>》」]|[(（].*$")
_NOISE: Final = re.compile(r"[\s_\-*:;,.。:、/\\|·'\"#※★☆]+")


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", "".join(c for c in _BRACKETS.sub("", text) if unicodedata.category(c) != "Cf"))


_MOST_COLUMNS: Final = 300
_TABLE: Final = tomllib.loads(Path(__file__).with_name("column_names.toml").read_text(encoding="utf-8"))
_FIELD_OF: Final[dict[str, str]] = {
    _fold(name): field for field, names in _TABLE["fields"].items() for name in (field, *names)
}
_WEAK: Final = frozenset(_fold(name) for name in _TABLE["weak"])
_IGNORED: Final = frozenset(_fold(name) for name in _TABLE["ignored"])
_PARTS: Final = re.compile(r"[一-鿿]+|[A-Za-z][A-Za-z _.]*")


def find_field(title: str) -> str | None:
    """The field that a column's title names, or ``None``.

    Titles in two languages (姓名/Name) count when both mean the same. A guardian's ID number or the name of the head of
    the household is nobody's field: only words for the person asked about may stand before a name.
    """
    folded = _fold(title)
    if field := _FIELD_OF.get(folded) or _FIELD_OF.get(_OWNERS.sub("", folded)):
        return field
    parts = {_FIELD_OF.get(_fold(part)) for part in _PARTS.findall(unicodedata.normalize("NFKC", title))}
    return parts.pop() if len(parts) == 1 else None


@dataclass(frozen=True, slots=True)
class Header:
    """A header row, understood."""

    titles: tuple[str, ...]
    """The cells as typed."""
    columns: dict[str, tuple[int, ...]]
    """For each field the columns that hold it, from the left; `request_row` fields only."""

    @property
    def score(self) -> int:
        """How many different fields it names."""
        return len(self.columns)

    @property
    def unknown(self) -> list[str]:
        """Titles that name no field, without the usual column of running numbers."""
        used = {index for indexes in self.columns.values() for index in indexes}
        return [
            title
            for index, title in enumerate(self.titles)
            if title and index not in used and _fold(title) not in _IGNORED
        ]

    @property
    def missing(self) -> list[str]:
        """Needed fields without a column."""
        return [field for field in FIELDS[:7] if field not in self.columns]


def read_header(cells: Sequence[str]) -> Header:
    """What a row would mean as a header; a row of data scores 0 or 1."""
    columns: dict[str, tuple[int, ...]] = {}
    for index, cell in enumerate(cells[:_MOST_COLUMNS]):
        if field := find_field(cell) if 0 < len(cell) <= 40 else None:
            columns[field] = (*columns.get(field, ()), index)
    for field, indexes in columns.items():
        clear = tuple(index for index in indexes if _fold(cells[index]) not in _WEAK)
        columns[field] = clear or indexes[:1]
    return Header(tuple(cells), columns)


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, Header] | None:
    """The index of the header among the first rows, and the header: the row that names most fields, at least two."""
    best: tuple[int, Header] | None = None
    for index, cells in enumerate(rows[:SEARCHED_ROWS]):
        header = read_header(cells)
        if header.score >= 2 and (best is None or header.score > best[1].score):
            best = index, header
    return best
