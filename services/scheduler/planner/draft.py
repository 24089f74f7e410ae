"""The draft as a value: documents by cadre, and what follows from them for the next change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.platform.database import Connection
from services.scheduler.domain.plan_assemble import left_out, routes_of
from services.scheduler.domain.plan_calendar import works_on
from services.scheduler.domain.plan_draft import Standing, calendar_faults, held
from services.scheduler.domain.plan_model import Place, PlaceVisit
from services.scheduler.domain.plan_parts import CadrePlan, Season
from services.scheduler.domain.plan_weights import Weights
from services.scheduler.planner.county import County
from services.scheduler.planner.documents import Document, part_document, standings_of
from services.scheduler.planning.holidays import kind_of
from services.scheduler.store import plan as store
from services.scheduler.store.plan import PlanRow
from services.scheduler.store.plan_steps import Standings


@dataclass(frozen=True, slots=True)
class Draft:
    """The county's draft at one version."""

    plan: PlanRow
    documents: Mapping[str, Document]
    today: date
    """In the county: its routes are on the phones and stand."""

    @property
    def first(self) -> date:
        """First day that is planned now: of the plan, but not before tomorrow."""
        assert self.plan.first is not None, "there is no draft"
        return max(self.plan.first, self.today + timedelta(1))

    @property
    def standings(self) -> dict[str, Standing]:
        """Where each visit stands, today's too."""
        return standings_of(self.documents)

    def season(self, county: County, standings: Mapping[str, Standing]) -> Season:
        """What is planned now: from tomorrow on, from where the visits stand."""
        assert self.plan.last is not None, "there is no draft"
        first = self.first
        return Season(
            first=first,
            last=max(first, self.plan.last),
            kind_of=kind_of,
            travel=county.travel,
            weights=Weights(),
            before={one: standing.place for one, standing in standings.items() if standing.place.day >= first},
            ordered={one for one, standing in standings.items() if standing.ordered},
        )

    def staying(self, county: County) -> frozenset[str]:
        """The open visits that stand before the first day that is planned: today's, which phones are out with, and
        those of later days on which the cadre still works and the person can still be seen."""
        return frozenset(
            one
            for one, standing in self.standings.items()
            if one in county.visits and self._stays(county.visits[one], standing.place, county)
        )

    def _stays(self, visit: PlaceVisit, place: Place, county: County) -> bool:
        cadre = county.cadres.get(place.cadre_id)
        if cadre is None or not self.today <= place.day < self.first:
            return False
        return place.day == self.today or (
            works_on(cadre, place.day, kind_of) and not calendar_faults(visit, place.day)
        )

    def routes_over(self, cadre_id: str, staying: Collection[str]) -> list[Document]:
        """The cadre's routes before the first day that is planned, with the visits that stay there."""
        kept = []
        for route in self.documents.get(cadre_id, {"routes": ()})["routes"]:
            if not self.today.isoformat() <= route["day"] < self.first.isoformat():
                continue
            stops = []
            for stop in route["stops"]:
                ids = [one for one in stop["visit_ids"] if one in staying]
                if ids:
                    stops.append({**stop, "visit_ids": ids})
            if stops:
                persons = sum(len(stop["visit_ids"]) for stop in stops)
                kept.append({**route, "stops": stops, "persons": persons})
        return kept

    def visits_of(
        self, cadre_id: str, county: County, standings: Mapping[str, Standing], without: Collection[str]
    ) -> list[PlaceVisit]:
        """The open visits of a cadre's document that can be planned, as they are held; `without`: what stays before
        the plan or is moved."""
        document = self.documents.get(cadre_id)
        ids = [one for stop in store.stops_of(document) for one in stop["visit_ids"]] if document else []
        return [
            held(county.visits[one], standings.get(one)) for one in ids if one in county.visits and one not in without
        ]

    def holding(self, visit_ids: Collection[str]) -> set[str]:
        """The cadres whose documents hold some of these visits."""
        ids = set(visit_ids)
        return {
            cadre_id
            for cadre_id, document in self.documents.items()
            if any(not ids.isdisjoint(stop["visit_ids"]) for stop in store.stops_of(document))
        }

    def with_documents(self, changed: Mapping[str, Document]) -> Draft:
        """The draft with these documents."""
        return replace(self, documents={**self.documents, **changed})


def document_of(
    part: CadrePlan,
    county: County,
    season: Season,
    standings: Mapping[str, Standing],
    over: Iterable[Document],
) -> Document:
    """The document of a part, what neighbours make left out."""
    problem, routes = part.problem, part.routes
    out = left_out(part.cadre, problem, routes, first_day=season.first, last_day=season.last)
    return part_document(
        part.cadre,
        routes_of(part.cadre, problem, routes, part.chosen),
        [one for number, one in out if number not in part.given],
        county,
        season,
        standings,
        list(over),
    )


async def read_draft(connection: Connection, today: date, *, lock: bool = False) -> Draft:
    """The draft; `lock`: nobody else changes it until the commit."""
    plan = await store.read_plan(connection, lock=lock)
    return Draft(plan, await store.read_parts(connection), today)


async def save_draft(
    connection: Connection, before: Draft, after: Draft, cadres: Collection[str], *, by_hand: bool
) -> Draft:
    """Writes the documents of these cadres as the next version, and tells the desk.

    What a mending changes in figures alone (somebody was told the day on which they stand) is no other version: who
    is about to move something has seen the draft as it is.
    """
    version = before.plan.version + (by_hand or _is_another(before, after))
    plan = replace(after.plan, version=version, hand_version=version if by_hand else before.plan.hand_version)
    await store.write_plan(connection, plan)
    gone = {cadre_id: None for cadre_id in before.documents if cadre_id not in after.documents}
    changed = {cadre_id: after.documents[cadre_id] for cadre_id in cadres if cadre_id in after.documents}
    await store.write_parts(connection, {**gone, **changed})
    await store.tell_desk(connection, "draft", {"version": plan.version})
    return replace(after, plan=plan)


def _is_another(before: Draft, after: Draft) -> bool:
    def without_figures(draft: Draft) -> dict[str, Document]:
        return {one: {**document, "figures": None} for one, document in draft.documents.items()}

    return without_figures(before) != without_figures(after)


def packed(standing: Standing | None) -> list[Any] | None:
    """A standing as a step keeps it."""
    if standing is None:
        return None
    place = standing.place
    by_hand = (standing.pinned, standing.apart, standing.ordered)
    return [place.cadre_id, place.day.isoformat(), place.half.value, place.order, *by_hand]


def difference(before: Draft, after: Draft) -> tuple[Standings, Standings]:
    """Of each visit that stands elsewhere: where it stood, where it stands."""
    was, now = before.standings, after.standings
    names = [one for one in {**was, **now} if was.get(one) != now.get(one)]
    return {one: packed(was.get(one)) for one in names}, {one: packed(now.get(one)) for one in names}
