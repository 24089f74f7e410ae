"""Reports of cadres: triage passes them on, the agency answers, the phone is told (docs/feedback.md)."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.cursors import make_cursor, read_cursor
from services.gateway.domain.feedback import FeedbackHolder, FeedbackState, Medium
from services.gateway.door import Door, door_of
from services.gateway.feedback import desk as feedback_desk
from services.gateway.feedback.views import (
    FeedbackAnswer,
    FeedbackOpened,
    FeedbackPage,
    FeedbackView,
    PassingOn,
    Reason,
)
from services.gateway.store import feedback

router = APIRouter(tags=["feedback"])
triage = allow(Role.SCHEDULER, Role.REVIEWER, by_area=True)
readers = allow(Role.SCHEDULER, Role.REVIEWER, Role.AGENCY, Role.JOINT_GROUP, by_area=True, by_officer=True)
listers = allow(
    Role.SCHEDULER, Role.REVIEWER, Role.AGENCY, Role.JOINT_GROUP, Role.AUDITOR, by_area=True, by_officer=True
)
_AT: Final[dict[FeedbackState | None, tuple[FeedbackHolder | None, bool | None]]] = {
    None: (None, None),
    FeedbackState.RECEIVED: (FeedbackHolder.TRIAGE, False),
    FeedbackState.WITH_AGENCY: (FeedbackHolder.AGENCY, False),
    FeedbackState.WITH_JOINT_GROUP: (FeedbackHolder.JOINT_GROUP, False),
    FeedbackState.ANSWERED: (None, True),
}
"""Who has what is in a state, and whether it is answered."""


@router.get("/v1/feedback", summary="Problems and ideas of cadres")
async def list_feedback(
    state: Annotated[FeedbackState | None, Query(description="Only those that stand there.")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    caller: Principal = Depends(listers),
    door: Door = Depends(door_of),
) -> FeedbackPage:
    """Those that have waited longest first, without what they say. Staff see their areas; an agency what was passed on
    to it, the joint group likewise; auditors all, and open none."""
    after = read_cursor(cursor, datetime.fromisoformat, UUID) if cursor else None
    office, answered = _AT[state]
    async with door.pool.connection() as connection:
        page = await feedback.page_of_feedback(
            connection,
            feedback_desk.sight_of(caller),
            office=office,
            answered=answered,
            after=after,
            limit=limit + 1,
        )
    kept = page[:limit]
    more = len(page) > limit
    return FeedbackPage(
        items=[FeedbackView.of(row, door) for row in kept],
        next_cursor=make_cursor(kept[-1].recorded_at.isoformat(), kept[-1].feedback_id) if more else None,
        agencies=list(door.settings.agencies) if caller.role in triage.roles else [],
    )


@router.get("/v1/feedback/{feedback_id}", summary="Read a report")
async def get_feedback(
    feedback_id: UUID, caller: Principal = Depends(readers), door: Door = Depends(door_of)
) -> FeedbackOpened:
    """What the cadre has written, and what became of it."""
    return await feedback_desk.open_feedback(door, caller, feedback_id)


@router.get("/v1/feedback/{feedback_id}/{medium}", summary="Hear the voice, see the picture", response_class=Response)
async def get_file(
    feedback_id: UUID, medium: Medium, caller: Principal = Depends(readers), door: Door = Depends(door_of)
) -> Response:
    """The file as the phone made it."""
    content, media_type = await feedback_desk.open_file(door, caller, feedback_id, medium)
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-store"})


@router.post("/v1/feedback/{feedback_id}/passing-on", summary="Pass it on")
async def pass_on(
    feedback_id: UUID, order: PassingOn, caller: Principal = Depends(triage), door: Door = Depends(door_of)
) -> FeedbackView:
    """To an agency, which is told by its own topic, or to the joint group; also when another one has it already."""
    row = await feedback_desk.pass_on(
        door, caller, feedback_id, version=order.version, agency=order.agency, note=order.note.strip()
    )
    return FeedbackView.of(row, door)


@router.post("/v1/feedback/{feedback_id}/giving-back", status_code=204, summary="It is not ours")
async def give_back(
    feedback_id: UUID,
    why: Reason,
    caller: Principal = Depends(allow(Role.AGENCY, Role.JOINT_GROUP, by_officer=True)),
    door: Door = Depends(door_of),
) -> Response:
    """Triage has it again, reads why, and passes it on to somebody else or answers it."""
    await feedback_desk.give_back(door, caller, feedback_id, version=why.version, reason=why.reason.strip())
    return Response(status_code=204)


@router.post("/v1/feedback/{feedback_id}/answer", summary="Answer it")
async def answer_feedback(
    feedback_id: UUID, said: FeedbackAnswer, caller: Principal = Depends(readers), door: Door = Depends(door_of)
) -> FeedbackView:
    """Whoever has it answers, or triage itself; that ends it, and the cadre reads the answer on the phone."""
    row = await feedback_desk.answer(door, caller, feedback_id, version=said.version, text=said.text.strip())
    return FeedbackView.of(row, door)
