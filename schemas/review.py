"""A review: what people decide of a recording that the machine would not decide, or that was sampled; and appeals."""

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from schemas.base import Event, PersonKey
from schemas.review_reasons import AppealGround, ReviewDecision, ReviewReason

Account = Annotated[str, Field(min_length=1, max_length=64)]


class ReviewDecided(Event):
    """Enough reviewers have decided a case."""

    event_type: ClassVar[str] = "org.onevisit.review.decided.v1"
    model_config = ConfigDict(
        json_schema_extra={  # what `_only_certified_needs_no_reason` holds, for readers in other languages
            "if": {"properties": {"decision": {"enum": ["retry", "refused"]}}},
            "then": {"properties": {"reasons": {"minItems": 1}}},
        }
    )

    case_id: UUID
    """The case."""
    capture_id: UUID
    """The recording that it is about."""
    visit_id: UUID
    """The visit at which it was made."""
    person_key: PersonKey
    """Whom it is about."""
    round: int = Field(ge=1)
    """1: the first decision; 2: after an appeal; …"""
    decision: ReviewDecision
    """What was decided."""
    reasons: tuple[ReviewReason, ...] = Field(max_length=10)
    """Why; empty only when certified."""
    decided_by: tuple[Account, ...] = Field(min_length=1, max_length=3)
    """Accounts of the reviewers of this round, in the order in which they decided; never a name."""
    waited_s: int = Field(ge=0)
    """Seconds from the opening of the round to this decision."""

    @model_validator(mode="after")
    def _only_certified_needs_no_reason(self) -> Self:
        if self.decision is not ReviewDecision.CERTIFIED and not self.reasons:
            raise ValueError("whoever does not certify says why: give at least one reason")
        return self


class ReviewAppealed(Event):
    """The person or the family does not accept a decision: others decide anew."""

    event_type: ClassVar[str] = "org.onevisit.review.appealed.v1"

    case_id: UUID
    """The case."""
    capture_id: UUID
    """The recording that it is about."""
    person_key: PersonKey
    """Whom it is about."""
    round: int = Field(ge=2)
    """The round that this opens."""
    appealed_by: str = Field(pattern=r"^(person|family)$")
    """Who appeals."""
    ground: AppealGround
    """On what ground."""
    recorded_by: Account
    """Account that took the appeal in: an agency's, a phone's, a desk's."""
