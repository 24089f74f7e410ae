"""``onevisit clock``: whether the machine's clock is believed, and the operator's word that it is right."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.platform.clock import ClockSeen
    from services.platform.database import Connection

EPILOG = """
Examples 示例:

onevisit clock   is it believed?

onevisit clock --is-right   the machine was off for long, and this is the time

Exit status: 0 it is believed, 3 it is in doubt, 1 the database cannot be used (docs/operating.md).
"""


def clock_command(
    is_right: Annotated[
        bool, typer.Option("--is-right", help="Say that the time shown is right. 确认所示时间正确。")
    ] = False,
) -> None:
    """Show whether the machine's clock is believed; while it is not, nothing is erased, taken in or signed.
    查看服务器时钟是否可信；存疑期间不删除、不接收、不签发。"""
    from deploy.embedded import clock_held, running  # noqa: PLC0415 (imported only when it runs)
    from deploy.embedded.running import default_var  # noqa: PLC0415
    from services.platform import clock  # noqa: PLC0415

    now = datetime.now(UTC)

    async def work(connection: Connection) -> ClockSeen:
        if is_right:
            await clock.believe(connection, now)
        else:
            await clock.is_believed(connection, now)
        return await clock.read_clock(connection)

    if is_right:
        clock_held.note_seen(default_var())  # the stack may be waiting for this word before its database runs
        if running.find(default_var()) is None and not os.environ.get("ONEVISIT_DATABASE"):
            typer.echo("noted: a stack that waits for its clock starts now 已记录")
            return
    seen = in_transaction(work)
    typer.echo(f"the clock shows {now:%Y-%m-%d %H:%M} UTC 时钟显示")
    if seen.doubted_at is None:
        typer.echo("it is believed 可信")
        return
    typer.echo(clock.doubt_in_words(seen.seen_at, now), err=True)
    raise typer.Exit(3)
