"""`make bench-plan`, whole or in parts.

    python -m bench.plan                                    # all of it, an hour on two cores
    python -m bench.plan solomon --seconds 10               # gap to best known, beside OR-Tools
    python -m bench.plan homberger --seconds 30
    python -m bench.plan county --seconds 60                # against three campaigns and a list
    python -m bench.plan ceiling --seconds 60               # what alignment gives at most; what wishes cost
    python -m bench.plan best --seconds 60                  # against ten times the search
    python -m bench.plan replan --seconds 10 --villages 10  # late requests
    python -m bench.plan roads --seconds 20                 # half-days that overrun on real roads (after `make roads`)

The data are those of ONEVISIT_SHARED_DATA (default ../shared/data).
"""

import json
import os
from pathlib import Path
from typing import Annotated, Final

import typer

from bench.plan.best_known import gap
from bench.plan.ceiling import ceiling
from bench.plan.county import county_of
from bench.plan.plans import disruption, savings
from bench.plan.published import PROJECT, compare
from bench.plan.roads import VILLAGES, overruns
from services.scheduler.planning.county import Effort

FOLDER: Final = Path(os.environ.get("ONEVISIT_SHARED_DATA", PROJECT / "../shared/data")) / "planning"
COUNTY: Final = "county_20260301.json"
PARTS: Final = {
    "solomon": 10.0,
    "homberger": 30.0,
    "county": 60.0,
    "ceiling": 60.0,
    "best": 60.0,
    "replan": 10.0,
    "roads": 20.0,
}
"""Parts, and their seconds: of each instance, of each plan."""
RUNS: Final = {"county": savings, "ceiling": ceiling, "best": gap, "replan": disruption}


def main(
    part: Annotated[str | None, typer.Argument(help=f"{', '.join(PARTS)}; default: all.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="Of each instance, or of each plan.")] = None,
    instances: Annotated[str | None, typer.Option(help="Names, comma-separated, as C101,R101.")] = None,
    villages: Annotated[int | None, typer.Option(min=1, help="So many of the county, or of roads.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Published instances without OR-Tools.")] = False,
    processes: Annotated[int, typer.Option(min=1, help="Searches side by side.")] = 2,
    patience: Annotated[
        float, typer.Option(min=1, help="Times the seconds a plan may take when the machine is busy.")
    ] = 1,
) -> None:
    """Print tables as Markdown."""
    if not FOLDER.is_dir():
        raise typer.BadParameter("the planning data are not there: set ONEVISIT_SHARED_DATA to the folder of the data")
    for name in [part] if part else PARTS:
        if name not in PARTS:
            raise typer.BadParameter(f"choose {', '.join(PARTS)}")
        budget = PARTS[name] if seconds is None else seconds
        typer.echo(f"\n## {name}, {budget:g} s\n")
        if name in ("solomon", "homberger"):
            folder = "solomon" if name == "solomon" else "homberger_200"
            wanted = set(instances.split(",")) if instances else None
            files = sorted(path for path in (FOLDER / folder).glob("*.txt") if not wanted or path.stem in wanted)
            compare(FOLDER, [f"{folder}/{path.name}" for path in files], budget, typer.echo, alone=alone)
            continue
        effort = Effort(seconds=budget, processes=processes, patience=patience)
        if name == "roads":
            overruns(PROJECT / "var" / "roads" / "osrm", effort, typer.echo, villages or VILLAGES)
            continue
        county = county_of(json.loads((FOLDER / COUNTY).read_text("utf-8")), villages)
        typer.echo(f"{len(county.cadres)} cadres, {len(county.people)} people, {len(county.requests)} requests")
        RUNS[name](county, effort, typer.echo)


if __name__ == "__main__":
    typer.run(main)
