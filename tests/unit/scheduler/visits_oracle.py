"""Which visits a person should have, by trying every set of days; for `person_oracle`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations
from uuid import UUID, uuid5

from schemas.life_event import Effect
from schemas.visit import ClosedBecause, UnannouncedBecause, VisitAnnounced, VisitRequest, VisitStatus
from services.scheduler.domain.merge import VISIT_NAMESPACE
from services.scheduler.domain.visit import RequestKey, Visit
from tests.unit.scheduler.person_world import WHO
from tests.unit.scheduler.report_oracle import Finding, last_move, strongest


@dataclass(frozen=True)
class Asked:
    """One request that was stated, as it should stand."""

    key: RequestKey
    status: str
    stated_at: datetime
    shown: VisitRequest
    name: str | None
    village: tuple[datetime, str] | None
    dwelling: str | None


@dataclass(frozen=True)
class Told:
    """A day that binds somebody."""

    at: datetime
    visit_id: UUID
    day: date


def smallest_choices(shown: Sequence[VisitRequest]) -> list[tuple[date, ...]]:
    """All sets of fewest days such that each window holds one, by trying all sets."""
    spans = [range(one.window_start.toordinal(), one.due_date.toordinal() + 1) for one in shown]
    met_on = {
        number: sum(1 << i for i, span in enumerate(spans) if number in span) for span in spans for number in span
    }
    for count in range(len(shown) + 1):
        found = []
        for days in combinations(sorted(met_on), count):
            met = 0
            for number in days:
                met |= met_on[number]
            if met == (1 << len(shown)) - 1:
                found.append(tuple(map(date.fromordinal, days)))
        if found:
            return found
    raise AssertionError("a day for each window meets all")


def best_days(shown: Sequence[VisitRequest], told: Iterable[date]) -> tuple[date, ...]:
    """Of these the one with most told days, then the one that puts off as long as the earliest due dates allow."""
    binding = frozenset(told)
    return max(smallest_choices(shown), key=lambda days: (len(binding.intersection(days)), days))


def last_told(events: Iterable[object]) -> list[VisitAnnounced]:
    """What was last said of each visit; of one moment the larger day."""
    last: dict[UUID, VisitAnnounced] = {}
    for one in events:
        if isinstance(one, VisitAnnounced):
            last[one.visit_id] = max(last.get(one.visit_id, one), one, key=_word)
    return list(last.values())


def _word(one: VisitAnnounced) -> tuple[datetime, date, list[RequestKey]]:
    return one.recorded_at, one.day or date.min, sorted((r.agency, r.request_id) for r in one.requests)


def binding(
    told: Iterable[VisitAnnounced], groups: Sequence[Sequence[Asked]], proved_on: date | None
) -> Iterator[tuple[int, Told]]:
    """The told days on which somebody still waits, each with the side that can use it best."""
    for one in told:
        keys = {(r.agency, r.request_id) for r in one.requests}
        waits = [sorted((a for a in g if a.key in keys and a.status == "open"), key=lambda a: a.key) for g in groups]
        if one.day is None or not any(waits) or (proved_on is not None and one.day <= proved_on):
            continue
        fits = [[a for a in waiting if _fits(a, one.day)] for waiting in waits]
        order = [(-len(fits[i]), -len(waits[i]), [a.key for a in waits[i]], i) for i in range(len(groups))]
        yield min(order)[-1], Told(one.recorded_at, one.visit_id, one.day)


def visits_should_be(
    groups: Sequence[Sequence[Asked]], told: Iterable[VisitAnnounced], proved_on: date | None
) -> tuple[dict[UUID, list[Asked]], dict[UUID, date], dict[UUID, UnannouncedBecause]]:
    """Requests by visit, kept days by visit, and the visits whose day cannot stay, with why."""
    bound = list(binding(told, groups, proved_on))
    days_of = [
        best_days([one.shown for one in group if one.status == "open"], [t.day for i, t in bound if i == index])
        for index, group in enumerate(groups)
    ]
    kept: dict[tuple[int, date], UUID] = {}
    for index, one in sorted(bound, key=lambda found: (found[1].at, found[1].visit_id)):
        if one.day in days_of[index]:
            kept.setdefault((index, one.day), one.visit_id)
    visits: dict[UUID, list[Asked]] = {}
    for index, group in enumerate(groups):
        borne = set(kept.values()) | {one.visit_id for i, one in bound if i != index}
        for nth, day in enumerate(days_of[index]):
            earlier = days_of[index][:nth]
            mine = [r for r in group if r.status == "open" and _fits(r, day) and not any(_fits(r, d) for d in earlier)]
            named = kept.get((index, day)) or _name(mine, borne)
            borne.add(named)
            assert named not in visits, "two visits under one name"
            visits[named] = mine
    stays = {visit_id: one for (_, one), visit_id in kept.items()}
    lost = {
        one.visit_id: UnannouncedBecause.FEWER_VISITS
        if any(_fits(r, one.day) for r in groups[index] if r.status == "open")
        else UnannouncedBecause.WINDOW_CHANGED
        for index, one in bound
        if stays.get(one.visit_id) != one.day
    }
    return visits, stays, lost


def _fits(one: Asked, day: date) -> bool:
    return one.shown.window_start <= day <= one.shown.due_date


def _name(mine: Iterable[Asked], borne: set[UUID]) -> UUID:
    own = [
        uuid5(VISIT_NAMESPACE, "\n".join((WHO, *one.key))) for one in sorted(mine, key=lambda a: (a.stated_at, a.key))
    ]
    beside = [uuid5(own[0], f"beside {number} announced visits") for number in range(1, len(borne) + 2)]
    return next(name for name in own + beside if name not in borne)


def whole_visit(visit_id: UUID, mine: Sequence[Asked], found: Iterable[Finding]) -> Visit:
    """The visit with its place and with the strongest life event over it; its day and question are set elsewhere."""
    found = list(found)
    moved = last_move(found)
    named = [(one.village[0], one.key, one.village[1]) for one in mine if one.village]
    at, _, village = max(named, default=(None, None, None))
    rehomed = moved is not None and (at is None or moved[0] > at)
    homes = Counter(
        one.dwelling for one in mine if one.dwelling and (one.village[1] if one.village else None) == village
    )
    most = max(homes.values(), default=0)
    effect, life_event_id = strongest(found)
    visit = Visit(
        visit_id=visit_id,
        person_key=WHO,
        version=0,
        status=VisitStatus.OPEN,
        window=(max(one.shown.window_start for one in mine), min(one.shown.due_date for one in mine)),
        requests=tuple(one.shown for one in sorted(mine, key=lambda one: one.key)),
        opened_at=min(one.stated_at for one in mine),
        village_code=moved[1] if moved and rehomed else village,
        dwelling=None if rehomed else min((home for home, times in homes.items() if times == most), default=None),
        life_event_id=life_event_id,
    )
    match effect:
        case Effect.PAUSED:
            return replace(visit, status=VisitStatus.PAUSED)
        case Effect.CLOSED:
            return replace(visit, status=VisitStatus.CLOSED, closed_because=ClosedBecause.LIFE_EVENT)
        case Effect.NONE:
            return visit


def repeated(group: Iterable[Asked]) -> Mapping[RequestKey, str]:
    """Which request says once more what which earlier number of the agency has said."""
    ordered = sorted(group, key=lambda one: (one.stated_at, one.key))
    links = {}
    for index, one in enumerate(ordered):
        for earlier in ordered[:index]:
            if _question(earlier) == _question(one):
                links[one.key] = earlier.key[1]
                break
    return links


def _question(one: Asked) -> tuple[str, str, date]:
    return one.key[0], one.shown.programme, one.shown.due_date
