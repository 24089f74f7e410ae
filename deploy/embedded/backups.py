"""When this installation was backed up last, for ``onevisit doctor``."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

MARK: Final = "backed-up"
"""Below ``var``: its time is that of the last whole backup."""
TOO_OLD: Final = timedelta(days=1)
"""Backups are made each hour (docs/operating.md): one of yesterday says that they have stopped."""


def note_backup(var: Path) -> None:
    """A backup is whole."""
    (var / MARK).touch()


def last_backup(var: Path) -> datetime | None:
    """When the last one was made; None: never."""
    mark = var / MARK
    return datetime.fromtimestamp(mark.stat().st_mtime, UTC) if mark.exists() else None
