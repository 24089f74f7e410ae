"""``onevisit backup``: the database by PostgreSQL's own tool, then the sealed files, while everything runs."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from services.cli.database import settings_in_use
from services.cli.postgres_tools import run_tool

EPILOG = "Example 示例: onevisit backup /srv/backup     (each hour, by cron or a timer: docs/operating.md)"
KEEP_DAYS: Final = 14
FILES: Final = ("blobs", "uploads", "kafka-tls")
"""Folders below ``var`` that no database holds, beside the journal. The secrets are kept apart."""


def backup_command(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where backups are kept: another disk. 备份目录。")],
    keep_days: Annotated[int, typer.Option(min=1, help="Older backups are deleted. 保留天数。")] = KEEP_DAYS,
) -> None:
    """Back the database up, then the sealed files, while everything runs. 在线备份数据库与密封文件。"""
    from deploy.embedded.backups import note_backup  # noqa: PLC0415 (imported only when it runs)

    settings, now = settings_in_use(), datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    dump = folder / f"onevisit-{now:%Y%m%dT%H%M%SZ}.dump"
    draft = dump.with_suffix(".part")
    run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={draft}")
    run_tool("pg_restore", "--file=/dev/null", str(draft))  # it can be read, to its end
    draft.replace(dump)
    sources = {name: settings.var / name for name in FILES} | {"journal": settings.journal_folder}
    copied = sum(copy_new(source, folder / name) for name, source in sources.items())
    gone = forget(folder, now - timedelta(days=keep_days))
    note_backup(settings.var)
    typer.echo(f"{dump}: {dump.stat().st_size:,} bytes; {copied} files copied, {gone} old ones deleted")
    typer.echo(f"The keys are not in it: keep {settings.secrets} apart, once. 密钥须另行保管。", err=True)


def copy_new(source: Path, target: Path) -> int:
    """Copies what is new or changed; returns how many files. What is gone from the source moves aside, with its day:
    it goes for good with the backups of that day, and an empty disk empties no backup."""
    copied = 0
    for file in _files(source):
        there = target / file.relative_to(source)
        with suppress(FileNotFoundError):  # sealed or swept meanwhile
            now = file.stat()
            if there.exists() and (there.stat().st_size, there.stat().st_mtime) == (now.st_size, now.st_mtime):
                continue
            there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(file, draft := there.with_name(f".{there.name}.part"))
            draft.replace(there)
            copied += 1
    for there in _files(target):
        name = there.relative_to(target)
        if not (source / name).exists():
            aside = target.parent / f"gone-{datetime.now(UTC):%Y%m%d}" / target.name / name
            aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            there.replace(aside)
    return copied


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else []


def forget(folder: Path, before: datetime) -> int:
    """Deletes the backups of before a moment, and what had gone from the installation by then."""
    gone = 0
    for dump in folder.glob("onevisit-*.dump"):
        if datetime.strptime(dump.stem, "onevisit-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) < before:
            dump.unlink()
            gone += 1
    for aside in folder.glob("gone-*"):
        if datetime.strptime(aside.name, "gone-%Y%m%d").replace(tzinfo=UTC) < before:
            gone += len(_files(aside))
            shutil.rmtree(aside)
    return gone
