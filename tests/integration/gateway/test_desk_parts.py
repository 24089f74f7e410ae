"""What a scheduler of one village changes of the plan: his own cadre's days, and nothing of the next village."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import id_number, today
from tests.integration.gateway.desk_county import Desk, opened_desk, stops
from tests.integration.gateway.people import account, signed_in

MINE, THEIRS = (1, 2, 3), (4, 5)


@dataclass
class Village:
    """The scheduler of the first village, beside the desk of the whole county."""

    desk: Desk
    page: httpx.AsyncClient
    ids: dict[int, str] = field(default_factory=dict)
    """Visits by the number of the person."""

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
        """Posts; the answer must have this status."""
        answer = await self.page.post(f"/v1/desk/{path}", json=body)
        assert answer.status_code == status, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def code(self, path: str, body: dict[str, Any]) -> str:
        """With which code it is refused."""
        answer = await self.page.post(f"/v1/desk/{path}", json=body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    async def board(self) -> dict[str, Any]:
        """As he sees it."""
        await self.desk.board()  # nothing waits to be mended
        found: dict[str, Any] = (await self.page.get("/v1/desk/board")).json()
        return found

    async def free(self, cadre_id: str) -> dict[str, Any]:
        """A half-day of the cadre on which nobody is visited."""
        board = await self.desk.board()
        taken = [(each["cadre_id"], each["day"], each["half_day"]) for each in board["routes"]]
        where = ({name: slot[name] for name in ("cadre_id", "day", "half_day")} for slot in board["slots"])
        return next(at for at in where if at["cadre_id"] == cadre_id and tuple(at.values()) not in taken)

    async def order(self, *numbers: int, to: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A move as it is asked for."""
        version = (await self.desk.board())["version"]
        return {"version": version, "visit_ids": [self.ids[number] for number in numbers], "to": to, **more}

    async def theirs(self) -> dict[str, Any]:
        """What the draft has of the other cadre."""
        board = await self.desk.board()
        return {
            "routes": [each for each in board["routes"] if each["cadre_id"] == "C002"],
            "unplanned": [each for each in board["unplanned"] if each["cadre_id"] == "C002"],
            "cadre": [each for each in board["cadres"] if each["cadre_id"] == "C002"],
        }


@pytest.fixture
async def village(bench: Bench) -> AsyncIterator[Village]:
    """Two villages, planned and published; and who is signed in for the first."""
    async with opened_desk(bench) as desk, AsyncExitStack() as browsers:
        await desk.people(*MINE)
        await desk.people(*THEIRS, village=OTHER_VILLAGE)
        await desk.make_plan()
        await desk.post("publish", {"version": (await desk.board())["version"], "told_until": today().isoformat()})
        page = await signed_in(bench, browsers, await account(bench, "scheduler", VILLAGE))
        ids = {number: str(await desk.county.visit(id_number(number))) for number in (*MINE, *THEIRS)}
        yield Village(desk, page, ids)


def codes(answer: dict[str, Any]) -> set[str]:
    """The rules that a move would break."""
    return {fault["code"] for fault in answer["faults"]}


def visits_on(board: dict[str, Any], place: dict[str, Any]) -> list[str]:
    """The visits of a half-day, in order."""
    found = [stop for route, stop in stops(board) if all(route[name] == value for name, value in place.items())]
    return [one for stop in found for one in stop["visit_ids"]]


async def test_own_stops_are_moved_ordered_undone_and_done_again(village: Village) -> None:
    """A stop goes to another day and to another place of the order; the county's desk sees it, with who has done it."""
    to = await village.free("C001")
    asked = await village.post("moves", await village.order(1, to=to, dry_run=True))
    assert (asked["ok"], asked["applied"], {route["cadre_id"] for route in asked["routes"]}) == (True, False, {"C001"})
    assert (await village.post("moves", await village.order(1, to=to)))["applied"]
    assert (await village.post("moves", await village.order(2, to={**to, "at": 0})))["applied"]
    assert visits_on(await village.board(), to) == [village.ids[2], village.ids[1]]
    step = (await village.board())["undo"]
    assert step["kind"] == "move" and step == (await village.desk.board())["undo"]
    await village.post("undo", {"version": (await village.board())["version"]})
    assert visits_on(await village.board(), to) == [village.ids[1]]
    await village.post("redo", {"version": (await village.board())["version"]})
    assert (await village.board())["undo"]["step"] == step["step"]


async def test_a_leave_is_taken_for_the_own_cadre(village: Village) -> None:
    """His days are cleared and his visits stand on others; for another village, or as a new cadre, he is refused."""
    (mine,) = (await village.page.get("/v1/desk/cadres")).json()["items"]
    cadre_id = mine.pop("cadre_id")
    day = sorted(route["day"] for route, _ in stops(await village.board(), "C001"))[0]
    left = await village.page.put(f"/v1/desk/cadres/{cadre_id}", json={**mine, "days_off": [day]})
    assert left.status_code == 200, left.text
    board = (await village.page.get("/v1/desk/board")).json()  # mended with the answer: nothing is waited for
    assert day not in {route["day"] for route in board["routes"]} and not board["unplanned"]
    before = await village.theirs()
    for other, body, code in (
        ("C002", {**mine, "days_off": [day]}, "PLAN_CADRE_UNKNOWN"),
        ("C009", mine, "PLAN_CADRE_UNKNOWN"),
        (cadre_id, {**mine, "village_codes": [VILLAGE, OTHER_VILLAGE]}, "AREA_NOT_SERVED"),
        (cadre_id, {**mine, "township": "990101002"}, "AREA_NOT_SERVED"),
    ):
        answer = await village.page.put(f"/v1/desk/cadres/{other}", json=body)
        assert answer.json()["code"] == code, (other, answer.text)
    assert await village.theirs() == before
    assert len((await village.desk.get("cadres"))["items"]) == 2


