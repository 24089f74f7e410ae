"""An agency asks after one of its requests, changes it, or withdraws it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path
from pydantic import BaseModel, ConfigDict, Field

from schemas.base import stable_id
from schemas.request import RequestAmended, RequestBatch, RequestWithdrawn
from schemas.revocation import find_text
from schemas.topics import REQUEST
from schemas.visit import VisitStatus
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import CATALOGUE, Code, Refusal
from services.gateway.lists.intake import SHEET_STRIDE
from services.gateway.store import requests
from services.gateway.store.requests import RequestState

router = APIRouter(tags=["requests"])
agency_only = allow(Role.AGENCY)

RequestIdInPath = Annotated[
    str,
    Path(min_length=1, max_length=64, description="Your number of the request, percent-encoded."),
]
IdempotencyKey = Annotated[
    str | None, Header(max_length=200, description="The same key is the same statement: repeating it changes nothing.")
]


class Amendment(BaseModel):
    """What changes; absent fields stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    programme: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """New programme."""
    window_start: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """New first day, e.g. 2026-12-01."""
    due_date: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """New last day."""
    village_code: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    """New village of residence, 12 digits."""


class StatementTaken(BaseModel):
    """The statement was taken in and is on its way to intake."""

    request_id: str
    kind: Literal["amended", "withdrawn"]
    recorded_at: datetime


class VisitSummary(BaseModel):
    """The visit that answers, or answered, the request."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    visit_id: UUID
    window: tuple[date, date]
    """First and last day of the visit."""


class Status(StrEnum):
    """The stages of a request."""

    RECEIVED = "received"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    CERTIFIED = "certified"


class RequestStatus(BaseModel):
    """Where a request is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    request_id: str
    """Your number."""
    status: Status
    """`received` at the door → `rejected` or `accepted` by intake → `open` in a visit → `certified` or `withdrawn`.
    A life event makes an open one `paused` (nobody is sent for now) or `ended` (nobody is sent any more); when it is
    voided, or is over, the request is `open` again."""
    list_id: UUID | None
    """The list in which it came last."""
    row: int | None
    """Its row there."""
    code: str | None = None
    """Why it was rejected."""
    message: str | None = None
    """What is wrong, or has happened, in Chinese and English."""
    next_step: str | None = None
    """What to do about it."""
    life_event_id: UUID | None = None
    """Of a paused or ended one: why. GET /v1/life-events/{life_event_id}, where you were told of it."""
    duplicate_of: str | None = None
    """Your own earlier number for the same person, programme and due date. One visit answers both; withdraw one."""
    programme: str | None = None
    """Programme code, once it is in a visit."""
    window_start: date | None = None
    """First day on which a proof counts."""
    due_date: date | None = None
    """Last day on which a proof counts."""
    visit: VisitSummary | None = None
    """The visit."""
    certificate_id: UUID | None = None
    """The certificate, the newest: GET /v1/certificates/{request_id}."""
    rejected_because: str | None = None
    """The code with which you rejected it, or the reason of its revocation. Where another proof can help, the request
    is `open` again."""
    proved_at: datetime | None = None
    """When the person was seen alive."""


_BY_LIFE_EVENT = {
    Status.PAUSED: (
        "此人有情况待核实，暂不派人上门。 "
        "Something that is not settled is reported of this person: nobody is sent for now.",
        "请查看该情况记录并签收；如有不符请更正，或联系复核人员。疑似情况在核实前不得停发待遇。"
        " Read the life event and acknowledge it; correct it if it is wrong, or ask a reviewer."
        " Suspicion is no ground to stop a payment.",
    ),
    Status.ENDED: (
        "此人情况已核实，不再派人上门。 What happened to this person is confirmed: nobody is sent any more.",
        "请查看该情况记录并签收，依规处理；如有误，请由复核人员作废，申请将自动恢复。"
        " Read the life event, acknowledge it and act on it; if it is wrong a reviewer voids it, and the request is"
        " open again.",
    ),
}
"""What is the matter, and what to do; Chinese, then English."""


@router.get("/v1/requests/{request_id:path}", summary="Where is my request?")
async def get_request(
    request_id: RequestIdInPath, caller: Principal = Depends(agency_only), door: Door = Depends(door_of)
) -> RequestStatus:
    """The state of a request of your own agency."""
    async with door.pool.connection() as connection:
        state = await requests.find_request(connection, caller.own_agency, request_id)
    if state is None:
        raise Refusal(Code.REQUEST_UNKNOWN)
    return _status(request_id, state)


