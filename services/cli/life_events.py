"""``onevisit life-events``: what each life event does by a county's rules, and who took no note of one."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from services.cli.unacknowledged import EPILOG as UNACKNOWLEDGED
from services.cli.unacknowledged import unacknowledged_command

if TYPE_CHECKING:
    from services.scheduler.domain.life_event_policy import LifeEventRule

app = typer.Typer(
    help="Deaths, moves and other outcomes: a county's rules, what is not acknowledged. 人员变动：规则、签收。",
    no_args_is_help=True,
)

EPILOG = (
    "Example 示例: onevisit life-events check rules.toml   Without FILE: the default. The scheduler reads the file that"
    " ONEVISIT_LIFE_EVENTS names when it starts (docs/life-events.md). Exit status: 0 it can be used, 1 it cannot, 2"
    " wrong usage."
)


class Language(StrEnum):
    """Languages of the table."""

    ZH = "zh"
    EN = "en"


_ZH: Final = {
    "deceased": "死亡",
    "not_found": "未见到本人",
    "moved": "迁居",
    "registration_moved": "户籍迁移",
    "in_prison": "服刑",
    "hospitalised": "住院",
    "bedridden": "卧床",
    "in_care_home": "入住养老机构",
    "abroad": "出境",
    "refused": "拒绝",
    "unable_to_perform": "无法完成动作",
    "identity_mismatch": "身份不符",
    "eligibility_changed": "资格变化",
    "none": "继续上门",
    "paused": "暂缓上门",
    "closed": "不再上门",
}
_HEAD: Final = {
    Language.EN: ("life event", "reported", "confirmed", "goes along to the new village", "agencies are told"),
    Language.ZH: ("变动", "一方报告", "已核实", "随迁新村", "通知各机构"),
}
_YES_NO: Final = {Language.EN: ("yes", "no"), Language.ZH: ("是", "否")}


app.command("unacknowledged", epilog=UNACKNOWLEDGED)(unacknowledged_command)


@app.command(epilog=EPILOG)
def check(
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="The rules, TOML. 规则文件。")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the table. 表格语言。")] = Language.ZH,
) -> None:
    """Check the rules for life events and print what each does to open requests, and who is told."""
    from rich.console import Console  # noqa: PLC0415 (imported only when it runs)
    from rich.table import Table  # noqa: PLC0415

    from schemas.life_event import LifeEventKind  # noqa: PLC0415
    from services.scheduler.county_rules import LifeEventPolicyInvalid, read_life_events  # noqa: PLC0415

    try:
        policy = read_life_events(file)
    except LifeEventPolicyInvalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    table = Table(*_HEAD[lang])
    for kind in LifeEventKind:
        table.add_row(*_row(kind.value, policy.of(kind), lang))
    Console().print(table)


def _row(kind: str, rule: "LifeEventRule", lang: Language) -> tuple[str, ...]:
    yes, no = _YES_NO[lang]
    names = (kind, rule.reported.value, rule.confirmed.value)
    shown = names if lang is Language.EN else tuple(_ZH[name] for name in names)
    return (*shown, yes if rule.rehomes else no, yes if rule.told else no)
