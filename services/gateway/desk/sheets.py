"""What stands on a cadre's route sheets: the draft's half-days with names and addresses opened for the print."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from schemas.plan import HalfDay
from services.gateway.access.callers import Principal
from services.gateway.desk.board import Sight
from services.gateway.desk.people import People, note_opened, read_people
from services.gateway.desk.route_sheet import SheetRoute, SheetStop
from services.gateway.desk.routes import same_route
from services.gateway.desk.views import DeskPersonView
from services.gateway.door import Door
from services.gateway.store import desk as store
from services.gateway.villages import named

PROGRAMME_NAMES: Final = {"pension": "养老保险", "senior_subsidy": "高龄津贴", "family_planning": "计生奖扶"}
"""How a sheet calls a programme; another one by its code."""


async def sheets_of(door: Door, cadre_id: str, days: Collection[date], caller: Principal) -> list[SheetRoute]:
    """The half-days of the cadre on these days, and the line in the audit log; none of a cadre whose visits do not all
    lie in the caller's areas."""
    areas = caller.areas
    async with door.pool.connection() as connection, connection.transaction():
        await store.begin_reading(connection)
        draft, documents = await store.read_draft(connection)
        document = Sight(areas=areas).documents(documents).get(cadre_id)
        if document is None or document["cadre"] is None:
            return []
        routes = [route for route in document["routes"] if date.fromisoformat(route["day"]) in days]
        published = await store.find_published(connection, cadre_id)
        ids = [one for route in routes for stop in route["stops"] for one in stop["visit_ids"]]
        people = await read_people(door, connection, ids, names=True)
    await note_opened(door, caller, people, version=draft.version, shown="sheet")
    name = document["cadre"]["name"]

    def state(route: Mapping[str, Any]) -> str:
        on_phones = any(same_route(route, other) for other in published)
        return f"计划第 {draft.published_version} 版，已发布" if on_phones else f"草案第 {draft.version} 稿，尚未发布"

    def put_together() -> list[SheetRoute]:
        return [
            SheetRoute(
                cadre=name,
                day=date.fromisoformat(route["day"]),
                half=HalfDay(route["half_day"]),
                start=route["start"],
                end=route["end"],
                km=route["km"],
                ride_minutes=route["ride_minutes"],
                stops=[_stop(door, stop, people) for stop in route["stops"]],
                state=state(route),
            )
            for route in routes
        ]

    return await asyncio.to_thread(put_together)


def _stop(door: Door, stop: Mapping[str, Any], people: People) -> SheetStop:
    said = {one: people.said(one) for one in stop["visit_ids"]}
    views = [people.view(one, stop) for one in stop["visit_ids"]]
    programmes = sorted({programme for view in views for programme in view.programmes})
    address = next((each.residence_address for one in said.values() for each in one if each.residence_address), "")
    return SheetStop(
        arrive=stop["arrive"],
        people=[view.name or "（姓名无法读取）" for view in views],
        address=address or "",
        village=named(door.villages, stop["village_code"] or "").name,
        programmes=[PROGRAMME_NAMES.get(code, code) for code in programmes],
        due=min(view.due_date for view in views),
        notes=[*(["体弱"] if any(view.frail for view in views) else []), *_warned(views)],
    )


def _warned(views: Sequence[DeskPersonView]) -> Iterator[str]:
    """Recordings that are lost, and what agencies' records hold against the visits; with the name where several people
    live behind the door."""
    for view in views:
        whose = f"{view.name}：" if view.name and len(views) > 1 else ""
        for note in view.record_notes:
            yield whose + note.words.zh.rstrip("。")
