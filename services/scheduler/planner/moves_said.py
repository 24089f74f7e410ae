"""The answer to a move, as the desk gets it."""

from collections.abc import Sequence
from typing import Any

from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_draft import Fault
from services.scheduler.domain.plan_move_codes import words
from services.scheduler.planner.documents import said
from services.scheduler.planner.draft import Draft
from services.scheduler.planner.moving import Moved, cost_of, routes_changed, told_anew


def answer(before: Draft, found: Moved, roads_away: str, *, applied: bool, version: int) -> dict[str, Any]:
    """What the move costs or breaks, and the half-days as they would be.

    Args:
        before: the draft.
        found: what would become of it.
        roads_away: why rides were estimated that a road engine should know; empty: none were.
        applied: whether it was done.
        version: of the draft afterwards.
    """
    away = {"code": PlanInputCode.ROADS_AWAY.value, "words": said(PlanInputCode.ROADS_AWAY, roads_away)}
    cadres = sorted(found.changed)
    return {
        "ok": not found.faults,
        "applied": applied,
        "version": version,
        "cost": cost_of(before, found.draft, cadres),
        "faults": stated(found.faults),
        "warnings": [*stated(found.warnings), *([away] if roads_away else [])],
        "told_anew": told_anew(found.warnings),
        "routes": routes_changed(before, found.draft, cadres),
    }


def stated(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Faults or warnings with their words."""
    return [{"code": fault.code.value, "words": words(fault.code, fault.detail)} for fault in faults]
