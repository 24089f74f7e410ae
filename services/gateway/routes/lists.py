"""An agency hands in a list and gets a receipt, row by row."""

import asyncio
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import UploadFile

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import CATALOGUE, Code, Refusal
from services.gateway.lists.intake import SHEET_STRIDE, list_id_of, receive_list
from services.gateway.store import lists
from services.gateway.store.lists import ListState, RowState

router = APIRouter(tags=["lists"])
agency_only = allow(Role.AGENCY)

POLL_S = (0.1, 1.0)
"""First and longest pause between two looks at what intake has decided; a large list takes longer."""
_SUFFIXES = {
    "text/csv": ".csv",
    "text/plain": ".csv",
    "application/json": ".json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
}
_FILE_NAME = re.compile(r"filename\*?=(?:UTF-8''|\")?([^\";]+)", re.IGNORECASE)
_BINARY = {"type": "string", "format": "binary"}


class RowOutcome(StrEnum):
    """How far a row is."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ReceiptRow(BaseModel):
    """One row of a list and what became of it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    row: int
    """Row number as a person sees it in the file."""
    sheet: str | None = None
    """The sheet, when the list has several."""
    request_id: str | None
    """The agency's number, as typed."""
    outcome: RowOutcome
    """`received`: on its way to intake; `accepted`; `rejected`: see code."""
    code: str | None = None
    """Permanent code of the reason (docs/codes.md, docs/api/errors.md)."""
    field: str | None = None
    """The column at fault."""
    message: str | None = None
    """What is wrong, in Chinese and English."""
    next_step: str | None = None
    """What to do about it, in Chinese and English."""


class ListProblemStated(BaseModel):
    """Something about the list as a whole."""

    code: str
    row: int | None = None
    sheet: str | None = None
    message: str


