"""Plans made without a road engine, ridden on the real roads of the shared extract: how many half-days overrun.

People are invented; where they live is not: places within `DOOR_M` of a road of the extract, drawn with a seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

import httpx

from bench.plan.county import DAYS, MONDAY, season
from bench.plan.figures import Echo
from deploy.roads import Engine
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, Point, Route
from services.scheduler.domain.plan_travel import GreatCircleTravel, Travel, great_circle_km
from services.scheduler.planning.county import Effort, plan_county
from services.scheduler.planning.roads import RoadsWatch, RoadTravel, roads_client, roads_of

SOUTH, WEST, NORTH, EAST = 42.43, 1.41, 42.66, 1.79
"""Andorra, in degrees."""
DOOR_M: Final = 100
"""How far a house lies from a road at most."""
VILLAGES: Final = 10
"""So many, when nothing else is said."""
PEOPLE: Final = 50
"""Of a village: as in the shared county."""
REACH_KM: Final = 4.0
"""How far from the cadre's home people live at most, as a bird flies."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places near roads, drawn one after the other."""

    http: httpx.Client
    address: str
    random: Random

    def near(self, home: Point | None = None) -> Iterator[Point]:
        """Endless; within reach of the home, when one is given."""
        while True:
            point = Point(self.random.uniform(SOUTH, NORTH), self.random.uniform(WEST, EAST))
            if home is not None and great_circle_km(home, point) > REACH_KM:
                continue
            answer = self.http.get(f"{self.address}/nearest/v1/driving/{point.lon:.6f},{point.lat:.6f}").json()
            if answer["waypoints"][0]["distance"] <= DOOR_M:
                yield point


def overruns(folder: Path, effort: Effort, echo: Echo, villages: int = VILLAGES) -> None:
    """Prints the table; OSRM must be prepared in the folder (`make roads`)."""
    engine = Engine("osrm", folder)
    if not engine.is_prepared:
        echo("OSRM is not prepared: run `make roads` first")
        return
    with engine.running() as address, roads_client() as http:
        roads = roads_of(f"osrm:{address}", GreatCircleTravel())
        assert isinstance(roads, RoadTravel)
        visits, cadres = _villages(Places(http, address, Random(1)), villages)  # noqa: S311
        echo(f"{villages} cadres, {len(visits)} people within {REACH_KM:g} km, {DOOR_M} m of a road at most")
        echo("\n| planned with | half-days | over the hours on the roads | median share of the hours | not planned |")
        echo("| --- | --- | --- | --- | --- |")
        watch = RoadsWatch(roads)
        for name, travel in (("the estimate", GreatCircleTravel()), ("OSRM", roads)):
            found = plan_county(visits, cadres, replace(season(), travel=travel), effort)
            ridden = [_ridden(route, cadres, roads) / route.slot.minutes for route in found.plan.routes]
            over = sum(share > 1 for share in ridden)
            left = sum(len(out.stop.visits) for out in found.plan.unplanned)
            echo(f"| {name} | {len(ridden)} | {over} ({over / len(ridden):.1%}) | {median(ridden):.0%} | {left} |")
        assert not watch.away, f"the engine did not answer: {watch.away}"


def _villages(places: Places, count: int) -> tuple[list[PlaceVisit], list[Cadre]]:
    visits, cadres = [], []
    homes = places.near()
    for number in range(count):
        village, home = f"v{number}", next(homes)
        cadres.append(Cadre(f"cadre-{number}", home, frozenset({village})))
        around = places.near(home)
        for person in range(PEOPLE):
            first = MONDAY + timedelta(places.random.randrange(DAYS - 10))
            last = first + timedelta(places.random.randrange(7, 14))
            visits.append(PlaceVisit(f"{village}-{person:03d}", next(around), first, last, village_code=village))
    return visits, cadres


def _ridden(route: Route, cadres: list[Cadre], roads: Travel) -> float:
    """Minutes of the half-day on the roads, at the same doors in the same order."""
    home = next(cadre.home for cadre in cadres if cadre.cadre_id == route.cadre_id)
    way = [home, *(stop.stop.point for stop in route.stops)]
    table = roads.minutes(way, 1.0)
    ride = sum(table[at][(at + 1) % len(way)] for at in range(len(way)))
    return ride + route.minutes - route.ride_minutes
