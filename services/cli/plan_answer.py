"""The answer of ``onevisit plan``: figures, and the JSON that is also the plan before of the next run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.scheduler.domain.plan_codes import Language, PlanInputCode, explain
from services.scheduler.domain.plan_model import Place, Route, Unplanned
from services.scheduler.domain.plan_moves import Move, moved_announced
from services.scheduler.planning.county import Effort, PlannedCounty
from services.scheduler.planning.reading import InputFault

FORMAT = "onevisit-plan/1"


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """A plan with all that is to be said of it."""

    planned: PlannedCounty
    faults: list[InputFault]
    """Of the input, visits of no cadre included."""
    first: date
    last: date
    effort: Effort

    @property
    def reproducible(self) -> bool:
        """Whether another run with this input and seed gives this plan."""
        by_clock = {PlanInputCode.TIME_LIMIT, PlanInputCode.SEARCH_STOPPED}
        return not any(code in by_clock for code, _ in self.planned.warnings)

    def figures(self) -> dict[str, Any]:
        """The plan in numbers."""
        plan = self.planned.plan
        planned = sum(len(stop.stop.visits) for route in plan.routes for stop in route.stops)
        load = Counter(route.cadre_id for route in plan.routes)
        return {
            "visits": planned + sum(len(out.stop.visits) for out in plan.unplanned),
            "planned": planned,
            "stops": sum(len(route.stops) for route in plan.routes),
            "half_days": len(plan.routes),
            "ride_minutes": round(sum(route.ride_minutes for route in plan.routes), 1),
            "minutes": round(sum(route.minutes for route in plan.routes), 1),
            "told": self.planned.told,
            "told_moved": moved_announced(self.planned.moves),
            "half_days_of_cadre": dict(sorted(load.items())),
        }

    def as_json(self, language: Language) -> dict[str, Any]:
        """The whole answer; formats are in docs/planning.md."""
        return {
            "format": FORMAT,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "seed": self.effort.seed,
            "seconds": self.effort.seconds,
            "processes": self.effort.processes,
            "reproducible": self.reproducible,
            "figures": self.figures(),
            "routes": [route_as_json(route) for route in self.planned.plan.routes],
            "unplanned": [_unplanned_as_json(out, language) for out in self.planned.plan.unplanned],
            "moves": [_move_as_json(move, language) for move in self.planned.moves],
            "faults": [fault.as_json(language) for fault in self.faults],
            "warnings": [
                {"code": code.value, "message": explain(code, language, detail)}
                for code, detail in self.planned.warnings
            ],
        }


def route_as_json(route: Route) -> dict[str, Any]:
    """One half-day."""
    return {
        "cadre_id": route.cadre_id,
        "day": route.slot.day.isoformat(),
        "half_day": route.slot.half.value,
        "start": clock(route.slot.start),
        "end": clock(route.slot.start + route.minutes),
        "ride_minutes": round(route.ride_minutes, 1),
        "stops": [
            {
                "arrive": clock(planned.arrive),
                "visit_ids": [visit.visit_id for visit in planned.stop.visits],
                "lat": planned.stop.point.lat,
                "lon": planned.stop.point.lon,
                "village_code": planned.stop.visits[0].village_code,
                "window": [planned.stop.first.isoformat(), planned.stop.last.isoformat()],
                "announced_on": told.isoformat() if (told := planned.stop.announced_on) else None,
            }
            for planned in route.stops
        ],
    }


def clock(minutes: float) -> str:
    """Minutes after midnight as 08:30."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def _unplanned_as_json(out: Unplanned, language: Language) -> dict[str, Any]:
    return {
        "visit_ids": [visit.visit_id for visit in out.stop.visits],
        "cadre_id": out.cadre_id,
        "window": [out.stop.first.isoformat(), out.stop.last.isoformat()],
        "code": out.code.value,
        "message": explain(out.code, language),
    }


def _move_as_json(move: Move, language: Language) -> dict[str, Any]:
    return {
        "visit_id": move.visit_id,
        "was": _place_as_json(move.was),
        "now": _place_as_json(move.now) if move.now else None,
        "announced": move.announced,
        "code": move.code.value,
        "message": explain(move.code, language),
    }


def _place_as_json(place: Place) -> dict[str, str]:
    return {"cadre_id": place.cadre_id, "day": place.day.isoformat(), "half_day": place.half.value}
