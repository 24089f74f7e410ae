"""What became of the lists, and the JSON that ``onevisit merge`` answers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from schemas.request_row import RequestRow
from services.cli.merge_held import Held
from services.cli.merge_places import Place
from services.gateway.lists import ListProblem
from services.scheduler.domain.codes import Language, RejectionCode, RepeatCode, WarningCode, explain
from services.scheduler.domain.intake import Fault, Rejected
from services.scheduler.domain.merge import ProposedVisit
from services.scheduler.domain.register import Register
from services.scheduler.domain.stops import Stop, trips_saved


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of a row: why it is rejected, what it repeats, or what to look at."""

    place: Place
    code: RejectionCode | RepeatCode | WarningCode
    column: str
    of: Place | None = None
    also: tuple[Fault, ...] = ()
    """Further faults of a rejected row."""

    def as_json(self, language: Language) -> dict[str, Any]:
        """The remark as the JSON answer states it."""
        text = explain(self.code, self.column, language)
        stated = self.place.as_json() | {
            "code": self.code.value,
            "field": self.column,
            "message": text.message,
            "next_step": text.next_step,
        }
        if self.of:
            stated |= self.of.as_json("of_")
        if self.code is RepeatCode.REQUEST_SENT_AGAIN:
            stated["accepted"] = True
        if self.also:
            stated["also"] = [
                {"code": fault.code.value, "field": fault.field, "message": fault.explain(language).message}
                for fault in self.also
            ]
        return stated


@dataclass(slots=True)
class MergeResult:
    """What became of the lists."""

    requests: int = 0
    """Rows read, without totals, notes and empty rows."""
    register: Register[Place] = field(default_factory=Register)
    """The distinct accepted requests."""
    rejected: list[Remark] = field(default_factory=list)
    duplicates: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    problems: list[tuple[str, ListProblem]] = field(default_factory=list)
    """File and what is wrong with it as a whole."""
    assumed: list[tuple[str, str, str]] = field(default_factory=list)
    """File, column and value taken for a column that the list does not have."""
    visits: list[ProposedVisit] = field(default_factory=list)
    persons: int = 0
    """ID numbers of the accepted requests."""
    held: list[Held] = field(default_factory=list)
    """What a person must decide."""
    decided: set[str] = field(default_factory=set)
    """Held ids of which it was decided, and carried out, that they are one person."""
    stops: list[Stop] = field(default_factory=list)
    unsure: list[tuple[Place, RequestRow, Rejected]] = field(default_factory=list)
    """Rows rejected for their ID number, as typed."""

    @property
    def repeated(self) -> int:
        """Rows that are counted once with another: rows = accepted + rejected + repeated."""
        return sum(remark.code is not RepeatCode.REQUEST_SENT_AGAIN for remark in self.duplicates)

    @property
    def trips_saved_by_household(self) -> int:
        """Trips saved beyond the merge when the visits of each stop are one ride."""
        return trips_saved(self.stops)

    @property
    def readable(self) -> bool:
        """Whether every file could be read."""
        return not any(problem.fatal for _, problem in self.problems)

    def as_json(self, language: Language) -> dict[str, Any]:
        """The answer of ``onevisit merge --json``."""
        visit_of = {(r.agency, r.request_id): str(visit.visit_id) for visit in self.visits for r in visit.requests}
        held_of = {held.person_key: held.held_id for held in self.held if held.person_key}
        village_of = {entry.request.key: entry.request.village_code for entry in self.register}
        return {
            "requests": self.requests,
            "accepted": len(self.register),
            "repeated": self.repeated,
            "rejected": [remark.as_json(language) for remark in self.rejected],
            "duplicates": [remark.as_json(language) for remark in self.duplicates],
            "warnings": [remark.as_json(language) for remark in self.warnings],
            "problems": [_problem_as_json(file, problem, language) for file, problem in self.problems],
            "assumed": [{"file": file, "field": column, "value": value} for file, column, value in self.assumed],
            "persons": self.persons,
            "held": [held.as_json(visit_of, language) for held in self.held],
            "visits": [
                _visit_as_json(visit, held_of.get(visit.person_key))
                | {"village_code": _village(village_of.get((r.agency, r.request_id)) for r in visit.requests)}
                for visit in self.visits
            ],
            "stops": [stop_as_json(stop) for stop in self.stops],
            "trips_before": len(self.register),
            "trips_after": len(self.visits),
            "trips_saved_by_household": self.trips_saved_by_household,
        }


def _problem_as_json(file: str, problem: ListProblem, language: Language) -> dict[str, Any]:
    stated: dict[str, Any] = {"file": file}
    if problem.row is not None:
        stated["row"] = problem.row
    if problem.sheet is not None:
        stated["sheet"] = problem.sheet
    return stated | {"code": problem.code.value, "message": problem.explain(language)}


def _visit_as_json(visit: ProposedVisit, held_id: str | None) -> dict[str, Any]:
    stated = {
        "visit_id": str(visit.visit_id),
        "person_key": visit.person_key,
        "window": [visit.window_start.isoformat(), visit.window_end.isoformat()],
        "requests": [request.request_id for request in visit.requests],
        "items": [
            {"agency": request.agency, "request_id": request.request_id, "programme": request.programme}
            for request in visit.requests
        ],
    }
    return stated | {"held_id": held_id} if held_id else stated


def _village(codes: Iterable[str | None]) -> str | None:
    """The code named most often, the smallest of equals; `onevisit plan` finds the cadre and the place by it."""
    named = Counter(code for code in codes if code)
    return min(named, key=lambda code: (-named[code], code)) if named else None


def stop_as_json(stop: Stop) -> dict[str, Any]:
    """A stop as every command prints it."""
    return {
        "stop_id": str(stop.stop_id),
        "visit_ids": [str(visit_id) for visit_id in stop.visit_ids],
        "window": [stop.window_start.isoformat(), stop.window_end.isoformat()],
        "village_code": stop.village_code,
    }
