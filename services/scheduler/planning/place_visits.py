"""Visits with their places: what ``onevisit merge --json`` prints, joined with the places of dwellings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_model import Place, PlaceVisit, Point
from services.scheduler.planning.cells import as_day, as_days, as_flag, as_half_day, as_name, as_point
from services.scheduler.planning.reading import Reading
from services.scheduler.planning.unreadable import Unreadable

KEYS: Final = ("visit_id", "person_key", "stop_id", "dwelling", "village_code")
"""What a row of the places may be about, the closest first."""
ABOUT: Final = ("frail", "half_day", "not_before", "away", "announced_on", "dwelling", "village_code")


@dataclass(slots=True)
class Places:
    """What the rows of PLACES.csv say, by what they are about."""

    by_key: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    """Several for a dwelling's name that several villages have."""
    names: dict[Point, tuple[str, ...]] = field(default_factory=dict)
    """What a place is called in TRAVEL.csv."""

    def put(self, key: str, name: str, entry: dict[str, Any]) -> bool:
        """Keeps a row; False when there is one about the same already, which counts."""
        mine = self.by_key.setdefault((key, name), [])
        if any(key != "dwelling" or row.get("village_code") == entry.get("village_code") for row in mine):
            return False
        mine.append(entry)
        return True

    def find(self, key: str, name: object, village: object) -> dict[str, Any] | None:
        """The row about it; a dwelling's that names another village is about another house."""
        rows = self.by_key.get((key, str(name)), [])
        if village is None:
            return rows[0] if len(rows) == 1 else None
        if key == "dwelling":
            rows = [row for row in rows if row.get("village_code") in (None, village)]
        return max(rows, key=lambda row: row.get("village_code") is not None, default=None)


def read_places(reading: Reading) -> Places:
    """The rows; each is about the closest thing it names: a visit, a person, a stop, a dwelling or a village."""
    places = Places()
    for row, cells in reading.rows():
        key = next((key for key in KEYS if cells.get(key)), None)
        if key is None:
            names = ", ".join(KEYS)
            reading.fault(row, f"none of {names} is given", zh=f"{names} 均未填写")
            continue
        entry = reading.take(row, partial(as_place, cells))
        if entry and not places.put(key, entry["about"], entry):
            reading.fault(row, "it stands twice; the first counts", zh="重复出现，以第一次为准")
    return places


def as_place(cells: dict[str, str]) -> dict[str, Any]:
    """A row of the places: what is said, the point, and what it is about. Raises ValueError for what cannot be read."""
    key = next((key for key in KEYS if cells.get(key)), None)
    return _about(cells) | {"point": as_point(cells), "about": as_name(cells[key]) if key else ""}


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
        reading.fault(0, "no list of visits", zh="没有走访列表")
        return []
    stops = _stops(reading, document.get("stops") if isinstance(document, dict) else None)
    visits: dict[str, PlaceVisit] = {}
    for row, entry in enumerate(entries, 1):
        visit = reading.take(row, partial(_visit, reading, row, entry, stops, places, told))
        if visit and visit.visit_id in visits:
            name = f"visit_id {visit.visit_id}"
            reading.fault(row, f"{name} stands twice; the first counts", zh=f"{name} 重复出现，以第一次为准")
        elif visit:
            visits[visit.visit_id] = visit
    return list(visits.values())


def _stops(reading: Reading, entries: Any) -> dict[str, dict[str, Any]]:
    """By visit, the stop of which it is one."""
    stops: dict[str, dict[str, Any]] = {}
    for number, stop in enumerate(entries if isinstance(entries, list) else (), 1):
        names = reading.take(number, partial(_ids, stop))
        stops |= dict.fromkeys(names or (), stop)
    if not isinstance(entries, list | None):
        reading.fault(0, "stops is no list", zh="stops 不是列表")
    return stops


def _ids(stop: Any) -> list[str]:
    if not isinstance(stop, dict) or not isinstance(stop.get("visit_ids"), list):
        raise Unreadable("a stop without its list of visit_ids", "停靠点缺少 visit_ids 列表")
    return [as_name(visit_id) for visit_id in stop["visit_ids"]]


