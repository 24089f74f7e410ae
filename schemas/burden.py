"""What an agency is told of the burden that it causes: that a letter lies there, and what became of a campaign."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event


class BurdenLetterWritten(Event):
    """A month was closed, and this agency is among those of the highest burden: its letter can be fetched."""

    event_type: ClassVar[str] = "org.onevisit.burden.letter-written.v1"

    agency: AgencyCode
    """Whose letter."""
    month: str = Field(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$", examples=["2026-11"])
    """Of which month, in the county's calendar."""
    rank: int = Field(ge=1)
    """1 is the highest burden."""
    ranked: int = Field(ge=1)
    """Among how many agencies."""
    in_a_row: int = Field(ge=1)
    """In how many consecutive months there was a letter, with this one."""
    escalated: bool
    """Whether the matter has come to the joint group."""
    message: str = Field(min_length=1, max_length=400)
    """What it means, in Chinese and English; without personal data."""
    next_step: str = Field(min_length=1, max_length=400)
    """What the agency is asked to do, in Chinese and English."""


class CampaignDecided(Event):
    """The joint group has accepted or rejected a campaign of this agency."""

    event_type: ClassVar[str] = "org.onevisit.campaign.decided.v1"

    agency: AgencyCode
    """Whose campaign."""
    campaign_id: UUID
    """Names it: the same programme and days are the same campaign."""
    programme: str = Field(min_length=1, max_length=64)
    """Programme code."""
    first_day: date
    """First day of the windows."""
    last_day: date
    """Last day."""
    accepted: bool
    """Whether it is part of the plan."""
    reason: str = Field(default="", max_length=400)
    """The joint group's reason; without personal data."""
    message: str = Field(min_length=1, max_length=400)
    """What it means, in Chinese and English."""
    next_step: str = Field(min_length=1, max_length=400)
    """What the agency can do, in Chinese and English."""