@router.patch("/v1/requests/{request_id:path}", status_code=202, summary="Change a request")
async def amend_request(
    request_id: RequestIdInPath,
    amendment: Amendment,
    idempotency_key: IdempotencyKey = None,
    caller: Principal = Depends(agency_only),
    door: Door = Depends(door_of),
) -> StatementTaken:
    """Changes programme, window or village of an earlier request; intake judges the new values as it judged the old."""
    changes = amendment.model_dump(exclude_none=True)
    if not changes:
        raise Refusal(Code.NOTHING_TO_CHANGE)
    now = door.now()
    statement = RequestAmended(request_id=request_id, recorded_at=now, **changes)
    recorded_at = await _send(door, caller.own_agency, statement, idempotency_key)
    return StatementTaken(request_id=request_id, kind="amended", recorded_at=recorded_at)


@router.delete("/v1/requests/{request_id:path}", status_code=202, summary="Withdraw a request")
async def withdraw_request(
    request_id: RequestIdInPath,
    idempotency_key: IdempotencyKey = None,
    caller: Principal = Depends(agency_only),
    door: Door = Depends(door_of),
) -> StatementTaken:
    """Takes an earlier request back: no proof is needed any more."""
    statement = RequestWithdrawn(request_id=request_id, recorded_at=door.now())
    recorded_at = await _send(door, caller.own_agency, statement, idempotency_key)
    return StatementTaken(request_id=request_id, kind="withdrawn", recorded_at=recorded_at)


async def _send(door: Door, agency: str, item: RequestAmended | RequestWithdrawn, key: str | None) -> datetime:
    """Passes a statement on, unless the same was passed on before; returns when it was first made."""
    cause = key if key is not None else item.recorded_at.isoformat()
    event_id = stable_id("request-statement", agency, item.request_id, item.kind, cause)
    async with door.pool.connection() as connection, connection.transaction():
        number = await requests.find_own_number(connection, agency, item.request_id)
        if number is None:
            raise Refusal(Code.REQUEST_UNKNOWN)
        recorded_at = await requests.note_statement(connection, event_id, item.recorded_at)
        if recorded_at == item.recorded_at:
            sent = item.model_copy(update={"request_id": number})
            event = RequestBatch(event_id=event_id, recorded_at=recorded_at, agency=agency, items=(sent,))
            transaction = door.transaction(connection)
            transaction.emit(REQUEST.name, agency, event)
            await transaction.flush()
    return recorded_at


def _status(request_id: str, state: RequestState) -> RequestStatus:
    door = CATALOGUE[Code(state.door_code)] if state.door_code and state.status is None else None
    rejected = door is not None or (state.status is None and state.outcome == "rejected")
    entry = state.in_visit or {}
    why = find_text(state.rejected_because) if state.rejected_because else None
    reopened = why is not None and why.reopens
    if state.certificate_id is not None and not reopened:
        status = Status.CERTIFIED
    elif state.status is not None:
        status = _with_life_event(Status(state.status), state)
    elif rejected:
        status = Status.REJECTED
    else:
        status = Status.ACCEPTED if state.outcome == "accepted" else Status.RECEIVED
    said, to_do = _BY_LIFE_EVENT.get(status, (None, None))
    return RequestStatus(
        request_id=request_id,
        status=status,
        list_id=state.list_id,
        row=state.row % SHEET_STRIDE if state.row else None,
        code=(state.door_code or state.code) if rejected else None,
        message=(f"{door.message_zh} {door.message_en}" if door else state.message) if rejected else said,
        next_step=(f"{door.next_zh} {door.next_en}" if door else state.next_step) if rejected else to_do,
        life_event_id=state.life_event_id if status in _BY_LIFE_EVENT else None,
        duplicate_of=state.duplicate_of,
        programme=entry.get("programme"),
        window_start=entry.get("window_start"),
        due_date=entry.get("due_date"),
        visit=VisitSummary(visit_id=state.visit_id, window=state.window) if state.visit_id and state.window else None,
        certificate_id=state.certificate_id,
        rejected_because=state.rejected_because,
        proved_at=state.proved_at,
    )


def _with_life_event(status: Status, state: RequestState) -> Status:
    """An open request as a life event leaves its visit."""
    if status is not Status.OPEN or state.life_event_id is None:
        return status
    return Status.ENDED if state.visit_status == VisitStatus.CLOSED else Status.PAUSED
