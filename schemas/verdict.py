"""A verdict: what the machine, or a reviewer, says of a capture. The machine may certify; only a person may refuse."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey, UtcDateTime
from schemas.verification import Verification


class VerdictReached(Event):
    """A capture has been judged."""

    event_type: ClassVar[str] = "org.onevisit.verdict.reached.v1"

    verdict_id: UUID
    """Names the verdict."""
    capture_id: UUID
    """The capture that was judged."""
    visit_id: UUID
    """The visit at which it was made."""
    person_key: PersonKey
    """Whom it is about."""
    captured_at: UtcDateTime
    """When the recording was made: the date of the proof."""
    decided_by: str = Field(pattern=r"^(machine|reviewer)$")
    """Who judged."""
    verification: Verification
    """Decision, reasons, scores, versions: all that is needed to judge again."""
