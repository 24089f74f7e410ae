"""A life event: a death, a move, any other outcome of a visit. Reported once, told to all, and can be undone."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, PersonKey, RequestId, Schema, VillageCode


class LifeEventKind(StrEnum):
    """What was found, beside `alive`."""

    DECEASED = "deceased"
    NOT_FOUND = "not_found"
    MOVED = "moved"
    REGISTRATION_MOVED = "registration_moved"
    IN_PRISON = "in_prison"
    HOSPITALISED = "hospitalised"
    BEDRIDDEN = "bedridden"
    IN_CARE_HOME = "in_care_home"
    ABROAD = "abroad"
    REFUSED = "refused"
    UNABLE_TO_PERFORM = "unable_to_perform"
    IDENTITY_MISMATCH = "identity_mismatch"
    ELIGIBILITY_CHANGED = "eligibility_changed"


class LifeEventStage(StrEnum):
    """Which step this is."""

    REPORTED = "reported"
    """Somebody says so."""
    CONFIRMED = "confirmed"
    """Somebody else says so too."""
    CORRECTED = "corrected"
    """The date, its precision or the place was wrong; what is given replaces what was said."""
    VOIDED = "voided"
    """It was wrong altogether: everything is as if it had never been reported. Final."""
    ENDED = "ended"
    """It was true and is over: released, returned, out of hospital. Final."""


class LifeEventSource(StrEnum):
    """Who says so."""

    CADRE = "cadre"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    CIVIL_REGISTRATION = "civil_registration"
    FUNERAL_HOME = "funeral_home"
    HOSPITAL = "hospital"
    POLICE = "police"
    AGENCY = "agency"
    REVIEWER = "reviewer"


class DatePrecision(StrEnum):
    """How exactly the date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class RoughDate(Schema):
    """A date that may be known to the month or the year only."""

    day: date
    """The day; of a month or a year, its first day."""
    precision: DatePrecision
    """How exactly it is known."""


class LifeEventRecorded(Event):
    """One step in the life of a report. The state follows from all steps, in whatever order they arrive."""

    event_type: ClassVar[str] = "org.onevisit.life-event.recorded.v1"

    life_event_id: UUID
    """Names the report; every step carries it."""
    person_key: PersonKey
    """Whom it is about."""
    kind: LifeEventKind
    """What was found; all steps of a report have the same."""
    stage: LifeEventStage
    """Which step this is."""
    source: LifeEventSource
    """Who says so."""
    reported_by: str = Field(min_length=1, max_length=64)
    """Account that wrote the step down; two sources count as two only from two accounts."""
    happened: RoughDate | None = None
    """When it happened, when that is known."""
    known_on: date | None = None
    """When it became known."""
    village_code: VillageCode | None = None
    """Where the person lives now, of a move."""
    visit_id: UUID | None = None
    """The visit at which it was found."""


class LifeEventAcknowledged(Event):
    """An agency has taken note of a life event."""

    event_type: ClassVar[str] = "org.onevisit.life-event.acknowledged.v1"

    life_event_id: UUID
    """Which life event."""
    person_key: PersonKey
    """Whom it is about."""
    agency: AgencyCode
    """Who has taken note."""
    version: int = Field(ge=1)
    """Up to which notice."""
    acknowledged_by: str = Field(min_length=1, max_length=64)
    """Account that took note; never a name."""


class LifeEventState(StrEnum):
    """What follows from the steps so far."""

    REPORTED = "reported"
    """One source says so."""
    CONFIRMED = "confirmed"
    """Two sources say so, or, where nothing is stopped by it, one confirmed it."""
    CONTRADICTED = "contradicted"
    """A single source had reported the death, and the person was seen alive since."""
    VOIDED = "voided"
    """It was wrong."""
    ENDED = "ended"
    """It was true and is over."""


class Effect(StrEnum):
    """What a life event does to a request that is open."""

    NONE = "none"
    """Nothing: the request goes on."""
    PAUSED = "paused"
    """Nobody is sent for now."""
    CLOSED = "closed"
    """Nobody is sent any more."""


class NoticedRequest(Schema):
    """A request by which the agency knows the person."""

    request_id: RequestId
    """The agency's number."""
    programme: str = Field(min_length=1, max_length=64)
    """Programme code."""
    effect: Effect
    """What the life event does to it; of an answered or withdrawn request: nothing."""


class LifeEventNotified(Event):
    """What an agency must know of a life event of somebody it has asked for; it is expected to acknowledge it."""

    event_type: ClassVar[str] = "org.onevisit.life-event.notified.v1"

    agency: AgencyCode
    """Who is told."""
    life_event_id: UUID
    """Which life event."""
    version: int = Field(ge=1)
    """Grows with every notice about it; a reader ignores what is not newer than what it has."""
    kind: LifeEventKind
    """What was found."""
    state: LifeEventState
    """How sure it is now. Suspicion is no ground to stop a payment: it needs an investigation first."""
    happened: RoughDate | None
    """When it happened, when that is known."""
    known_on: date | None
    """When it became known."""
    sources: tuple[LifeEventSource, ...]
    """Who says so, in alphabetical order."""
    requests: tuple[NoticedRequest, ...] = Field(min_length=1)
    """All requests by which this agency knows the person, answered ones too."""
