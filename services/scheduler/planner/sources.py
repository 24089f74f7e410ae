"""What plans are made from comes in: cadres, places, measured times, row by row as `onevisit plan` reads them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from schemas.desk import DeskRefusal, SourceKind, SourcesOrder
from services.platform.database import Connection
from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.planner.documents import cadre_document, said
from services.scheduler.planner.own_part import Part
from services.scheduler.planner.refused import Refused
from services.scheduler.planning.lists import as_cadre, as_ride
from services.scheduler.planning.place_visits import KEYS, as_place
from services.scheduler.planning.reading import Reading
from services.scheduler.planning.unreadable import Unreadable
from services.scheduler.store import plan as store

Cells = dict[str, str]
MOST_NAME = 500
"""Characters of what a row is about: no name of a place is longer, and the index of the table takes no more than 2,704
bytes."""


def _cadre_name(cells: Cells) -> str:
    return as_cadre(cells).cadre_id


def _place_name(cells: Cells) -> str:
    key = next((key for key in KEYS if cells.get(key)), None)
    if key is None:
        names = ", ".join(KEYS)
        raise Unreadable(f"none of {names} is given", f"{names} 均未填写")
    place = as_place(cells)
    village = place.get("village_code") if key == "dwelling" else None
    return f"{key}={place['about']}{f', {village}' if village else ''}"


def _ride_name(cells: Cells) -> str:
    origin, end, _ = as_ride(cells)
    return f"{origin} > {end}"


_READERS: Final[Mapping[SourceKind, tuple[PlanInputCode, Callable[[Cells], str]]]] = {
    SourceKind.CADRE: (PlanInputCode.CADRE_INVALID, _cadre_name),
    SourceKind.PLACE: (PlanInputCode.PLACE_INVALID, _place_name),
    SourceKind.TRAVEL: (PlanInputCode.TRAVEL_INVALID, _ride_name),
}


async def take_file(connection: Connection, said_: Mapping[str, Any]) -> dict[str, Any]:
    """Takes in the rows that can be read; known ones are replaced, others stay."""
    order = SourcesOrder.model_validate(said_)
    code, name_of = _READERS[order.kind]
    reading = Reading(order.kind.value, code, raw=base64.b64decode(order.content))
    rows: dict[str, Cells] = {}
    count = 0
    for row, cells in reading.rows():
        count += 1
        name = reading.take(row, partial(name_of, cells))
        if name and len(name) > MOST_NAME:
            zh = f"所指名称超过 {MOST_NAME} 个字符"
            reading.fault(row, f"what it is about is longer than {MOST_NAME} characters", zh=zh)
        elif name in rows:
            reading.fault(row, "it stands twice; the first counts", zh="重复出现，以第一次为准")
        elif name:
            rows[name] = cells
    if rows:
        await store.write_sources(connection, order.kind, rows)
        await store.note_all_dirty(connection)
    return {
        "rows": count,
        "taken": len(rows),
        "faults": [
            {"row": fault.row, "code": fault.code.value, "words": said(fault.code, fault.detail, fault.zh)}
            for fault in reading.faults
        ],
    }


async def put_cadre(connection: Connection, cells: Mapping[str, Any], part: Part) -> tuple[dict[str, Any], bool]:
    """Takes in one cadre, in the cells of CADRES.csv; in a part of the county one of its own, for the same villages.

    Returns:
        The cadre, and whether the draft is to be mended for this one alone. Who is new, or has another home, township
        or villages, is noted for the mending of all: by these others are found, and rides measured.

    Raises:
        Refused: CADRE_UNREADABLE, CADRE_UNKNOWN or AREA.
    """
    try:
        cadre = as_cadre({name: str(value) for name, value in cells.items()})
    except (ValueError, KeyError, OverflowError):
        raise Refused(DeskRefusal.CADRE_UNREADABLE) from None
    part.need_same_place(cadre)
    await store.write_sources(connection, SourceKind.CADRE, {cadre.cadre_id: dict(cells)})
    document = cadre_document(cadre, str(cells.get("name") or cadre.cadre_id))
    known = part.draft.documents.get(cadre.cadre_id, {"cadre": {}})["cadre"]
    is_alone = all(known.get(name) == document[name] for name in ("home", "township", "village_codes"))
    if not is_alone:
        await store.note_all_dirty(connection)
    return document, is_alone
