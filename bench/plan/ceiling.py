"""What window alignment can give at most, and a floor under every plan; with people's wishes and without.

Wishes are their half-day, no market morning, and not the last days before they are due.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bench.plan.bounds import least_half_days
from bench.plan.county import SETTERS, County, season
from bench.plan.figures import Echo, Sum, planned
from bench.plan.least_riding import least_riding
from services.scheduler.domain.plan_travel import SPEED_KMH
from services.scheduler.domain.plan_weights import SECONDS, Weights
from services.scheduler.planning.county import Effort

WEIGHTS: Final = {
    "wishes as planned with": Weights(),
    "nobody's wish counts": replace(Weights(), other_half_minutes=0, market_minutes=0, ramp_minutes=()),
}
FEWER_HALF_DAYS: Final = 0.35
FEWER_KM: Final = 0.45
"""The targets, against three campaigns."""


def villages_of(county: County) -> Iterator[tuple[list[list[int]], list[int]]]:
    """Of each cadre: seconds of the rides between the home and the dwellings, and the persons at each dwelling."""
    doors: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    visits = county.visits(county.wide({programme for _, programme in SETTERS.values()}))
    for number, visit in enumerate(visits):
        doors[visit.village_code, visit.dwelling].append(number)
    for cadre in county.cadres:
        mine = [behind for (village, _), behind in doors.items() if village in cadre.villages]
        places = [cadre.home, *(visits[behind[0]].point for behind in mine)]
        table = season().travel.minutes(places, cadre.speed)
        yield [[round(minutes * SECONDS) for minutes in row] for row in table], [len(behind) for behind in mine]


def ceiling(county: County, effort: Effort, echo: Echo) -> None:
    """Each rule on both sides: what alignment gives, what it could give at most, and below what no plan comes."""
    wide = {programme for _, programme in SETTERS.values()}
    half_days, km = floors(county)
    echo(f"\nNo plan in which each cadre goes to the own village has less than {half_days} half-days or {km:.0f} km.")
    echo("\n| plan | visits | half-days | hours ridden | km | not planned | CPU s | wall s |")
    echo("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for rule, weights in WEIGHTS.items():
        campaigns = Sum()
        for _, programme in SETTERS.values():
            mine = county.visits((r for r in county.requests if r.programme == programme), programme)
            campaigns.join(planned(mine, county.cadres, effort, weights)[0])
        echo(campaigns.line(f"three campaigns, {rule}"))
        for name, requests in (
            ("aligned", county.aligned()),
            ("all windows but the pension's wide", county.wide(wide - {"pension"})),
            ("all windows wide", county.wide(wide)),
        ):
            echo(planned(county.visits(requests), county.cadres, effort, weights)[0].line(f"merged, {name}", campaigns))
        aimed = campaigns.half_days * (1 - FEWER_HALF_DAYS), campaigns.km * (1 - FEWER_KM)
        echo(f"| aimed at, {rule} | | {aimed[0]:.0f} | | {aimed[1]:.0f} | | | |")
        least = half_days / campaigns.half_days - 1, km / campaigns.km - 1
        echo(f"| no plan has less, {rule} | | {half_days} ({least[0]:+.1%}) | | {km:.0f} ({least[1]:+.1%}) | | | |")


def floors(county: County) -> tuple[int, float]:
    """Half-days and kilometres that every plan has in which each cadre goes to the own village, whatever the windows
    and wishes."""
    wide = county.wide({programme for _, programme in SETTERS.values()})
    half_days = least_half_days(county.visits(wide), county.cadres)
    seconds = sum(least_riding(ride, people, Weights().persons) for ride, people in villages_of(county))
    return half_days, seconds / 3600 * SPEED_KMH
