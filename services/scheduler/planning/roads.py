"""Travel times on real roads: OSRM (`/table`) and Valhalla (`/sources_to_targets`) over HTTP, with an estimate behind.

An engine knows roads, not doors: from a house to the road and back people walk. What an engine cannot reach, or all of
it while the engine does not answer, is estimated, and that is said (`PLAN_ROADS_AWAY`).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final, Protocol

import httpx

from services.scheduler.domain.plan_model import Point
from services.scheduler.domain.plan_travel import Travel, great_circle_km

BLOCK: Final = 50
"""Places on each side of one question: osrm-routed takes 100 in all by default, Valhalla 50 x 50."""
TIMEOUT_S: Final = 4.0
"""An answer takes milliseconds; the desk waits no longer than ten seconds for what is planned with it."""
WALK_KMH: Final = 4.0
"""From the road to the door, on a path: a slow walk, an assumption."""
REST_S: Final = 60.0
"""An engine that did not answer is not asked again for so long: a county asks it hundreds of times."""
KEPT: Final = 500
"""Tables remembered: a village of sixty has 30 kB, and a change at the desk asks for the same places again."""
ADDRESS: Final = re.compile(r"(osrm|valhalla):(https?://[^\s?#]+)")
"""How an engine is named: `osrm:http://127.0.0.1:5000` or `valhalla:http://127.0.0.1:8002`."""
Block = list[list[float | None]]
"""Minutes from each of some places to each of others; None: no road."""


class Engine(Protocol):
    """A road engine: minutes between places, by car or motorbike at its own speeds."""

    def block(self, http: httpx.Client, origins: Sequence[Point], ends: Sequence[Point]) -> Block:
        """Raises httpx.HTTPError, ValueError, KeyError, TypeError when the answer is none."""


@dataclass(frozen=True, slots=True)
class Osrm:
    """OSRM's table service, whatever profile it was built with."""

    address: str

    def block(self, http: httpx.Client, origins: Sequence[Point], ends: Sequence[Point]) -> Block:
        """One question, with the way from the road to each door added."""
        places = ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in (*origins, *ends))
        query = {
            "sources": ";".join(map(str, range(len(origins)))),
            "destinations": ";".join(map(str, range(len(origins), len(origins) + len(ends)))),
        }
        found = _json(http.get(f"{self.address}/table/v1/driving/{places}", params=query))
        off = [[_walk(one["distance"] / 1000) for one in found[side]] for side in ("sources", "destinations")]
        return [
            [None if seconds is None else seconds / 60 + off[0][i] + off[1][j] for j, seconds in enumerate(row)]
            for i, row in enumerate(found["durations"])
        ]


@dataclass(frozen=True, slots=True)
class Valhalla:
    """Valhalla's matrix, for a motor scooter."""

    address: str

    def block(self, http: httpx.Client, origins: Sequence[Point], ends: Sequence[Point]) -> Block:
        """One question, with the way from the road to each door added."""
        body = {
            "sources": [{"lat": point.lat, "lon": point.lon} for point in origins],
            "targets": [{"lat": point.lat, "lon": point.lon} for point in ends],
            "costing": "motor_scooter",
        }
        found = _json(http.post(f"{self.address}/sources_to_targets", json=body))["sources_to_targets"]
        return [
            [
                None if cell["time"] is None else cell["time"] / 60 + _off_road(cell, a, b)
                for cell, b in zip(row, ends, strict=True)
            ]
            for row, a in zip(found, origins, strict=True)
        ]


def _off_road(cell: dict[str, Any], a: Point, b: Point) -> float:
    begin, end = (Point(cell[f"{side}_lat"], cell[f"{side}_lon"]) for side in ("begin", "end"))
    return _walk(great_circle_km(a, begin)) + _walk(great_circle_km(b, end))


def roads_client() -> httpx.Client:
    """Each question on a connection of its own: osrm-routed ends one after 512 questions, whatever was just sent."""
    return httpx.Client(timeout=TIMEOUT_S, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class RoadTravel:
    """The engine's times, the estimate where it has none."""

    engine: Engine
    otherwise: Travel
    http: httpx.Client = field(default_factory=roads_client)
    away: str = ""
    """Why the last question that was not answered was not; empty: all were."""
    estimated: int = 0
    """Tables that were estimated, because a question was not answered or, for a while after that, not asked."""
    _tables: OrderedDict[tuple[Point, ...], list[list[float | None]]] = field(default_factory=OrderedDict)
    _rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def minutes(self, origins: Sequence[Point], speed: float) -> list[list[float]]:
        """As the port says."""
        roads = self._table(tuple(dict.fromkeys(origins)))
        estimate = self.otherwise.minutes(origins, speed)
        if roads is None:
            return estimate
        for i, a in enumerate(origins):
            for j, b in enumerate(origins):
                found = roads(a, b)
                if a == b:
                    estimate[i][j] = 0.0
                elif found is not None:
                    estimate[i][j] = found / speed
        return estimate

    def _table(self, places: tuple[Point, ...]) -> Callable[[Point, Point], float | None] | None:
        with self._lock:
            table = self._tables.get(places)
        if table is None and monotonic() < self._rests_until:
            self.estimated += 1
            return None
        if table is None:
            try:
                table = self._ask(places)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, IndexError) as error:
                self.away = type(error).__name__
                self.estimated += 1
                self._rests_until = monotonic() + REST_S
                return None
            with self._lock:
                self._tables[places] = table
                while len(self._tables) > KEPT:
                    self._tables.popitem(last=False)
        number = {point: at for at, point in enumerate(places)}
        return lambda a, b: table[number[a]][number[b]]

    def _ask(self, places: tuple[Point, ...]) -> list[list[float | None]]:
        rows: list[list[float | None]] = []
        for origins in _blocks(places):
            parts = [self.engine.block(self.http, origins, ends) for ends in _blocks(places)]
            rows += [[cell for part in parts for cell in part[row]] for row in range(len(origins))]
        return rows


class RoadsWatch:
    """Sees whether roads were estimated since it was made, by whichever thread."""

    def __init__(self, travel: Travel) -> None:
        self._roads = travel if isinstance(travel, RoadTravel) else None
        self._before = self._roads.estimated if self._roads else 0

    @property
    def away(self) -> str:
        """Why something was estimated that an engine should know; empty: nothing was."""
        return self._roads.away if self._roads and self._roads.estimated > self._before else ""


def roads_of(name: str, otherwise: Travel) -> Travel:
    """The travel times of a setting; an empty one is the estimate.

    Raises:
        ValueError: it names no engine.
    """
    if not name:
        return otherwise
    match = ADDRESS.fullmatch(name.rstrip("/"))
    if match is None:
        raise ValueError("write osrm:http://HOST:PORT or valhalla:http://HOST:PORT")
    return RoadTravel(Osrm(match[2]) if match[1] == "osrm" else Valhalla(match[2]), otherwise)


def _blocks(places: Sequence[Point]) -> Iterator[Sequence[Point]]:
    return (places[first : first + BLOCK] for first in range(0, len(places), BLOCK))


def _walk(km: float) -> float:
    return km / WALK_KMH * 60


def _json(answer: httpx.Response) -> Any:
    answer.raise_for_status()
    return answer.json()
