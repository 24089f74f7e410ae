"""Plans of the shared county: against three campaigns and against a list, and after late requests."""

import itertools
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.plan.bounds import least_half_days
from bench.plan.county import SETTERS, County, season
from bench.plan.naive import earliest_due_nearest_neighbour
from services.scheduler.domain.plan_assemble import routes_of
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Route, places
from services.scheduler.domain.plan_moves import moved_announced
from services.scheduler.domain.plan_parts import cadre_plan
from services.scheduler.domain.plan_travel import road_km
from services.scheduler.planning.county import Effort, plan_county

Echo = Callable[[str], None]


@dataclass(slots=True)
class Sum:
    """Figures of routes."""

    visits: int = 0
    half_days: int = 0
    hours: float = 0
    km: float = 0
    left: int = 0
    seconds: float = 0
    cpu: float = 0
    """Seconds of processor time, of the searches."""

    def add(self, routes: Iterable[Route], cadres: Sequence[Cadre]) -> None:
        """Adds routes."""
        homes = {cadre.cadre_id: cadre.home for cadre in cadres}
        for route in routes:
            way = [homes[route.cadre_id], *(stop.stop.point for stop in route.stops), homes[route.cadre_id]]
            self.half_days += 1
            self.visits += sum(len(stop.stop.visits) for stop in route.stops)
            self.hours += route.ride_minutes / 60
            self.km += sum(road_km(a, b) for a, b in itertools.pairwise(way))

    def line(self, name: str, base: "Sum | None" = None) -> str:
        """One row of the table, with the difference to the base."""

        def cell(mine: float, theirs: float | None) -> str:
            return f"{mine:.0f}" + (f" ({mine / theirs - 1:+.0%})" if theirs else "")

        pairs: list[tuple[float, float | None]] = [
            (getattr(self, name), getattr(base, name) if base else None)
            for name in ("visits", "half_days", "hours", "km")
        ]
        cells = [*(cell(*pair) for pair in pairs), str(self.left), f"{self.cpu:.0f}", f"{self.seconds:.0f}"]
        return f"| {name} | {' | '.join(cells)} |"


def planned(visits: list[PlaceVisit], cadres: Sequence[Cadre], effort: Effort) -> Sum:
    """The figures of a plan."""
    began, burnt, total = time.monotonic(), cpu_seconds(), Sum()
    found = plan_county(visits, cadres, season(), effort)
    total.seconds, total.cpu = time.monotonic() - began, cpu_seconds() - burnt
    total.add(found.plan.routes, cadres)
    total.left = sum(len(out.stop.visits) for out in found.plan.unplanned)
    return total


def cpu_seconds() -> float:
    """Processor time of the searches that have ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def savings(county: County, effort: Effort, echo: Echo) -> None:
    """Merged and planned against three campaigns, each planned by itself as well as we can, and against a list."""
    echo("\n| plan | visits | half-days | hours ridden | km | not planned | CPU s | wall s |")
    echo("| --- | --- | --- | --- | --- | --- | --- | --- |")
    campaigns, least = Sum(), 0
    for _, programme in SETTERS.values():
        mine = county.visits((r for r in county.requests if r.programme == programme), programme)
        least += least_half_days(mine, county.cadres)
        one = planned(mine, county.cadres, effort)
        for name in ("visits", "half_days", "hours", "km", "left", "cpu", "seconds"):
            setattr(campaigns, name, getattr(campaigns, name) + getattr(one, name))
    echo(campaigns.line("three campaigns, each planned alone"))
    merged = county.visits(county.requests)
    naive = Sum()
    for cadre in county.cadres:
        part = cadre_plan(cadre, [v for v in merged if v.village_code in cadre.villages], season())
        routes = earliest_due_nearest_neighbour(part.problem)
        naive.add(routes_of(cadre, part.problem, routes), county.cadres)
        out = set(range(len(part.problem.stops))) - part.problem.served(routes)
        naive.left += sum(len(part.problem.stops[stop].visits) for stop in out)
    echo(naive.line("merged, earliest due date and nearest neighbour", campaigns))
    echo(planned(merged, county.cadres, replace(effort, seconds=0)).line("merged, cheapest insertion", campaigns))
    echo(planned(merged, county.cadres, effort).line("merged, planned", campaigns))
    aligned = county.visits(county.aligned())
    echo(planned(aligned, county.cadres, effort).line("merged, aligned, planned", campaigns))
    bounds = [least, *(least_half_days(visits, county.cadres) for visits in (merged, aligned))]
    echo(f"\nHalf-days that no plan can undercut: {bounds[0]} in campaigns, {bounds[1]} merged, {bounds[2]} aligned.")
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    echo(f"\nPeak memory: {own:.0f} MB, of the largest search {children:.0f} MB.")


def disruption(county: County, effort: Effort, echo: Echo) -> None:
    """Late requests after everybody was told: what moves, and what a plan from the start would cost and move."""
    echo("\n| late | plan | told days moved | half-days | hours ridden | not planned | s a cadre |")
    echo("| --- | --- | --- | --- | --- | --- | --- |")
    visits = county.visits(county.requests)
    for share in (0.01, 0.05, 0.2):
        late = {v.visit_id for v in Random(1).sample(visits, max(1, round(share * len(visits))))}  # noqa: S311
        first = plan_county([v for v in visits if v.visit_id not in late], county.cadres, season(), effort)
        before = places(first.plan)
        told = [replace(v, announced_on=before[v.visit_id].day) if v.visit_id in before else v for v in visits]
        runs: tuple[tuple[str, list[PlaceVisit], dict[str, Place], Effort], ...] = (
            ("insertion", told, before, replace(effort, seconds=0)),
            ("warm start, told days kept", told, before, effort),
            ("from the start", visits, {}, effort),
        )
        for name, mine, stood, how in runs:
            began = time.monotonic()
            found = plan_county(mine, county.cadres, season(stood), how)
            each = (time.monotonic() - began) / len(county.cadres)
            now, total = places(found.plan), Sum()
            total.add(found.plan.routes, county.cadres)
            moved = sum(v not in now or now[v].day != was.day for v, was in before.items())
            assert not stood or moved == moved_announced(found.moves)
            out = sum(len(out.stop.visits) for out in found.plan.unplanned)
            echo(f"| {share:.0%} | {name} | {moved} | {total.half_days} | {total.hours:.1f} | {out} | {each:.2f} |")
