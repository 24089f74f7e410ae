"""A life event: a death, a move, any other outcome of a visit. Reported once, told to all, and can be undone."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, PersonKey, VillageCode


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
    """How sure it is."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    VOIDED = "voided"
    ACKNOWLEDGED = "acknowledged"


class DatePrecision(StrEnum):
    """How exactly the date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class LifeEventRecorded(Event):
    """One step in the life of such a report."""

    event_type: ClassVar[str] = "org.onevisit.life-event.recorded.v1"

    life_event_id: UUID
    """Names the report; every step carries it."""
    person_key: PersonKey
    """Whom it is about."""
    kind: LifeEventKind
    """What was found."""
    stage: LifeEventStage
    """How sure it is now."""
    happened_on: date | None = None
    """When it happened, when that is known."""
    happened_on_precision: DatePrecision | None = None
    """How exactly that date is known."""
    known_on: date | None = None
    """When it became known."""
    source: str = Field(min_length=1, max_length=64)
    """Who says so: cadre, civil_registration, funeral_home, family, agency."""
    acknowledged_by: AgencyCode | None = None
    """The agency that acknowledges, in that stage."""
    village_code: VillageCode | None = None
    """The new village of a move."""
