"""``onevisit burden``: what agencies cause in a month, what lies behind each number, and the letters."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.gateway.burden.months import MonthSeen
    from services.gateway.domain.burden import Behind
    from services.gateway.store.escalations import EscalationRow
    from services.platform.database import Connection
    from services.platform.settings import Settings

EPILOG = """
Examples:

onevisit burden   the present month so far: how agencies stand, with counts and rates for 1,000 people

onevisit burden --month 2026-11   a month; once closed it stays as it was, whatever is corrected later

onevisit burden --month 2026-11 --explain hrss   each request, receipt and trip behind the numbers of one agency, by its
request numbers

onevisit burden --month 2026-11 --letters letters/   writes the letters of a closed month, one PDF for each agency

onevisit burden --month 2026-11 --json   the same for programs

Needs the database of a running stack (`onevisit up`, or ONEVISIT_DATABASE); the rules come from the TOML file that
ONEVISIT_BURDEN names (docs/burden.md). Agencies are ranked, cadres never. Exit status: 0 nobody has to act, 1 three
letters in a row wait for the joint group, the month has no letters yet, or the database cannot be used.
"""


def burden_command(
    month: Annotated[str | None, typer.Option(help="Which month. 统计月份。", metavar="YYYY-MM")] = None,
    explain: Annotated[str | None, typer.Option(help="List what lies behind. 逐件列出。", metavar="AGENCY")] = None,
    letters: Annotated[Path | None, typer.Option(help="Write the letters here. 生成提示函。", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 输出JSON。")] = False,
) -> None:
    """Show what burden agencies cause to villages. 查看各部门给基层带来的负担指数。"""
    from services.gateway.burden.months import look_at_month  # noqa: PLC0415 (imported only when it runs)
    from services.gateway.burden.policy import BurdenPolicyInvalid, read_burden_policy  # noqa: PLC0415
    from services.gateway.burden.views import first_day  # noqa: PLC0415
    from services.gateway.store.escalations import list_escalations  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    today = datetime.now(UTC).astimezone(ZoneInfo(settings.timezone)).date()
    try:
        day = first_day(month) if month else today.replace(day=1)
        policy = read_burden_policy(settings.burden)
    except BurdenPolicyInvalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except ValueError:
        raise typer.BadParameter("give a month as 2026-11 月份格式为 2026-11", param_hint="--month") from None

    async def work(connection: Connection) -> tuple[MonthSeen, list[Behind], list[EscalationRow], dict[str, bytes]]:
        seen = await look_at_month(connection, day, settings, policy)
        behind = await _behind(connection, seen, explain, settings) if explain else []
        made = await _letters(connection, seen, settings) if letters and seen.closed else {}
        return seen, behind, await list_escalations(connection, agency=None, undecided=True, limit=200), made

    seen, behind, waiting, made = in_transaction(work)
    if as_json:
        _print_json(seen, behind, waiting, explain)
    else:
        _show(seen, behind, waiting, explain)
    if letters and not seen.closed:
        typer.echo("the month is not closed: it has no letters yet 该月尚未结算，没有提示函", err=True)
    elif letters:
        letters.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            (letters / name).write_bytes(content)
        typer.echo(f"letters written to {letters} 已生成提示函: {len(made)}", err=True)
    if waiting or (letters and not seen.closed):
        raise typer.Exit(1)


async def _behind(connection: Connection, seen: MonthSeen, agency: str, settings: Settings) -> list[Behind]:
    from services.gateway.burden.months import count_month  # noqa: PLC0415
    from services.gateway.store.burden import all_behind  # noqa: PLC0415

    if seen.closed:
        return await all_behind(connection, seen.month, agency)
    counted = await count_month(connection, seen.month, settings, seen.policy)
    return [one for one in counted.behind if one.agency == agency]


async def _letters(connection: Connection, seen: MonthSeen, settings: Settings) -> dict[str, bytes]:
    from services.gateway.burden.letter import make_letter  # noqa: PLC0415
    from services.gateway.store.burden import months_with_letter  # noqa: PLC0415

    assert seen.closed is not None, "asked for a closed month alone"
    made = {}
    for one in seen.standings:
        if one.letter:
            months = await months_with_letter(connection, one.figures.agency)
            name = f"{seen.month:%Y-%m}-{one.figures.agency}.pdf"
            made[name] = make_letter(seen.closed, one, seen.ranked, months, settings)
    return made


def _print_json(seen: MonthSeen, behind: list[Behind], waiting: list[EscalationRow], explain: str | None) -> None:
    from services.gateway.burden.views import BurdenMonth  # noqa: PLC0415

    content = BurdenMonth.of(seen, []).model_dump(mode="json", exclude={"months"})
    content["escalations"] = [{"agency": one.agency, "month": f"{one.month:%Y-%m}"} for one in waiting]
    if explain:
        content["behind"] = [asdict(one) | {"on": one.on.isoformat()} for one in behind]
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


def _show(seen: MonthSeen, behind: list[Behind], waiting: list[EscalationRow], explain: str | None) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from services.gateway.burden.views import rounded  # noqa: PLC0415
    from services.gateway.domain.burden import Component  # noqa: PLC0415
    from services.gateway.domain.burden_texts import COMPONENT_WORDS  # noqa: PLC0415

    console = Console()
    state = "closed 已结算" if seen.closed else "still moving 尚未结算"
    table = Table(title=f"burden 负担指数, {seen.month:%Y-%m}, {state}", title_justify="left")
    table.add_column("agency 部门")
    names = [f"{COMPONENT_WORDS[each].en} {COMPONENT_WORDS[each].zh}" for each in Component]
    for head in ("rank 位次", *names, "people 人数", "index 指数", "avoidable 可避免", "letter 提示函"):
        table.add_column(head, justify="right")
    for one in seen.standings:
        counts = (f"{rounded(one.figures.counts[each]):g}" for each in Component)
        sums = (str(one.figures.people), f"{rounded(one.index):.2f}", f"{rounded(one.avoidable):.2f}")
        table.add_row(one.figures.agency, str(one.rank or "—"), *counts, *sums, "✓" if one.letter else "")
    console.print(table)
    console.print("index: trips' worth of work for 1,000 people 指数：每千名认证对象折合上门次数", highlight=False)
    if explain:
        listed = Table(title=f"behind the numbers 逐件清单, {explain}", title_justify="left")
        for head in ("component 项目", "on 日期", "programme 待遇", "requests 申请编号", "note 说明", "share 分摊"):
            listed.add_column(head)
        for each in behind:
            listed.add_row(
                COMPONENT_WORDS[each.component].zh, each.on.isoformat(), each.programme, ", ".join(each.request_ids),
                each.note, f"1/{each.share}" if each.share > 1 else "",
            )  # fmt: skip
        console.print(listed)
    for row in waiting:
        words = "letters in a row wait for the joint group 连续收到提示函，待联合工作组处理"
        console.print(f"{words}: {row.agency} {row.month:%Y-%m}", style="bold", highlight=False)
