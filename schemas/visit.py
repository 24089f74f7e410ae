"""A visit: one trip to one person that answers every request in it. `VisitChanged` carries the whole state."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Dwelling, Event, PersonKey, RequestId, Schema, UtcDateTime, VillageCode


class VisitStatus(StrEnum):
    """Whether the visit still has to be made."""

    OPEN = "open"
    PAUSED = "paused"
    """Nobody is sent for now: a life event is reported that would make the trip needless, and it is not sure yet."""
    CLOSED = "closed"


class ClosedBecause(StrEnum):
    """Why a visit need not be made (any more)."""

    CERTIFIED = "certified"
    WITHDRAWN = "withdrawn"
    REGROUPED = "regrouped"
    LIFE_EVENT = "life_event"
    """A confirmed death, for instance; when it is voided the visit is open again."""


class UnannouncedBecause(StrEnum):
    """Why the day that was told to the person cannot stay. It is given up for nothing else."""

    WINDOW_CHANGED = "window_changed"
    """No request asks for a proof on that day any more."""
    FEWER_VISITS = "fewer_visits"
    """Keeping it would cost one more trip."""


class Reopened(Schema):
    """Why a request is open again that had its answer."""

    certificates: tuple[UUID, ...] = Field(min_length=1)
    """The certificates that do not answer it: the proofs on which they rest answer it no more."""
    at: UtcDateTime
    """When the last of them was turned down: only what was seen later answers it."""
    on: date
    """The day of it, in the county's calendar."""
    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """Why: a code of `schemas/receipt_codes.py`."""


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
    reopened: Reopened | None = None
    """Of a request that its agency did not take as answered: why it is open again."""


class VisitChanged(Event):
    """The state of a visit after it was opened, changed, paused or closed."""

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
    """Where, as the latest request or move says."""
    opened_at: UtcDateTime
    """When the first of its requests was recorded."""
    dwelling: Dwelling | None = None
    """Visits with the same one go to the same door: one stop serves them on a common day."""
    announced_on: date | None = None
    """The day that was told to the person."""
    unannounced_because: UnannouncedBecause | None = None
    """Why a day that was told cannot stay; the person has to be told anew."""
    life_event_id: UUID | None = None
    """The life event that pauses or closes it."""
    question_id: UUID | None = None
    """An open question of identity: this visit answers for one of the names that stand with the ID number, and a proof
    given at it answers nothing else."""


class AnnouncedRequest(Schema):
    """A request that the announced visit answered when it was announced."""

    agency: AgencyCode
    """Who asks."""
    request_id: RequestId
    """The agency's number."""


class VisitAnnounced(Event):
    """A person was told on which day somebody comes, or was told that nobody comes on that day."""

    event_type: ClassVar[str] = "org.onevisit.visit.announced.v1"

    visit_id: UUID
    """The visit."""
    person_key: PersonKey
    """Who was told."""
    day: date | None
    """The day, in the county's calendar; null takes the announcement back."""
    requests: tuple[AnnouncedRequest, ...] = Field(min_length=1)
    """What the visit answered when it was announced."""
    announced_by: str = Field(min_length=1, max_length=64)
    """Account that announced it; never a name."""