async def test_the_own_part_is_planned_again(village: Village) -> None:
    """His cadre is searched, the other's plan stays byte by byte, and figures are his; the days of the plan and a plan
    from the start are the county's; a search is seen by who has asked for it."""
    before, days = await village.theirs(), ((await village.board())["first"], (await village.board())["last"])
    late = 6
    await village.desk.people(late)
    job_id = (await village.post("plans", {"seconds": 0}, 202))["job_id"]
    job = await village.desk.job(job_id)
    assert job["state"] == "done", job
    seen = (await village.page.get(f"/v1/desk/jobs/{job_id}")).json()
    assert seen["answer"]["totals"]["visits"] == len(MINE) + 1
    board = await village.board()
    assert board["totals"]["planned"] == len(MINE) + 1
    assert await village.theirs() == before and days == (board["first"], board["last"])
    assert board["undo"]["kind"] == "plan"
    await village.post("undo", {"version": board["version"]})
    assert await village.theirs() == before
    for more in ({"anew": True}, {"days": 7}, {"from": (today() + timedelta(2)).isoformat()}):
        assert await village.code("plans", {"seconds": 0, **more}) == "AREA_NOT_SERVED"
    other = (await village.desk.make_plan())["job_id"]
    for method in ("GET", "DELETE"):
        answer = await village.page.request(method, f"/v1/desk/jobs/{other}")
        assert answer.json()["code"] == "PLAN_JOB_UNKNOWN"


async def test_nothing_of_the_next_village_is_moved(village: Village) -> None:
    """By visit, by half-day, to or from the other cadre, alone or among own ones, by file: as if there were no such
    visit and no such cadre; and nothing has changed."""
    before, here, there = await village.theirs(), await village.free("C001"), await village.free("C002")
    tries: list[tuple[dict[str, Any], set[str]]] = [
        (await village.order(4, to=here), {"MOVE_VISIT_GONE"}),
        (await village.order(4, to=there), {"MOVE_CADRE_UNKNOWN", "MOVE_VISIT_GONE"}),
        (await village.order(1, to=there), {"MOVE_CADRE_UNKNOWN"}),
        (await village.order(1, 4, to=here), {"MOVE_VISIT_GONE"}),
    ]
    for order, faults in tries:
        answer = await village.post("moves", order)
        assert (codes(answer), answer["applied"], answer["routes"]) == (faults, False, []), order
    route = {name: before["routes"][0][name] for name in ("cadre_id", "day", "half_day")}
    version = (await village.desk.board())["version"]
    assert await village.code("moves", {"version": version, "route": route, "to": here}) == "PLAN_ROUTE_EMPTY"
    whole = (await village.desk.bench.http.get("/v1/desk/plan.csv", headers=village.desk.headers)).content
    form = {"version": str(version)}
    sent = await village.page.post("/v1/desk/imports", files={"file": ("plan.csv", whole)}, data=form)
    assert codes(sent.json()) == {"MOVE_CADRE_UNKNOWN", "MOVE_VISIT_GONE"}, "though the file moves nothing"
    own = (await village.page.get("/v1/desk/plan.csv")).content
    sent = await village.page.post("/v1/desk/imports", files={"file": ("plan.csv", own)}, data=form)
    assert (sent.json()["ok"], sent.json()["rows"]) == (True, len(MINE))
    assert await village.theirs() == before


async def test_nothing_of_the_next_village_is_undone(village: Village) -> None:
    """A step elsewhere, or of the whole county, is none of his; his own is, even when another came after it elsewhere,
    but not when somebody has moved the same visit since."""
    assert (await village.board())["undo"] is None, "the plan was made for the whole county"
    assert await village.code("undo", {"version": (await village.board())["version"]}) == "PLAN_NOTHING_TO_UNDO"
    to, there = await village.free("C001"), await village.free("C002")
    await village.post("moves", await village.order(1, to=to))
    await village.desk.post("moves", await village.order(4, to=there))
    theirs = await village.theirs()
    assert (await village.board())["undo"]["step"] < (await village.desk.board())["undo"]["step"]
    await village.post("undo", {"version": (await village.board())["version"]})
    assert await village.theirs() == theirs, "the move that came after it elsewhere stays"
    await village.post("redo", {"version": (await village.board())["version"]})
    await village.desk.post("moves", await village.order(1, to=there))
    assert (await village.board())["undo"] is None, "the visit has gone to somebody else since"
    assert await village.code("undo", {"version": (await village.desk.board())["version"]}) == "PLAN_NOTHING_TO_UNDO"


async def test_what_is_one_for_the_county_is_closed(village: Village) -> None:
    """Publishing, what-if, and the list of steps."""
    version = (await village.desk.board())["version"]
    for path, body in (("publish", {"version": version}), ("what-ifs", {})):
        assert await village.code(path, body) == "AREA_NOT_SERVED"
    assert (await village.page.get("/v1/desk/steps")).json()["code"] == "AREA_NOT_SERVED"
