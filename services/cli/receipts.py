"""``onevisit receipts``: what agencies said of their certificates, what they rejected, what they never answered."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.gateway.domain.receipts import ReceiptPolicy
    from services.gateway.store.receipts import ReceiptRow, UnansweredRow
    from services.platform.database import Connection
    from services.platform.settings import Settings

EPILOG = """
Examples:

onevisit receipts   by agency: certificates, accepted, rejected, without an answer, and how many of those are overdue

onevisit receipts --json   the same for programs, with every matter that stands

Needs the database of a running stack (`onevisit up`, or ONEVISIT_DATABASE); the days come from the TOML file that
ONEVISIT_RECEIPTS names (docs/receipts.md). Exit status: 0 nothing stands, 1 something does, or the policy or the
database cannot be used.
"""
MOST = 10_000
"""Matters of a kind that are listed at most, and read at once; more are counted."""


def receipts_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON. 输出JSON。")] = False,
) -> None:
    """Show what agencies accepted, rejected and never answered. 查看各部门回执。"""
    from services.gateway.agencies.receipt_policy import ReceiptPolicyInvalid, read_receipt_policy  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415 (imported only when it runs)

    settings = Settings.from_env()
    try:
        policy = read_receipt_policy(settings.receipts)
    except ReceiptPolicyInvalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None

    async def work(connection: Connection) -> dict[str, Any]:
        return await read_matters(connection, settings, policy, datetime.now(UTC))

    found = in_transaction(work)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _show(found)
    if found["rejected"] or found["unanswered"]:
        raise typer.Exit(1)


async def read_matters(
    connection: Connection, settings: Settings, policy: ReceiptPolicy, now: datetime
) -> dict[str, Any]:
    """Counts by agency, the rejections that stand, and the certificates that were not answered in time."""
    from services.gateway.desk.workdays import is_workday  # noqa: PLC0415
    from services.gateway.domain.receipts import Follows, due_on, overdue_before  # noqa: PLC0415
    from services.gateway.store import receipts  # noqa: PLC0415

    county = ZoneInfo(settings.timezone)
    today = now.astimezone(county).date()
    before = {
        agency: datetime.combine(overdue_before(today, policy.of(agency), is_workday), time.min, county)
        for agency in settings.agencies
    }
    rejected: list[ReceiptRow] = []
    unanswered: list[UnansweredRow] = []
    follows: Counter[tuple[str, str]] = Counter()
    overdue: Counter[str] = Counter()
    last, number = None, 0
    while words := await receipts.page_of_last_words(
        connection, agency=None, outcome="rejected", standing=True, after=last, limit=MOST
    ):
        rejected = rejected or words
        follows.update((each.agency, Follows.from_code(each.code).value) for each in words)
        last = (words[-1].recorded_at, words[-1].certificate_id)
    while silent := await receipts.page_of_unanswered(connection, before, after=number, limit=MOST):
        unanswered = unanswered or silent
        overdue.update(each.agency for each in silent)
        number = silent[-1].number

    def due(agency: str, issued_at: datetime) -> date:
        return due_on(issued_at.astimezone(county).date(), policy.of(agency), is_workday)

    return {
        "agencies": [
            vars(each)
            | {
                "visit_again": follows[each.agency, Follows.VISIT_AGAIN.value],
                "held": follows[each.agency, Follows.HELD.value],
                "overdue": overdue[each.agency],
                "days": policy.of(each.agency),
            }
            for each in await receipts.count_by_agency(connection)
        ],
        "rejected": [
            {
                "agency": r.agency,
                "request_id": r.request_id,
                "certificate_id": str(r.certificate_id),
                "code": r.code,
                "follows": Follows.from_code(r.code).value,
                "decided_at": r.decided_at.isoformat(),
            }
            for r in rejected
        ],
        "unanswered": [
            {
                "agency": u.agency,
                "request_id": u.request_id,
                "certificate_id": str(u.certificate_id),
                "issued_at": u.issued_at.isoformat(),
                "due_on": due(u.agency, u.issued_at).isoformat(),
            }
            for u in unanswered
        ],
    }


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    table = Table(title="receipts 回执", title_justify="left")
    heads = ("agency 部门", "certificates 证明", "accepted 已采信", "visit again 重新上门", "held 待核实")
    for head in (*heads, "no answer 未回执", "overdue 逾期", "days 期限（工作日）"):
        table.add_column(head, justify="left" if head.startswith("agency") else "right")
    for each in found["agencies"]:
        counted = ("certificates", "accepted", "visit_again", "held", "unanswered", "overdue", "days")
        table.add_row(each["agency"], *(str(each[name]) for name in counted))
    console.print(table)
    for each in found["rejected"]:
        console.print(f"{each['agency']} {each['request_id']}: {each['code']} → {each['follows']}", highlight=False)
    for each in found["unanswered"]:
        line = f"{each['agency']} {each['request_id']}: no answer since {each['due_on']} 逾期未回执"
        console.print(line, highlight=False)
