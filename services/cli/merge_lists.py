"""Lists in, visits out, without a stack: the same intake, register and merge as the stream, over whole files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from schemas.request_row import RequestRow
from services.gateway.lists import ListProblem, NumberedRow, ProblemCode, read_list
from services.scheduler.domain.codes import Language, RejectionCode, RepeatCode, WarningCode, explain
from services.scheduler.domain.intake import Accepted, Fault, Rejected, assess_list
from services.scheduler.domain.merge import OpenRequest, ProposedVisit, merge
from services.scheduler.domain.programmes import find_agency_in_name, find_programme_in_name
from services.scheduler.domain.register import Observation, Register

_RECORDED_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Lists on a disk have no time of arrival: with one moment for all, the order of the files names no visit."""
_REPEATED: Final = RepeatCode.REQUEST_REPEATED


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    file: str
    row: int
    sheet: str | None = None

    def as_json(self, prefix: str = "") -> dict[str, Any]:
        """``file`` and ``row``, and ``sheet`` when the file has several."""
        place: dict[str, Any] = {f"{prefix}file": self.file, f"{prefix}row": self.row}
        return place | {f"{prefix}sheet": self.sheet} if self.sheet else place


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

    @property
    def readable(self) -> bool:
        """Whether every file could be read."""
        return not any(problem.fatal for _, problem in self.problems)

    def as_json(self, language: Language) -> dict[str, Any]:
        """The answer of ``onevisit merge --json``."""
        return {
            "requests": self.requests,
            "accepted": len(self.register),
            "rejected": [remark.as_json(language) for remark in self.rejected],
            "duplicates": [remark.as_json(language) for remark in self.duplicates],
            "warnings": [remark.as_json(language) for remark in self.warnings],
            "problems": [_problem_as_json(file, problem, language) for file, problem in self.problems],
            "assumed": [{"file": file, "field": column, "value": value} for file, column, value in self.assumed],
            "persons": self.persons,
            "visits": [_visit_as_json(visit) for visit in self.visits],
            "trips_before": len(self.register),
            "trips_after": len(self.visits),
        }


def merge_lists(
    files: Sequence[Path],
    *,
    county_secret: bytes,
    today: date,
    agencies: Mapping[str, str] | None = None,
    programmes: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> MergeResult:
    """Read the lists in the given order (the later row of one request wins), and merge what is accepted.

    Args:
        files: the lists.
        county_secret: key of the person keys.
        today: the day in the county, for birth dates and overdue dates.
        agencies: agency for rows without one, by file name as shown; the key ``""`` is for every file.
        programmes: the same for programmes.
        progress: told what is being done.
    """
    result = MergeResult()
    for file, shown in zip(files, _shown_names(files), strict=True):
        progress(shown)
        contents = read_list(file)
        rows = _completed(contents.rows, shown, agencies or {}, programmes or {}, result.assumed)
        replaced = {column for file, column, _ in result.assumed if file == shown}
        result.problems.extend(
            (shown, problem)
            for problem in contents.problems
            if not (problem.code is ProblemCode.COLUMN_MISSING and problem.detail in replaced)
        )
        result.requests += len(rows)
        assessed = assess_list(((index, row.values) for index, row in enumerate(rows)), today=today)
        for index, outcome in assessed:
            _take(result, outcome, Place(shown, rows[index].row, rows[index].sheet))
    progress("merge")
    keys: dict[str, str] = {}
    result.visits = merge(_open_requests(result.register, county_secret, keys))
    result.persons = len(keys)
    return result


def _take(result: MergeResult, outcome: Accepted | Rejected, place: Place) -> None:
    if isinstance(outcome, Rejected):
        first, *also = outcome.faults
        result.rejected.append(Remark(place, first.code, first.field, also=tuple(also)))
        return
    observations = result.register.add(outcome, place)
    if not any(isinstance(seen.code, RejectionCode) or seen.code is _REPEATED for seen in observations):
        result.warnings.extend(Remark(place, notice.code, notice.field) for notice in outcome.notices)
    for observation in observations:
        _list_for(result, observation).append(Remark(place, observation.code, observation.field, observation.of))


def _list_for(result: MergeResult, observation: Observation[Place]) -> list[Remark]:
    match observation.code:
        case RejectionCode():
            return result.rejected
        case RepeatCode():
            return result.duplicates
        case WarningCode():
            return result.warnings


def _completed(
    rows: list[NumberedRow],
    shown: str,
    agencies: Mapping[str, str],
    programmes: Mapping[str, str],
    assumed: list[tuple[str, str, str]],
) -> list[NumberedRow]:
    """The rows with agency and programme filled in where a file as a whole is of one agency or programme."""
    for column, given, find in (
        ("agency", agencies, find_agency_in_name),
        ("programme", programmes, find_programme_in_name),
    ):
        stated = given.get(shown, given.get(Path(shown).name, given.get("")))
        absent = bool(rows) and all(getattr(row.values, column) is None for row in rows)
        value = stated or (find(Path(shown).stem) if absent else None)
        if value is None:
            continue
        if absent:
            assumed.append((shown, column, value))
        rows = [row._replace(values=_filled(row.values, column, value)) for row in rows]
    return rows


def _filled(values: RequestRow, column: str, value: str) -> RequestRow:
    return values if getattr(values, column) is not None else values.model_copy(update={column: value})


def _open_requests(register: Register[Place], secret: bytes, keys: dict[str, str]) -> Iterator[OpenRequest]:
    for entry in register:
        request = entry.request
        number = request.resident_id.number
        key = keys.get(number) or keys.setdefault(number, request.resident_id.person_key(secret))
        yield OpenRequest(
            agency=request.agency,
            request_id=request.request_id,
            programme=request.programme,
            person_key=key,
            window_start=request.window_start,
            due_date=request.due_date,
            recorded_at=_RECORDED_AT,
        )


def _shown_names(files: Sequence[Path]) -> list[str]:
    """The file's name alone where that tells the files apart, else the path as given."""
    names = [file.name for file in files]
    shown = [name if names.count(name) == 1 else str(file) for file, name in zip(files, names, strict=True)]
    return [name.encode("utf-8", "replace").decode() for name in shown]


def _problem_as_json(file: str, problem: ListProblem, language: Language) -> dict[str, Any]:
    stated: dict[str, Any] = {"file": file}
    if problem.row is not None:
        stated["row"] = problem.row
    if problem.sheet is not None:
        stated["sheet"] = problem.sheet
    return stated | {"code": problem.code.value, "message": problem.explain(language)}


def _visit_as_json(visit: ProposedVisit) -> dict[str, Any]:
    return {
        "visit_id": str(visit.visit_id),
        "person_key": visit.person_key,
        "window": [visit.window_start.isoformat(), visit.window_end.isoformat()],
        "requests": [request.request_id for request in visit.requests],
        "items": [
            {"agency": request.agency, "request_id": request.request_id, "programme": request.programme}
            for request in visit.requests
        ],
    }
