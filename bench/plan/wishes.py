"""What it costs to keep to what people wish: their half-day, and not the last days before they are due."""

from dataclasses import replace
from typing import Final

from bench.plan.county import SETTERS, County
from bench.plan.figures import Echo, Sum, planned
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planning.county import Effort

WEIGHTS: Final = {
    "wishes as planned with": Weights(),
    "nobody's wish counts": replace(Weights(), other_half_minutes=0, market_minutes=0, ramp_minutes=()),
}


def unasked(county: County, effort: Effort, echo: Echo) -> None:
    """Three campaigns beside the merged plan with aligned windows, both with wishes and both without."""
    echo("\n| plan | visits | half-days | hours ridden | km | not planned | CPU s | wall s |")
    echo("| --- | --- | --- | --- | --- | --- | --- | --- |")
    aligned = county.visits(county.aligned())
    for name, weights in WEIGHTS.items():
        campaigns = Sum()
        for _, programme in SETTERS.values():
            mine = county.visits((r for r in county.requests if r.programme == programme), programme)
            campaigns.join(planned(mine, county.cadres, effort, weights)[0])
        echo(campaigns.line(f"three campaigns, {name}"))
        merged, _ = planned(aligned, county.cadres, effort, weights)
        echo(merged.line(f"merged, aligned, {name}", campaigns))
