"""What plans come to: visits, half-days, hours, kilometres, processor time; rows of tables."""

import itertools
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace

from bench.plan.county import season
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, Plan, Route
from services.scheduler.domain.plan_travel import road_km
from services.scheduler.domain.plan_weights import Weights
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

    def join(self, other: "Sum") -> None:
        """Adds the figures of another plan."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

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


def planned(
    visits: list[PlaceVisit], cadres: Sequence[Cadre], effort: Effort, weights: Weights | None = None
) -> tuple[Sum, Plan]:
    """A plan, with the usual weights or others, and its figures."""
    of = season() if weights is None else replace(season(), weights=weights)
    began, burnt, total = time.monotonic(), cpu_seconds(), Sum()
    found = plan_county(visits, cadres, of, effort)
    total.seconds, total.cpu = time.monotonic() - began, cpu_seconds() - burnt
    total.add(found.plan.routes, cadres)
    total.left = sum(len(out.stop.visits) for out in found.plan.unplanned)
    return total, found.plan


def cpu_seconds() -> float:
    """Processor time of the searches that have ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
