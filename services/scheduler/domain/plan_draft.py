"""The draft on the desk: where visits stand, what a person has put where, and one move checked at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from schemas.plan import HalfDay
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Stop
from services.scheduler.domain.plan_move_codes import MoveFaultCode, MoveWarningCode
from services.scheduler.domain.plan_order import MOST_STOPS, shortest, with_stop
from services.scheduler.domain.plan_parts import CadrePlan, Season, problem_of, standing_part
from services.scheduler.domain.plan_problem import CadreProblem
from services.scheduler.domain.plan_weights import SECONDS


class Standing(NamedTuple):
    """Where a visit stands in the draft."""

    place: Place
    pinned: bool = False
    """Put there by hand: its day stays when the plan is made again."""
    apart: bool = False
    """Taken from its household by hand: a stop of its own, with who was put there with it."""
    ordered: bool = False
    """Its place in the order of the half-day was chosen by hand."""


def held(visit: PlaceVisit, standing: Standing | None) -> PlaceVisit:
    """The visit as it is planned: a day chosen by hand holds like a told one, a visit set apart shares its door only
    with those who were set apart to the same half-day."""
    if standing is None or not (standing.pinned or standing.apart):
        return visit
    cadre_id, day, half, _ = standing.place
    return replace(
        visit,
        announced_on=day if standing.pinned else visit.announced_on,
        dwelling=f"{visit.dwelling}, {cadre_id}, {day} {half}" if standing.apart else visit.dwelling,
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """Where visits are to be put."""

    visits: tuple[PlaceVisit, ...]
    """As the requests and places say them; all behind one door, or several doors."""
    day: date
    half: HalfDay
    at: int | None = None
    """Place in the order of the half-day without these visits, from 0: the order of the half-day is chosen by that.
    None: the cheapest."""


class Fault(NamedTuple):
    """A rule that would be broken, or what is to be known."""

    code: MoveFaultCode | MoveWarningCode
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """A cadre's part with the visits in it, or what forbids it."""

    part: CadrePlan
    """Without the visits when a rule would be broken."""
    faults: list[Fault]
    warnings: list[Fault]


def put(cadre: Cadre, mine: Sequence[PlaceVisit], wish: Wish, season: Season) -> Tried:
    """The cadre's part with the visits where they are wished.

    Args:
        cadre: who is to make them.
        mine: the visits that the cadre has already, as they are held, without those that are moved.
        wish: where to.
        season: its `before` says where the cadre's visits stand.
    """
    part = standing_part(cadre, mine, season)
    known = len(part.problem.stops)
    stops = (*part.problem.stops, *_doors(wish))
    problem = problem_of(cadre, stops, season)
    slot = next((n for n, s in enumerate(problem.slots) if (s.day, s.half) == (wish.day, wish.half)), None)
    new = range(known, len(stops))
    faults = [fault for visit in wish.visits for fault in calendar_faults(visit, wish.day)]
    if wish.day < season.first:
        faults = [Fault(MoveFaultCode.DAY_PAST), *faults]
    elif slot is None:
        faults.append(Fault(MoveFaultCode.CADRE_AWAY, f"{wish.day} {wish.half}"))
    if faults or slot is None:
        return Tried(part, faults, [])
    order = list(part.routes.get(slot, ()))
    chosen = dict(part.chosen)
    if wish.at is not None:
        order[wish.at : wish.at] = new
        chosen[slot] = list(order)
    elif order or len(new) > MOST_STOPS:
        for stop in new:
            order = with_stop(problem, order, stop)
    else:
        order = shortest(problem, new)
    faults = _full(problem, slot, order)
    if faults:
        return Tried(part, faults, [])
    warnings = [warning for visit in wish.visits for warning in _warnings(visit, wish, cadre, problem)]
    part = replace(part, problem=problem, routes=part.routes | {slot: order}, chosen=chosen)
    return Tried(part, [], sorted(set(warnings)))


def calendar_faults(visit: PlaceVisit, day: date) -> list[Fault]:
    """Why the visit cannot be made on the day."""
    if not visit.first <= day <= visit.last:
        return [Fault(MoveFaultCode.OUT_OF_WINDOW, f"{visit.first} – {visit.last}")]
    if day in visit.away or (visit.not_before and day < visit.not_before):
        return [Fault(MoveFaultCode.PERSON_AWAY, str(day))]
    return []


def sets_apart(
    moving: Collection[str], to: Place, behind: Iterable[PlaceVisit], standings: Mapping[str, Standing]
) -> bool:
    """Whether visits that are moved leave somebody behind their door who is seen at another time, or come to somebody
    of their door who was set apart."""
    return any(
        (stays := standings.get(other.visit_id)) is not None and (stays.apart or stays.place[:3] != to[:3])
        for other in behind
        if other.visit_id not in moving
    )


def _doors(wish: Wish) -> list[Stop]:
    doors: dict[object, list[PlaceVisit]] = {}
    for visit in wish.visits:
        pinned = replace(visit, announced_on=wish.day)
        doors.setdefault((visit.dwelling or visit.visit_id, visit.point), []).append(pinned)
    return [Stop(tuple(sorted(behind, key=lambda visit: visit.visit_id))) for behind in doors.values()]


def _full(problem: CadreProblem, slot: int, order: Sequence[int]) -> list[Fault]:
    faults = []
    persons = sum(map(problem.people, order))
    if persons > problem.persons:
        faults.append(Fault(MoveFaultCode.TOO_MANY_PERSONS, f"{persons} > {problem.persons}"))
    seconds = problem.riding(order) + sum(problem.service[stop] for stop in order)
    if seconds > problem.budgets[slot]:
        detail = f"{round(seconds / SECONDS)} > {round(problem.budgets[slot] / SECONDS)} min"
        faults.append(Fault(MoveFaultCode.TOO_LONG, detail))
    return faults


def _warnings(visit: PlaceVisit, wish: Wish, cadre: Cadre, problem: CadreProblem) -> list[Fault]:
    found = []
    if visit.announced_on not in (None, wish.day):
        found.append(Fault(MoveWarningCode.TOLD_DAY, str(visit.announced_on)))
    if visit.village_code and cadre.villages and visit.village_code not in cadre.villages:
        found.append(Fault(MoveWarningCode.OTHER_VILLAGE, visit.village_code))
    if any((s.day, s.half) == (wish.day, wish.half) and s.market for s in problem.slots):
        found.append(Fault(MoveWarningCode.MARKET_DAY))
    if visit.half_day not in (None, wish.half):
        found.append(Fault(MoveWarningCode.OTHER_HALF))
    days = sorted({slot.day for slot in problem.slots if visit.first <= slot.day <= visit.last})
    if len(days) > 3 and wish.day in days[-3:]:
        found.append(Fault(MoveWarningCode.LATE, str(visit.last)))
    return found
