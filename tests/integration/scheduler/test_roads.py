"""Road engines really running on the shared extract (Andorra); fetched and prepared when first needed."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy import roads as engines
from deploy.roads import Engine, Name
from services.scheduler.domain.plan_model import Point
from services.scheduler.domain.plan_travel import GreatCircleTravel, MeasuredTravel
from services.scheduler.planning.roads import RoadsWatch, RoadTravel, roads_of

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data"))
EXTRACT = SHARED / "planning" / "osm" / "andorra.osm.pbf"
TOWN, NORTH, WEST = Point(42.5075, 1.5218), Point(42.6264, 1.4886), Point(42.5447, 1.5153)
"""Andorra la Vella, Llorts, La Massana: valleys with one road each."""
SEA = Point(41.0, 3.5)
"""No road of the extract leads there."""


@pytest.fixture(params=["osrm", "valhalla"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """A running engine."""
    name: Name = request.param
    if not EXTRACT.exists():
        missing = "the shared map extract is missing; set ONEVISIT_SHARED_DATA to the folder that holds planning/"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    engine = Engine(name, ROOT / "var" / "roads" / name)
    if not engine.is_prepared:
        assert engines.main([name, str(EXTRACT), str(engine.folder), "--prepare"]) == 0
    with engine.running() as address:
        yield f"{name}:{address}"


@contextmanager
def roads(address: str) -> Iterator[RoadTravel]:
    """The adapter of a setting."""
    travel = roads_of(address, GreatCircleTravel())
    assert isinstance(travel, RoadTravel)
    with travel.http:
        yield travel


def test_an_engine_knows_valleys_and_the_countys_own_time_counts_before_it(address: str) -> None:
    """Road times are longer than straight lines at the road's speed; what was ridden with a watch counts first."""
    with roads(address) as travel:
        table = travel.minutes([TOWN, NORTH, WEST, TOWN], 1.0)
        assert travel.away == ""
        assert table[0][0] == table[0][3] == 0
        assert 15 < table[0][1] < 60, "some 20 km up the valley"
        assert table[0][2] < table[0][1]
        assert table[0][1] == pytest.approx(table[3][1])
        assert travel.minutes([TOWN, NORTH], 2.0)[0][1] == pytest.approx(table[0][1] / 2)
        measured = MeasuredTravel(travel, {("town", "north"): 77.0}, {TOWN: ("town",), NORTH: ("north",)})
        assert measured.minutes([TOWN, NORTH], 1.0) == [[0, 77.0], [77.0, 0]]


def test_more_places_than_one_question_may_hold_are_asked_in_blocks(address: str) -> None:
    """120 places, and the time between two of them is what they have alone, or nearly (Valhalla)."""
    places = [Point(TOWN.lat + number * 0.0004, TOWN.lon + number * 0.0002) for number in range(120)]
    with roads(address) as travel:
        table = travel.minutes(places, 1.0)
        assert (len(table), len(table[0])) == (120, 120)
        assert travel.away == ""
        assert table[3][110] == pytest.approx(travel.minutes([places[3], places[110]], 1.0)[0][1], rel=0.1)


def test_an_engine_is_asked_as_often_as_a_county_needs(address: str) -> None:
    """More questions than osrm-routed takes on one connection (512, twice over): none of them is estimated."""
    with roads(address) as travel:
        watch = RoadsWatch(travel)
        for number in range(1100):
            travel.minutes([TOWN, Point(TOWN.lat + number * 0.00001, TOWN.lon)], 1.0)
        assert watch.away == ""


def test_without_an_engine_rides_are_estimated_and_that_is_said() -> None:
    """Nobody listens at the address: the estimate stands in, and the reason is kept for `PLAN_ROADS_AWAY`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with roads(f"osrm:http://127.0.0.1:{port}") as travel:
        assert travel.minutes([TOWN, NORTH], 1.0) == GreatCircleTravel().minutes([TOWN, NORTH], 1.0)
        assert travel.away == "ConnectError"
        watch = RoadsWatch(travel)
        assert watch.away == "", "nothing was estimated since"
        travel.minutes([TOWN, WEST], 1.0)
        assert watch.away == "ConnectError", "not asked again for a while: estimated all the same"
    with pytest.raises(ValueError, match="osrm:http"):
        roads_of("google:http://127.0.0.1", GreatCircleTravel())


def test_the_estimate_takes_longer_where_roads_climb() -> None:
    """The slope of a county multiplies every estimated ride."""
    flat, hilly = (GreatCircleTravel(slope=slope).minutes([TOWN, SEA], 1.0)[0][1] for slope in (1.0, 1.3))
    assert hilly == pytest.approx(1.3 * flat)
