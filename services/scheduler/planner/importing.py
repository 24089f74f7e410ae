"""An edited plan comes back: its rows become moves, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from schemas.desk import RowWish
from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import Fault, Standing
from services.scheduler.domain.plan_model import Place
from services.scheduler.domain.plan_move_codes import MoveFaultCode, words
from services.scheduler.planner.county import County
from services.scheduler.planner.draft import Draft
from services.scheduler.planner.moving import Move, cost_of, moved
from services.scheduler.planner.own_part import Part
from services.scheduler.planning.cells import as_day, as_half_day

MOST_ORDER: Final = 99
"""Of a row; rows without one come after all others."""


class _Wanted(NamedTuple):
    """A row as read: who goes, when, at which place."""

    cadre_id: str
    day: date
    half: HalfDay
    order: int | None
    """From 1; None: as the planner likes."""
    row: int
    visit_id: str


@dataclass(slots=True)
class Imported:
    """What became of the rows."""

    draft: Draft
    changed: set[str] = field(default_factory=set)
    moves: int = 0
    """Visits that are moved."""
    faults: list[tuple[int, str, Fault]] = field(default_factory=list)
    """Row, visit, rule."""

    def answer(self, before: Draft, *, rows: int, applied: bool, version: int) -> dict[str, Any]:
        """As the desk gets it."""
        return {
            "ok": not self.faults,
            "applied": applied,
            "version": version,
            "rows": rows,
            "moved": self.moves,
            "faults": [
                {"row": row, "visit_id": visit, "code": fault.code.value, "words": words(fault.code, fault.detail)}
                for row, visit, fault in self.faults
            ],
            "cost": cost_of(before, self.draft, sorted(self.changed)),
        }


def imported(part: Part, county: County, rows: Sequence[RowWish]) -> Imported:
    """Moves what stands elsewhere in the file than in the draft, half-day by half-day; rows without a cadre stay. Rows
    of what lies outside of the part are faults, wherever it stands."""
    draft = part.draft
    found = Imported(draft)
    wanted = []
    for one in (one for row in rows if (one := _read(row, county, found))):
        foreign = part.faults((one.visit_id,), one.cadre_id)
        found.faults += [(one.row, one.visit_id, fault) for fault in foreign]
        wanted += [] if foreign else [one]
    standings = draft.standings
    for one in sorted(_elsewhere(wanted, standings), key=lambda one: (*one[:3], one.order or MOST_ORDER, one.row)):
        behind = _behind_the_door(one, wanted, standings, found.draft)
        if one.visit_id != behind[0]:
            continue  # moved with the first of its stop
        tried = moved(found.draft, county, Move(behind, one.cadre_id, one.day, one.half, one.order and one.order - 1))
        if tried.faults:
            found.faults += [(one.row, one.visit_id, fault) for fault in tried.faults]
            continue
        found.draft, found.changed = tried.draft, found.changed | tried.changed
        found.moves += len(behind)
    found.faults.sort(key=lambda fault: fault[0])
    return found


def _read(row: RowWish, county: County, found: Imported) -> _Wanted | None:
    if not row.cadre_id:
        return None
    try:
        half = as_half_day(row.half_day)
        order = int(float(row.order)) if row.order else None
        day = as_day(row.day)
        if day is None or half is None or not 1 <= (order or 1) <= MOST_ORDER:
            raise ValueError(f"day or half_day is missing, or order is not 1-{MOST_ORDER}")
        return _Wanted(row.cadre_id, day, half, order, row.row, row.visit_id)
    except (ValueError, OverflowError) as error:
        found.faults.append((row.row, row.visit_id, Fault(MoveFaultCode.ROW_UNREADABLE, str(error)[:80])))
        return None


def _elsewhere(wanted: Sequence[_Wanted], standings: dict[str, Standing]) -> list[_Wanted]:
    """The rows that are to stand elsewhere; in a half-day whose order alone differs, all of its rows from there on."""
    moved_rows = []
    for one in wanted:
        standing = standings.get(one.visit_id)
        if standing is None or not _stands(standing.place, one):
            moved_rows.append(one)
    return moved_rows


def _stands(place: Place, one: _Wanted) -> bool:
    return place[:3] == (one.cadre_id, one.day, one.half) and one.order in (None, place.order + 1)


def _behind_the_door(
    one: _Wanted, wanted: Sequence[_Wanted], standings: dict[str, Standing], draft: Draft
) -> tuple[str, ...]:
    """The visits of one stop that are wanted at the same place go together, in the order of their ids."""
    standing = standings.get(one.visit_id)
    same = {
        other.visit_id
        for other in wanted
        if other[:4] == one[:4]
        and standing is not None
        and (beside := standings.get(other.visit_id)) is not None
        and beside.place == standing.place
    }
    return tuple(sorted(same | {one.visit_id}))
