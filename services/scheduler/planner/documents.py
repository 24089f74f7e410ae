"""A cadre's part of the draft as a document: what the desk shows, and what the next change starts from."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from schemas.plan import HalfDay
from services.scheduler.domain.plan_bundle import service_minutes
from services.scheduler.domain.plan_calendar import slots_of
from services.scheduler.domain.plan_codes import TEXTS, MoveCode, PlanInputCode, UnplannedCode
from services.scheduler.domain.plan_draft import Standing
from services.scheduler.domain.plan_model import (
    Cadre,
    Place,
    PlaceVisit,
    Plan,
    PlannedStop,
    Point,
    Route,
    Slot,
    Stop,
    Unplanned,
)
from services.scheduler.domain.plan_moves import Move, moves
from services.scheduler.domain.plan_parts import Season
from services.scheduler.domain.plan_said import days_said
from services.scheduler.domain.plan_travel import road_km
from services.scheduler.planner.county import County
from services.scheduler.planner.figures import figures_of

NOBODY = ""
"""Under this id stand the visits that no cadre makes."""
Document = dict[str, Any]


def part_document(
    cadre: Cadre,
    routes: Iterable[Route],
    unplanned: Iterable[Unplanned],
    county: County,
    season: Season,
    standings: Mapping[str, Standing],
    over: Sequence[Document] = (),
) -> Document:
    """The document of a cadre.

    Args:
        cadre: whose.
        routes: from the first day of the season on.
        unplanned: stops that would be the cadre's.
        county: visits as the requests say them.
        season: of this change.
        standings: what was put by hand.
        over: routes of days before the season, as they stand in the document before.
    """
    slots = slots_of(cadre, season.first, season.last, season.kind_of)
    mine = [_as_it_is(route, county) for route in routes]
    out = [Unplanned(_stop_as_it_is(one.stop, county), one.code, one.cadre_id) for one in unplanned]
    before = {visit: place for visit, place in county.published.items() if place.day >= season.first}
    ids = [visit.visit_id for stop in _stops(mine, out) for visit in stop.visits]
    others = {before[one].cadre_id for one in ids if one in before} & set(county.cadres)
    worked = {one: slots_of(county.cadres[one], season.first, season.last, season.kind_of) for one in sorted(others)}
    plan = Plan(tuple(mine), tuple(out))
    moved = moves(before, plan, worked | {cadre.cadre_id: slots}, season.first)
    document = {
        "cadre": cadre_document(cadre, county.names.get(cadre.cadre_id, cadre.cadre_id)),
        "slots": [_slot(slot, season) for slot in slots],
        "routes": [*over, *(_route(cadre, route, county, season, standings) for route in mine)],
        "unplanned": [_unplanned(one, season) for one in out],
        "moves": [_move(move) for move in moved],
    }
    return document | {"figures": figures_of(document, county)}


def nobodys_document(county: County, nobody: Iterable[PlaceVisit], season: Season) -> Document:
    """The visits in villages of no cadre, and those whose place is not known."""
    left = [
        {
            "visit_ids": [visit.visit_id],
            "lat": visit.point.lat,
            "lon": visit.point.lon,
            "village_code": visit.village_code,
            "window": [visit.first.isoformat(), visit.last.isoformat()],
            "code": PlanInputCode.NO_CADRE.value,
            "words": said(PlanInputCode.NO_CADRE, visit.village_code or "?"),
            "due_missed": visit.last <= season.last,
        }
        for visit in nobody
    ]
    left += [
        {
            "visit_ids": [visit_id],
            "lat": None,
            "lon": None,
            "village_code": entry["village_code"],
            "window": entry["window"],
            "code": PlanInputCode.NO_PLACE.value,
            "words": said(PlanInputCode.NO_PLACE, entry["village_code"] or "?"),
            "due_missed": date.fromisoformat(entry["window"][1]) <= season.last,
        }
        for visit_id, entry in county.nowhere.items()
    ]
    document: Document = {"cadre": None, "slots": [], "routes": [], "unplanned": left, "moves": []}
    return document | {"figures": figures_of(document, county)}


def standings_of(documents: Mapping[str, Document]) -> dict[str, Standing]:
    """Where each visit stands."""
    return {
        visit_id: Standing(
            Place(cadre_id, date.fromisoformat(route["day"]), HalfDay(route["half_day"]), order),
            visit_id in stop["pinned"],
            visit_id in stop["apart"],
            stop.get("ordered", False),
        )
        for cadre_id, document in documents.items()
        for route in document["routes"]
        for order, stop in enumerate(route["stops"])
        for visit_id in stop["visit_ids"]
    }


def cadre_document(cadre: Cadre, name: str) -> Document:
    """A cadre as the desk shows it."""
    return {
        "cadre_id": cadre.cadre_id,
        "name": name,
        "township": cadre.township,
        "village_codes": sorted(cadre.villages),
        "home": {"lat": cadre.home.lat, "lon": cadre.home.lon},
        "weekdays": sorted(day + 1 for day in cadre.weekdays),
        "hours": [{"half_day": half.value, "start": clock(a), "end": clock(b)} for half, a, b in cadre.hours],
        "days_off": sorted(day.isoformat() for day in cadre.days_off),
        "market_digits": sorted(cadre.market_digits),
        "speed": cadre.speed,
    }


def clock(minutes: float) -> str:
    """Minutes after midnight as 08:30."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def said(code: UnplannedCode | MoveCode | PlanInputCode, detail: str = "", zh: str = "") -> dict[str, str]:
    """A code in both languages; days in its detail are put into words. ``zh``: the detail in Chinese, if it differs."""
    english, chinese = TEXTS[code]
    return {
        "zh": chinese.format(detail=days_said(zh or detail, "zh")),
        "en": english.format(detail=days_said(detail, "en")),
    }


