"""Undoing: the visits of a step stand again where they stood."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import Standing
from services.scheduler.domain.plan_model import Place
from services.scheduler.store.plan_steps import Standings


def restored(now: Mapping[str, Standing], to: Standings, today: date) -> dict[str, Standing]:
    """Where visits are to stand: as now, but those of the step as it says; what phones are out with today, and what
    would come onto today, stays as it stands."""
    standings = dict(now)
    for visit_id, kept in to.items():
        standing = None if kept is None else _unpacked(kept)
        if any(one is not None and one.place.day == today for one in (standing, now.get(visit_id))):
            continue
        if standing is None:
            standings.pop(visit_id, None)
        else:
            standings[visit_id] = standing
    return standings


def _unpacked(kept: list[Any]) -> Standing:
    cadre_id, day, half, order, pinned, apart = kept
    return Standing(Place(cadre_id, date.fromisoformat(day), HalfDay(half), order), pinned, apart)
