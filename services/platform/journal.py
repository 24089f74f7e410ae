"""The journal: what must not be forgotten when the database is restored from a backup. Plain files, apart from it.

Lines of JSON, one file for each kind and month; no personal data, as in the audit log. The door appends to it every few
seconds; `onevisit restore` reads it, and whoever prepares an installation sees by it that the database is older.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

_TAIL: Final = 65_536
"""Longer than any line."""


class Kind(StrEnum):
    """What a file of the journal tells."""

    AUDIT = "audit"
    """Each line of the audit log, as it stands: who lost access, whose key was destroyed, who withdrew consent."""
    CAPTURE = "capture"
    """Which recordings came in, what the door knew of each, and the number of the phone's cadre: their phones may have
    deleted theirs since."""
    CERTIFICATE = "certificate"
    """The place of each certificate in the status lists."""
    LIST = "list"
    """Which lists agencies have handed in."""


class DatabaseBehind(Exception):
    """The database is older than the journal: it was restored, and what came after the backup was not brought back."""

    code = "DATABASE_BEHIND"

    def __init__(self, folder: Path, journal: int, database: int) -> None:
        super().__init__(
            f"{self.code}: the audit log in the database ends at line {database}, the journal in {folder} at {journal}:"
            " the database was restored from a backup. Run `onevisit restore --by-hand`, so that no phone that was"
            " revoked since comes in and no number is given twice (docs/operating.md). If it is a new installation,"
            " move the journal's folder away"
        )


def append(folder: Path, kind: Kind, rows: Iterable[Mapping[str, Any] | str], now: datetime) -> int:
    """Adds lines, on the disk before it returns; how many. A line that was cut off by a kill is ended first."""
    lines = [row if isinstance(row, str) else json.dumps(row, sort_keys=True) for row in rows]
    if not lines:
        return 0
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{kind}-{now:%Y-%m}.jsonl"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(end - 1, 0))
        cut = b"\n" if end and file.read(1) != b"\n" else b""
        file.write(cut + "".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def read(folder: Path, kind: Kind) -> Iterator[str]:
    """Every line, the oldest first; a line that was cut off is left out."""
    for path in _files(folder, kind):
        with path.open(encoding="utf-8") as file:
            yield from (line.rstrip("\n") for line in file if line.endswith("\n") and _is_whole(line))


def last(folder: Path, kind: Kind) -> dict[str, Any] | None:
    """The last whole line."""
    for path in reversed(_files(folder, kind)):
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - _TAIL, 0))
            lines = file.read().split(b"\n")[:-1]
        for line in reversed(lines):
            if _is_whole(line):
                return dict(json.loads(line))
    return None


def check_not_ahead(folder: Path, database_head: int) -> None:
    """Raises DatabaseBehind when the journal knows more than the database."""
    known = last(folder, Kind.AUDIT)
    if known is not None and known["number"] > database_head:
        raise DatabaseBehind(folder, known["number"], database_head)


def put_aside(folder: Path, now: datetime) -> Path:
    """The database goes on otherwise than the journal: another one is begun. Returns where the old one is."""
    aside = folder.with_name(f"{folder.name}-until-{now:%Y%m%dT%H%M%SZ}")
    folder.rename(aside)
    return aside


def _is_whole(line: str | bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _files(folder: Path, kind: Kind) -> list[Path]:
    return sorted(folder.glob(f"{kind}-????-??.jsonl"))
