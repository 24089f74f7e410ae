"""Puts the board together: the draft's documents, who stands behind them, and what differs from the phones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from schemas.areas import lies_in
from services.gateway.desk.people import People
from services.gateway.desk.routes import due_days, route_views, same_route, stop_due
from services.gateway.desk.views import (
    Board,
    DeskCadreView,
    DeskVillageView,
    DifferencesView,
    DifferenceView,
    LoadView,
    OpenJobView,
    PlanStepView,
    SlotView,
    TotalsView,
    UnplannedView,
    WhenView,
)
from services.gateway.problems import Texts
from services.gateway.store.desk import DraftRow, StepRow
from services.gateway.villages import Village, named

NOBODY = ""
"""Under this id stand the visits that no cadre makes."""
Documents = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Sight:
    """What of the board is wanted."""

    first: date | None = None
    last: date | None = None
    township: str | None = None
    cadres: Sequence[str] = ()
    areas: tuple[str, ...] | None = None
    """Division codes of whoever looks; None: the whole county."""

    def documents(self, documents: Documents) -> dict[str, dict[str, Any]]:
        """Those of the cadres that are wanted; that of nobody when all are. Of a part of the county those all of whose
        villages lie in it, routes and what is not planned included."""
        whole = self.township is None and not self.cadres and self.areas is None
        return {
            one: document
            for one, document in documents.items()
            if (one == NOBODY and whole)
            or (
                one != NOBODY
                and (not self.cadres or one in self.cadres)
                and self.township in (None, document["cadre"]["township"])
                and lies_in(document, self.areas)
            )
        }

    def has(self, day: str) -> bool:
        """Whether the day is wanted."""
        at = date.fromisoformat(day)
        return (self.first is None or at >= self.first) and (self.last is None or at <= self.last)


@dataclass(frozen=True)
class Found:
    """What was read for a board."""

    draft: DraftRow
    documents: Documents
    """Those that are wanted."""
    changed: Collection[str]
    """Of whom of them details are shown, and names opened."""
    published: Mapping[str, list[dict[str, Any]]]
    steps: tuple[StepRow | None, StepRow | None]
    job: UUID | None
    pending: int

    @property
    def detailed(self) -> Documents:
        """The documents that are shown."""
        return {one: document for one, document in self.documents.items() if one in self.changed}


def visits_shown(found: Found, sight: Sight) -> list[str]:
    """The visits of which the board shows people."""
    ids = set()
    for document in found.detailed.values():
        stops = [stop for route in document["routes"] if sight.has(route["day"]) for stop in route["stops"]]
        ids |= {one for stop in [*stops, *document["unplanned"]] for one in stop["visit_ids"]}
        ids |= {move["visit_id"] for move in document["moves"]}
    return sorted(ids)


def put_together(found: Found, sight: Sight, people: People, villages: Mapping[str, Village], now: datetime) -> Board:
    """The board; `now` in the county's time. It opens sealed names: call it beside the event loop."""
    documents, detailed = found.documents, found.detailed
    cadres = {one: document["cadre"] for one, document in documents.items() if one != NOBODY}
    codes = sorted({code for cadre in cadres.values() for code in cadre["village_codes"]})
    figures = {one: document["figures"] for one, document in documents.items()}
    return Board(
        version=found.draft.version or None,
        published_version=found.draft.published_version or None,
        revision=found.draft.revision,
        parts=list(documents),
        changed=list(detailed),
        differs=_differs(found),
        first=found.draft.first,
        last=found.draft.last,
        seed=found.draft.seed,
        as_of=now.astimezone(UTC),
        today=now.date(),
        undo=step_view(found.steps[0]),
        redo=step_view(found.steps[1]),
        job=OpenJobView(job_id=found.job) if found.job else None,
        pending=found.pending,
        cadres=[DeskCadreView.model_validate(cadre) for one, cadre in cadres.items() if one in detailed],
        villages=[_village(code, villages) for code in codes],
        slots=[
            SlotView.model_validate({"cadre_id": one, **slot})
            for one, document in detailed.items()
            for slot in document["slots"]
            if sight.has(slot["day"])
        ],
        routes=[
            view
            for one, document in detailed.items()
            for view in route_views(one, document, found.published.get(one, []), people, sight.has)
        ],
        unplanned=[_unplanned(one, out, people) for one, document in detailed.items() for out in document["unplanned"]],
        totals=TotalsView.model_validate(
            {name: round(sum(one[name] for one in figures.values()), 1) for name in TotalsView.model_fields}
        ),
        load=[_load(one, figures[one]) for one in detailed if one != NOBODY],
        due=due_days(documents.values()),
        differences=_differences(found, people),
    )


def step_view(row: StepRow | None) -> PlanStepView | None:
    """A step of the draft."""
    if row is None:
        return None
    words = Texts.model_validate(row.words)
    return PlanStepView(step=row.step, kind=row.kind, by=row.by, at=row.at, words=words, undone=row.state == "undone")


def _differs(found: Found) -> bool:
    return any(
        not _same(document["routes"], found.published.get(one, []))
        for one, document in found.documents.items()
        if one != NOBODY
    )


def _same(routes: Sequence[Mapping[str, Any]], published: Sequence[Mapping[str, Any]]) -> bool:
    return len(routes) == len(published) and all(
        same_route(route, other) for route, other in zip(routes, published, strict=True)
    )


def _village(code: str, villages: Mapping[str, Village]) -> DeskVillageView:
    village = named(villages, code)
    return DeskVillageView(village_code=code, name=village.name, lat=village.lat, lon=village.lon)


def _unplanned(cadre_id: str, out: Mapping[str, Any], people: People) -> UnplannedView:
    views = [people.view(one, out) for one in out["visit_ids"]]
    told = next((view.announced_on for view in views if view.announced_on), None)
    return UnplannedView.model_validate(
        {**out, "people": views, "cadre_id": cadre_id or None, "due_date": stop_due(out), "announced_on": told}
    )


def _load(cadre_id: str, figures: Mapping[str, float]) -> LoadView:
    budget = figures["budget_minutes"]
    share = round(figures["minutes"] / budget, 3) if budget else 0.0
    return LoadView.model_validate({**figures, "cadre_id": cadre_id, "share": share})


def _differences(found: Found, people: People) -> DifferencesView:
    moves = [(one, move) for one, document in found.documents.items() for move in document["moves"]]
    planned = set(_visits(route for document in found.documents.values() for route in document["routes"]))
    phones = set(_visits(route for one in found.documents for route in found.published.get(one, [])))
    detailed = found.detailed
    here = {one for document in found.documents.values() for out in document["unplanned"] for one in out["visit_ids"]}
    if not found.published:
        moves = [(one, move) for one, move in moves if move["told"]]
    return DifferencesView(
        moved=[
            DifferenceView(
                cadre_id=one,
                visit_id=UUID(move["visit_id"]),
                name=people.name(move["visit_id"]),
                was=WhenView.model_validate(move["was"]) if move["was"] else None,
                now=WhenView.model_validate(move["now"]) if move["now"] else None,
                told=move["told"],
                code=move["code"],
                words=Texts.model_validate(move["words"]),
            )
            for one, move in moves
            if one in detailed
        ],
        told_anew=sum(move["told"] for _, move in moves),
        moved_count=len(moves),
        new_count=len(planned - phones),
        gone_count=len(phones - planned - here),
    )


def _visits(routes: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (one for route in routes for stop in route["stops"] for one in stop["visit_ids"])
