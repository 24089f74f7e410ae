"""The order of a half-day that a scheduler chose, against what changes the plan afterwards: searches and publishing."""

from typing import Any

import httpx
import pypdfium2
from icalendar import Calendar

from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import day, id_number, today
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


async def test_a_household_whose_order_was_chosen_is_one_stop_everywhere(bench: Bench) -> None:
    """Two behind one door, of whom one is seen again later: one stop on the board, on paper, in the calendar and on the
    phone."""
    async with opened_desk(bench) as desk:
        for number in (1, 2, 3):
            household = "" if number == 3 else "0042"
            await desk.county.ask(f"P-{number}", id_number(number), household=household, last=day(3))
        await desk.county.ask(
            "S-1", id_number(1), agency="civil_affairs", programme="senior_subsidy", household="0042", first=day(10)
        )
        await desk.make_plan()
        pair = {str(visit["visit_id"]) for n in (1, 2) for visit in await desk.county.visits(id_number(n))}
        board = await desk.board()
        together = next(s["visit_ids"] for _, s in stops(board) if len(s["visit_ids"]) > 1)
        (later,) = pair - set(together)
        assert any(stop["visit_ids"] == [later] for _, stop in stops(board))
        route, stop = next(one for one in stops(board) if set(one[1]["visit_ids"]) == set(together))
        where = {name: route[name] for name in ("cadre_id", "day", "half_day")}
        at = len(route["stops"]) - 1 - route["stops"].index(stop)
        wish = {"visit_ids": together, "to": {**where, "at": at}}
        await desk.post("moves", {"version": board["version"], **wish})
        board = await desk.board()
        (route,) = [r for r in board["routes"] if {name: r[name] for name in where} == where]
        wished = [stop["visit_ids"] for stop in route["stops"]]
        assert wished[at] == together and len(wished) == 2

        await desk.post("publish", {"version": board["version"], "told_until": route["day"]})
        await desk.county.fold()
        phone = await desk.county.phone(VILLAGE)
        carried = (await bench.http.get("/v1/today", headers=phone.headers)).json()["stops"]
        assert [{p["visit_id"] for p in s["people"]} for s in carried if s["on"] == route["day"]] == [
            set(ids) for ids in wished
        ]
        path = f"/v1/desk/route-sheet.pdf?cadre_id=C001&day={route['day']}"
        sheet = pypdfium2.PdfDocument((await bench.http.get(path, headers=desk.headers)).content)
        text = "".join(page.get_textpage().get_text_range() for page in sheet)
        sheet.close()
        url = (await desk.post("cadres/C001/feed", {}, 201))["url"]
        calendar = Calendar.from_ical((await bench.http.get(httpx.URL(url).path)).content)
        entries = {str(entry.decoded("dtstart").date()): str(entry["summary"]) for entry in calendar.walk("VEVENT")}
        assert "2 处 3 人" in text and "2 处 3 人" in entries[route["day"]]
