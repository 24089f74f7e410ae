"""``onevisit life-events unacknowledged``: deaths and other events of which an agency took no note yet."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from services.cli.database import in_transaction
from services.cli.months import read_month

if TYPE_CHECKING:
    from services.gateway.store.life_event_views import Unacknowledged
    from services.platform.database import Connection

EPILOG = """
Examples:

onevisit life-events unacknowledged                     all of them, the longest unanswered of each agency first

onevisit life-events unacknowledged --month 2026-11     what was told in one month: the list for the joint group

onevisit life-events unacknowledged --json              the same for programs

Needs the database of a running stack (`onevisit up`, or ONEVISIT_DATABASE). Names no person. Exit status: 0 none, 1
there are some, or the database cannot be used.
"""


def unacknowledged_command(
    month: Annotated[str | None, typer.Option(help="Told in one month. 通知月份。", metavar="YYYY-MM")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 输出JSON。")] = False,
) -> None:
    """List life events that agencies have not acknowledged. 列出各部门尚未签收的人员变动。"""
    from services.gateway.store.life_event_views import unacknowledged_notices  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    first = read_month(month)
    timezone = Settings.from_env().timezone

    async def work(connection: Connection) -> list[Unacknowledged]:
        return await unacknowledged_notices(connection, first, timezone)

    found = in_transaction(work)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1, default=_plain))
    else:
        _show(found, ZoneInfo(timezone))
    if found:
        raise typer.Exit(1)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _show(found: list[Unacknowledged], county: ZoneInfo) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console, now = Console(), datetime.now(UTC)
    table = Table(title="not acknowledged 尚未签收", title_justify="left")
    for head in (
        "agency 部门",
        "told 通知",
        "days 天数",
        "event 变动",
        "state 状态",
        "version 版本",
        "requests 申请数",
        "id",
    ):
        table.add_column(head)
    for each in found:
        told = each.noticed_at.astimezone(county)
        waits = str((now - each.noticed_at).days)
        numbers = (str(each.version), str(each.requests), str(each.life_event_id))
        table.add_row(each.agency, f"{told:%Y-%m-%d %H:%M}", waits, each.kind, each.state, *numbers)
    console.print(table)
    for agency, number in sorted(Counter(each.agency for each in found).items()):
        console.print(f"{agency}: {number}", highlight=False)
