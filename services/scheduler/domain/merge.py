"""Merge: all open requests of one person into the fewest visits.

Windows are intervals of days; a visit on one day answers every request whose window holds that day. The fewest days
that stab all intervals come from taking the intervals in order of their end and opening a visit on the last day of each
one that no visit meets yet (greedy interval stabbing, an exact optimum). Each request then joins the earliest-ending
visit that it fits, and the visit's window is what all its requests have in common.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

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
    """Stable while the visit's earliest recorded request stays in it."""
    person_key: str
    window_start: date
    """First day on which one visit answers all its requests."""
    window_end: date
    """Last such day."""
    requests: tuple[OpenRequest, ...]
    """At least one, ordered by agency and request number."""


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
    return [visit for person_key in sorted(people) for visit in _visits_of(person_key, people[person_key])]


def _visits_of(person_key: str, requests: Sequence[OpenRequest]) -> list[ProposedVisit]:
    ends = _fewest_days(requests)
    groups: list[list[OpenRequest]] = [[] for _ in ends]
    for request in requests:
        groups[bisect_left(ends, request.window_start)].append(request)
    return [_visit(person_key, group) for group in groups]


def _fewest_days(requests: Sequence[OpenRequest]) -> list[date]:
    """The fewest days, ascending, such that every window holds at least one."""
    days: list[date] = []
    for request in sorted(requests, key=lambda request: request.due_date):
        if not days or days[-1] < request.window_start:
            days.append(request.due_date)
    return days


def _visit(person_key: str, group: Sequence[OpenRequest]) -> ProposedVisit:
    anchor = min(group, key=lambda request: (request.recorded_at, request.agency, request.request_id))
    return ProposedVisit(
        visit_id=uuid5(VISIT_NAMESPACE, f"{person_key}\n{anchor.agency}\n{anchor.request_id}"),
        person_key=person_key,
        window_start=max(request.window_start for request in group),
        window_end=min(request.due_date for request in group),
        requests=tuple(sorted(group, key=lambda request: (request.agency, request.request_id))),
    )
