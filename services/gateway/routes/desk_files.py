"""Files of the desk: the plan as a table, out and in; the printed route sheet; a cadre's calendar."""

import asyncio
import base64
import secrets as random_secrets
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, File, Form, Path, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from schemas.desk import CadreId, DeskKind
from services.gateway.access.callers import Principal, Role, allow, anonymous
from services.gateway.desk.asking import ask
from services.gateway.desk.board import Sight
from services.gateway.desk.calendar_feed import calendar_of
from services.gateway.desk.job_views import StatedCode
from services.gateway.desk.plan_table import read_table, to_csv, to_xlsx
from services.gateway.desk.route_sheet import route_sheet
from services.gateway.desk.sheets import sheets_of
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.day import today_of
from services.gateway.routes.desk import read_board, sight_of
from services.gateway.store import desk as store
from services.gateway.table_body import XLSX
from services.gateway.tables import UnreadableTable

router = APIRouter(tags=["desk"])
schedulers = allow(Role.SCHEDULER)
area_schedulers = allow(Role.SCHEDULER, by_area=True)
SHEET_DAYS = 7
CadrePath = Annotated[CadreId, Path()]


class _View(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class ImportFault(StatedCode):
    """A row that cannot be done."""

    row: int
    visit_id: str


class Imported(_View):
    """What became of an edited plan: all of it is done, or nothing."""

    ok: bool
    applied: bool
    version: int
    rows: int
    moved: int
    """Visits that stand elsewhere."""
    faults: list[ImportFault]
    cost: dict[str, float]


class Feed(_View):
    """The secret address of a calendar, shown this once. Who has it sees where the cadre is, and no names."""

    url: str = Field(repr=False)


@router.get("/v1/desk/plan.csv", response_class=Response, summary="The draft as CSV")
async def get_csv(
    sight: Annotated[Sight, Depends(sight_of)],
    caller: Principal = Depends(area_schedulers),
    door: Door = Depends(door_of),
) -> Response:
    """One row a visit, with names: keep it as you keep the list of an agency."""
    board = await read_board(door, sight, caller, shown="table")
    return _file(await asyncio.to_thread(to_csv, board), "text/csv; charset=utf-8", "plan.csv")


@router.get("/v1/desk/plan.xlsx", response_class=Response, summary="The draft as XLSX")
async def get_xlsx(
    sight: Annotated[Sight, Depends(sight_of)],
    caller: Principal = Depends(area_schedulers),
    door: Door = Depends(door_of),
) -> Response:
    """The same as a spreadsheet."""
    board = await read_board(door, sight, caller, shown="table")
    return _file(await asyncio.to_thread(to_xlsx, board), XLSX, "plan.xlsx")


@router.post("/v1/desk/imports", summary="An edited plan comes back")
async def import_plan(
    file: Annotated[UploadFile, File(description="The CSV or XLSX of the draft, edited.")],
    version: Annotated[int, Form(ge=1, description="Of the draft that was exported.")],
    dry_run: Annotated[bool, Form(description="Only say what would become of it.")] = False,
    caller: Principal = Depends(area_schedulers),
    door: Door = Depends(door_of),
) -> Imported:
    """Rows that stand elsewhere than in the draft become moves, each checked; with a fault nothing is done. For a part
    of the county every row must be of its board."""
    try:
        rows = await asyncio.to_thread(read_table, await file.read())
    except UnreadableTable:
        raise Refusal(Code.PLAN_FILE_UNREADABLE) from None
    said = {"version": version, "dry_run": dry_run, "rows": [row.model_dump() for row in rows]}
    return Imported.model_validate(await ask(door, DeskKind.IMPORT, said, caller))


@router.get("/v1/desk/route-sheet.pdf", response_class=Response, summary="Route sheet to be printed")
async def get_sheet(
    cadre_id: Annotated[str, Query(min_length=1, max_length=57)],
    day: Annotated[list[date] | None, Query(max_length=31, description="Days; without, the next seven.")] = None,
    caller: Principal = Depends(area_schedulers),
    door: Door = Depends(door_of),
) -> Response:
    """A4, Chinese, large type; a page for each half-day, with names and addresses."""
    today = today_of(door, door.now())
    days = set(day or (today + timedelta(number) for number in range(SHEET_DAYS + 1)))
    routes = await sheets_of(door, cadre_id, days, caller)
    if not routes:
        raise Refusal(Code.PLAN_ROUTE_EMPTY)
    return _file(await asyncio.to_thread(route_sheet, routes), "application/pdf", "route-sheet.pdf", shown=True)


@router.post("/v1/desk/cadres/{cadre_id}/feed", status_code=201, summary="A new calendar address")
async def make_feed(
    cadre_id: CadrePath, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> Feed:
    """The address before ends at once."""
    secret = base64.urlsafe_b64encode(random_secrets.token_bytes(32)).decode().rstrip("=")
    async with door.pool.connection() as connection, connection.transaction():
        if cadre_id not in await store.read_cadres(connection):
            raise Refusal(Code.PLAN_CADRE_UNKNOWN)
        await store.put_feed(connection, cadre_id, secret, caller.subject, door.now())
    return Feed(url=f"{door.settings.address}/v1/feeds/{secret}.ics")


@router.delete("/v1/desk/cadres/{cadre_id}/feed", status_code=204, summary="End a calendar address")
async def end_feed(cadre_id: CadrePath, _: Principal = Depends(schedulers), door: Door = Depends(door_of)) -> None:
    """Calendars that know it show nothing new any more."""
    async with door.pool.connection() as connection:
        if not await store.delete_feed(connection, cadre_id):
            raise Refusal(Code.PLAN_FEED_UNKNOWN)


@router.get(
    "/v1/feeds/{secret}.ics",
    response_class=Response,
    dependencies=[Depends(anonymous)],
    summary="A cadre's published plan as a calendar",
)
async def get_feed(
    secret: Annotated[str, Path(max_length=64, pattern=r"^[\w-]+$")], door: Door = Depends(door_of)
) -> Response:
    """For whoever has the address: half-days with the number of doors and people, no names."""
    async with door.pool.connection() as connection:
        cadre_id = await store.find_feed(connection, secret)
        found = await store.find_publication(connection, cadre_id) if cadre_id else None
        names = await store.read_cadres(connection) if cadre_id else {}
    if cadre_id is None or cadre_id not in names:
        raise Refusal(Code.PLAN_FEED_UNKNOWN)
    name = names[cadre_id].get("name") or cadre_id
    routes, published_at, version = found or ([], door.now(), 0)
    zone = ZoneInfo(door.settings.timezone)
    content = calendar_of(cadre_id, name, routes, published_at, version, zone)
    return _file(content, "text/calendar; charset=utf-8", "plan.ics", shown=True)


def _file(content: bytes, media_type: str, name: str, *, shown: bool = False) -> Response:
    how = "inline" if shown else "attachment"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})
