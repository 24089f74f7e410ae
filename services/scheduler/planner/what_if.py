"""What the plan would be with other cadres: a second one in a township, one who is ill for a week."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from schemas.desk import WhatIfOrder
from services.scheduler.domain.plan_draft import Standing
from services.scheduler.domain.plan_model import Cadre, Point
from services.scheduler.domain.plan_overtime import overtime
from services.scheduler.domain.plan_parts import CadrePlan, standing_part
from services.scheduler.planner.county import County
from services.scheduler.planner.documents import NOBODY, Document
from services.scheduler.planner.draft import Draft
from services.scheduler.planner.figures import SUMS, totals

EXTRA = "+"
"""Ids of cadres who are not there begin with it."""


def suppose(
    county: County, standings: Mapping[str, Standing], order: WhatIfOrder
) -> tuple[County, dict[str, Standing]]:
    """The county with other cadres, and where its visits stand: in a township with a new cadre only what was told or
    put by hand keeps its place, so that the rest can be shared anew."""
    cadres = dict(county.cadres)
    names = dict(county.names)
    loose: set[str] = set()
    for away in order.away:
        if cadre := cadres.get(away.cadre_id):
            days = {away.first + timedelta(number) for number in range((away.last - away.first).days + 1)}
            cadres[away.cadre_id] = replace(cadre, days_off=cadre.days_off | days)
    for extra in order.extra_cadres:
        there = [cadre for cadre in county.cadres.values() if cadre.township == extra.township]
        if not there:
            continue
        loose |= {cadre.cadre_id for cadre in there}
        for number in range(extra.count):
            cadre = _another(there, Point(extra.home.lat, extra.home.lon) if extra.home else there[0].home)
            cadre = replace(cadre, cadre_id=f"{EXTRA}{extra.township}/{len(cadres)}-{number}")
            cadres[cadre.cadre_id] = cadre
            names[cadre.cadre_id] = cadre.cadre_id
    kept = {
        one: standing
        for one, standing in standings.items()
        if standing.place.cadre_id not in loose
        or standing.pinned
        or ((visit := county.visits.get(one)) is not None and visit.announced_on is not None)
    }
    published = {one: standing.place for one, standing in standings.items()}  # moves count against the draft
    return replace(county, cadres=cadres, names=names, published=published), kept


def what_if_answer(draft: Draft, county: County, supposed: County, then: Mapping[str, Document]) -> dict[str, Any]:
    """Both plans in numbers, and what differs.

    Args:
        draft: as it stands.
        county: as it is.
        supposed: as it would be.
        then: the documents as they would be.
    """
    now = draft.documents
    before, after = totals(now.values()), totals(then.values())
    moved = [move for document in then.values() for move in document["moves"]]
    return {
        "now": _side(draft, county),
        "then": _side(replace(draft, documents=then), supposed),
        "difference": {name: round(after[name] - before[name], 1) for name in SUMS},
        "moved": len(moved),
        "told_moved": sum(move["told"] for move in moved),
        "unplanned": [
            {**out, "cadre_id": cadre_id or None}
            for cadre_id, document in sorted(then.items())
            for out in document["unplanned"]
        ],
    }


def _side(draft: Draft, county: County) -> dict[str, Any]:
    documents = draft.documents
    standings, staying = draft.standings, draft.staying(county)
    season = draft.season(county, standings)
    over = []
    for cadre_id in county.cadres:
        unplanned = documents[cadre_id]["unplanned"] if cadre_id in documents else ()
        if missed := {one for out in unplanned if out["due_missed"] for one in out["visit_ids"]}:
            mine = draft.visits_of(cadre_id, county, standings, without=staying)
            over += _overtime(standing_part(county.cadres[cadre_id], mine, season), missed)
    return {
        "totals": totals(documents.values()),
        "load": [load_of(cadre_id, document) for cadre_id, document in sorted(documents.items()) if cadre_id != NOBODY],
        "overtime_half_days": len(over),
        "overtime_minutes": round(sum(over), 1),
    }


def _overtime(part: CadrePlan, missed: Collection[str]) -> list[float]:
    """Minutes over the hours of each half-day of the cadre, if what misses its due date were visited all the same."""
    left = set(range(len(part.problem.stops))) - part.problem.served(part.routes)
    wanted = [number for number in left if any(v.visit_id in missed for v in part.problem.stops[number].visits)]
    return overtime(part.problem, part.routes, wanted)


def load_of(cadre_id: str, document: Document) -> dict[str, Any]:
    """How busy a cadre is."""
    figures = document["figures"]
    budget = figures["budget_minutes"]
    return {"cadre_id": cadre_id, "share": round(figures["minutes"] / budget, 3) if budget else 0.0, **figures}


def _another(there: list[Cadre], home: Point) -> Cadre:
    """A cadre like the first of the township, for all its villages."""
    return replace(
        there[0],
        home=home,
        villages=frozenset(village for cadre in there for village in cadre.villages),
        days_off=frozenset(),
    )