def _visit(
    reading: Reading,
    row: int,
    entry: dict[str, Any],
    stops: Mapping[str, dict[str, Any]],
    places: Places,
    told: Mapping[str, date],
) -> PlaceVisit | None:
    if not isinstance(entry, dict):
        raise Unreadable("it is no object with visit_id and window", "不是含 visit_id 和 window 的对象")
    visit_id = as_name(entry["visit_id"])
    first, last = _window(entry["window"])
    if first > last:
        raise Unreadable("the window ends before it begins", "窗口期结束早于开始")
    stop = stops.get(visit_id, {})
    known = _about({"village_code": stop.get("village_code"), "dwelling": stop.get("stop_id")}) | _about(entry)
    point, of_village = as_point(entry), False
    for key in KEYS:
        name = {"visit_id": visit_id, "person_key": entry.get("person_key"), "stop_id": stop.get("stop_id")}.get(
            key, known.get(key)
        )
        if found := places.find(key, name, known.get("village_code")):
            known = {name: value for name, value in found.items() if value is not None} | known
            if point is None and found["point"]:
                point, of_village = found["point"], key == "village_code"
    village = known.get("village_code")
    if point is None:
        reading.fault(
            row,
            f"visit {visit_id}, village {village or '?'}",
            PlanInputCode.NO_PLACE,
            f"走访 {visit_id}，村 {village or '?'}",
        )
        return None
    if of_village:
        zh = f"走访 {visit_id}，村 {village}"
        reading.fault(row, f"visit {visit_id}, village {village}", PlanInputCode.VILLAGE_POINT, zh)
    called = (known.get("dwelling"), village)
    places.names.setdefault(point, tuple(name for name in called if name))
    return PlaceVisit(
        visit_id=visit_id,
        point=point,
        first=first,
        last=last,
        programmes=max(1, _programmes(entry.get("items") or entry.get("requests") or ())),
        village_code=village,
        dwelling=known.get("dwelling"),
        frail=bool(known.get("frail")),
        half_day=known.get("half_day"),
        not_before=known.get("not_before"),
        away=known.get("away") or frozenset(),
        announced_on=known.get("announced_on") or told.get(visit_id),
    )


def _window(value: Any) -> tuple[date, date]:
    days = [as_day(day) for day in value] if isinstance(value, list) else []
    match days:
        case [date() as first, date() as last]:
            return first, last
    raise Unreadable("window is a list of two days, the first and the last", "window 应为首日和末日两个日期的列表")


def _programmes(value: Any) -> int:
    """How many requests: a list of them, or their number."""
    if isinstance(value, list | dict | tuple):
        return len(value)
    if isinstance(value, int):
        return value
    raise Unreadable("items and requests are lists", "items 和 requests 应为列表")


def _about(cells: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a visit or a place beside where it is; nothing is left out that was given."""
    readers = {"frail": as_flag, "half_day": as_half_day, "not_before": as_day, "away": as_days, "announced_on": as_day}
    return {name: readers.get(name, as_name)(cells[name]) for name in ABOUT if cells.get(name) not in (None, "")}


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
        reading.fault(0, "no list of routes", zh="没有路线列表")
        return stood, told
    for row, route in enumerate(routes, 1):
        read = reading.take(row, partial(_stood, route, told_until))
        for visit_id, place, told_on in read or ():
            stood[visit_id] = place
            if told_on:
                told[visit_id] = told_on
    return stood, told


def _stood(route: dict[str, Any], told_until: date | None) -> list[tuple[str, Place, date | None]]:
    day, half = as_day(route["day"]), as_half_day(route["half_day"])
    if day is None or half is None or not isinstance(route["stops"], list):
        raise Unreadable(
            "a half-day without day, half_day or its list of stops", "半天缺少 day、half_day 或 stops 列表"
        )
    found = []
    for order, stop in enumerate(route["stops"]):
        told_on = day if told_until and day <= told_until else as_day(stop.get("announced_on"))
        place = Place(str(route["cadre_id"]), day, half, order)
        found += [(visit_id, place, told_on) for visit_id in _ids(stop)]
    return found
