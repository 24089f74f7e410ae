"""A cadre reports a problem or an idea from the phone, and hears what became of it."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.domain.feedback import MEDIA_TYPES, Medium, Part
from services.gateway.door import Door, door_of
from services.gateway.feedback.desk import read_answer
from services.gateway.feedback.intake import receive_file, receive_report
from services.gateway.feedback.report import FeedbackReport, FeedbackTaken
from services.gateway.feedback.views import AnswerRead, OwnFeedback, OwnFeedbackList
from services.gateway.store import feedback

router = APIRouter(tags=["feedback"])
device_only = allow(Role.DEVICE)
NEWEST: Final = 100
"""How many reports a phone hears of: more than it keeps."""
_BINARY: Final = {"type": "string", "format": "binary"}
_FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {name: {"schema": _BINARY} for types in MEDIA_TYPES.values() for name in types},
    }
}


@router.get("/v1/own-feedback", summary="What became of my reports?")
async def list_own(caller: Principal = Depends(device_only), door: Door = Depends(door_of)) -> OwnFeedbackList:
    """How far the newest reports of this phone are, by number and state; nothing is opened."""
    async with door.pool.connection() as connection:
        rows = await feedback.newest_of_device(connection, caller.own_device.device_id, NEWEST)
    return OwnFeedbackList(
        items=[
            OwnFeedback(
                feedback_id=row.feedback_id,
                state=row.state,
                agency=row.agency,
                missing=[
                    medium
                    for medium in Medium
                    if (part := row.parts.get(Part(medium))) is not None and not part.arrived and not part.erased
                ],
            )
            for row in rows
        ]
    )


@router.get("/v1/own-feedback/{feedback_id}/answer", summary="What was I answered?")
async def get_answer(
    feedback_id: UUID, caller: Principal = Depends(device_only), door: Door = Depends(door_of)
) -> AnswerRead:
    """For the phone that sent the report, and for nobody else."""
    return AnswerRead(feedback_id=feedback_id, answer=await read_answer(door, caller, feedback_id))


@router.put("/v1/feedback/{feedback_id}", summary="Report a problem or an idea")
async def send_report(
    feedback_id: UUID, report: FeedbackReport, caller: Principal = Depends(device_only), door: Door = Depends(door_of)
) -> FeedbackTaken:
    """The text, and what is to follow; the id is made by the phone: sent again, it is the same report. It is with
    triage at once, also while its files are still on their way."""
    return await receive_report(door, caller, feedback_id, report)


@router.put("/v1/feedback/{feedback_id}/{medium}", summary="Send the voice note or the picture", openapi_extra=_FILE)
async def send_file(
    feedback_id: UUID,
    medium: Medium,
    request: Request,
    caller: Principal = Depends(device_only),
    door: Door = Depends(door_of),
) -> FeedbackTaken:
    """The bytes as they are, as the report has announced them. Sent again, nothing changes."""
    return await receive_file(door, caller, feedback_id, medium, await request.body())
