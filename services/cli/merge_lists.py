"""Lists in, visits out, without a stack: the same intake, register and merge as the stream, over whole files."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from schemas.request_row import RequestRow
from services.cli.merge_answer import MergeResult, Remark
from services.cli.merge_held import hold_names, hold_unsure
from services.cli.merge_places import Place
from services.gateway.lists import NumberedRow, ProblemCode, read_list
from services.scheduler.domain.codes import RejectionCode, RepeatCode, WarningCode
from services.scheduler.domain.household import Home, HomeVisit, stops_of
from services.scheduler.domain.identity import Side, is_named, sent_again, settle
from services.scheduler.domain.intake import Accepted, Rejected, assess_list
from services.scheduler.domain.merge import OpenRequest, merge
from services.scheduler.domain.programmes import find_agency_in_name, find_programme_in_name
from services.scheduler.domain.register import Observation

_RECORDED_AT: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Lists on a disk have no time of arrival: with one moment for all, the order of the files names no visit."""
_REPEATED: Final = RepeatCode.REQUEST_REPEATED


def merge_lists(
    files: Sequence[Path],
    *,
    county_secret: bytes,
    today: date,
    agencies: Mapping[str, str] | None = None,
    programmes: Mapping[str, str] | None = None,
    same: Collection[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> MergeResult:
    """Read the lists in the given order (the later row of one request wins), and merge what is accepted.

    Args:
        files: the lists.
        county_secret: key of the person keys.
        today: the day in the county, for birth dates and overdue dates.
        agencies: agency for rows without one, by file name as shown; the key ``""`` is for every file.
        programmes: the same for programmes.
        same: held ids of which a person has decided that their names are one person's.
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
            place = Place(shown, rows[index].row, rows[index].sheet)
            _take(result, outcome, place)
            if isinstance(outcome, Rejected) and any(fault.field == "id_number" for fault in outcome.faults):
                result.unsure.append((place, rows[index].values, outcome))
    progress("merge")
    _merge(result, county_secret, same)
    return result


def _merge(result: MergeResult, secret: bytes, same: Collection[str]) -> None:
    """Settle who is who, merge each side, and list what is held, sent again, or of one dwelling."""
    keys: dict[str, str] = {}
    pools: list[list[OpenRequest]] = [[]]
    order = {entry.request.key: index for index, entry in enumerate(result.register)}
    for person in settle(result.register):
        key = person.sides[0][0].request.resident_id.person_key(secret)
        keys[person.number] = key
        if person.held:
            held = hold_names(person, key, secret)
            if held.held_id in same:
                result.decided.add(held.held_id)
                person = person.joined()  # noqa: PLW2901 - the decision takes the question's place
            else:
                result.held.append(held)
                result.warnings.extend(_names_differ(person.sides, order))
        pools.extend([] for _ in range(len(person.sides) - len(pools)))
        for pool, side in zip(pools, person.sides, strict=False):
            pool.extend(_open_request(entry.request, key) for entry in side)
            for again, first in sent_again(sorted(side, key=lambda entry: order[entry.request.key])):
                remark = Remark(again.origin, RepeatCode.REQUEST_SENT_AGAIN, "request_id", first.origin)
                result.duplicates.append(remark)
    result.persons = len(keys)
    visits = (visit for pool in pools for visit in merge(pool))
    result.visits = sorted(visits, key=lambda visit: (visit.person_key, visit.window_end, visit.visit_id))
    result.stops = stops_of(_home_visits(result))
    result.held += hold_unsure(result.unsure, result.register, secret=secret, key_of=keys.__getitem__)
    result.held.sort(
        key=lambda held: (held.reason, held.records[0].agency or "", held.records[0].request_id or "", held.held_id)
    )


def _names_differ(sides: Sequence[Side[Place]], order: Mapping[tuple[str, str], int]) -> Iterator[Remark]:
    """A remark for each row without a name, and for each of the other names than that of the named row read first."""
    named = [side for side in sides if is_named(side)]
    first = min((entry for side in named for entry in side), key=lambda entry: order[entry.request.key])
    for side in sides:
        if first not in side:
            code = WarningCode.NAME_DIFFERS if is_named(side) else WarningCode.NAME_UNCONFIRMED
            yield from (Remark(entry.origin, code, "name", first.origin) for entry in side)


def _home_visits(result: MergeResult) -> Iterator[HomeVisit]:
    homes = {
        entry.request.key: Home(entry.request.village_code, entry.request.residence_address, entry.request.household_id)
        for entry in result.register
    }
    for visit in result.visits:
        at = tuple(homes[request.agency, request.request_id] for request in visit.requests)
        yield HomeVisit(visit.visit_id, visit.window_start, visit.window_end, at)


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


def _open_request(request: Accepted, person_key: str) -> OpenRequest:
    return OpenRequest(
        agency=request.agency,
        request_id=request.request_id,
        programme=request.programme,
        person_key=person_key,
        window_start=request.window_start,
        due_date=request.due_date,
        recorded_at=_RECORDED_AT,
    )


def _shown_names(files: Sequence[Path]) -> list[str]:
    """The file's name alone where that tells the files apart, else the path as given."""
    names = [file.name for file in files]
    shown = [name if names.count(name) == 1 else str(file) for file, name in zip(files, names, strict=True)]
    return [name.encode("utf-8", "replace").decode() for name in shown]


__all__: Final = ["MergeResult", "Place", "Remark", "merge_lists"]
