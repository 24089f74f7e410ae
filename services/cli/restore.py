"""``onevisit restore``: the database by PostgreSQL's own tool, and what must be mended after it."""

from __future__ import annotations

import csv
import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from services.cli.database import database_in_use, in_transaction, settings_in_use
from services.cli.postgres_tools import run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.cli.restoring import Brought
    from services.platform.database import Connection

_ENDING_S = 3.0
"""So long the connections of programs that have just been stopped may take to end."""

EPILOG = """
Examples 示例:

onevisit restore /srv/backup/onevisit-20261126T090000Z.dump   all programs are stopped; the embedded database is started

onevisit restore --by-hand   the database was restored by other means: only mend what follows

Exit status: 0; 1 nothing was changed (the line says why).
"""


def restore_command(
    dump: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="The backup. 备份文件。")] = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="It is restored already: only mend. 仅做恢复后处理。")
    ] = False,
    log_is_new: Annotated[
        bool, typer.Option("--log-is-new", help="Kafka's log is lost, and was made anew. Kafka 日志已重建。")
    ] = False,
    without_journal: Annotated[
        bool, typer.Option("--without-journal", help="The journal is lost: what ended since is not known. 无日记。")
    ] = False,
    lost: Annotated[Path, typer.Option(help="File for the recordings to film again. 需重拍名单。")] = Path("lost.csv"),
) -> None:
    """Restore the database, and bring back or name what came after the backup. 恢复数据库并找回或列出其后的数据。"""
    from services.cli.restoring import JournalForeign, bring_back  # noqa: PLC0415
    from services.platform.blobs import FolderBlobs  # noqa: PLC0415
    from services.platform.journal import put_aside  # noqa: PLC0415

    if (dump is None) is not by_hand:
        _stop("give either the backup, or --by-hand")
    settings = settings_in_use()
    journal = None if without_journal else settings.journal_folder
    if journal is not None and not journal.is_dir():
        _stop(f"there is no journal in {journal}: give its folder (ONEVISIT_JOURNAL), or --without-journal")
    with _database():
        _nobody_else()
        if dump is not None:
            _replace(dump)
            _migrate()

        async def work(connection: Connection) -> Brought:
            blobs, now = FolderBlobs(settings.blobs), datetime.now(UTC)
            return await bring_back(connection, journal, settings.agencies, blobs, log_is_new=log_is_new, now=now)

        try:
            brought = in_transaction(work)
        except JournalForeign as error:
            _stop(str(error))
    if settings.journal_folder.is_dir() and (without_journal or brought.forked):
        aside = put_aside(settings.journal_folder, datetime.now(UTC))
        typer.echo(f"the journal goes on anew; the old one: {aside} 日记重新开始，旧日记另存", err=True)
    _tell(brought, lost, blind=without_journal)


@contextmanager
def _database() -> Iterator[None]:
    """The database that ONEVISIT_DATABASE names, or the embedded one, started for it without any program."""
    if os.environ.get("ONEVISIT_DATABASE"):
        yield
        return
    from deploy.embedded.stack import EmbeddedStack  # noqa: PLC0415

    with EmbeddedStack.from_environment() as stack:
        stack.start(programs=[], on_progress=lambda line: typer.echo(f"onevisit: {line}", err=True))
        yield


def _nobody_else() -> None:
    async def others(connection: Connection) -> int:
        cursor = await connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int((await cursor.fetchone() or (0,))[0])

    until = time.monotonic() + _ENDING_S
    while (count := in_transaction(others)) and time.monotonic() < until:
        time.sleep(0.2)
    if count:
        _stop(f"RESTORE_PROGRAMS_RUN: {count} connections use the database: stop all programs first (`onevisit down`)")


def _replace(dump: Path) -> None:
    """Puts the backup in the place of what is there, once it is known to be readable to its end."""
    from services.cli.restoring import OURS  # noqa: PLC0415

    run_tool("pg_restore", "--file=/dev/null", str(dump))

    async def clear(connection: Connection) -> None:
        await connection.execute(f"DROP SCHEMA IF EXISTS {', '.join(OURS)} CASCADE".encode())
        cursor = await connection.execute(
            "SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^_?yoyo'"
        )
        for (table,) in await cursor.fetchall():
            await connection.execute(f"DROP TABLE public.{table} CASCADE".encode())

    in_transaction(clear)
    run_tool("pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", "--dbname=@", str(dump))


def _migrate() -> None:
    from services.platform.database import migrate  # noqa: PLC0415

    migrate(database_in_use())


def _tell(brought: Brought, lost: Path, *, blind: bool) -> None:
    typer.echo(f"audit lines brought back 找回审计行: {brought.lines}")
    for what, which in (
        ("access ended again 重新终止访问", brought.ended),
        ("keys destroyed again 重新销毁密钥", brought.erased),
        ("consent withdrawn again 重新撤回同意", brought.withdrawn),
        ("certificates revoked again 重新撤销证明", brought.revoked),
        ("made since, and gone: enrol again 其后新建、须重新登记", brought.given),
        ("lists handed in since 其后提交的名单", [f"{one['agency']}:{one['list_id']}" for one in brought.lists]),
    ):
        typer.echo(f"{what}: {len(which)}")
        for one in which:
            typer.echo(f"  {one}")
    typer.echo(f"places in status lists kept 保留的状态列表位置: {brought.places}")
    gone = brought.lost
    typer.echo(f"recordings since the backup 其后收到的录像: {len(brought.captures)}, gone 已丢失: {len(gone)}")
    if gone:
        with lost.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, ["visit_id", "device_id", "capture_id", "received_at"], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(gone)
        typer.echo(f"Film these again (their phones are told) 须重拍（手机会收到通知）: {lost}", err=True)
    if blind:
        typer.echo(
            "RESTORED_BLIND: without a journal nobody knows who was revoked since: look through `onevisit access list`,"
            " and revoke again. 无日记：请核对 `onevisit access list` 并重新撤销。",
            err=True,
        )


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
