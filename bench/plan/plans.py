"""Plans of the shared county: against three campaigns and against a list, and after late requests."""

import resource
import time
from dataclasses import replace
from random import Random

from bench.plan.county import SETTERS, County, season
from bench.plan.figures import Echo, Sum, planned
from bench.plan.help import Compared, with_help
from bench.plan.naive import earliest_due_nearest_neighbour
from services.scheduler.domain.plan_assemble import routes_of
from services.scheduler.domain.plan_model import Place, PlaceVisit, places
from services.scheduler.domain.plan_moves import moved_announced
from services.scheduler.domain.plan_parts import cadre_plan
from services.scheduler.planning.county import Effort, plan_county


def savings(county: County, effort: Effort, echo: Echo) -> None:
    """Merged and planned against three campaigns, each planned by itself as well as we can, and against a list."""
    echo("\n| plan | visits | half-days | hours ridden | km | not planned | CPU s | wall s |")
    echo("| --- | --- | --- | --- | --- | --- | --- | --- |")
    campaigns, compared = Sum(), [Compared(name) for name in ("three campaigns", "merged", "merged, aligned")]
    for _, programme in SETTERS.values():
        mine = county.visits((r for r in county.requests if r.programme == programme), programme)
        one, plan = planned(mine, county.cadres, effort)
        compared[0].plans.append((mine, plan))
        campaigns.join(one)
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
    echo(planned(merged, county.cadres, replace(effort, seconds=0))[0].line("merged, cheapest insertion", campaigns))
    for row, visits in zip(compared[1:], (merged, county.visits(county.aligned())), strict=True):
        total, plan = planned(visits, county.cadres, effort)
        row.plans.append((visits, plan))
        echo(total.line(f"{row.name}, planned", campaigns))
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    echo(f"\nPeak memory: {own:.0f} MB, of the largest search {children:.0f} MB.")
    with_help(compared, county.cadres, echo)


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
