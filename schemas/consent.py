"""Consent that is withdrawn: what rested on it alone may not be held any longer (PIPL, articles 15 and 47)."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey, UtcDateTime


class ConsentVoice(StrEnum):
    """Who may take consent back."""

    PERSON = "person"
    FAMILY = "family"


class ConsentWithdrawn(Event):
    """A person no longer agrees to be filmed on the basis of consent. It undoes nothing that was lawful before."""

    event_type: ClassVar[str] = "org.onevisit.consent.withdrawn.v1"

    withdrawal_id: UUID
    """Follows from person and moment: said again, it is the same withdrawal."""
    person_key: PersonKey
    """Whose consent."""
    said_by: ConsentVoice
    """Who said so."""
    withdrawn_at: UtcDateTime
    """From when on it counts: when it was said, or, at a phone, whose clock proves nothing, when the door heard of it.
    Recordings made until then on the basis of consent are concerned."""
    recorded_by: str = Field(min_length=1, max_length=64)
    """Account that wrote it down; never a name."""
