"""Routes of a draft as the desk shows them, and the days on which visits are due."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.gateway.desk.people import People
from services.gateway.desk.views import DeskRouteView, DeskStopView, DueView

Document = Mapping[str, Any]


def route_views(
    cadre_id: str,
    document: Document,
    published: Sequence[Document],
    people: People,
    wanted: Callable[[str], bool],
) -> Iterator[DeskRouteView]:
    """The routes of a cadre on the days that are wanted."""
    phones = {(route["day"], route["half_day"]): route for route in published}
    for route in document["routes"]:
        if not wanted(route["day"]):
            continue
        other = phones.get((route["day"], route["half_day"]))
        yield route_view(cadre_id, route, people, published=other is not None and same_route(route, other))


def route_view(cadre_id: str, route: Document, people: People, *, published: bool) -> DeskRouteView:
    """A route with its people."""
    stops = [_stop(stop, people) for stop in route["stops"]]
    return DeskRouteView.model_validate({**route, "cadre_id": cadre_id, "published": published, "stops": stops})


def same_route(route: Document, published: Document) -> bool:
    """Whether phones have this half-day with these visits in this order."""
    keys = ("day", "half_day")
    return [route[key] for key in keys] == [published[key] for key in keys] and [
        stop["visit_ids"] for stop in route["stops"]
    ] == [stop["visit_ids"] for stop in published["stops"]]


def stop_due(stop: Document) -> date:
    """The earliest due date at a door."""
    return date.fromisoformat(stop["window"][1])


def due_days(documents: Iterable[Document]) -> list[DueView]:
    """How many visits are due on each day, and which of them are not planned."""
    planned: dict[date, int] = {}
    left: dict[date, list[UUID]] = {}
    for document in documents:
        for route in document["routes"]:
            for stop in route["stops"]:
                day = stop_due(stop)
                planned[day] = planned.get(day, 0) + len(stop["visit_ids"])
        for out in document["unplanned"]:
            left.setdefault(stop_due(out), []).extend(UUID(one) for one in out["visit_ids"])
    return [
        DueView(
            day=day,
            visits=planned.get(day, 0) + len(left.get(day, ())),
            planned=planned.get(day, 0),
            unplanned=len(left.get(day, ())),
            visit_ids_unplanned=left.get(day, []),
        )
        for day in sorted({*planned, *left})
    ]


def _stop(stop: Document, people: People) -> DeskStopView:
    views = [people.view(one, stop) for one in stop["visit_ids"]]
    told = next((view.announced_on for view in views if view.announced_on), None)
    return DeskStopView.model_validate(
        {
            **stop,
            "people": views,
            "due_date": stop_due(stop),
            "announced_on": told,
            "pinned": bool(stop["pinned"]),
        }
    )
