"""An agency hands on a register's list of deaths and other events, and hears row by row what became of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from schemas.life_event import LifeEventKind, LifeEventSource, LifeEventStage
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import CATALOGUE, Code, Refusal
from services.gateway.people.life_event_intake import receive_report
from services.gateway.people.life_event_table import Row, read_rows
from services.gateway.table_answers import RowAnswer, TableAnswers
from services.gateway.table_body import TABLE_BODY, read_table

router = APIRouter(tags=["life events"])
agency_only = allow(Role.AGENCY)


class LifeEventRow(RowAnswer):
    """What became of a row; nothing that stands in it is repeated."""

    stage: LifeEventStage | None = None
    """`reported`, or `confirmed` where another source had said so; null: refused."""
    life_event_id: UUID | None = None
    """Names the life event; null: refused."""
    message: str | None = None
    """What is wrong, in Chinese and English."""
    next_step: str | None = None
    """What to do about it, in Chinese and English."""


class LifeEventList(TableAnswers[LifeEventRow]):
    """What became of a list."""


@router.post("/v1/life-event-lists", summary="Hand on a register's list", openapi_extra=TABLE_BODY)
async def post_life_event_list(
    request: Request,
    source: Annotated[
        LifeEventSource | None, Query(description="Whose list it is; of rows that name no source.")
    ] = None,
    kind: Annotated[LifeEventKind, Query(description="Of rows that name no kind.")] = LifeEventKind.DECEASED,
    caller: Principal = Depends(agency_only),
    door: Door = Depends(door_of),
) -> LifeEventList:
    """Civil registration, funeral homes, hospitals, police: CSV or XLSX, headings in Chinese or English (身份证号 or
    request_id; 死亡日期, 登记日期, 变动类型, 来源), at most 2,000 rows. Each row is a report by `POST /v1/life-events`
    and is taken or refused alone. The same list handed in twice changes nothing."""
    rows = await read_table(request, read_rows, Code.LIFE_EVENT_LIST_UNREADABLE)
    items = [await _receive(door, caller, row, kind, source) for row in rows]
    return LifeEventList.of(items)


async def _receive(
    door: Door, caller: Principal, row: Row, kind: LifeEventKind, source: LifeEventSource | None
) -> LifeEventRow:
    try:
        step = await receive_report(door, caller, row.report(kind=kind, source=source))
    except Refusal as refusal:
        entry = CATALOGUE[refusal.code]
        return LifeEventRow.refused(
            row.number,
            refusal.code,
            message=f"{entry.message_zh} {entry.message_en}",
            next_step=f"{entry.next_zh} {entry.next_en}",
        )
    return LifeEventRow(row=row.number, stage=step.stage, life_event_id=step.life_event_id)
