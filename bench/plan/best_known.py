"""How far a plan of the county is from the best known one, which ten times the search has found."""

import time
from dataclasses import replace
from typing import Final

from bench.plan.bounds import cost_minutes
from bench.plan.county import County, season
from bench.plan.figures import Echo, cpu_seconds
from services.scheduler.planning.county import Effort, plan_county

LONGER: Final = 10
"""Times the search that gives the best known cost."""


def gap(county: County, effort: Effort, echo: Echo) -> None:
    """The cost of a plan against the best known, cadre by cadre: the least of all runs here."""
    visits = county.visits(county.requests)
    rows = []
    for seconds in (0, effort.seconds, LONGER * effort.seconds):
        began, burnt = time.monotonic(), cpu_seconds()
        found = plan_county(visits, county.cadres, season(), replace(effort, seconds=seconds))
        used = f"{cpu_seconds() - burnt:.0f} | {time.monotonic() - began:.0f}"
        costs = [cost_minutes(found.plan, cadre) for cadre in county.cadres]
        rows.append((seconds, costs, len(found.plan.routes), used))
    best = sum(map(min, zip(*(costs for _, costs, _, _ in rows), strict=True)))
    echo("\n| search | cost, hours | above the best known | half-days | CPU s | wall s |")
    echo("| --- | --- | --- | --- | --- | --- |")
    for seconds, costs, half_days, used in rows:
        echo(f"| {seconds:g} s | {sum(costs) / 60:.1f} | {sum(costs) / best - 1:+.2%} | {half_days} | {used} |")
    echo(f"| best known, the least of each cadre | {best / 60:.1f} | | | | |")
