"""What a plan is made from, row by row: cadres and measured times. Bad rows are told apart."""

from __future__ import annotations

import re
from functools import partial

from schemas.desk import CADRE_ID, MOST_CADRE_ID
from services.scheduler.domain.plan_model import DEFAULT_HOURS, Cadre
from services.scheduler.planning.cells import as_days, as_name, as_number, as_point
from services.scheduler.planning.reading import Reading
from services.scheduler.planning.unreadable import Unreadable
from services.scheduler.planning.working_time import as_hours, as_market_digits, as_weekdays


def read_cadres(reading: Reading) -> list[Cadre]:
    """The cadres; the columns are in docs/planning.md."""
    cadres: dict[str, Cadre] = {}
    for row, cells in reading.rows():
        cadre = reading.take(row, partial(as_cadre, cells))
        if cadre and cadre.cadre_id in cadres:
            reading.fault(row, f"cadre_id {cadre.cadre_id} stands twice", zh=f"干部编号 {cadre.cadre_id} 重复")
        elif cadre:
            cadres[cadre.cadre_id] = cadre
    return list(cadres.values())


def read_travel(reading: Reading) -> dict[tuple[str, str], float]:
    """The county's measured times: (from, to): minutes."""
    times: dict[tuple[str, str], float] = {}
    for row, cells in reading.rows():
        entry = reading.take(row, partial(as_ride, cells))
        if entry:
            times[entry[:2]] = entry[2]
    return times


def as_ride(cells: dict[str, str]) -> tuple[str, str, float]:
    """A row of the measured times; raises as `as_cadre`."""
    return cells["from"], cells["to"], _minutes(cells["minutes"])


def as_cadre(cells: dict[str, str]) -> Cadre:
    """A row of the cadres.

    Raises:
        ValueError, KeyError: says what cannot be read, or is missing.
    """
    home = as_point(cells)
    if not cells["cadre_id"] or home is None:
        raise Unreadable("cadre_id, lat and lon are needed; 0, 0 is no home", "干部编号、纬度和经度必填，0, 0 不是住址")
    if len(cells["cadre_id"]) > MOST_CADRE_ID or not re.fullmatch(CADRE_ID, cells["cadre_id"]):
        raise Unreadable(
            f"cadre_id is longer than {MOST_CADRE_ID} characters, or holds a slash or a control character",
            f"干部编号超过 {MOST_CADRE_ID} 个字符，或含有斜杠或控制字符",
        )
    speed = as_number(cells.get("speed") or 1, "speed")
    if not 0.1 <= speed <= 10:
        raise Unreadable(
            f"speed {speed} is not between 0.1 and 10 times the usual one", f"速度 {speed} 不在 0.1 至 10 倍之间"
        )
    return Cadre(
        cadre_id=cells["cadre_id"],
        home=home,
        villages=frozenset(as_name(code) for code in re.findall(r"[^\s;,，；、]+", cells.get("villages", ""))),
        township=cells.get("township", ""),
        weekdays=as_weekdays(cells.get("weekdays") or "1-5"),
        hours=as_hours(cells["hours"]) if cells.get("hours") else DEFAULT_HOURS,
        days_off=as_days(cells.get("days_off")),
        market_digits=as_market_digits(cells.get("market_days", "")),
        speed=speed,
    )


def _minutes(text: str) -> float:
    minutes = as_number(text, "minutes")
    if not 0 <= minutes <= 24 * 60:
        raise Unreadable(f"{minutes} is not between 0 and 1440 minutes", f"{minutes} 不在 0 至 1440 分钟之间")
    return minutes
