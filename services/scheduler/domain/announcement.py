"""Announcements: the day on which a person was told that somebody comes. It moves only when it must."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.visit import UnannouncedBecause, VisitAnnounced
from services.scheduler.domain.merge import OpenRequest


@dataclass(frozen=True)
class Announcement:
    """What was last told of one visit."""

    visit_id: UUID
    person_key: str
    announced_at: str
    """ISO 8601, UTC, so that text order is time order."""
    day: date | None
    """None when it was taken back."""
    requests: tuple[tuple[str, str], ...]
    """(agency, request_id) of what the visit answered when it was announced."""

    @classmethod
    def of(cls, event: VisitAnnounced) -> Announcement:
        """What an event says."""
        return cls(
            visit_id=event.visit_id,
            person_key=event.person_key,
            announced_at=event.recorded_at.isoformat(timespec="microseconds"),
            day=event.day,
            requests=tuple(sorted((request.agency, request.request_id) for request in event.requests)),
        )

    def after(self, earlier: Announcement | None) -> Announcement:
        """The later of the two, whatever the order in which they came; of one moment the larger day."""
        return self if earlier is None or self._order > earlier._order else earlier

    @property
    def _order(self) -> tuple[str, date, tuple[tuple[str, str], ...]]:
        return self.announced_at, self.day or date.min, self.requests


def told_days(announcements: Iterable[Announcement]) -> dict[date, UUID]:
    """The days that were told to a person, each with its visit; of two visits on one day, the one told first."""
    days: dict[date, UUID] = {}
    for told in sorted(announcements, key=lambda told: (told.announced_at, told.visit_id)):
        if told.day is not None:
            days.setdefault(told.day, told.visit_id)
    return days


def by_side(
    announcements: Iterable[Announcement],
    sides: Collection[Collection[tuple[str, str]]],
    asked: Mapping[tuple[str, str], OpenRequest],
) -> list[list[Announcement]]:
    """For each side of an ID number the announcements that were made for its requests.

    An announcement for requests of several sides goes to the side that can use the day best: where most of them are
    still asked for and the day lies in their windows; where as many, where most are asked for; then to the side of the
    first of those.
    """
    parted: list[list[Announcement]] = [[] for _ in sides]
    for told in announcements:
        waiting = [[asked[key] for key in told.requests if key in asked and key in side] for side in sides]
        best = min(range(len(waiting)), key=lambda side: _use(told.day, waiting[side]))
        parted[best].append(told)
    return parted


def _use(day: date | None, waiting: Sequence[OpenRequest]) -> tuple[int, int, list[tuple[str, str]]]:
    """How well requests that wait can use an announced day; the best is the smallest."""
    fitting = sum(day is not None and one.window_start <= day <= one.due_date for one in waiting)
    return -fitting, -len(waiting), [(one.agency, one.request_id) for one in waiting]


def lost_because(
    announcements: Iterable[Announcement], kept: Mapping[UUID, date], requests: Collection[OpenRequest]
) -> dict[UUID, UnannouncedBecause]:
    """The announced visits whose day does not stay although the person has open requests, each with why."""
    return {
        told.visit_id: UnannouncedBecause.FEWER_VISITS
        if any(request.window_start <= told.day <= request.due_date for request in requests)
        else UnannouncedBecause.WINDOW_CHANGED
        for told in announcements
        if told.day is not None and kept.get(told.visit_id) != told.day
    }
