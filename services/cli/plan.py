"""``onevisit plan``: which visits each cadre makes on which half-day, in which order; without the stack."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.merge import chosen_language, json_by_lines

if TYPE_CHECKING:
    from services.cli.plan_answer import PlanAnswer
    from services.scheduler.domain.plan_model import PlaceVisit

EPILOG = """
Examples:

onevisit merge pension.csv subsidy.xlsx --json > visits.json

onevisit plan visits.json --cadres cadres.csv --places places.csv   a table for each cadre

onevisit plan visits.json --cadres cadres.csv --places places.csv --json > plan.json   the same for programs

onevisit plan visits.json --cadres cadres.csv --places places.csv --current plan.json --told-until 2026-03-11   again

onevisit plan --example example/   writes an example county into that folder and plans it

Columns of the cadres: cadre_id, lat, lon, villages; and when wanted township, weekdays (1-5), hours (08:30-11:30
14:30-17:30), days_off (2026-03-09..2026-03-13), market_days (3 6 9), speed. Of the places: visit_id, person_key,
stop_id, dwelling or village_code; lat, lon; frail, half_day (am/pm), not_before, away, announced_on. Of the measured
times: from, to, minutes. Chinese headings are read too; all formats are in docs/planning.md. Coordinates are WGS-84.

Told days stay: another day is planned for them only where a due date would be missed. What cannot be planned is listed
with its reason, a row that cannot be read with a code, and the rest is planned.

Exit status: 0 when all could be read, 1 when something could not or has no place or cadre, 2 for a wrong command.
"""


def plan_command(
    visits: Annotated[
        Path | None, typer.Argument(help="JSON of `onevisit merge --json`, with or without places.")
    ] = None,
    cadres: Annotated[Path | None, typer.Option("--cadres", help="CSV of the cadres.")] = None,
    places: Annotated[
        Path | None, typer.Option("--places", help="CSV with coordinates of dwellings or villages.")
    ] = None,
    current: Annotated[Path | None, typer.Option("--current", help="The plan before: JSON of this command.")] = None,
    travel: Annotated[Path | None, typer.Option("--travel", help="CSV of measured minutes: from, to, minutes.")] = None,
    roads: Annotated[
        str, typer.Option("--roads", help="Road engine: osrm:http://HOST:PORT or valhalla:http://HOST:PORT.")
    ] = "",
    slope: Annotated[
        float, typer.Option("--slope", min=0.5, max=5, help="Times longer that estimated rides take for climbs.")
    ] = 1.0,
    told_until: Annotated[
        str | None, typer.Option("--told-until", help="Every day of --current until then was told, as 2026-03-11.")
    ] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", help="First day of the plan (default: tomorrow, or the first window).")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="Length of the plan in calendar days.")] = 28,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0, max=36_000, help="Time of the search; 0: insertion alone, at once.")
    ] = 60,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**31 - 1, help="Same input, seconds, processes and seed: same plan.")
    ] = 1,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="Searches side by side.")] = 2,
    max_moved: Annotated[
        float, typer.Option("--max-moved", min=0, max=1, help="Most told visits moved for due dates, as a share.")
    ] = 0.05,
    example: Annotated[Path | None, typer.Option("--example", help="Write an example here and plan it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="en or zh (default: from LANG).")] = None,
) -> None:
    """Plan visits: days and order for each cadre, told days kept, and what cannot be planned with the reason."""
    from services.cli.plan_example import MONDAY, write_example  # noqa: PLC0415 - keeps `onevisit --help` fast
    from services.cli.plan_run import PlanFiles, plan_files  # noqa: PLC0415
    from services.scheduler.planning.county import Effort  # noqa: PLC0415

    language = chosen_language(lang)
    first = _day(from_day, "--from")
    if example:
        try:
            visits, cadres, places, travel = write_example(example)
        except OSError as error:
            raise typer.BadParameter(f"cannot be written ({error.strerror})", param_hint="--example") from None
        first = first or MONDAY
    if visits is None or cadres is None:
        raise typer.BadParameter("give VISITS.json and --cadres CADRES.csv, or --example FOLDER")
    if told_until and not current:
        raise typer.BadParameter("says which days of --current were told: give both", param_hint="--told-until")
    if roads and not re.fullmatch(r"(osrm|valhalla):https?://[^\s?#]+", roads):
        raise typer.BadParameter("write osrm:http://HOST:PORT or valhalla:http://HOST:PORT", param_hint="--roads")
    files = PlanFiles(visits, cadres, places=places, current=current, travel=travel, roads=roads, slope=slope)
    status = sys.stderr.isatty()

    def progress(done: int, of: int) -> None:
        if status:
            typer.echo(f"\r… {done}/{of}" + ("\n" if done == of else ""), err=True, nl=False)

    answer = plan_files(
        files,
        first_day=lambda found: first or _first_day(found),
        days=days,
        told_until=_day(told_until, "--told-until"),
        max_moved=max_moved,
        effort=Effort(seconds=seconds, seed=seed, processes=processes),
        progress=progress,
    )
    if as_json:
        sys.stdout.buffer.write(json_by_lines(answer.as_json(language)).encode() + b"\n")
    else:
        from services.cli.plan_words import print_plan  # noqa: PLC0415

        print_plan(answer, language)
    if _incomplete(answer):
        raise typer.Exit(1)


def _incomplete(answer: PlanAnswer) -> bool:
    from services.scheduler.domain.plan_codes import PlanInputCode  # noqa: PLC0415

    return any(fault.code is not PlanInputCode.VILLAGE_POINT for fault in answer.faults)


def _first_day(visits: list[PlaceVisit]) -> date:
    """Tomorrow, or the first window when all open later; when every window is over, the whole season."""
    tomorrow = datetime.now(timezone(timedelta(hours=8))).date() + timedelta(1)
    opens = min((visit.first for visit in visits), default=tomorrow)
    return opens if opens > tomorrow or all(visit.last < tomorrow for visit in visits) else tomorrow


def _day(text: str | None, option: str) -> date | None:
    from services.scheduler.domain.dates import UnreadableDate, read_day  # noqa: PLC0415

    try:
        return read_day(text) if text else None
    except UnreadableDate:
        raise typer.BadParameter("write the day as 2026-03-02", param_hint=option) from None
