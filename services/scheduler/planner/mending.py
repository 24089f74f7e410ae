"""Mending: what changed is put into the draft at its cheapest place, and nothing else moves.

A late request, a cancellation, a death, an absence, a cadre who is ill: the visits and cadres concerned are planned
anew by insertion in milliseconds each, and neighbours of their township are asked where somebody would miss a due date
otherwise; what the change does not touch is not computed. A search is asked for on the desk.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from schemas.plan import HalfDay
from services.scheduler.domain.plan_assign import assign, helpers
from services.scheduler.domain.plan_draft import Standing, held
from services.scheduler.domain.plan_model import Cadre, Place
from services.scheduler.domain.plan_parts import Season, cadre_plan, help_out, standing_part
from services.scheduler.planner.county import County
from services.scheduler.planner.documents import NOBODY, cadre_document, nobodys_document
from services.scheduler.planner.draft import Draft, document_of
from services.scheduler.store.plan import stops_of


def mended(
    draft: Draft,
    county: County,
    touched: Collection[str],
    standings: Mapping[str, Standing] | None = None,
    *,
    other_days: bool = False,
) -> tuple[Draft, set[str]]:
    """The draft as it is after changes, and the cadres whose documents changed or are gone.

    Args:
        draft: as it stands.
        county: as it is now.
        touched: visits that changed.
        standings: where visits are to stand instead of where they do (undo); one that no longer fits goes elsewhere.
        other_days: the documents were made for other days of the plan.
    """
    standings = draft.standings if standings is None else standings
    season = draft.season(county, standings)
    now = draft.standings
    staying = {one for one in draft.staying(county) if standings.get(one) == now[one]}
    visits = {one: held(visit, standings.get(one)) for one, visit in county.visits.items() if one not in staying}
    mine, nobody = assign(visits.values(), list(county.cadres.values()), _owners(draft, standings, season))
    affected = {
        cadre_id
        for cadre_id, cadre in county.cadres.items()
        if other_days or _differs(draft, county, cadre, {visit.visit_id for visit in mine[cadre_id]}, staying, touched)
    }
    parts = {one: cadre_plan(county.cadres[one], mine[one], season) for one in affected}
    everybody = list(county.cadres.values())
    late = [part.cadre for part in parts.values() if part.due_missed(season.last)]
    for waiting in (county.cadres[one] for one in _waiting(draft) if one in county.cadres):
        near = helpers(waiting, everybody)
        late += [waiting, *near] if any(one.cadre_id in parts for one in near) else []
    for cadre in [*late, *(one for each in late for one in helpers(each, everybody))]:
        if cadre.cadre_id not in parts:
            parts[cadre.cadre_id] = standing_part(cadre, mine[cadre.cadre_id], season)
    stood = {one: part.problem for one, part in parts.items()}
    help_out([parts[one] for one in sorted(parts)], season)
    changed = affected | {one for one, part in parts.items() if part.given or part.problem is not stood[one]}
    documents = {
        one: document_of(parts[one], county, season, standings, draft.routes_over(one, staying))
        for one in sorted(changed)
    }
    documents[NOBODY] = nobodys_document(county, nobody, season)
    kept = {one: document for one, document in draft.documents.items() if one in county.cadres or one == NOBODY}
    differ = {one for one, document in documents.items() if document != draft.documents.get(one)}
    return replace(draft, documents={**kept, **documents}), differ | (draft.documents.keys() - kept.keys())


def _waiting(draft: Draft) -> list[str]:
    """The cadres of whom somebody due within the plan has no day: who has more room than before may help."""
    return [
        cadre_id
        for cadre_id, document in draft.documents.items()
        if cadre_id != NOBODY and any(out["due_missed"] for out in document["unplanned"])
    ]


def _owners(draft: Draft, standings: Mapping[str, Standing], season: Season) -> dict[str, Place]:
    """Whose each visit is, planned or not, so that it stays with the same cadre."""
    owners = {
        visit_id: Place(cadre_id, date.min, HalfDay.MORNING)
        for cadre_id, document in draft.documents.items()
        for stop in document["unplanned"]
        for visit_id in stop["visit_ids"]
        if cadre_id != NOBODY
    }
    owners |= {visit_id: standing.place for visit_id, standing in standings.items()}
    return owners | dict(season.before)


def _differs(
    draft: Draft, county: County, cadre: Cadre, mine: set[str], staying: Collection[str], touched: Collection[str]
) -> bool:
    """Whether anything of the cadre is not as the document has it."""
    document = draft.documents.get(cadre.cadre_id)
    if document is None or document["cadre"] != cadre_document(cadre, county.names[cadre.cadre_id]):
        return True
    had = {one for stop in stops_of(document) for one in stop["visit_ids"]}
    return had.difference(staying) != mine or not (mine | had).isdisjoint(touched)
