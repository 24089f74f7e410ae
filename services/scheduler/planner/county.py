"""The county as the planner finds it: cadres, open visits with their places, travel times, what was published."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from schemas.plan import HalfDay
from services.platform.database import Connection
from services.platform.settings import Settings
from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit
from services.scheduler.domain.plan_travel import GreatCircleTravel, MeasuredTravel, Travel
from services.scheduler.planning.lists import as_cadre, as_ride
from services.scheduler.planning.place_visits import KEYS, Places, as_place, read_visits
from services.scheduler.planning.reading import Reading
from services.scheduler.planning.roads import roads_of
from services.scheduler.store import plan as store


@dataclass(frozen=True, slots=True)
class County:
    """What a draft is made from."""

    cadres: Mapping[str, Cadre]
    names: Mapping[str, str]
    """Of the cadres."""
    visits: Mapping[str, PlaceVisit]
    """Open visits whose place is known."""
    nowhere: Mapping[str, dict[str, Any]]
    """Open visits of which no coordinates are known."""
    of_village: frozenset[str]
    """Visits for whose house the village's coordinates stand."""
    travel: Travel
    published: Mapping[str, Place]
    """Where each visit stands in the plan that the phones have."""


@dataclass(frozen=True, slots=True)
class CountyRules:
    """What the installation says of places: the county's zone, and its villages."""

    zone: ZoneInfo
    villages: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """By code: name, lat, lon."""
    roads: Travel = field(default_factory=GreatCircleTravel)
    """Travel times before the county's own measured ones."""

    @classmethod
    def of(cls, settings: Settings) -> CountyRules:
        """As the settings say. Raises tomllib.TOMLDecodeError, OSError when the file of villages cannot be read."""
        roads = roads_of(settings.roads, GreatCircleTravel(slope=settings.slope))
        return cls(ZoneInfo(settings.timezone), _villages(settings.villages), roads)


def _villages(path: Path | None) -> dict[str, dict[str, Any]]:
    return tomllib.loads(path.read_text("utf-8")) if path else {}


async def read_county(connection: Connection, rules: CountyRules) -> County:
    """Reads all of it, in one moment of the database."""
    sources = await store.read_sources(connection)
    rows = await store.read_open_visits(connection)
    published = await store.read_published(connection)
    cadres = _cadres(sources["cadre"])
    places = _places(sources["place"], rules)
    reading = Reading("visits", PlanInputCode.VISIT_INVALID)
    entries = [_entry(row, rules) for row in rows]
    visits = {visit.visit_id: visit for visit in read_visits(reading, entries, places, {})}
    names = places.names | {cadre.home: (cadre.cadre_id, *sorted(cadre.villages)) for cadre in cadres.values()}
    rides = Reading("travel", PlanInputCode.TRAVEL_INVALID)
    found = (rides.take(0, partial(as_ride, cells)) for cells in sources["travel"].values())
    measured = {ride[:2]: ride[2] for ride in found if ride}
    numbered = {number: entry["visit_id"] for number, entry in enumerate(entries, 1)}
    return County(
        cadres=cadres,
        names={cadre_id: cells.get("name", "") or cadre_id for cadre_id, cells in sources["cadre"].items()},
        visits=visits,
        nowhere={entry["visit_id"]: entry for entry in entries if entry["visit_id"] not in visits},
        of_village=frozenset(
            numbered[fault.row] for fault in reading.faults if fault.code is PlanInputCode.VILLAGE_POINT
        ),
        travel=MeasuredTravel(rules.roads, measured, names),
        published={visit: place for cadre, routes in published.items() for visit, place in _stood(cadre, routes)},
    )


def _cadres(rows: Mapping[str, dict[str, str]]) -> dict[str, Cadre]:
    reading = Reading("cadres", PlanInputCode.CADRE_INVALID)
    found = (reading.take(0, partial(as_cadre, cells)) for cells in rows.values())
    return {cadre.cadre_id: cadre for cadre in found if cadre}


def _places(rows: Mapping[str, dict[str, str]], rules: CountyRules) -> Places:
    places = Places()
    reading = Reading("places", PlanInputCode.PLACE_INVALID)
    for cells in rows.values():
        key = next(key for key in KEYS if cells.get(key))
        place = reading.take(0, partial(as_place, cells))
        if place:
            places.put(key, place["about"], place)
    for code, village in rules.villages.items():  # what was handed in counts before them
        if village.get("lat") is not None and village.get("lon") is not None:
            places.put("village_code", code, as_place({"lat": village["lat"], "lon": village["lon"]}))
    return places


def _entry(row: Mapping[str, Any], rules: CountyRules) -> dict[str, Any]:
    """An open visit as `onevisit plan` reads it; nobody at home puts it off to the day that was named, or one day."""
    entry: dict[str, Any] = {
        "visit_id": str(row["visit_id"]),
        "person_key": row["person_key"],
        "window": [row["first"].isoformat(), row["last"].isoformat()],
        "requests": [None] * row["requests"],
        "village_code": row["village_code"],
        "dwelling": row["dwelling"],
        "announced_on": row["announced_on"],
    }
    if row["outcome"] == "not_at_home":
        came = row["happened_at"].astimezone(rules.zone).date()
        entry["not_before"] = row["come_again_on"] or came + timedelta(1)
        entry["half_day"] = row["come_again_half_day"]
    return entry


def _stood(cadre_id: str, routes: list[dict[str, Any]]) -> list[tuple[str, Place]]:
    return [
        (visit_id, Place(cadre_id, date.fromisoformat(route["day"]), HalfDay(route["half_day"]), order))
        for route in routes
        for order, stop in enumerate(route["stops"])
        for visit_id in stop["visit_ids"]
    ]
