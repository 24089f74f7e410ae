"""The ladder before a lapse: what is done, step by step, before a person's payment could lapse for want of a proof.

There is no step that stops a payment, and there will be none: the last one calls a person. What the agency then
decides is its own.
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, RequestId


class LapseStep(StrEnum):
    """The steps, from the lowest to the highest. Permanent."""

    REMIND = "remind"
    """The cadre's phone and the desk say that the due date is near."""
    OFFER_PATHS = "offer_paths"
    """A witnessed visit, a video call or a document is offered, although no recording has failed."""
    GRACE = "grace"
    """The due date is past; a proof still counts as in time, and the agency is told so."""
    ESCALATE = "escalate"
    """A named office must act: a person takes the matter and says what was decided."""


class Office(StrEnum):
    """Who must act when a matter is escalated."""

    TOWNSHIP = "township"
    """The township's scheduler."""
    COUNTY = "county"
    """The county's reviewers."""


class LapseStepReached(Event):
    """A request of this agency has come one step nearer to a lapse; the agency is told of `grace` and `escalate`."""

    event_type: ClassVar[str] = "org.onevisit.lapse.step-reached.v1"

    lapse_id: UUID
    """Names the matter: this request with this due date; open again after a certificate was turned down, it is another
    one."""
    agency: AgencyCode
    """Whose request."""
    request_id: RequestId
    """The agency's number."""
    programme: str = Field(min_length=1, max_length=200)
    """Programme code."""
    due_date: date
    """The due date as the agency last said it."""
    step: LapseStep
    """Which step."""
    reached_on: date
    """Since when, in the county's calendar."""
    counts_until: date
    """The last day on which a proof counts as in time: the due date, or the last day of grace."""
    message: str = Field(min_length=1, max_length=400)
    """What it means, in Chinese and English; without personal data."""
    next_step: str = Field(min_length=1, max_length=400)
    """What the agency is asked to do, in Chinese and English."""
