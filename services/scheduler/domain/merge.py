"""Merge: all open requests of one person into the fewest visits.

Windows are intervals of days; a visit on one day answers every request whose window holds that day. The fewest days
that stab all intervals come from taking the intervals in order of their end and opening a visit on the last day of each
one that no visit meets yet (greedy interval stabbing, an exact optimum). Where days were announced to the person, the
days are those that keep the most announcements among all that are fewest (`stabbing`). Each request then joins the
earliest visit that it fits, and the visit's window is what all its requests have in common.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count
from typing import Final
from uuid import UUID, uuid5

from services.scheduler.domain.stabbing import fewest_days

VISIT_NAMESPACE: Final = UUID("6f1a2a1e-5d0b-5c0e-9d5e-0f4b1c7a9e31")
"""Fixed for ever: visit ids are made in it."""


class ContradictoryRequests(ValueError):
    """Two different requests came with one identity: the caller has to fold amendments first."""

    code: Final = "CONTRADICTORY_REQUESTS"

    def __init__(self, agency: str) -> None:
        super().__init__(f"{self.code}: one request number of {agency} stands for two requests: fold amendments first")


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that still needs a proof."""

    agency: str
    request_id: str
    """The agency's number; unique within the agency only."""
    programme: str
    person_key: str
    window_start: date
    """First day on which a visit counts."""
    due_date: date
    """Last day on which a visit counts."""
    recorded_at: datetime
    """When the request was first taken in (UTC); it decides which request names the visit."""

    def __post_init__(self) -> None:
        if self.due_date < self.window_start:
            raise ValueError("due_date lies before window_start: intake must have rejected this request")


@dataclass(frozen=True, slots=True)
class ProposedVisit:
    """One trip to one person that answers all of ``requests``."""

    visit_id: UUID
    """Stable while the visit's earliest recorded request stays in it, or while its announced day stays."""
    person_key: str
    window_start: date
    """First day on which one visit answers all its requests."""
    window_end: date
    """Last such day."""
    requests: tuple[OpenRequest, ...]
    """At least one, ordered by agency and request number."""
    announced_on: date | None = None
    """The day that was told to the person, when it stays."""


def merge(requests: Iterable[OpenRequest]) -> list[ProposedVisit]:
    """The fewest visits for each person, ordered by person and last day; the same whatever the order of the input.

    A request given twice counts once.

    Raises:
        ContradictoryRequests: two different requests with one agency and request number.
    """
    distinct: dict[tuple[str, str], OpenRequest] = {}
    people: defaultdict[str, list[OpenRequest]] = defaultdict(list)
    for request in requests:
        if distinct.setdefault((request.agency, request.request_id), request) != request:
            raise ContradictoryRequests(request.agency)
    for request in distinct.values():
        people[request.person_key].append(request)
    return [visit for person_key in sorted(people) for visit in visits_of(person_key, people[person_key])]


def visits_of(
    person_key: str,
    requests: Sequence[OpenRequest],
    announced: Mapping[date, UUID] | None = None,
    taken: Collection[UUID] = (),
) -> list[ProposedVisit]:
    """The fewest visits for one person's open requests, by last day.

    Args:
        person_key: whose.
        requests: distinct open requests of this person.
        announced: days that were told to the person, with the visit that was announced. Of all ways to have the fewest
            visits, one that keeps most of them is taken; a visit on a day that stays keeps its name.
        taken: names that other visits of the person bear.
    """
    told = announced or {}
    days = fewest_days([(request.window_start, request.due_date) for request in requests], frozenset(told))
    groups: list[list[OpenRequest]] = [[] for _ in days]
    for request in requests:
        groups[bisect_left(days, request.window_start)].append(request)
    kept = {day: told[day] for day in days if day in told}
    borne = {*taken, *kept.values()}
    visits = []
    for day, group in zip(days, groups, strict=True):
        visit_id = kept.get(day) or _name(person_key, group, borne)
        borne.add(visit_id)
        visits.append(_visit(visit_id, person_key, group, day if day in kept else None))
    return visits


def _name(person_key: str, group: Iterable[OpenRequest], taken: Collection[UUID]) -> UUID:
    """The name of a visit after its earliest recorded request, unless an announced visit bears it already."""
    ordered = sorted(group, key=lambda request: (request.recorded_at, request.agency, request.request_id))
    names = [uuid5(VISIT_NAMESPACE, f"{person_key}\n{r.agency}\n{r.request_id}") for r in ordered]
    beside = (uuid5(names[0], f"beside {number} announced visits") for number in count(1))
    return next(name for name in chain(names, beside) if name not in taken)


def _visit(visit_id: UUID, person_key: str, group: Sequence[OpenRequest], announced_on: date | None) -> ProposedVisit:
    return ProposedVisit(
        visit_id=visit_id,
        person_key=person_key,
        window_start=max(request.window_start for request in group),
        window_end=min(request.due_date for request in group),
        requests=tuple(sorted(group, key=lambda request: (request.agency, request.request_id))),
        announced_on=announced_on,
    )
