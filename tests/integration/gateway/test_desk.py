"""The scheduler's desk: a draft is made, moved, undone, mended, published, and the phones have it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from schemas.plan import PlanPublished
from schemas.visit import VisitAnnounced
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import tomorrow
from tests.integration.gateway.desk_county import Desk, opened_desk, stops


@pytest.fixture
async def desk(bench: Bench) -> AsyncIterator[Desk]:
    """A desk with two cadres, five people of one village and two of the other; today is before no public holiday."""
    async with opened_desk(bench) as opened:
        await opened.people(1, 2, 3, 4, 5)
        await opened.people(11, 12, village=OTHER_VILLAGE)
        yield opened


def free_half_day(board: dict[str, Any], cadre_id: str) -> dict[str, Any]:
    """A working half-day of the cadre on which nobody is visited, within the next ten days."""
    ridden = {(route["cadre_id"], route["day"], route["half_day"]) for route in board["routes"]}
    slot = next(
        slot
        for slot in board["slots"]
        if slot["cadre_id"] == cadre_id
        and (cadre_id, slot["day"], slot["half_day"]) not in ridden
        and slot["day"] > tomorrow().isoformat()
    )
    return {"cadre_id": cadre_id, "day": slot["day"], "half_day": slot["half_day"]}


async def test_a_plan_is_made_moved_undone_published_and_ridden(desk: Desk) -> None:
    """From an empty board to the phone, with every figure of the answers standing on the board."""
    assert (await desk.get("board"))["version"] is None
    assert (await desk.make_plan())["state"] == "done"
    board = await desk.board()
    assert board["version"] == 1
    assert board["totals"]["planned"] == 7
    assert board["unplanned"] == []
    assert {person["name"] for _, stop in stops(board) for person in stop["people"]} == {"王秀英"}

    _, stop = stops(board, "C001")[0]
    wish = {"visit_ids": stop["visit_ids"], "to": free_half_day(board, "C001")}
    asked = await desk.post("moves", {"version": 1, **wish, "dry_run": True})
    assert (asked["ok"], asked["applied"], asked["version"]) == (True, False, 1)
    assert asked["cost"]["half_days"] == 1
    assert await desk.board() | {"as_of": 0} == board | {"as_of": 0}
    done = await desk.post("moves", {"version": 1, **wish})
    assert (done["applied"], done["version"], done["cost"]) == (True, 2, asked["cost"])
    moved = await desk.board()
    assert moved["totals"]["half_days"] == board["totals"]["half_days"] + 1
    at, put = next((r, s) for r, s in stops(moved) if s["visit_ids"] == stop["visit_ids"])
    assert {key: at[key] for key in wish["to"]} == wish["to"]
    assert put["pinned"]

    assert (await desk.post("undo", {"version": 2}))["version"] == 3
    assert (await desk.board())["routes"] == board["routes"]
    assert (await desk.post("redo", {"version": 3}))["version"] == 4
    assert (await desk.board())["routes"] == moved["routes"]
    assert [step["kind"] for step in (await desk.get("steps"))["items"]] == ["move", "plan"]

    published = await desk.post("publish", {"version": 4, "told_until": at["day"]})
    assert published["published_version"] == 1
    assert published["told"] == 7
    await desk.county.fold()
    board = await desk.board()
    assert not board["differs"]
    assert all(one["published"] for one in board["routes"])
    assert board["differences"]["new_count"] == board["differences"]["moved_count"] == 0
    assert board["totals"]["announced"] == 7
    assert board["totals"]["announced_moved"] == 0
    assert board["version"] == 4, "whoever was told stands where they stood: nothing to be looked at again"

    phone = await desk.county.phone(VILLAGE)
    today = (await desk.bench.http.get("/v1/today", headers=phone.headers)).json()
    ridden = sorted((r["day"], r["half_day"], s["arrive"], s["visit_ids"]) for r, s in stops(board, "C001"))
    carried = [
        (s["on"], s["half_day"], s["arrive"], [person["visit_id"] for person in s["people"]]) for s in today["stops"]
    ]
    assert carried == [tuple(one) for one in ridden]
    assert {(s["lat"], s["lon"]) for s in today["stops"]} == {(0.101, 0.101)}

    events = await desk.bench.events()
    plans = {key: event for topic, key, event in events if isinstance(event, PlanPublished)}
    assert {key: event.version for key, event in plans.items()} == {"C001": 1, "C002": 1}
    told = [event for _, _, event in events if isinstance(event, VisitAnnounced)]
    assert sorted(str(event.visit_id) for event in told) == sorted(
        one for _, stop in stops(board) for one in stop["visit_ids"]
    )


async def test_a_move_that_breaks_a_rule_says_which_and_changes_nothing(desk: Desk) -> None:
    """Windows, working days and the past are kept; another cadre's village is only a warning."""
    await desk.people(6, last=tomorrow() + timedelta(3))
    await desk.make_plan()
    board = await desk.board()
    visit = next(s for _, s in stops(board) if s["due_date"] == (tomorrow() + timedelta(3)).isoformat())
    ids = {"visit_ids": visit["visit_ids"]}

    async def codes(days: int, cadre: str = "C001", half: str = "am") -> list[str]:
        to = {"cadre_id": cadre, "day": (tomorrow() + timedelta(days)).isoformat(), "half_day": half}
        answer = await desk.post("moves", {"version": 1, **ids, "to": to})
        assert answer["applied"] == answer["ok"] == (not answer["faults"])
        assert all(one["words"]["zh"] and one["words"]["en"] for one in answer["faults"] + answer["warnings"])
        return [one["code"] for one in answer["faults"] or answer["warnings"]]

    assert await codes(8) == ["MOVE_OUT_OF_WINDOW"]
    assert await codes(-1) == ["MOVE_DAY_PAST"]
    assert await codes(1, "C009") == ["MOVE_CADRE_UNKNOWN"]
    answer = await desk.bench.http.put(
        "/v1/desk/cadres/C002",
        json={"township": "990101001", "village_codes": [OTHER_VILLAGE], "home": {"lat": 0.13, "lon": 0.1},
              "weekdays": [1, 2, 3, 4, 5, 6, 7], "days_off": [(tomorrow() + timedelta(2)).isoformat()]},
        headers=desk.headers,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    version = (await desk.board())["version"]
    assert version == 2, "the draft was mended"
    assert (await desk.post("moves", {"version": 1, **ids, "to": free_half_day(board, "C001")}, 409))["code"] == (
        "PLAN_DRAFT_CHANGED"
    )
    to = {"cadre_id": "C002", "half_day": "am"}
    away = await desk.post("moves", {"version": 2, **ids, "to": {**to, "day": str(tomorrow() + timedelta(2))}})
    assert [one["code"] for one in away["faults"]] == ["MOVE_CADRE_AWAY"]
    other = await desk.post("moves", {"version": 2, **ids, "to": {**to, "day": str(tomorrow() + timedelta(1))}})
    assert other["applied"]
    assert [one["code"] for one in other["warnings"]] == ["MOVE_OTHER_VILLAGE"]


async def test_late_requests_and_withdrawals_are_mended_and_nothing_told_moves(desk: Desk) -> None:
    """What comes after publishing is put in at its cheapest place; the board says what differs from the phones."""
    await desk.make_plan()
    board = await desk.board()
    await desk.post("publish", {"version": 1, "told_until": board["last"]})
    await desk.county.fold()
    before = await desk.board()
    await desk.people(7)
    withdrawn = await desk.bench.http.delete("/v1/requests/P-1", headers=desk.bench.as_role["hrss"])
    assert withdrawn.status_code == 202, withdrawn.text
    await desk.county.fold()
    after = await desk.board()
    assert after["totals"]["planned"] == after["totals"]["visits"] == 7
    assert after["totals"]["announced_moved"] == 0
    assert after["differs"]
    assert after["differences"]["new_count"] == 1
    days = {one: r["day"] for r, s in stops(before) for one in s["visit_ids"]}
    now = {one: r["day"] for r, s in stops(after) for one in s["visit_ids"]}
    (gone,) = days.keys() - now.keys()
    assert await desk.bench.execute("SELECT status FROM scheduler.visit WHERE visit_id = %s", (gone,)) == [("closed",)]
    assert {one: now[one] for one in days if one != gone} == {one: on for one, on in days.items() if one != gone}
    assert (await desk.get("steps"))["items"][0]["kind"] == "mend"


async def test_of_two_publications_one_wins(desk: Desk) -> None:
    """The second one finds the phones with this plan already, and nothing is sent twice."""
    import asyncio

    await desk.make_plan()
    body = {"version": 1}
    answers = await asyncio.gather(
        *(desk.bench.http.post("/v1/desk/publish", json=body, headers=desk.headers) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert refused["code"] == "PLAN_ALREADY_PUBLISHED"
    plans = [event for _, _, event in await desk.bench.events() if isinstance(event, PlanPublished)]
    assert sorted(plan.cadre_id for plan in plans) == ["C001", "C002"]
