"""Undoing: the visits of a step stand again where they stood."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import Standing
from services.scheduler.domain.plan_model import Place
from services.scheduler.planner.draft import Draft
from services.scheduler.store.plan_steps import Standings, Step


def restored(now: Mapping[str, Standing], to: Standings, today: date, first: date) -> dict[str, Standing]:
    """Where visits are to stand: as now, but those of the step as it says. What phones are out with today stays as it
    stands, and so does what would come onto a day before the `first` that is planned."""
    standings = dict(now)
    for visit_id, kept in to.items():
        standing = None if kept is None else _unpacked(kept)
        stands = now.get(visit_id)
        if stands is not None and stands.place.day == today:
            continue
        if standing is not None and today <= standing.place.day < first:
            continue
        if standing is None:
            standings.pop(visit_id, None)
        else:
            standings[visit_id] = standing
    return standings


def _unpacked(kept: list[Any]) -> Standing:
    cadre_id, day, half, order, *by_hand = kept  # steps of before orders could be kept say nothing of them
    return Standing(Place(cadre_id, date.fromisoformat(day), HalfDay(half), order), *by_hand)


def stepped(draft: Draft, step: Step, *, back: bool) -> Draft:
    """The draft with the days that it had before the step, or after it."""
    if step.days is None:
        return draft
    first, last = (date.fromisoformat(day) for day in step.days["was" if back else "became"])
    return replace(draft, plan=replace(draft.plan, first=first, last=last))
