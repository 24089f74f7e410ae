"""A visit as it was last told, and the names by which requests are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.visit import ClosedBecause, UnannouncedBecause, VisitRequest, VisitStatus

RequestKey = tuple[str, str]
"""(agency, request_id): agencies number their requests themselves."""


@dataclass(frozen=True)
class Visit:
    """The fields of `schemas.visit.VisitChanged`, which has their meaning."""

    visit_id: UUID
    person_key: str
    version: int
    status: VisitStatus
    window: tuple[date, date]
    requests: tuple[VisitRequest, ...]
    opened_at: datetime
    village_code: str | None = None
    closed_because: ClosedBecause | None = None
    dwelling: str | None = None
    announced_on: date | None = None
    unannounced_because: UnannouncedBecause | None = None
    life_event_id: UUID | None = None
    question_id: UUID | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is closed for good: what a life event has closed opens again when that is voided."""
        return self.status is VisitStatus.CLOSED and self.closed_because is not ClosedBecause.LIFE_EVENT
