"""``onevisit retention``: what is held of faces in the running stack, how long, and what is due."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.certify.domain.retention import RetentionPolicy
    from services.certify.store.retention import Held
    from services.platform.database import Connection

EPILOG = """
Examples:

onevisit retention   what is held, of how many people, until when

onevisit retention --sweep   delete now what is due, as certify does every hour

Needs the database of a running stack (`onevisit up`, or ONEVISIT_DATABASE); the days come from the TOML file that
ONEVISIT_RETENTION names (docs/privacy.md). Exit status: 0; 1 when the policy or the database cannot be used.
"""

_KINDS = {
    "certified": "recording, certified 录像（已通过）",
    "retry": "recording, to be filmed again 录像（需重拍）",
    "review": "recording, for review 录像（待人工审核）",
    "reference": "reference photo 参考照片",
    "still": "still of a proof as reference 认证截图（作参考）",
    "motion": "motion, to notice a recording sent again 动作数据（识别重复提交）",
}
_DAYS = {"still": "reference_days", "motion": "reference_days"}


def retention_command(
    sweep: Annotated[bool, typer.Option("--sweep", help="Delete what is due first. 先删除到期数据。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 输出JSON。")] = False,
) -> None:
    """Show what is held of faces, how long, and what is due. 查看人脸数据的留存与到期情况。"""
    from services.certify.domain.retention import RetentionInvalid  # noqa: PLC0415 (imported only when it runs)
    from services.certify.store import retention  # noqa: PLC0415
    from services.certify.sweeper import Sweeper, read_retention  # noqa: PLC0415
    from services.platform.blobs import FolderBlobs  # noqa: PLC0415
    from services.platform.clock import doubt_in_words, is_believed, read_clock  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    try:
        policy = read_retention(settings.retention)
    except RetentionInvalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None

    async def work(connection: Connection) -> tuple[dict[str, int], list[Held], int]:
        now = datetime.now(UTC)
        if sweep and not await is_believed(connection, now):
            typer.echo(doubt_in_words((await read_clock(connection)).seen_at, now), err=True)
            raise typer.Exit(1)
        gone = await Sweeper(FolderBlobs(settings.blobs), policy).sweep(connection) if sweep else {}
        held = await retention.read_held(connection, policy, now)
        return dict(gone), held, await retention.count_people(connection)

    gone, held, people = in_transaction(work)
    if as_json:
        typer.echo(json.dumps(_as_json(policy, gone, held, people), ensure_ascii=False, indent=1))
    else:
        _show(policy, gone, held, people)


def _as_json(policy: RetentionPolicy, gone: dict[str, int], held: list[Held], people: int) -> dict[str, Any]:
    return {
        "policy": policy.model_dump(),
        "deleted": gone,
        "people": people,
        "held": [vars(one) | {"next_due_at": one.next_due_at.isoformat() if one.next_due_at else None} for one in held],
    }


def _show(policy: RetentionPolicy, gone: dict[str, int], held: list[Held], people: int) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from services.certify.domain.retention import FACES_TO_FILE, FACES_TO_WARN  # noqa: PLC0415

    days = policy.model_dump()
    table = Table("kind 类别", "held 留存", "people 人数", "days 天数", "waiting 未定期限", "due 到期", "next 下次到期")
    for one in held:
        later = one.next_due_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if one.next_due_at else "–"
        numbers = (
            str(number)
            for number in (one.held, one.people, days[_DAYS.get(one.kind, f"{one.kind}_days")], one.waiting, one.due)
        )
        table.add_row(_KINDS[one.kind], *numbers, later)
    console = Console()
    console.print(table)
    typer.echo(f"Faces of {people} people are held. 共留存{people}人的人脸数据。")
    if people >= FACES_TO_WARN:
        typer.echo(f"From {FACES_TO_FILE} on this must be filed. 达到{FACES_TO_FILE}人须备案。", err=True)
    for kind, number in sorted(gone.items()):
        typer.echo(f"deleted 已删除: {number} {kind}")
