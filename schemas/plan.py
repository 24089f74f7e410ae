"""A plan: which visits a cadre makes on which half-day, in which order."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, Schema, UtcDateTime


class HalfDay(StrEnum):
    """The unit in which cadres plan."""

    MORNING = "am"
    AFTERNOON = "pm"


class Stop(Schema):
    """One dwelling on a route, with the visits made there."""

    visit_ids: tuple[UUID, ...] = Field(min_length=1)
    """The visits made at this dwelling."""
    arrive_at: UtcDateTime
    """Planned arrival."""


class Route(Schema):
    """The stops of one half-day, in order."""

    day: date
    """The day, in the county's calendar."""
    half_day: HalfDay
    """Morning or afternoon."""
    stops: tuple[Stop, ...] = Field(min_length=1)
    """In the order in which they are ridden."""


class PlanPublished(Event):
    """The whole plan of one cadre; it replaces the one before."""

    event_type: ClassVar[str] = "org.onevisit.plan.published.v1"

    cadre_id: str = Field(min_length=1, max_length=64)
    """Whose plan."""
    version: int = Field(ge=1)
    """Grows with every publication."""
    routes: tuple[Route, ...]
    """All half-days that have stops."""
