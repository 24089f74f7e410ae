"""Moves by hand: checked against the rules at once, with what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import Fault, Standing, Wish, put, sets_apart
from services.scheduler.domain.plan_model import Place
from services.scheduler.domain.plan_move_codes import MoveFaultCode, MoveWarningCode
from services.scheduler.domain.plan_parts import Season, standing_part
from services.scheduler.planner.county import County
from services.scheduler.planner.documents import Document
from services.scheduler.planner.draft import Draft, document_of
from services.scheduler.planner.figures import figures_of


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked."""

    visit_ids: tuple[str, ...]
    cadre_id: str
    day: date
    half: HalfDay
    at: int | None = None
    only_order: bool = False
    """A half-day put onto itself: its order is found anew, and days are held as they were."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What would become of it."""

    draft: Draft
    """As before when a rule would be broken."""
    changed: set[str] = field(default_factory=set)
    """Cadres whose documents changed."""
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def moved(draft: Draft, county: County, move: Move) -> Moved:
    """The draft with the visits where they are wished, or the rules that forbid it."""
    faults = _unknown(county, move)
    if faults:
        return Moved(draft, faults=faults)
    standings = draft.standings
    ids = set(move.visit_ids)
    to = Place(move.cadre_id, move.day, move.half)
    visits = tuple(county.visits[one] for one in sorted(ids))
    apart = _set_apart(ids, to, county, standings)
    season = _without(draft.season(county, standings), ids)
    staying = draft.staying(county) - ids
    mine = draft.visits_of(move.cadre_id, county, standings, without=ids | staying)
    wish = Wish(visits, move.day, move.half, move.at)
    tried = put(county.cadres[move.cadre_id], mine, wish, season)
    if tried.faults:
        return Moved(draft, faults=[_named(fault, move, county) for fault in tried.faults], warnings=tried.warnings)
    after = {one: standing for one, standing in standings.items() if one not in ids}
    by_hand = after | {
        one: Standing(to, pinned=not move.only_order or standings[one].pinned, apart=one in apart) for one in ids
    }
    documents = {}
    for cadre_id in sorted(draft.holding(ids) - {move.cadre_id}):
        documents[cadre_id] = _left(draft, county, cadre_id, ids, after)
    over = draft.routes_over(move.cadre_id, staying)
    documents[move.cadre_id] = document_of(tried.part, county, season, by_hand, over)
    after_it = draft.with_documents(documents)
    documents[move.cadre_id] = _left(after_it, county, move.cadre_id, set(), after_it.standings)
    return Moved(draft.with_documents(documents), set(documents), warnings=tried.warnings)


def cost_of(before: Draft, after: Draft, cadres: Sequence[str]) -> dict[str, float]:
    """What the change costs: minutes, minutes ridden, km and half-days more (less when negative)."""

    def total(draft: Draft, name: str) -> float:
        routes = (route for one in cadres if one in draft.documents for route in draft.documents[one]["routes"])
        return sum(float(route[name]) for route in routes)

    cost = {name: round(total(after, name) - total(before, name), 1) for name in ("minutes", "ride_minutes", "km")}
    half_days = [sum(len(d.documents[c]["routes"]) for c in cadres if c in d.documents) for d in (before, after)]
    return cost | {"half_days": half_days[1] - half_days[0]}


def routes_changed(before: Draft, after: Draft, cadres: Sequence[str]) -> list[dict[str, Any]]:
    """The half-days that differ, as they are afterwards; an emptied one has no stops."""
    found = []
    for cadre_id in cadres:
        was, now = (_by_half_day(draft, cadre_id) for draft in (before, after))
        for key in sorted({**was, **now}):
            if was.get(key) != now.get(key):
                day, half = key
                empty = {"day": day, "half_day": half, "stops": [], "minutes": 0.0, "ride_minutes": 0.0, "km": 0.0}
                found.append({"cadre_id": cadre_id, **now.get(key, empty)})
    return found


def stop_ids(draft: Draft, cadre_id: str, day: date, half: HalfDay) -> tuple[str, ...]:
    """The visits of a half-day, in order."""
    route = _by_half_day(draft, cadre_id).get((day.isoformat(), half.value), {"stops": []})
    return tuple(one for stop in route["stops"] for one in stop["visit_ids"])


def told_anew(warnings: Sequence[Fault]) -> int:
    """How many warnings say that somebody must be told another day."""
    return sum(warning.code is MoveWarningCode.TOLD_DAY for warning in warnings)


def _by_half_day(draft: Draft, cadre_id: str) -> dict[tuple[str, str], Document]:
    document = draft.documents.get(cadre_id, {"routes": []})
    return {(route["day"], route["half_day"]): route for route in document["routes"]}


def _named(fault: Fault, move: Move, county: County) -> Fault:
    """The fault with the name of the cadre who is away: rules know no names."""
    if fault.code is not MoveFaultCode.CADRE_AWAY:
        return fault
    return fault._replace(detail=f"{county.names.get(move.cadre_id, move.cadre_id)}, {fault.detail}")


def _unknown(county: County, move: Move) -> list[Fault]:
    faults = [] if move.cadre_id in county.cadres else [Fault(MoveFaultCode.CADRE_UNKNOWN, move.cadre_id)]
    for one in move.visit_ids:
        if one in county.nowhere:
            faults.append(Fault(MoveFaultCode.NO_PLACE, one))
        elif one not in county.visits:
            faults.append(Fault(MoveFaultCode.VISIT_GONE, one))
    return faults


def _set_apart(ids: set[str], to: Place, county: County, standings: Mapping[str, Standing]) -> set[str]:
    doors: dict[str, list[str]] = {}
    for visit in county.visits.values():
        if visit.dwelling is not None:
            doors.setdefault(visit.dwelling, []).append(visit.visit_id)
    return {
        one
        for one in ids
        if (dwelling := county.visits[one].dwelling) is not None
        and sets_apart(ids, to, (county.visits[other] for other in doors[dwelling]), standings)
    }


def _left(draft: Draft, county: County, cadre_id: str, ids: set[str], standings: Mapping[str, Standing]) -> Document:
    """The document of a cadre, or of nobody, from whom visits are taken; who stands at one time behind one door is one
    stop of it."""
    if cadre_id not in county.cadres:
        document = draft.documents[cadre_id]
        left = [stop for stop in document["unplanned"] if ids.isdisjoint(stop["visit_ids"])]
        document = {**document, "unplanned": left}
        return document | {"figures": figures_of(document, county)}
    season = draft.season(county, standings)
    staying = draft.staying(county) - ids
    mine = draft.visits_of(cadre_id, county, standings, without=ids | staying)
    part = standing_part(county.cadres[cadre_id], mine, season)
    return document_of(part, county, season, standings, draft.routes_over(cadre_id, staying))


def _without(season: Season, ids: set[str]) -> Season:
    return replace(season, before={one: place for one, place in season.before.items() if one not in ids})
