"""How a visit went when there was no recording: nobody there, refused, unable, or another way was asked for.

It certifies nothing and stops nothing. What changes a person's life (a death, a move) is a life event instead.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey, Sealed, UtcDateTime
from schemas.capture import LegalBasis
from schemas.plan import HalfDay


class VisitOutcome(StrEnum):
    """What the cadre found, or asks for."""

    NOT_AT_HOME = "not_at_home"
    REFUSED = "refused"
    UNABLE = "unable"
    """Nothing that a recording asks for can be done."""
    WITNESSED = "witnessed"
    """Asked for: a witness confirms in person (it proves nothing by itself)."""
    VIDEO_CALL = "video_call"
    """Asked for: a reviewer calls by video."""
    DOCUMENT = "document"
    """Asked for: a document is handed in."""
    ELIGIBILITY = "eligibility"
    """The question of the family-planning programme was answered."""


class VisitOutcomeRecorded(Event):
    """A cadre's phone says how a visit went."""

    event_type: ClassVar[str] = "org.onevisit.visit-outcome.recorded.v1"

    outcome_id: UUID
    """Names the outcome; made by the phone, so that a re-send is recognised."""
    visit_id: UUID
    """The visit."""
    person_key: PersonKey
    """Whom it was to see."""
    outcome: VisitOutcome
    """What was found, or is asked for."""
    happened_at: UtcDateTime
    """When, by the phone's clock."""
    note_code: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """A closer description by a code of the page; never free text."""
    come_again_on: date | None = None
    """When somebody should come again, in the county's calendar."""
    come_again_half_day: HalfDay | None = None
    """Morning or afternoon of that day."""
    details: Sealed | None = None
    """What else was said (answers), sealed under the person's key: JSON."""
    legal_basis: LegalBasis
    """On which basis the person was asked."""
    reported_by: str = Field(min_length=1, max_length=64)
    """Account that says so; never a name."""
