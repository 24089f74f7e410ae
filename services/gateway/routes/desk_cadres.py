"""The desk's cadres, and the files that plans are made from."""

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Path, UploadFile
from pydantic import BaseModel, ConfigDict

from schemas.desk import CadreId, DeskKind, SourceKind
from services.gateway.access.callers import Principal, Role, allow
from services.gateway.desk.asking import ask
from services.gateway.desk.board import Sight
from services.gateway.desk.job_views import StatedCode
from services.gateway.desk.views import CadreDaysView, DeskCadreView
from services.gateway.door import Door, door_of
from services.gateway.store import desk as store

router = APIRouter(prefix="/v1/desk", tags=["desk"])
schedulers = allow(Role.SCHEDULER)
area_schedulers = allow(Role.SCHEDULER, by_area=True)
CadrePath = Annotated[CadreId, Path()]
Csv = Annotated[UploadFile, File(description="CSV, UTF-8 or GB 18030, as `onevisit plan` reads it.")]


class _View(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class CadrePage(_View):
    """All cadres."""

    items: list[DeskCadreView]


class RowFault(StatedCode):
    """A row that was not taken."""

    row: int


class SourcesTaken(_View):
    """What became of the rows; known ids were replaced, others stay."""

    rows: int
    taken: int
    faults: list[RowFault]


@router.get("/cadres", summary="The cadres for whom plans are made")
async def list_cadres(
    caller: Principal = Depends(allow(Role.SCHEDULER, Role.AUDITOR, by_area=True)), door: Door = Depends(door_of)
) -> CadrePage:
    """As they are in the draft: those just handed in follow within a second. For a part of the county those of its
    board."""
    async with door.pool.connection() as connection:
        _draft, documents = await store.read_draft(connection)
        known = await store.read_cadres(connection)
    if caller.areas is not None:
        mine = Sight(areas=caller.areas).documents(documents)
        known = {one: cells for one, cells in known.items() if one in mine}
    found = {one: document["cadre"] for one, document in documents.items() if document["cadre"]}
    return CadrePage(
        items=[DeskCadreView.model_validate(found.get(one) or _from_cells(one, cells)) for one, cells in known.items()]
    )


@router.put("/cadres/{cadre_id}", summary="Add a cadre, or change days, hours, villages")
async def put_cadre(
    cadre_id: CadrePath,
    days: CadreDaysView,
    caller: Principal = Depends(area_schedulers),
    door: Door = Depends(door_of),
) -> DeskCadreView:
    """The draft is mended by itself: days off move that cadre's visits, with a reason for each. For a part of the
    county a cadre of its board, who keeps villages and township."""
    answer = await ask(door, DeskKind.PUT_CADRE, _cells(cadre_id, days), caller)
    return DeskCadreView.model_validate(answer)


@router.delete("/cadres/{cadre_id}", status_code=204, summary="Take a cadre out of planning")
async def delete_cadre(
    cadre_id: CadrePath, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> None:
    """The visits go to the others of the village or are listed as unreachable; the cadre's calendar address ends."""
    await ask(door, DeskKind.DELETE_CADRE, {"cadre_id": cadre_id}, caller)
    async with door.pool.connection() as connection:
        await store.delete_feed(connection, cadre_id)


@router.post("/cadre-lists", summary="Take in CADRES.csv")
async def take_cadres(
    file: Csv, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> SourcesTaken:
    """Columns: docs/planning.md, and `name`."""
    return await _take(door, caller, SourceKind.CADRE, file)


@router.post("/place-lists", summary="Take in PLACES.csv")
async def take_places(
    file: Csv, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> SourcesTaken:
    """Coordinates of dwellings and villages, WGS-84, and what is known of people and their days."""
    return await _take(door, caller, SourceKind.PLACE, file)


@router.post("/travel-lists", summary="Take in TRAVEL.csv")
async def take_travel(
    file: Csv, caller: Principal = Depends(schedulers), door: Door = Depends(door_of)
) -> SourcesTaken:
    """The county's own measured minutes: they count before every estimate."""
    return await _take(door, caller, SourceKind.TRAVEL, file)


async def _take(door: Door, caller: Principal, kind: SourceKind, file: UploadFile) -> SourcesTaken:
    content = base64.b64encode(await file.read()).decode()
    answer = await ask(door, DeskKind.SOURCES, {"kind": kind.value, "content": content}, caller)
    return SourcesTaken.model_validate(answer)


def _cells(cadre_id: str, days: CadreDaysView) -> dict[str, str]:
    """The cells of CADRES.csv that say the same."""
    return {
        "cadre_id": cadre_id,
        "name": days.name,
        "township": days.township,
        "villages": " ".join(days.village_codes),
        "lat": str(days.home.lat),
        "lon": str(days.home.lon),
        "weekdays": " ".join(map(str, days.weekdays)),
        "hours": " ".join(f"{part.start}-{part.end}" for part in days.hours),
        "days_off": " ".join(day.isoformat() for day in days.days_off),
        "market_days": " ".join(map(str, days.market_digits)),
        "speed": str(days.speed),
    }


def _from_cells(cadre_id: str, cells: dict[str, str]) -> dict[str, Any]:
    """A cadre of whom there is no draft yet: who and where; days follow with the draft."""
    return {
        "cadre_id": cadre_id,
        "name": cells.get("name") or cadre_id,
        "township": cells.get("township", ""),
        "village_codes": cells.get("villages", "").split(),
        "home": {"lat": float(cells["lat"]), "lon": float(cells["lon"])},
    }
