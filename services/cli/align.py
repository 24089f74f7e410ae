"""``onevisit align``: which smallest changes of the agencies' windows would save the most visits; changes nothing."""

import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.merge import Language, by_file, chosen_language, county_secret, json_by_lines
from services.cli.merge import without_garbage_collection as without_gc

if TYPE_CHECKING:
    from rich.table import Table

    from services.cli.align_lists import AlignedLists
    from services.scheduler.domain.align import CampaignFront, Saving
    from services.scheduler.domain.align_campaigns import Campaign, Change, FixedReason
    from services.scheduler.domain.align_policy import AlignmentPolicy

EPILOG = """
Example: onevisit align pension.csv 高龄补贴.xlsx health.json --max-days 14 --json

A window is only ever widened: it opens earlier or ends later, so nobody loses a day. By default the pension stays as it
is, because its cycle counts from the last proof; rules of your county go into a file for --policy:

\\[programmes.pension]
next_cycle_from = "due_date"
max_days_earlier = 20

Proposals are for the agencies to accept or decline; nothing is changed by this command. The JSON answer and the rules
are described in docs/alignment.md; the lists are read as by `onevisit merge`.

Exit status: 0 when every file could be read, 1 when one could not, 2 for a wrong command.
"""


def align_command(
    files: Annotated[list[Path], typer.Argument(help="The agencies' lists, as for `onevisit merge`.")],
    max_days: Annotated[
        int, typer.Option("--max-days", min=1, max=60, help="Most days earlier, and most days later, of a campaign.")
    ] = 30,
    max_proposals: Annotated[
        int, typer.Option("--max-proposals", min=1, help="Most proposals, and most steps, in the answer.")
    ] = 10,
    objective: Annotated[str, typer.Option("--save", help="What to save first: visits or trips.")] = "visits",
    level: Annotated[
        str, typer.Option("--by", help="Who has a window of its own: auto, programme, town or village.")
    ] = "auto",
    policy: Annotated[
        Path | None, typer.Option("--policy", help="TOML file: how far each programme's windows may change.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write the JSON answer to this file.")] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", help="Day from which windows count, as 2027-03-01 (default: today).")
    ] = None,
    agency: Annotated[
        list[str] | None, typer.Option("--agency", metavar="FILE=CODE", help="Agency of a list without that column.")
    ] = None,
    programme: Annotated[
        list[str] | None,
        typer.Option("--programme", metavar="FILE=CODE", help="Programme of a list without that column."),
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="en or zh (default: from LANG).")] = None,
) -> None:
    """Propose the smallest changes of agencies' windows that save the most visits; changes nothing by itself."""
    from schemas.alignment import CampaignLevel, Objective  # noqa: PLC0415
    from services.cli.align_lists import align_lists  # noqa: PLC0415 - keeps `onevisit --help` fast

    language = chosen_language(lang)
    status = typer.echo if sys.stderr.isatty() else None
    if objective not in [*Objective]:
        raise typer.BadParameter("choose visits or trips", param_hint="--save")
    if level not in [*CampaignLevel]:
        raise typer.BadParameter("choose auto, programme, town or village", param_hint="--by")
    with without_gc():
        answer = align_lists(
            files,
            county_secret=county_secret(),
            today=datetime.now(timezone(timedelta(hours=8))).date(),
            from_day=_day(from_day),
            policy=_policy(policy),
            max_days=max_days,
            max_proposals=max_proposals,
            level=CampaignLevel(level),
            objective=Objective(objective),
            agencies=by_file(agency),
            programmes=by_file(programme),
            progress=lambda what: status(f"… {what}", err=True) if status else None,
        )
    if as_json or out:
        text = json_by_lines(answer.as_json(language))
        if out:
            out.write_text(text + "\n", encoding="utf-8")
        if as_json:
            sys.stdout.buffer.write(text.encode() + b"\n")
    if not as_json:
        _print(answer, language)
    if not answer.merged.readable:
        raise typer.Exit(1)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter("write the day as 2027-03-01", param_hint="--from") from None


def _policy(path: Path | None) -> "AlignmentPolicy":
    from services.scheduler.county_rules import AlignmentPolicyInvalid, read_alignment  # noqa: PLC0415

    try:
        return read_alignment(path)
    except AlignmentPolicyInvalid as error:
        raise typer.BadParameter(str(error), param_hint="--policy") from None


_TEXTS = {
    "en": {
        "now": "As the windows are: {requests} requests, {people} people, {visits} visits, {trips} trips to dwellings",
        "overdue": "{count} overdue requests are left as they are",
        "look_back": "Every window is over: the season is looked at as a whole",
        "rejected": "{count} rows were rejected: `onevisit merge` says which and why",
        "campaigns": "Campaigns",
        "proposals": "Proposals, one by one: most saved for a day of change first",
        "steps": "One after the other: figures count all lines above too",
        "none": "No change within the limits saves a visit.",
        "campaign": "campaign",
        "requests": "requests",
        "windows": "windows",
        "may": "may change",
        "may_words": "≤ {earlier} days earlier, ≤ {later} later",
        "change": "change",
        "days": "days",
        "people": "people",
        "visits": "visits saved",
        "trips": "trips saved",
        "best": "most for these days",
        "exact": "The last column is the most that any change of as many days can save (proved).",
        "reached": "The last column is the most that the search has found for as many days (not proved).",
        "front": "The most that all campaigns together can save:",
        "front_words": "{days} days: {saved}",
        "areas": "{count} areas",
        "whole": "all {count} campaigns that help",
        "accept": "Nothing has been changed: each proposal waits for the agencies whose windows it changes.",
    },
    "zh": {
        "now": "现有窗口期：申请{requests}件，{people}人，需走访{visits}次，入户{trips}趟",
        "overdue": "另有{count}件已逾期的申请不作调整",
        "look_back": "所有窗口期均已结束，按整个周期回看",
        "rejected": "有{count}行被退回，详情请运行 `onevisit merge`",
        "campaigns": "各批次认证",
        "proposals": "单项建议（按每调整一天节省最多排序）",
        "steps": "逐步调整（数字含以上各行）",
        "none": "在允许范围内，没有可以节省走访的调整。",
        "campaign": "批次",
        "requests": "申请数",
        "windows": "窗口期",
        "may": "可调整",
        "may_words": "最多提前{earlier}天、延后{later}天",
        "change": "调整内容",
        "days": "天数",
        "people": "涉及人数",
        "visits": "节省走访",
        "trips": "节省入户",
        "best": "同天数最优",
        "exact": "末列为同样调整天数下可达到的最大节省（已证明）。",
        "reached": "末列为同样调整天数下搜索到的最大节省（未证明）。",
        "front": "全部批次合计可达到的最大节省：",
        "front_words": "{days}天：{saved}",
        "areas": "{count}个区域",
        "whole": "全部{count}个有效批次",
        "accept": "尚未作任何更改：每项建议须经相关机构同意后方可生效。",
    },
}


