"""Records to check as a table, for an agency without a program: taken out, filled in, handed in again."""

import asyncio
from collections.abc import Callable, Sequence

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.agencies.record_check_intake import RecordCheckItem, receive_checks
from services.gateway.agencies.record_check_table import MOST_ROWS, Row, read_rows, to_csv, to_xlsx
from services.gateway.agencies.records_asked import read_page
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.day import today_of
from services.gateway.store.record_checks import AskedRow
from services.gateway.table_answers import RowAnswer, TableAnswers
from services.gateway.table_body import TABLE_BODY, XLSX, read_table

router = APIRouter(tags=["record checks"])
officers_too = allow(Role.AGENCY, by_officer=True)


class RecordCheckRow(RowAnswer):
    """What became of a row; nothing that stands in it is repeated."""


class RecordCheckList(TableAnswers[RecordCheckRow]):
    """What became of a table; its rows are those with a result."""


@router.get("/v1/record-check-lists/open.csv", response_class=Response, summary="What is to be checked, as CSV")
async def get_csv(caller: Principal = Depends(officers_too), door: Door = Depends(door_of)) -> Response:
    """At most 2,000 requests that wait for an answer, with an empty column for the results."""
    return await _file(door, caller, to_csv, "text/csv; charset=utf-8")


@router.get("/v1/record-check-lists/open.xlsx", response_class=Response, summary="What is to be checked, as XLSX")
async def get_xlsx(caller: Principal = Depends(officers_too), door: Door = Depends(door_of)) -> Response:
    """At most 2,000 requests that wait for an answer; results are chosen from a list."""
    return await _file(door, caller, to_xlsx, XLSX)


@router.post("/v1/record-check-lists", summary="Hand the results in", openapi_extra=TABLE_BODY)
async def post_record_check_list(
    request: Request, caller: Principal = Depends(officers_too), door: Door = Depends(door_of)
) -> RecordCheckList:
    """CSV or XLSX with the columns 申请编号 and 核对结果 (相符, 姓名不符, 已去世, 已迁出, 已停发, 查无此人), at most
    2,000 results, checked now. Each is an answer as by `POST /v1/record-checks`, taken or refused alone; a blank one
    stays open."""
    rows = await read_table(request, read_rows, Code.RECORD_CHECK_LIST_UNREADABLE)
    read = [_read(row) for row in rows]
    judged = iter(await receive_checks(door, caller, [item for item in read if isinstance(item, RecordCheckItem)]))
    codes = [next(judged).code if isinstance(item, RecordCheckItem) else item for item in read]
    return RecordCheckList.of([_row(row.number, code) for row, code in zip(rows, codes, strict=True)])


async def _file(
    door: Door, caller: Principal, write: Callable[[Sequence[AskedRow]], bytes], media_type: str
) -> Response:
    today = today_of(door, door.now())
    rows, _ = await read_page(door, caller.own_agency, today, answered=False, after=None, limit=MOST_ROWS)
    return Response(await asyncio.to_thread(write, rows), media_type=media_type)


def _read(row: Row) -> RecordCheckItem | Code:
    try:
        return row.item()
    except Refusal as refusal:
        return refusal.code


def _row(number: int, code: Code | None) -> RecordCheckRow:
    return RecordCheckRow(row=number) if code is None else RecordCheckRow.refused(number, code)
