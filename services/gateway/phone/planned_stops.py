"""Where the published plan puts the visits of a cadre in the days to come."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from schemas.plan import HalfDay


class PlannedStop(NamedTuple):
    """A door on a half-day of the plan."""

    day: date
    half_day: HalfDay
    order: int
    """Within the half-day, from 0."""
    arrive: str
    """As 08:30, in the county's time."""
    lat: float
    lon: float


def planned_stops(routes: Sequence[Mapping[str, Any]], first: date, last: date) -> dict[UUID, PlannedStop]:
    """By visit, on days from the first to the last."""
    return {
        UUID(visit_id): PlannedStop(day, HalfDay(route["half_day"]), order, stop["arrive"], stop["lat"], stop["lon"])
        for route in routes
        if first <= (day := date.fromisoformat(route["day"])) <= last
        for order, stop in enumerate(route["stops"])
        for visit_id in stop["visit_ids"]
    }
