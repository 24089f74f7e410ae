"""A document in numbers: they are sums, so those of a county, a township or a what-if follow by adding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.scheduler.domain.plan_model import PlaceVisit
from services.scheduler.planner.county import County

SUMS = (
    *("half_days", "ride_minutes", "minutes", "km", "trips", "visits", "planned", "unplanned", "due_missed"),
    *("announced", "announced_moved"),
)
"""What adds up. trips: stops ridden to."""


def figures_of(document: Mapping[str, Any], county: County) -> dict[str, float]:
    """The figures of one document, with what its cadre could do: slots and their budgets."""
    routes = document["routes"]
    planned = {one: route["day"] for route in routes for stop in route["stops"] for one in stop["visit_ids"]}
    left = [one for out in document["unplanned"] for one in out["visit_ids"]]
    told = {one: visit for one in (*planned, *left) if (visit := _told(county, one))}
    return {
        "half_days": len(routes),
        "ride_minutes": round(sum(route["ride_minutes"] for route in routes), 1),
        "minutes": round(sum(route["minutes"] for route in routes), 1),
        "km": round(sum(route["km"] for route in routes), 1),
        "trips": sum(len(route["stops"]) for route in routes),
        "visits": len(planned) + len(left),
        "planned": len(planned),
        "unplanned": len(left),
        "due_missed": sum(len(out["visit_ids"]) for out in document["unplanned"] if out["due_missed"]),
        "announced": len(told),
        "announced_moved": sum(planned.get(one) != str(visit.announced_on) for one, visit in told.items()),
        "slots": len(document["slots"]),
        "budget_minutes": round(sum(slot["budget_minutes"] for slot in document["slots"]), 1),
    }


def totals(documents: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """The figures of several documents together."""
    figures = [document["figures"] for document in documents]
    return {name: round(sum(one[name] for one in figures), 1) for name in SUMS}


def _told(county: County, visit_id: str) -> PlaceVisit | None:
    visit = county.visits.get(visit_id)
    return visit if visit and visit.announced_on else None