def _print(answer: "AlignedLists", language: Language) -> None:
    from rich.console import Console  # noqa: PLC0415

    texts, found = _TEXTS[language], answer.found
    console = Console()

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False)

    counts = {"people": found.people, "visits": found.visits, "trips": found.trips}
    say(texts["now"].format(requests=len(found.campaign_of), **counts))
    if answer.as_of is None and found.campaign_of:
        say(texts["look_back"])
    if found.overdue:
        say(texts["overdue"].format(count=found.overdue))
    if answer.merged.rejected:
        say(texts["rejected"].format(count=len(answer.merged.rejected)))
    for file, problem in answer.merged.problems:
        say(f"  {file}  {problem.code}  {problem.explain(language)}")
    if found.campaigns:
        console.print(_campaign_table(answer, language))
    if not found.steps and not found.proposals:
        say(texts["none"])
        return
    table = _saving_table(texts["proposals"], language)
    for saving in found.proposals:
        table.add_row(*_cells(saving, saving.proposal.changes, answer, language))
    console.print(table)
    table = _saving_table(texts["steps"], language)
    table.add_column(texts["best"], justify="right")
    for step in found.steps:
        table.add_row(*_cells(step.so_far, step.changes, answer, language), str(step.most_for_these_days))
    if (whole := found.whole) and whole.proposal != found.steps[-1].so_far.proposal:
        _, _, *figures = _cells(whole, {}, answer, language)
        most = max(saved for days, saved in found.front if days <= whole.proposal.days)
        table.add_row(texts["whole"].format(count=len(whole.proposal.changes)), "…", *figures, str(most))
    console.print(table)
    some = sorted({found.front[round(share * (len(found.front) - 1))] for share in (0.1, 0.25, 0.5, 0.75, 1.0)})
    shown = (texts["front_words"].format(days=days, saved=saved) for days, saved in some if days)
    say(texts["front"] + " " + "; ".join(shown))
    say(texts["exact" if found.exact else "reached"])
    say(texts["accept"])


def _campaign_table(answer: "AlignedLists", language: Language) -> "Table":
    from rich.table import Table  # noqa: PLC0415

    from services.cli.align_words import FIXED_TEXTS, campaign_name  # noqa: PLC0415
    from services.scheduler.domain.align_campaigns import Campaign  # noqa: PLC0415

    texts = _TEXTS[language]
    table = Table(title=texts["campaigns"])
    for heading in ("campaign", "requests", "windows", "may"):
        table.add_column(texts[heading], justify="right" if heading == "requests" else "left")
    programmes: defaultdict[tuple[str, str, FixedReason | None], list[CampaignFront]] = defaultdict(list)
    for one in answer.found.campaigns:
        programmes[one.campaign.agency, one.campaign.programme, one.limits.fixed].append(one)
    for (agency, programme, fixed), mine in programmes.items():
        earlier, later = max(one.limits.earlier for one in mine), max(one.limits.later for one in mine)
        name = campaign_name(Campaign(agency, programme), language)
        if len(mine) > 1:
            name += f" ({texts['areas'].format(count=len(mine))})"
        table.add_row(
            name,
            str(sum(one.requests for one in mine)),
            f"{min(one.first_day for one in mine)} … {max(one.last_day for one in mine)}",
            FIXED_TEXTS[fixed][language == "zh"] if fixed else texts["may_words"].format(earlier=earlier, later=later),
        )
    return table


def _saving_table(title: str, language: Language) -> "Table":
    from rich.table import Table  # noqa: PLC0415

    texts = _TEXTS[language]
    table = Table(title=title)
    table.add_column(texts["campaign"])
    table.add_column(texts["change"])
    for heading in ("days", "people", "visits", "trips"):
        table.add_column(texts[heading], justify="right")
    return table


def _cells(
    saving: "Saving", changes: "Mapping[Campaign, Change]", answer: "AlignedLists", language: Language
) -> list[str]:
    from services.cli.align_words import campaign_name, change_in_words  # noqa: PLC0415

    found = answer.found
    named = sorted(changes.items())
    return [
        "\n".join(campaign_name(campaign, language) for campaign, _ in named),
        "\n".join(change_in_words(change, language) for _, change in named),
        str(saving.proposal.days),
        str(saving.people),
        f"{saving.visits_saved} ({saving.visits_saved / max(1, found.visits):.1%})",
        f"{saving.trips_saved} ({saving.trips_saved / max(1, found.trips):.1%})",
    ]
