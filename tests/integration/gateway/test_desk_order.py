"""The order of a half-day that a scheduler chose, against what changes the plan afterwards: searches and publishing."""

from typing import Any

from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import id_number, today
from tests.integration.gateway.desk_county import Desk, opened_desk, stops

KM = 1 / 111.195
ROAD = (1, 2, 3, 4)
"""Houses so many kilometres from the cadre's home, along one road."""
TOO_FAR = 9
SECONDS = 2.0
"""Of a search: it turns a zigzag of four houses into a road in its first moments."""


async def order_of(desk: Desk, ids: dict[str, int]) -> list[int]:
    """The houses in the order of the draft, which must be one half-day."""
    routes = {str((r["day"], r["half_day"])): r for r, s in stops(await desk.board(), "C001")}
    (route,) = routes.values()
    return [ids[stop["visit_ids"][0]] for stop in route["stops"]]


async def move(desk: Desk, visit_id: str, at: int | None, *, whole: bool = False) -> dict[str, Any]:
    """Puts a stop at a place of the order of its half-day, or the whole half-day onto itself."""
    board = await desk.board()
    (route,) = [route for route, stop in stops(board, "C001") if visit_id in stop["visit_ids"]]
    where = {name: route[name] for name in ("cadre_id", "day", "half_day")}
    what = {"route": where} if whole else {"visit_ids": [visit_id]}
    answer = await desk.post("moves", {"version": board["version"], **what, "to": {**where, "at": at}})
    assert answer["applied"], answer
    return answer


async def flags(desk: Desk) -> set[bool]:
    """Whether stops are kept in their order."""
    return {stop["ordered"] for _, stop in stops(await desk.board(), "C001")}


async def test_a_chosen_order_outlives_searches_and_publishing(bench: Bench) -> None:
    """Somebody who lives too far makes every search look at the cadre's half-days anew: they come back in the chosen
    order, phones have it, and undo and letting go give it up."""
    async with opened_desk(bench) as desk:
        await desk.people(*ROAD, TOO_FAR)
        ids = {str(await desk.county.visit(id_number(number))): number for number in (*ROAD, TOO_FAR)}
        rows = [f"{one},{0.1 + KM * (300 if km == TOO_FAR else km)},0.1" for one, km in ids.items()]
        await desk.send("place-lists", "\n".join(["visit_id,lat,lon", *rows]))
        await desk.make_plan()
        assert [out["code"] for out in (await desk.board())["unplanned"]] == ["PLAN_TOO_FAR"]
        short = await order_of(desk, ids)
        assert short in ([1, 2, 3, 4], [4, 3, 2, 1])
        first = next(one for one, number in ids.items() if number == short[0])
        cost = (await move(desk, first, 2))["cost"]
        wished = [short[1], short[2], short[0], short[3]]
        assert await order_of(desk, ids) == wished and cost["ride_minutes"] > 0
        assert await flags(desk) == {True}

        job = await desk.make_plan(seconds=SECONDS)
        assert job["state"] == "done" and "PLAN_ORDER_GIVEN_UP" not in str(job["warnings"])
        assert await order_of(desk, ids) == wished
        board = await desk.board()
        await desk.post("publish", {"version": board["version"], "told_until": today().isoformat()})
        await desk.make_plan(seconds=SECONDS)
        assert await order_of(desk, ids) == wished and not (await desk.board())["differs"]
        (shown,) = {route["longer_minutes"] for route, _ in stops(await desk.board(), "C001")}
        assert shown > 0

        await desk.post("undo", {"version": (await desk.board())["version"]})
        assert await order_of(desk, ids) == wished, "the search is undone, not the order"
        await move(desk, first, None, whole=True)
        assert await order_of(desk, ids) in (short, short[::-1]) and await flags(desk) == {False}
        await desk.post("undo", {"version": (await desk.board())["version"]})
        assert await order_of(desk, ids) == wished and await flags(desk) == {True}
