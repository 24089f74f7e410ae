"""What cadres report from their phones, a problem or an idea; the agency that is to answer is told of it."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from schemas.base import AgencyCode, Event


class FeedbackKind(StrEnum):
    """What a cadre reports. Permanent."""

    PROBLEM = "problem"
    """Something does not work, or makes work that is of no use."""
    IDEA = "idea"
    """How it could be done better."""


class FeedbackPassedOn(Event):
    """A cadre's problem or idea waits for this agency's answer.

    Its text, voice and picture may be personal data and travel on no topic: they are read at the door
    (``GET /v1/feedback/{feedback_id}``).
    """

    event_type: ClassVar[str] = "org.onevisit.feedback.passed-on.v1"

    feedback_id: UUID
    """Names the report."""
    agency: AgencyCode
    """Who is to answer."""
    kind: FeedbackKind
    """A problem or an idea."""
