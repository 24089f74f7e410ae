"""How far a recording is: received, judged, certified by n of m agencies. (Sending one is `uploads`.)"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from schemas.review_reasons import ReviewDecision
from schemas.verification_reasons import Decision
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.day_views import Stated
from services.gateway.reasons_stated import any_decision, reason_stated
from services.gateway.store import captures

router = APIRouter(tags=["captures"])


class CertificateCount(BaseModel):
    """How many of the visit's requests have their certificate."""

    issued: int
    expected: int


class CaptureStatus(BaseModel):
    """How far a capture is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    capture_id: UUID
    """Names the capture."""
    visit_id: UUID
    """The visit at which it was made."""
    state: Literal["received", "judged", "certified"]
    """`received` → `judged` (see decision) → `certified` when every request of the visit has its certificate."""
    received_at: datetime
    """When the last byte arrived and everything was checked."""
    sha256: str
    """Of the recording."""
    decision: Decision | ReviewDecision | None
    """What counts: certified, review (a person decides), retry (film again), or refused, which only a person does."""
    reasons: list[Stated]
    """Why, when it did not certify."""
    certificates: CertificateCount
    """Certificates of the visit."""


@router.get("/v1/captures/{capture_id}", summary="How far is a capture?")
async def get_capture(
    capture_id: UUID,
    caller: Principal = Depends(allow(Role.DEVICE, Role.REVIEWER)),
    door: Door = Depends(door_of),
) -> CaptureStatus:
    """A phone sees the captures that it sent itself, a reviewer all."""
    async with door.pool.connection() as connection:
        state = await captures.find_state(connection, capture_id)
    if state is None or (caller.device is not None and state.capture.device_id != caller.device.device_id):
        raise Refusal(Code.CAPTURE_UNKNOWN)
    decision = any_decision(state.decision)
    done = decision == Decision.CERTIFIED and 0 < state.expected <= state.issued
    return CaptureStatus(
        capture_id=capture_id,
        visit_id=state.capture.visit_id,
        state="certified" if done else "judged" if decision else "received",
        received_at=state.capture.received_at,
        sha256=state.capture.sha256,
        decision=decision,
        reasons=[reason_stated(code) for code in state.reasons],
        certificates=CertificateCount(issued=state.issued, expected=state.expected),
    )
