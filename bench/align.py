"""`make bench-align`: what window alignment saves on a made-up county, and how long the search takes.

python -m bench.align [--seed 1]

Two counties: the demo's lists as files, read as `onevisit align` reads them; and, where the optional planning data lie
(ONEVISIT_SHARED_DATA, default ../shared/data), the county of that folder with its windows as they are and cut shorter.
"""

import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from deploy.demo.county import DEFAULT_FIRST_DAY, make_county, write_county
from schemas.alignment import CampaignLevel, Objective
from services.cli.align_lists import align_lists
from services.scheduler.domain.align import Alignment, align
from services.scheduler.domain.align_policy import AlignmentPolicy, ProgrammeRule
from services.scheduler.domain.merge import OpenRequest

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED_COUNTY: Final = "planning/county_20260301.json"
MONDAY: Final = date(2026, 3, 2)
"""Working day 0 of the shared county."""
AT: Final = datetime(2026, 3, 1, tzinfo=UTC)
SETTERS: Final = {
    "pension": ("hrss", "pension"),
    "senior": ("civil_affairs", "senior_subsidy"),
    "fp": ("health", "family_planning"),
}
SHARES: Final = (1.0, 0.75, 0.5, 0.33, 0.1)
DAYS: Final = (5, 15)
WITH_PENSION: Final = AlignmentPolicy(
    programmes=AlignmentPolicy().programmes
    | {"pension": ProgrammeRule.model_validate({"next_cycle_from": "due_date", "max_days_earlier": 30})}
)
"""The default, and a pension office that keeps each person's date and lets windows open up to 30 days earlier."""
ResultT = TypeVar("ResultT")


def main(seed: Annotated[int, typer.Option(help="Seed of the demo's county.")] = 1) -> None:
    """Print both tables as Markdown."""
    _demo(seed)
    shared = Path(os.environ.get("ONEVISIT_SHARED_DATA", ROOT / "../shared/data")) / SHARED_COUNTY
    if shared.is_file():
        _shared(json.loads(shared.read_text("utf-8")))
    else:
        typer.echo(f"\n{SHARED_COUNTY} is not there: set ONEVISIT_SHARED_DATA to the folder that holds it.")
    typer.echo(f"\nPeak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


def _demo(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_county(make_county(seed), Path(folder))
        typer.echo(f"\n## Demo county, seed {seed}: three files, read, merged and aligned\n")
        typer.echo("| windows set | save first | pension | visits → | trips → | campaign-days | proved | CPU s |")
        typer.echo("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for pension, policy in (("stays", AlignmentPolicy()), ("≤ 30 days earlier", WITH_PENSION)):
            for level in (CampaignLevel.AUTO, CampaignLevel.PROGRAMME):
                for objective in Objective:
                    answer, seconds = _timed(
                        lambda policy=policy, level=level, objective=objective: align_lists(  # type: ignore[misc]
                            files,
                            county_secret=b"the county of a benchmark",
                            today=DEFAULT_FIRST_DAY - timedelta(7),
                            policy=policy,
                            max_days=30,
                            max_proposals=10,
                            level=level,
                            objective=objective,
                        )
                    )
                    found = answer.found
                    typer.echo(f"| {level} | {objective} | {pension} | {_gain(found)} | {seconds:.1f} |")


def _shared(county: dict[str, Any]) -> None:
    typer.echo(f"\n## {SHARED_COUNTY}: windows as they are, and cut to a share of their length\n")
    several = "".join(f" with ≤ {days} days |" for days in DAYS)
    typer.echo(
        f"| windows | requests | merged |{several} with all that help | trips → | campaign-days | proved | CPU s |"
    )
    typer.echo("| --- " * (8 + len(DAYS)) + "|")
    for share in SHARES:
        requests, villages, homes = _requests(county, share)
        found, seconds = _timed(
            lambda requests=requests, villages=villages, homes=homes: align(  # type: ignore[misc]
                requests, village_of=villages, dwelling_of=homes, max_days=30
            )
        )
        within = (max(saved for days, saved in found.front if days <= most) for most in DAYS)
        visits = "".join(f" {_less(found.visits - saved, len(requests))} |" for saved in within)
        after, trips, days, proved = _gain(found).split(" | ")
        after = _less(int(after.split()[-1]), len(requests))
        typer.echo(
            f"| {share:.0%} | {len(requests)} | {_less(found.visits, len(requests))} |{visits} {after} "
            f"| {trips} | {days} | {proved} | {seconds:.1f} |"
        )


def _gain(found: Alignment) -> str:
    whole = found.whole
    saved = (whole.visits_saved, whole.trips_saved, whole.proposal.days) if whole else (0, 0, 0)
    return (
        f"{found.visits} → {found.visits - saved[0]} | {found.trips} → {found.trips - saved[1]} "
        f"| {saved[2]} | {'yes' if found.exact else 'no'}"
    )


def _less(visits: int, requests: int) -> str:
    return f"{visits} (−{1 - visits / requests:.1%})"


def _requests(
    county: dict[str, Any], share: float
) -> tuple[list[OpenRequest], dict[tuple[str, str], str | None], dict[str, str]]:
    """The requests, their places and the dwellings; windows are in working days and are cut from the end."""
    requests: list[OpenRequest] = []
    villages: dict[tuple[str, str], str | None] = {}
    for number, (person, programme, first, last) in enumerate(county["reqs"]):
        agency, code = SETTERS[programme]
        cut = first + max(1, round((last - first + 1) * share)) - 1
        request = OpenRequest(agency, str(number), code, str(person), _day(first), _day(cut), AT)
        requests.append(request)
        lives = county["people"][person]
        villages[agency, request.request_id] = f"990100{lives['t']:03d}{lives['v']:03d}"
    homes = {str(person["id"]): str(person["house"]) for person in county["people"]}
    return requests, villages, homes


def _day(working_day: int) -> date:
    week, weekday = divmod(working_day, 5)
    return MONDAY + timedelta(7 * week + weekday)


def _timed(work: Callable[[], ResultT]) -> tuple[ResultT, float]:
    began = time.process_time()
    return work(), time.process_time() - began


if __name__ == "__main__":
    typer.run(main)
