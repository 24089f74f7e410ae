"""Appeals: a decided case is opened anew, and whoever decided before never gets it again."""

from uuid import UUID

from schemas.base import stable_id
from schemas.review import ReviewAppealed
from schemas.review_reasons import AppealGround, ReviewDecision
from schemas.topics import REVIEW
from services.gateway.access import audited
from services.gateway.access.callers import Principal, visits_seen
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.store import evidence, reviews, visits
from services.gateway.store.requests import find_own_number
from services.gateway.store.reviews import CaseRow
from services.platform.audit_chain import Act
from services.platform.database import Connection


async def receive_appeal(
    door: Door,
    caller: Principal,
    *,
    visit_id: UUID | None,
    request_id: str | None,
    appealed_by: str,
    ground: AppealGround,
) -> ReviewAppealed:
    """Takes an appeal in.

    Raises:
        Refusal: APPEAL_UNCLEAR, VISIT_UNKNOWN or REQUEST_UNKNOWN; APPEAL_NOTHING_DECIDED, APPEAL_PENDING,
            APPEAL_RECORDING_GONE.
    """
    async with door.pool.connection() as connection, connection.transaction():
        case = await _find_case(connection, caller, visit_id, request_id)
        if case is None or (case.round == 1 and case.settled_at is None):
            raise Refusal(Code.APPEAL_NOTHING_DECIDED)
        if case.settled_at is None:
            raise Refusal(Code.APPEAL_PENDING)
        if case.decision == ReviewDecision.CERTIFIED:
            raise Refusal(Code.APPEAL_NOTHING_DECIDED)
        if case.blob_id is None:
            raise Refusal(Code.APPEAL_RECORDING_GONE)
        now = door.now()
        await reviews.open_round(
            connection, case, appealed_by=appealed_by, ground=ground.value, recorded_by=caller.subject, now=now
        )
        number = case.round + 1
        event = ReviewAppealed(
            event_id=stable_id("review-appealed", str(case.case_id), str(number)),
            recorded_at=now,
            case_id=case.case_id,
            capture_id=case.capture_id,
            person_key=case.person_key,
            round=number,
            appealed_by=appealed_by,
            ground=ground,
            recorded_by=caller.subject,
        )
        transaction = door.transaction(connection)
        transaction.emit(REVIEW.name, case.person_key, event)
        await transaction.flush()
        subject = f"case:{case.case_id}"
        await audited.note(connection, caller, Act.REVIEW_APPEALED, subject, round=number, ground=ground.value)
    return event


async def _find_case(
    connection: Connection, caller: Principal, visit_id: UUID | None, request_id: str | None
) -> CaseRow | None:
    """What the caller may appeal against: an agency, what its own request rests on; others, what was filmed at a visit
    that they see."""
    if caller.agency is not None:
        if request_id is None or visit_id is not None:
            raise Refusal(Code.APPEAL_UNCLEAR)
        people = await evidence.people_of_requests(connection, caller.agency, {request_id})
        if request_id not in people:
            raise Refusal(Code.REQUEST_UNKNOWN)
        number = await find_own_number(connection, caller.agency, request_id) or request_id
        return await reviews.last_case(connection, person=people[request_id], request=(caller.agency, number))
    if visit_id is None or request_id is not None:
        raise Refusal(Code.APPEAL_UNCLEAR)
    visit = await visits.find_visit(connection, visit_id, visits_seen(caller))
    if visit is None:
        raise Refusal(Code.VISIT_UNKNOWN)
    return await reviews.last_case(connection, person=visit.person_key, visit_id=visit_id)