def kilometres(home: Point, points: Sequence[Point]) -> float:
    """Estimated road of a round, from home and back."""
    return sum(road_km(a, b) for a, b in itertools.pairwise([home, *points, home]))


def _stops(routes: Iterable[Route], unplanned: Iterable[Unplanned]) -> list[Stop]:
    return [*(planned.stop for route in routes for planned in route.stops), *(one.stop for one in unplanned)]


def _slot(slot: Slot, season: Season) -> Document:
    return {
        "day": slot.day.isoformat(),
        "half_day": slot.half.value,
        "start": clock(slot.start),
        "minutes": slot.minutes,
        "budget_minutes": round(slot.minutes * season.weights.fill, 1),
        "market": slot.market,
    }


def _route(cadre: Cadre, route: Route, county: County, season: Season, standings: Mapping[str, Standing]) -> Document:
    budget = route.slot.minutes * season.weights.fill
    points = [planned.stop.point for planned in route.stops]
    stops, at = [], float(route.slot.start)
    for planned in route.stops:
        service = service_minutes(planned.stop, season.weights)
        stops.append(_stop(planned, at, service, county, standings))
        at = planned.arrive + service
    return {
        "day": route.slot.day.isoformat(),
        "half_day": route.slot.half.value,
        "start": clock(route.slot.start),
        "end": clock(route.slot.start + route.minutes),
        "minutes": round(route.minutes, 1),
        "ride_minutes": round(route.ride_minutes, 1),
        "service_minutes": round(route.minutes - route.ride_minutes, 1),
        "km": round(kilometres(cadre.home, points), 1),
        "budget_minutes": round(budget, 1),
        "share": round(route.minutes / budget, 3),
        "longer_minutes": round(route.longer_minutes, 1),
        "order_given_up": route.given_up,
        "persons": sum(len(planned.stop.visits) for planned in route.stops),
        "stops": stops,
    }


def _stop(
    planned: PlannedStop, left: float, service: float, county: County, standings: Mapping[str, Standing]
) -> Document:
    stop = planned.stop
    ids = [visit.visit_id for visit in stop.visits]
    by_hand = {visit_id: standings[visit_id] for visit_id in ids if visit_id in standings}
    return {
        "visit_ids": ids,
        "dwelling": next((visit.dwelling for visit in stop.visits if visit.dwelling), None),
        "village_code": stop.visits[0].village_code,
        "lat": stop.point.lat,
        "lon": stop.point.lon,
        "of_village": ids[0] in county.of_village,
        "window": [stop.first.isoformat(), stop.last.isoformat()],
        "arrive": clock(planned.arrive),
        "ride_minutes": round(planned.arrive - left, 1),
        "service_minutes": round(service, 1),
        "frail": [visit.visit_id for visit in stop.visits if visit.frail],
        "pinned": [visit_id for visit_id, standing in by_hand.items() if standing.pinned],
        "apart": [visit_id for visit_id, standing in by_hand.items() if standing.apart],
        "ordered": planned.ordered,
    }


def _unplanned(out: Unplanned, season: Season) -> Document:
    stop = out.stop
    return {
        "visit_ids": [visit.visit_id for visit in stop.visits],
        "lat": stop.point.lat,
        "lon": stop.point.lon,
        "village_code": stop.visits[0].village_code,
        "window": [stop.first.isoformat(), stop.last.isoformat()],
        "code": out.code.value,
        "words": said(out.code),
        "due_missed": stop.last <= season.last,
    }


def _move(move: Move) -> Document:
    def at(place: Place | None) -> Document | None:
        return place and {"cadre_id": place.cadre_id, "day": place.day.isoformat(), "half_day": place.half.value}

    told = move.announced and (move.now is None or move.now.day != move.was.day)
    return {
        "visit_id": move.visit_id,
        "was": at(move.was),
        "now": at(move.now),
        "told": told,
        "code": move.code.value,
        "words": said(move.code),
    }


def _as_it_is(route: Route, county: County) -> Route:
    """The route with the visits as the requests say them, not as they were held for planning."""
    return replace(route, stops=tuple(replace(one, stop=_stop_as_it_is(one.stop, county)) for one in route.stops))


def _stop_as_it_is(stop: Stop, county: County) -> Stop:
    return Stop(tuple(county.visits.get(visit.visit_id, visit) for visit in stop.visits))
