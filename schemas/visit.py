"""A visit: one trip to one person that answers every request in it. The event carries the whole state."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, PersonKey, RequestId, Schema, UtcDateTime, VillageCode


class VisitStatus(StrEnum):
    """Whether the visit still has to be made."""

    OPEN = "open"
    CLOSED = "closed"


class ClosedBecause(StrEnum):
    """Why a visit need not be made (any more)."""

    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"
    REGROUPED = "regrouped"


class VisitRequest(Schema):
    """One request that the visit answers."""

    agency: AgencyCode
    """Who asks."""
    request_id: RequestId
    """The agency's number."""
    programme: str = Field(min_length=1, max_length=64)
    """Programme code."""
    window_start: date
    """First day on which a proof counts."""
    due_date: date
    """Last day on which a proof counts."""


class VisitChanged(Event):
    """The state of a visit after it was opened, changed or closed."""

    event_type: ClassVar[str] = "org.onevisit.visit.changed.v1"

    visit_id: UUID
    """Stable while the visit's first request stays in it."""
    person_key: PersonKey
    """Who is visited."""
    version: int = Field(ge=1)
    """Grows with every change of this person's visits; a reader ignores what is not newer than what it has."""
    status: VisitStatus
    """Whether it still has to be made."""
    closed_because: ClosedBecause | None = None
    """Why it is closed."""
    window: tuple[date, date]
    """First and last day on which one visit answers all its requests."""
    requests: tuple[VisitRequest, ...] = Field(min_length=1)
    """What it answers; a closed visit keeps what it last answered."""
    village_code: VillageCode | None = None
    """Where, as the latest request says."""
    opened_at: UtcDateTime
    """When the first of its requests was recorded."""
