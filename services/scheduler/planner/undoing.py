"""Undoing: the visits of a step stand again where they stood."""

from collections.abc import Mapping
from datetime import date

from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import Standing
from services.scheduler.domain.plan_model import Place
from services.scheduler.store.plan_steps import Standings


def restored(now: Mapping[str, Standing], to: Standings) -> dict[str, Standing]:
    """Where visits are to stand: as now, but those of the step as it says."""
    standings = {one: standing for one, standing in now.items() if one not in to}
    for visit_id, kept in to.items():
        if kept is not None:
            cadre_id, day, half, order, pinned, apart = kept
            place = Place(cadre_id, date.fromisoformat(day), HalfDay(half), order)
            standings[visit_id] = Standing(place, pinned, apart)
    return standings
