"""Visits with their places: what ``onevisit merge --json`` prints, joined with the places of dwellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_model import Place, PlaceVisit, Point
from services.scheduler.planning.lists import Reading, as_day, as_days, as_flag, as_half_day, as_point

KEYS: Final = ("visit_id", "person_key", "stop_id", "dwelling", "village_code")
"""What a row of the places may be about, the closest first."""
ABOUT: Final = ("frail", "half_day", "not_before", "away", "announced_on", "dwelling", "village_code")


@dataclass(slots=True)
class Places:
    """What the rows of PLACES.csv say, by what they are about."""

    by_key: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    names: dict[Point, tuple[str, ...]] = field(default_factory=dict)
    """What a place is called in TRAVEL.csv."""


def read_places(reading: Reading) -> Places:
    """The rows; each is about the closest thing it names: a visit, a person, a stop, a dwelling or a village."""
    places = Places()
    for row, cells in reading.rows():
        key = next((key for key in KEYS if cells.get(key)), None)
        if key is None:
            reading.fault(row, f"none of {', '.join(KEYS)} is given")
            continue
        entry = reading.take(row, partial(as_place, cells))
        if entry:
            places.by_key[key, cells[key]] = entry
    return places


def as_place(cells: dict[str, str]) -> dict[str, Any]:
    """A row of the places: what is said, and the point. Raises ValueError for what cannot be read."""
    return _about(cells) | {"point": as_point(cells)}


def read_visits(reading: Reading, document: Any, places: Places, told: Mapping[str, date]) -> list[PlaceVisit]:
    """The visits that can be planned.

    Args:
        reading: of the visits' file.
        document: the JSON: an object with visits and stops, or a list of visits.
        places: of --places.
        told: days that the plan before says were told, by visit.
    """
    entries = document.get("visits") if isinstance(document, dict) else document
    if not isinstance(entries, list):
        reading.fault(0, "no list of visits")
        return []
    stops: dict[str, dict[str, Any]] = {}
    for stop in document.get("stops") or () if isinstance(document, dict) else ():
        for visit_id in stop.get("visit_ids", ()) if isinstance(stop, dict) else ():
            stops[str(visit_id)] = stop
    visits: dict[str, PlaceVisit] = {}
    for row, entry in enumerate(entries, 1):
        visit = reading.take(row, partial(_visit, reading, row, entry, stops, places, told))
        if visit and visit.visit_id in visits:
            reading.fault(row, f"visit_id {visit.visit_id} stands twice; the first counts")
        elif visit:
            visits[visit.visit_id] = visit
    return list(visits.values())


def _visit(
    reading: Reading,
    row: int,
    entry: dict[str, Any],
    stops: Mapping[str, dict[str, Any]],
    places: Places,
    told: Mapping[str, date],
) -> PlaceVisit | None:
    visit_id = str(entry["visit_id"])
    first, last = (date.fromisoformat(day) for day in entry["window"])
    if first > last:
        raise ValueError("the window ends before it begins")
    stop = stops.get(visit_id, {})
    known = {**{"village_code": stop.get("village_code"), "dwelling": stop.get("stop_id")}, **_about(entry)}
    point, of_village = as_point(entry), False
    for key in KEYS:
        name = {"visit_id": visit_id, "person_key": entry.get("person_key"), "stop_id": stop.get("stop_id")}.get(
            key, known.get(key)
        )
        if found := places.by_key.get((key, str(name))):
            known = {name: value for name, value in found.items() if value is not None} | known
            if point is None and found["point"]:
                point, of_village = found["point"], key == "village_code"
    village = known.get("village_code")
    if point is None:
        reading.fault(row, f"visit {visit_id}, village {village or '?'}", PlanInputCode.NO_PLACE)
        return None
    if of_village:
        reading.fault(row, f"visit {visit_id}, village {village}", PlanInputCode.VILLAGE_POINT)
    called = (known.get("dwelling"), village)
    places.names.setdefault(point, tuple(str(name) for name in called if name))
    return PlaceVisit(
        visit_id=visit_id,
        point=point,
        first=first,
        last=last,
        programmes=max(1, len(entry.get("items") or entry.get("requests") or ())),
        village_code=str(village) if village else None,
        dwelling=str(known["dwelling"]) if known.get("dwelling") else None,
        frail=bool(known.get("frail")),
        half_day=known.get("half_day"),
        not_before=known.get("not_before"),
        away=known.get("away") or frozenset(),
        announced_on=known.get("announced_on") or told.get(visit_id),
    )


def _about(cells: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a visit or a place beside where it is; nothing is left out that was given."""
    readers = {"frail": as_flag, "half_day": as_half_day, "not_before": as_day, "away": as_days, "announced_on": as_day}
    return {
        name: readers[name](cells[name]) if name in readers else cells[name]
        for name in ABOUT
        if cells.get(name) not in (None, "")
    }


def read_current(reading: Reading, document: Any, told_until: date | None) -> tuple[dict[str, Place], dict[str, date]]:
    """The plan before: where each visit stood, and the days that were told.

    Args:
        reading: of its file.
        document: its JSON.
        told_until: every day of it until then was told.
    """
    stood: dict[str, Place] = {}
    told: dict[str, date] = {}
    routes = document.get("routes") if isinstance(document, dict) else None
    if not isinstance(routes, list):
        reading.fault(0, "no list of routes")
        return stood, told
    for row, route in enumerate(routes, 1):
        read = reading.take(row, partial(_stood, route, told_until))
        for visit_id, place, told_on in read or ():
            stood[visit_id] = place
            if told_on:
                told[visit_id] = told_on
    return stood, told


def _stood(route: dict[str, Any], told_until: date | None) -> list[tuple[str, Place, date | None]]:
    day, half = date.fromisoformat(route["day"]), as_half_day(route["half_day"])
    if half is None:
        raise ValueError("no half_day")
    found = []
    for order, stop in enumerate(route["stops"]):
        told_on = day if told_until and day <= told_until else as_day(stop.get("announced_on"))
        found += [(str(v), Place(str(route["cadre_id"]), day, half, order), told_on) for v in stop["visit_ids"]]
    return found
