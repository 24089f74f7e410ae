"""What-if, who may see what, and what the desk is told when something is wrong."""

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.gateway.door import Door
from services.gateway.policy import DoorPolicy
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import County, today, tomorrow
from tests.integration.gateway.desk_county import Desk, opened_desk, stops


@pytest.fixture
async def desk(bench: Bench) -> AsyncIterator[Desk]:
    """A desk with more to do within two days than one cadre can; today is before no public holiday."""
    async with opened_desk(bench) as opened:
        cadre = {"village_codes": [VILLAGE], "home": {"lat": 0.1, "lon": 0.1}, "weekdays": [1, 2, 3, 4, 5, 6, 7],
                 "township": "990101001", "hours": [{"half_day": "am", "start": "08:30", "end": "10:00"}]}  # fmt: skip
        answer = await bench.http.put("/v1/desk/cadres/C001", json=cadre, headers=opened.headers)
        assert answer.status_code == 200, answer.text
        assert (await bench.http.delete("/v1/desk/cadres/C002", headers=opened.headers)).status_code == 204
        await opened.people(*range(1, 16), last=tomorrow() + timedelta(1))
        yield opened


async def test_a_second_cadre_makes_what_one_cannot(desk: Desk) -> None:
    """The overloaded cadre's missed due dates, and how many fewer a second one leaves; the draft stays as it is."""
    await desk.people(*range(21, 29), last=tomorrow() + timedelta(1))
    await desk.make_plan(days=7)
    board = await desk.board()
    assert board["totals"]["due_missed"] > 0
    assert {out["code"] for out in board["unplanned"]} == {"PLAN_NO_ROOM"}
    (load,) = board["load"]
    assert load["due_missed"] == board["totals"]["due_missed"] == len(board["unplanned"])
    due = next(day for day in board["due"] if day["day"] == (tomorrow() + timedelta(1)).isoformat())
    assert sorted(due["visit_ids_unplanned"]) == sorted(one for out in board["unplanned"] for one in out["visit_ids"])

    asked = await desk.post("what-ifs", {"seconds": 0, "extra_cadres": [{"township": "990101001"}]}, 202)
    job = await desk.job(asked["job_id"])
    assert job["state"] == "done", job
    answer = job["answer"]
    assert answer["now"]["totals"] == board["totals"]
    assert answer["difference"]["due_missed"] == answer["then"]["totals"]["due_missed"] - load["due_missed"] < 0
    assert len(answer["then"]["load"]) == 2
    now, then = answer["now"], answer["then"]
    assert now["overtime_half_days"] == 2, "two mornings until all are due"
    assert now["overtime_minutes"] > then["overtime_minutes"]
    away = {"cadre_id": "C001", "first": tomorrow().isoformat(), "last": (tomorrow() + timedelta(6)).isoformat()}
    ill = await desk.job((await desk.post("what-ifs", {"seconds": 0, "away": [away]}, 202))["job_id"])
    assert ill["answer"]["then"]["totals"]["planned"] == 0
    assert await desk.board() | {"as_of": 0} == board | {"as_of": 0}


