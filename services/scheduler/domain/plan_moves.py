"""What moved between two plans, and why, so that the people concerned can be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schemas.plan import HalfDay
from services.scheduler.domain.plan_codes import MoveCode, UnplannedCode
from services.scheduler.domain.plan_model import Place, PlaceVisit, Plan, Slot, places


@dataclass(frozen=True, slots=True)
class Move:
    """One visit that is not where it was."""

    visit_id: str
    was: Place
    now: Place | None
    """None: it is not planned any more."""
    announced: bool
    """The day before was told to the person, so the new one has to be told."""
    code: MoveCode | UnplannedCode


def moves(before: Mapping[str, Place], plan: Plan, slots: Mapping[str, tuple[Slot, ...]], first: date) -> list[Move]:
    """Every visit that has another half-day or cadre than before, or none; visits that are gone are no moves.

    Args:
        before: where each visit stood. One that is not there but was told a day stood on that day.
        plan: the plan now.
        slots: the half-days that each cadre works.
        first: first day of the plan; days before it are over.
    """
    now = places(plan)
    worked = {(cadre_id, slot.day, slot.half) for cadre_id, mine in slots.items() for slot in mine}
    found: list[Move] = []
    for route in plan.routes:
        for visit in (visit for planned in route.stops for visit in planned.stop.visits):
            at = now[visit.visit_id]
            was = before.get(visit.visit_id) or _told(visit, at.cadre_id, at.half, first)
            if was and was[:3] != at[:3]:
                code = _why(visit, was, at, worked)
                found.append(Move(visit.visit_id, was, at, visit.announced_on == was.day, code))
    for out in plan.unplanned:
        for visit in out.stop.visits:
            was = before.get(visit.visit_id) or _told(visit, out.cadre_id or "", HalfDay.MORNING, first)
            if was:
                found.append(Move(visit.visit_id, was, None, visit.announced_on == was.day, out.code))
    return sorted(found, key=lambda move: (not move.announced, move.was, move.visit_id))


def _told(visit: PlaceVisit, cadre_id: str, half: HalfDay, first: date) -> Place | None:
    """The place of a told day of which no plan is known."""
    return Place(cadre_id, visit.announced_on, half) if visit.announced_on and visit.announced_on >= first else None


def moved_announced(found: list[Move]) -> int:
    """Visits of which the told day does not stay. The other half of the same day, or another cadre, breaks no word."""
    return sum(move.announced and (move.now is None or move.now.day != move.was.day) for move in found)


def _why(visit: PlaceVisit, was: Place, now: Place, worked: set[tuple[str, date, HalfDay]]) -> MoveCode:  # noqa: PLR0911
    if not visit.first <= was.day <= visit.last:
        return MoveCode.DAY_OUT_OF_WINDOW
    if was.day in visit.away or (visit.not_before and was.day < visit.not_before):
        return MoveCode.PERSON_AWAY
    if was[:3] not in worked:
        return MoveCode.CADRE_AWAY
    if visit.announced_on == now.day != was.day:
        return MoveCode.TOLD_DAY
    if was.cadre_id != now.cadre_id:
        return MoveCode.OTHER_CADRE
    if visit.announced_on == was.day != now.day:
        return MoveCode.DUE_DATE
    return MoveCode.BETTER
