"""An agency files its year's plan of campaigns as a table, and hears row by row what became of it."""

import asyncio

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.burden.campaign_intake import CampaignStated, CampaignView, state_all
from services.gateway.burden.campaign_table import Row, read_rows, template_csv, template_xlsx
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.table_answers import RowAnswer, TableAnswers
from services.gateway.table_body import TABLE_BODY, XLSX, read_table

router = APIRouter(tags=["burden"])
officers_too = allow(Role.AGENCY, by_officer=True)


class CampaignListRow(RowAnswer):
    """What became of a row; nothing that stands in a refused one is repeated."""

    campaign: CampaignView | None = None
    """As it stands now; null: refused."""


class CampaignList(TableAnswers[CampaignListRow]):
    """What became of a table."""


@router.post("/v1/campaign-lists", summary="File the plan as a table", openapi_extra=TABLE_BODY)
async def post_campaign_list(
    request: Request, caller: Principal = Depends(officers_too), door: Door = Depends(door_of)
) -> CampaignList:
    """CSV or XLSX with the headings of the template, at most 100 rows; each is a campaign as by `POST /v1/campaigns`,
    and is taken or refused alone. The same table again changes nothing."""
    rows = await read_table(request, read_rows, Code.CAMPAIGN_LIST_UNREADABLE)
    read = [_read(row) for row in rows]
    kept = await state_all(door, caller, [said for said in read if isinstance(said, CampaignStated)])
    views = {(row.programme, row.first_day, row.last_day): CampaignView.of(row) for row in kept}
    items = [
        CampaignListRow(row=row.number, campaign=views[said.key])
        if isinstance(said, CampaignStated)
        else CampaignListRow.refused(row.number, said)
        for row, said in zip(rows, read, strict=True)
    ]
    return CampaignList.of(items)


@router.get("/v1/campaign-lists/template.csv", response_class=Response, summary="The template as CSV")
async def get_csv(_: Principal = Depends(officers_too)) -> Response:
    """Headings, in Chinese and English."""
    return Response(template_csv(), media_type="text/csv; charset=utf-8")


@router.get("/v1/campaign-lists/template.xlsx", response_class=Response, summary="The template as XLSX")
async def get_xlsx(_: Principal = Depends(officers_too)) -> Response:
    """Headings, in Chinese and English."""
    return Response(await asyncio.to_thread(template_xlsx), media_type=XLSX)


def _read(row: Row) -> CampaignStated | Code:
    try:
        return row.stated()
    except Refusal as refusal:
        return refusal.code
