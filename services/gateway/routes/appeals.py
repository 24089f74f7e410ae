"""An appeal against a reviewer's decision, taken in by whoever the person or the family turns to."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from schemas.base import RequestId
from schemas.review_reasons import AppealGround
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.review.appeals import receive_appeal

router = APIRouter(tags=["reviews"])


class Appeal(BaseModel):
    """Who appeals against what, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    visit_id: UUID | None = None
    """The visit at which the recording was made: phones, desks, reviewers."""
    request_id: RequestId | None = None
    """Your own request for the person: agencies."""
    appealed_by: Literal["person", "family"]
    """Who appeals."""
    ground: AppealGround
    """On what ground."""


class AppealTaken(BaseModel):
    """The appeal was taken in; somebody decides who has not decided before."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    case_id: UUID
    """The case that is decided anew."""
    round: int = Field(ge=2)
    """Which time."""
    recorded_at: datetime


@router.post("/v1/appeals", status_code=202, summary="Appeal against a reviewer's decision")
async def appeal(
    appeal: Appeal,
    caller: Principal = Depends(allow(Role.AGENCY, Role.DEVICE, Role.SCHEDULER, Role.REVIEWER)),
    door: Door = Depends(door_of),
) -> AppealTaken:
    """For the person or the family: against `retry` or `refused`, as long as the recording is held. It comes before all
    other cases, and nobody who decided before or took an appeal in gets it. A phone names visits of its villages, an
    agency its own requests: what was filmed at a visit for them, or what their certificates rest on."""
    taken = await receive_appeal(
        door,
        caller,
        visit_id=appeal.visit_id,
        request_id=appeal.request_id,
        appealed_by=appeal.appealed_by,
        ground=appeal.ground,
    )
    return AppealTaken(case_id=taken.case_id, round=taken.round, recorded_at=taken.recorded_at)
