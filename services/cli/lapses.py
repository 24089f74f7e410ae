"""``onevisit lapses``: what stands before a lapse, and what would have lapsed and was saved."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.database import in_transaction
from services.cli.months import read_month

if TYPE_CHECKING:
    from services.gateway.desk.lapse_views import LapseFigures
    from services.platform.database import Connection

EPILOG = """
Examples:

onevisit lapses   by programme: how many stand on each step, how many would have lapsed and were saved, what waits

onevisit lapses --month 2026-11   what came, was proved or decided in that month; what stands, stands now

onevisit lapses --json   the same for programs

Needs the database of a running stack (`onevisit up`, or ONEVISIT_DATABASE); the steps come from the TOML file that
ONEVISIT_LADDER names (docs/ladder.md). Exit status: 0 nobody has to act, 1 a matter waits for a person, or the
database cannot be used.
"""
_STEPS = {"remind": "提醒", "offer_paths": "其他方式", "grace": "宽限期", "escalate": "交人处理"}


def lapses_command(
    month: Annotated[str | None, typer.Option(help="Count one month. 统计月份。", metavar="YYYY-MM")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 输出JSON。")] = False,
) -> None:
    """Show which payments could lapse, and which were saved. 查看待遇中断风险与挽回情况。"""
    from services.gateway.desk.lapse_views import LapseFigures  # noqa: PLC0415 (imported only when it runs)
    from services.gateway.store.lapses import count_lapses  # noqa: PLC0415
    from services.gateway.store.visits import Sight  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    first = read_month(month)
    timezone = Settings.from_env().timezone

    async def work(connection: Connection) -> LapseFigures:
        return LapseFigures.of(month, await count_lapses(connection, Sight(), month=first, timezone=timezone))

    found = in_transaction(work)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=1))
    else:
        _show(found)
    if any(each.escalated_open for each in found.programmes):
        raise typer.Exit(1)


def _show(found: LapseFigures) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from schemas.lapse import LapseStep  # noqa: PLC0415

    console = Console()
    of = f", {found.month}" if found.month else ""
    steps = Table(title=f"before a lapse 中断前{of}", title_justify="left")
    for head in ("programme 项目", *(f"{step} {zh}" for step, zh in _STEPS.items())):
        steps.add_column(head, justify="left" if head.startswith("programme") else "right")
    for each in found.programmes:
        cells = (f"{each.standing.get(step, 0)} / {each.reached.get(step, 0)}" for step in map(LapseStep, _STEPS))
        steps.add_row(each.programme, *cells)
    console.print(steps)
    console.print("stand there now / have reached it 目前 / 曾达到", highlight=False)
    saved = Table(title=f"what became of them 处理结果{of}", title_justify="left")
    heads = ("saved 避免中断", "in the grace 宽限期内", "after a person was called 交人处理后", "too late 逾期认证")
    more = ("wait for a person 待人处理", "suspended by the agency 部门自行暂停")
    for head in ("programme 项目", *heads, *more):
        saved.add_column(head, justify="left" if head.startswith("programme") else "right")
    for each in found.programmes:
        numbers = (each.saved, each.saved_in_grace, each.saved_after_escalation, each.proved_too_late)
        saved.add_row(each.programme, *map(str, (*numbers, each.escalated_open, each.suspended_by_agency)))
    console.print(saved)
    console.print(f"would have lapsed and was saved 本应中断而得以避免: {found.saved}", highlight=False)