async def test_an_auditor_sees_the_plan_without_names_and_changes_nothing(desk: Desk) -> None:
    """Names and files with names are for those who plan; agencies and phones see no desk at all."""
    await desk.make_plan(days=7)
    auditor, http = desk.bench.as_role["auditor"], desk.bench.http
    board = (await http.get("/v1/desk/board", headers=auditor)).json()
    assert {person["name"] for _, stop in stops(board) for person in stop["people"]} == {None}
    for method, path in (("POST", "publish"), ("POST", "moves"), ("GET", "plan.csv"), ("POST", "plans")):
        answer = await http.request(method, f"/v1/desk/{path}", headers=auditor, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED")
    for headers in (desk.bench.as_role["hrss"], (await desk.county.phone(VILLAGE)).headers):
        assert (await http.get("/v1/desk/board", headers=headers)).status_code == 403
    assert (await http.get("/v1/desk/board")).status_code == 401


async def test_what_is_wrong_is_told_with_its_code(desk: Desk) -> None:
    """Before there is a draft, for a version that is gone, for what cannot be read."""
    to = {"cadre_id": "C001", "day": today().isoformat(), "half_day": "am"}
    move = {"version": 1, "visit_ids": [str(uuid4())], "to": to}

    async def code(path: str, body: object, status: int) -> str:
        answer = await desk.bench.http.post(f"/v1/desk/{path}", json=body, headers=desk.headers)
        assert answer.status_code == status, answer.text
        problem = answer.json()
        assert problem["next_step"]["zh"] and problem["next_step"]["en"]
        return str(problem["code"])

    assert await code("moves", move, 409) == "PLAN_NONE"
    assert await code("what-ifs", {"seconds": 0}, 409) == "PLAN_NONE"
    await desk.make_plan(days=7)
    assert await code("publish", {"version": 7}, 409) == "PLAN_DRAFT_CHANGED"
    assert await code("undo", {"version": 1}, 409) == "PLAN_NOTHING_TO_UNDO"
    assert await code("moves", {**move, "visit_ids": []}, 422) == "MALFORMED"
    assert await code("plans", {"days": 5000}, 422) == "MALFORMED"
    assert await code("moves", {"version": 1, "to": to, "route": to | {"day": "2020-01-01"}}, 404) == "PLAN_ROUTE_EMPTY"
    gone = await desk.post("moves", move)
    assert [fault["code"] for fault in gone["faults"]] == ["MOVE_VISIT_GONE"]
    faults = (await desk.send("cadre-lists", "cadre_id,lat,lon\nC9,north,1\n,1,1\n"))["faults"]
    assert [(fault["row"], fault["code"]) for fault in faults] == [(2, "PLAN_CADRE_INVALID"), (3, "PLAN_CADRE_INVALID")]
    assert "纬度缺失或不是数字" in faults[0]["words"]["zh"]
    houses = await desk.send("place-lists", "dwelling,village_code,lat,lon\n1号,V1,1,1\n1号,V2,2,2\n1号,V1,3,3\n")
    assert (houses["taken"], [fault["row"] for fault in houses["faults"]]) == (2, [4]), "of two villages, one twice"
    assert (await desk.get(f"jobs/{uuid4()}", 404))["code"] == "PLAN_JOB_UNKNOWN"
    hours = {"home": {"lat": 0, "lon": 0}, "hours": [{"half_day": "am", "start": "11:00", "end": "09:00"}]}
    answer = await desk.bench.http.put("/v1/desk/cadres/C9", json=hours, headers=desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "PLAN_CADRE_UNREADABLE")


async def test_what_cannot_be_answered_is_refused_and_the_next_question_answered(desk: Desk) -> None:
    """A file that is no CSV, characters that no database can hold, a row that nobody could have asked."""
    torn = f"cadre_id,lat,lon\n{'x' * 200_000},1,1\nC9,1,1\n"
    taken = await desk.send("cadre-lists", torn)
    assert (taken["taken"], [fault["code"] for fault in taken["faults"]]) == (0, ["PLAN_CADRE_INVALID"])
    taken = await desk.send("place-lists", f"dwelling,lat,lon\nd\0001,1,1\n{random_text(90_000)},1,1\n")
    assert (taken["taken"], [fault["row"] for fault in taken["faults"]]) == (1, [3])
    named = {"home": {"lat": 0, "lon": 0}, "name": "李\0卫国"}
    answer = await desk.bench.http.put("/v1/desk/cadres/C9", json=named, headers=desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")
    idle = {"home": {"lat": 0, "lon": 0}, "weekdays": []}
    answer = await desk.bench.http.put("/v1/desk/cadres/C9", json=idle, headers=desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")
    endless = {"home": {"lat": 0, "lon": 0}, "days_off": ["9999-12-31"]}
    answer = await desk.bench.http.put("/v1/desk/cadres/C9", json=endless, headers=desk.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "PLAN_CADRE_UNREADABLE")
    await desk.bench.execute(
        "INSERT INTO gateway.desk_command (command_id, kind, said, said_by, said_at)"
        " VALUES (gen_random_uuid(), 'delete_cadre', '[]', 'desk', now()) RETURNING number"
    )
    await desk.make_plan()
    query = "SELECT kind, answer->>'refused' FROM gateway.desk_command WHERE answer ? 'refused' ORDER BY number"
    assert await desk.bench.execute(query) == [
        ("put_cadre", "PLAN_CADRE_UNREADABLE"),
        ("delete_cadre", "PLAN_STOPPED"),
    ]


def random_text(length: int) -> str:
    """A text that does not become shorter when it is packed."""
    return secrets.token_hex(length // 2)


async def test_without_a_planner_nothing_is_done_now_or_later(bench: Bench) -> None:
    """The question is taken back: a planner that starts afterwards finds nothing to answer."""
    object.__setattr__(bench.app.state.door, "policy", replace_seconds(bench.door.policy, 0.2))
    desk = Desk(bench, County(bench))
    assert (await desk.post("plans", {}, 503))["code"] == "PLANNER_AWAY"
    assert await bench.execute("SELECT count(*) FROM gateway.desk_command") == [(0,)]


def replace_seconds(policy: DoorPolicy, seconds: float) -> DoorPolicy:
    """The policy with less patience."""
    return policy.model_copy(update={"planner_seconds": seconds})


async def test_the_board_says_which_day_it_is_in_the_county(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour before midnight in UTC it is tomorrow there already, whatever the desk's own clock says."""
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(Door, "now", lambda _: late)
    answer = (await bench.http.get("/v1/desk/board", headers=bench.as_role["scheduler"])).json()
    assert (answer["today"], answer["as_of"]) == ("2026-03-02", "2026-03-01T23:30:00Z")
