"""The reviewers' desk: the next case, its clip and pictures, a decision. For reviewers, and for nobody else."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.review.cases import Opened, decide, open_clip, open_photo, show_case
from services.gateway.review.figures import ReviewFigures, read_figures
from services.gateway.review.views import NextCase, PhotoKind, ReviewCase, ReviewTaken, ReviewWord
from services.gateway.store import reviews

router = APIRouter(tags=["reviews"])
reviewers = allow(Role.REVIEWER, by_area=True)


@router.post("/v1/review-cases/next", summary="Take the next case")
async def take_next_case(caller: Principal = Depends(reviewers), door: Door = Depends(door_of)) -> NextCase:
    """The case that is on your desk, or the next one that nobody has: appeals first, then the oldest. It is yours for
    some minutes, so that two do not look at the same one."""
    async with door.pool.connection() as connection, connection.transaction():
        minutes = door.policy.review_lease_minutes
        case = await reviews.take_next(connection, caller.subject, door.now(), minutes, areas=caller.areas)
        waiting = await reviews.count_waiting(connection, areas=caller.areas)
        shown = await show_case(door, connection, caller, case) if case else None
    return NextCase(case=shown, waiting=waiting)


@router.get("/v1/review-cases/figures", summary="How much waits, and how long it takes")
async def get_review_figures(
    caller: Principal = Depends(allow(Role.REVIEWER, Role.SCHEDULER, Role.AUDITOR, Role.ADMIN, by_area=True)),
    door: Door = Depends(door_of),
) -> ReviewFigures:
    """Of all reviewers of the county together, never of one; numbers alone."""
    async with door.pool.connection() as connection:
        return await read_figures(connection, door.now())


@router.get("/v1/review-cases/{case_id}", summary="The case on your desk")
async def get_case(case_id: UUID, caller: Principal = Depends(reviewers), door: Door = Depends(door_of)) -> ReviewCase:
    """What was asked and when, what to compare with, what the machine saw, and which reasons may be given."""
    async with door.pool.connection() as connection, connection.transaction():
        case = await reviews.find_case(connection, case_id)
        if case is None:
            raise Refusal(Code.REVIEW_NOT_YOURS)
        return await show_case(door, connection, caller, case)


@router.get("/v1/review-cases/{case_id}/clip", summary="The recording", response_class=Response)
async def get_clip(case_id: UUID, caller: Principal = Depends(reviewers), door: Door = Depends(door_of)) -> Response:
    """Opened for this one answer; that you saw it stands in the audit log."""
    async with door.pool.connection() as connection, connection.transaction():
        opened = await open_clip(door, connection, caller, case_id)
    return _media(opened)


@router.get("/v1/review-cases/{case_id}/photos/{kind}", summary="A picture to compare with", response_class=Response)
async def get_photo(
    case_id: UUID, kind: PhotoKind, caller: Principal = Depends(reviewers), door: Door = Depends(door_of)
) -> Response:
    """Opened for this one answer; that you saw it stands in the audit log."""
    async with door.pool.connection() as connection, connection.transaction():
        opened = await open_photo(door, connection, caller, case_id, kind)
    return _media(opened)


@router.delete("/v1/review-cases/{case_id}/lease", status_code=204, summary="Give the case back")
async def give_back(case_id: UUID, caller: Principal = Depends(reviewers), door: Door = Depends(door_of)) -> None:
    """Somebody else decides it, e.g. because you know the person; for a day it does not come to you again."""
    async with door.pool.connection() as connection, connection.transaction():
        if not await reviews.end_lease(connection, case_id, caller.subject):
            raise Refusal(Code.REVIEW_NOT_YOURS)
        await reviews.decline(connection, case_id, caller.subject, door.now())


@router.post("/v1/review-cases/{case_id}/decision", status_code=202, summary="Decide")
async def decide_case(
    case_id: UUID, word: ReviewWord, caller: Principal = Depends(reviewers), door: Door = Depends(door_of)
) -> ReviewTaken:
    """Certified, film again, or refused; a reason is needed unless certified. Where policy asks for two reviewers,
    another person decides too, and two who do not agree call a third. A refusal stops no payment."""
    return await decide(door, caller, case_id, word)


def _media(opened: Opened) -> Response:
    return Response(opened.content, media_type=opened.media_type, headers={"Cache-Control": "no-store"})
