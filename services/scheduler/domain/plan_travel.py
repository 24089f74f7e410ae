"""How long a ride takes: a port, the estimate from straight lines, and the county's own measured times over it.

Factors of road over great-circle distance: measured on the roads to 300 mountain buildings (Andorra, OpenStreetMap),
medians by distance. They are good for the order of stops, not for promises: single roads differ by half (p10-p90 of
0.2-1 km: 1.3-5.1), which is why a half-day is filled to 80 % only.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, log, radians, sin, sqrt
from typing import Final, Protocol

from services.scheduler.domain.plan_model import Point

EARTH_KM: Final = 6371.0088
"""Mean radius of the earth (IUGG)."""
DETOURS: Final = ((0.45, 2.4), (1.73, 2.0), (4.9, 1.65), (15.5, 1.5))
"""Great-circle km (the geometric middle of the bands 0.2-1, 1-3, 3-8 and 8-30 km) and the factor there. Between them
it changes with the logarithm of the distance, so that a longer line never gives a shorter road."""
SPEED_KMH: Final = 25.0
"""A motorbike on village roads: an assumption, to be replaced by the county's own times."""


class Travel(Protocol):
    """The port: minutes of the ride between places."""

    def minutes(self, origins: Sequence[Point], speed: float) -> list[list[float]]:
        """Minutes from each place (row) to each place (column), at a multiple of the usual speed; 0 on the diagonal."""


def great_circle_km(a: Point, b: Point) -> float:
    """Kilometres over ground in a straight line (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def detour(km: float) -> float:
    """Road over great-circle distance, for a line of so many km."""
    if km <= DETOURS[0][0]:
        return DETOURS[0][1]
    for (near, at_near), (far, at_far) in itertools.pairwise(DETOURS):
        if km <= far:
            return at_near + (at_far - at_near) * log(km / near) / log(far / near)
    return DETOURS[-1][1]


def road_km(a: Point, b: Point) -> float:
    """Estimated kilometres by road."""
    line = great_circle_km(a, b)
    return line * detour(line)


@dataclass(frozen=True, slots=True)
class GreatCircleTravel:
    """The estimate: great circle x detour, at one speed."""

    speed_kmh: float = SPEED_KMH
    slope: float = 1.0
    """Times longer because roads climb, beside the detour: 1 where the speed is that of the county's own hills. Nothing
    was measured here; a county finds its own by a few rides with a watch: minutes ridden over minutes estimated."""

    def minutes(self, origins: Sequence[Point], speed: float) -> list[list[float]]:
        pace = 60 * self.slope / (self.speed_kmh * speed)
        table = [[0.0] * len(origins) for _ in origins]
        for row, a in enumerate(origins):
            for column in range(row):
                table[row][column] = table[column][row] = road_km(a, origins[column]) * pace
        return table


@dataclass(frozen=True, slots=True)
class MeasuredTravel:
    """The county's own times over another source of times."""

    otherwise: Travel
    measured: Mapping[tuple[str, str], float]
    """(name from, name to): minutes, as ridden; the way back counts the same unless it is given."""
    names: Mapping[Point, tuple[str, ...]]
    """What a place is called, the closest name first: its dwelling or the cadre whose home it is, then its village."""

    def minutes(self, origins: Sequence[Point], speed: float) -> list[list[float]]:
        table = self.otherwise.minutes(origins, speed)
        if not self.measured:
            return table
        called = [self.names.get(point, ()) for point in origins]
        for row, start in enumerate(called):
            for column, end in enumerate(called):
                if row != column and (known := self._known(start, end)) is not None:
                    table[row][column] = known
        return table

    def _known(self, start: Sequence[str], end: Sequence[str]) -> float | None:
        for pair in ((a, b) for a in start for b in end if a != b):
            for way in (pair, pair[::-1]):
                if way in self.measured:
                    return self.measured[way]
        return None