class ListReceipt(BaseModel):
    """What became of a list."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    list_id: UUID
    """Names the list; the same file gives the same id."""
    state: Literal["received", "done"]
    """`done` when every row has its outcome."""
    already_received: bool = False
    """The same file had been handed in before: nothing was done twice."""
    received_at: datetime
    """When it came in first."""
    file_name: str
    """Its name."""
    sha256: str
    """Of the file."""
    rows: int
    """Rows that were read as requests."""
    pending: int
    """Rows on their way to intake."""
    accepted: int
    """Rows that intake accepted."""
    rejected: int
    """Rows that the door or intake could not accept."""
    problems: list[ListProblemStated]
    """What is wrong with the list as a whole."""
    items: list[ReceiptRow]
    """The rows, a page of them."""
    next_cursor: int | None
    """Send it as `cursor` for the next page; null on the last one."""


@router.post(
    "/v1/lists",
    status_code=202,
    summary="Hand in a list",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                **{media: {"schema": _BINARY} for media in _SUFFIXES},
                "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _BINARY}}},
            },
        }
    },
)
async def post_list(
    request: Request,
    response: Response,
    wait: Annotated[float | None, Query(ge=0, description="Seconds to wait for intake; default 5, at most 30.")] = None,
    programme: Annotated[str, Query(max_length=64, description="For rows that name no programme.")] = "",
    limit: Annotated[int, Query(ge=0, le=10_000, description="Rows in the answer.")] = 1000,
    idempotency_key: Annotated[
        str, Header(max_length=200, description="Makes the same file a new list, on purpose.")
    ] = "",
    caller: Principal = Depends(agency_only),
    door: Door = Depends(door_of),
) -> ListReceipt:
    """Takes a list (CSV, XLSX, XLS, ODS or JSON; Chinese or English headers) and answers row by row.

    The same file handed in twice is recognised and not doubled. A bad row never stops the others. Rows not
    judged within `wait` seconds are `received`; ask `GET /v1/lists/{list_id}` for them later.
    """
    content, file_name = await _read_file(request)
    if not content:
        raise Refusal(Code.LIST_MISSING)
    agency = caller.own_agency
    list_id = list_id_of(agency, content, idempotency_key, programme)
    fresh = await receive_list(door, agency, content, file_name, list_id=list_id, programme=programme)
    await _wait_for_intake(door, list_id, door.policy.wait_seconds if wait is None else wait)
    response.headers["Location"] = f"/v1/lists/{list_id}"
    receipt = await _receipt(door, agency, list_id, cursor=0, limit=limit, only_rejected=False)
    return receipt.model_copy(update={"already_received": not fresh})


@router.get("/v1/lists/{list_id}", summary="The present state of a list")
async def get_list(
    list_id: UUID,
    cursor: Annotated[int, Query(ge=0, description="`next_cursor` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=0, le=10_000, description="Rows in the answer.")] = 1000,
    only: Annotated[Literal["all", "rejected"], Query(description="`rejected`: only what needs your work.")] = "all",
    caller: Principal = Depends(agency_only),
    door: Door = Depends(door_of),
) -> ListReceipt:
    """The receipt of a list of your own agency, with what intake has decided since."""
    return await _receipt(
        door, caller.own_agency, list_id, cursor=cursor, limit=limit, only_rejected=only == "rejected"
    )


async def _read_file(request: Request) -> tuple[bytes, str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "multipart/form-data":
        named = _FILE_NAME.search(request.headers.get("content-disposition", ""))
        return await request.body(), unquote(named[1].strip()) if named else f"list{_SUFFIXES.get(media_type, '')}"
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Refusal(Code.LIST_MISSING)
        return await file.read(), file.filename or "list"


async def _wait_for_intake(door: Door, list_id: UUID, seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + min(seconds, door.policy.longest_wait_seconds)
    pause = POLL_S[0]
    while True:
        async with door.pool.connection() as connection:
            if await lists.pending(connection, list_id) <= 0:
                return
        if asyncio.get_running_loop().time() >= deadline:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, POLL_S[1])


async def _receipt(
    door: Door, agency: str, list_id: UUID, *, cursor: int, limit: int, only_rejected: bool
) -> ListReceipt:
    async with door.pool.connection() as connection:
        state = await lists.find_state(connection, agency, list_id)
        if state is None:
            raise Refusal(Code.LIST_UNKNOWN)
        page = await lists.page_of_rows(
            connection, agency, list_id, after=cursor, limit=limit + 1, only_rejected=only_rejected
        )
    pending = state.rows - state.refused - state.accepted - state.rejected
    return ListReceipt(
        list_id=state.list_id,
        state="done" if pending == 0 else "received",
        received_at=state.received_at,
        file_name=state.file_name,
        sha256=state.sha256,
        rows=state.rows,
        pending=pending,
        accepted=state.accepted,
        rejected=state.rejected + state.refused,
        problems=[ListProblemStated.model_validate(p) for p in state.problems],
        items=[_row(row, state) for row in page[:limit]],
        next_cursor=page[limit - 1].row if len(page) > limit > 0 else None,
    )


def _row(row: RowState, state: ListState) -> ReceiptRow:
    sheet, number = divmod(row.row, SHEET_STRIDE)
    stated: dict[str, Any] = {
        "row": number,
        "sheet": state.sheets[sheet] if len(state.sheets) > 1 else None,
        "request_id": row.request_id,
    }
    if row.door_code is not None:
        entry = CATALOGUE[Code(row.door_code)]
        return ReceiptRow(
            **stated,
            outcome=RowOutcome.REJECTED,
            code=row.door_code,
            message=f"{entry.message_zh} {entry.message_en}",
            next_step=f"{entry.next_zh} {entry.next_en}",
        )
    if row.outcome is None:
        return ReceiptRow(**stated, outcome=RowOutcome.RECEIVED)
    return ReceiptRow(
        **stated,
        outcome=RowOutcome(row.outcome),
        code=row.code,
        field=row.field,
        message=row.message,
        next_step=row.next_step,
    )
