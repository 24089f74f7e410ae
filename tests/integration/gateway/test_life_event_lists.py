"""A register's list of deaths: each row taken or refused alone, once however often it is sent; who took no note."""

import asyncio
import io
import json
from typing import Any

import pytest
from typer.testing import CliRunner
from xlsxwriter import Workbook

from services.cli.main import app
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number

LISTS = "/v1/life-event-lists"
WANG, LI, CHEN, STRANGER = (id_number(number) for number in (1, 2, 3, 9))


@pytest.fixture
async def county(bench: Bench) -> County:
    """Three people, one of whom two agencies have asked for."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs")
    await county.ask("P-2", LI)
    await county.ask("P-3", CHEN)
    return county


async def hand_in(
    county: County, content: bytes, query: str = "?source=funeral_home", role: str = "hrss"
) -> dict[str, Any]:
    """The answer to a list."""
    headers = county.bench.as_role[role] | {"Content-Type": "text/csv"}
    answer = await county.bench.http.post(LISTS + query, content=content, headers=headers)
    assert answer.status_code == 200, answer.text
    await county.fold()
    found: dict[str, Any] = answer.json()
    return found


async def test_each_row_is_taken_or_refused_alone_and_once(county: County) -> None:
    """Dirt in one row stops no other; nothing of a row is repeated; the list again changes nothing."""
    rows = [
        f"{WANG},{day(-3)},{day(-1)},,",
        f" {LI.lower()} ,{day(-40)[:7].replace('-', '年')}月,,,殡仪馆",
        f"{CHEN},昨天,,,",
        f"{STRANGER},{day(-3)},,,",
        f"{WANG[:-1]},{day(-3)},,,",
        f"{CHEN},{day(-3)},,搬家,",
        f"{CHEN},{day(-3)},,,邻居说的",
        ",,,,",
        f",{day(-3)},,,",
        f"{CHEN},{day(3)},,,",
    ]
    content = ("身份证号,死亡日期,登记日期,变动类型,来源\n" + "\n".join(rows)).encode("gb18030")
    found = await hand_in(county, content)
    assert [(item["row"], item["stage"] or item["code"]) for item in found["items"]] == [
        (2, "reported"),
        (3, "reported"),
        (4, "LIFE_EVENT_DAY_UNREADABLE"),
        (5, "PERSON_NOT_ASKED_FOR"),
        (6, "ID_NUMBER_INVALID"),
        (7, "LIFE_EVENT_KIND_UNKNOWN"),
        (8, "LIFE_EVENT_SOURCE_UNKNOWN"),
        (10, "LIFE_EVENT_PERSON_UNCLEAR"),
        (11, "LIFE_EVENT_DAY_IN_FUTURE"),
    ]
    assert (found["rows"], found["taken"], found["refused"]) == (9, 2, 7)
    assert not any(number in json.dumps(found) for number in (WANG, LI, CHEN, STRANGER))
    again = await hand_in(county, content)
    assert again["items"][:2] == found["items"][:2]
    steps = await county.steps()
    assert [(step.source.value, step.happened.precision.value if step.happened else "") for step in steps] == [
        ("funeral_home", "day"),
        ("funeral_home", "month"),
    ]
    assert await county.visits(WANG) == []


async def test_a_second_register_confirms_and_both_agencies_are_told(county: County) -> None:
    """By another agency, as a spreadsheet, under English headings and its own request number."""
    first = await hand_in(county, f"id_number,happened\n{WANG},{day(-3)}\n".encode())
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["request_id", "happened", "source"])
        sheet.write_row(1, 0, ["S-1", day(-3), "户籍登记"])
    second = await hand_in(county, file.getvalue(), "", "civil_affairs")
    assert second["items"][0]["stage"] == "confirmed"
    assert second["items"][0]["life_event_id"] == first["items"][0]["life_event_id"]
    assert (await county.get(county.bench.as_role["hrss"], "/v1/requests/P-1"))["status"] == "ended"
    (told,) = (await county.get(county.bench.as_role["hrss"], f"{LIFE_EVENTS}?unacknowledged=true"))["items"]
    assert told["sources"] == ["civil_registration", "funeral_home"]


async def test_another_agency_s_people_and_requests_are_not_there(county: County) -> None:
    """By ID number and by request number; nothing is said of them."""
    content = f"id_number,request_id,happened\n{LI},,{day(-3)}\n,P-1,{day(-3)}\n".encode()
    found = await hand_in(county, content, role="civil_affairs")
    assert [item["code"] for item in found["items"]] == ["PERSON_NOT_ASKED_FOR", "REQUEST_UNKNOWN"]
    assert await county.steps() == []


async def test_what_is_no_list_is_refused_whole(county: County) -> None:
    """No file, no column that names a person, a picture, more rows than can be taken; and a source is needed."""
    headers = county.bench.as_role["hrss"] | {"Content-Type": "text/csv"}
    many = "身份证号\n" + f"{WANG}\n" * 2001
    for content, code in (
        (b"", "LIST_MISSING"),
        ("姓名,死亡日期\n王秀英,2026-01-01\n".encode(), "LIFE_EVENT_LIST_UNREADABLE"),
        (b"PK\x03\x04 no spreadsheet", "LIFE_EVENT_LIST_UNREADABLE"),
        (many.encode(), "LIFE_EVENT_LIST_TOO_LONG"),
    ):
        answer = await county.bench.http.post(LISTS, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, code) or code == "LIST_MISSING", answer.text
        assert answer.json()["code"] == code
    found = await hand_in(county, f"身份证号\n{WANG}\n".encode(), "")
    assert found["items"][0]["code"] == "LIFE_EVENT_SOURCE_MISSING"
    found = await hand_in(county, f"身份证号\n{WANG}\n".encode(), "?source=cadre")
    assert found["items"][0]["code"] == "LIFE_EVENT_SOURCE_NOT_YOURS"


async def test_the_month_s_list_of_what_nobody_took_note_of(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """By agency; what is acknowledged leaves it; another month has none; it names no person."""
    for name, value in county.bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    reported = await hand_in(county, f"身份证号,死亡日期\n{WANG},{day(-3)}\n".encode())
    life_event_id = reported["items"][0]["life_event_id"]

    async def run(*more: str) -> Any:
        return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["life-events", "unacknowledged", *more]))

    async def listed(*more: str) -> list[tuple[str, str]]:
        ended = await run("--json", *more)
        found = json.loads(ended.stdout)
        assert ended.exit_code == (1 if found else 0)
        assert WANG not in ended.stdout and county.person(WANG) not in ended.stdout
        return [(each["agency"], each["life_event_id"]) for each in found]

    ((month,),) = await county.bench.execute(
        "SELECT to_char(max(noticed_at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') FROM scheduler.life_event_notice"
    )
    assert (
        await listed() == await listed("--month", month) == [("civil_affairs", life_event_id), ("hrss", life_event_id)]
    )
    assert await listed("--month", "2001-01") == []
    monkeypatch.setenv("COLUMNS", "200")
    shown = await run()
    assert "hrss: 1" in shown.stdout and "deceased" in shown.stdout
    await county.move(county.bench.as_role["hrss"], f"{LIFE_EVENTS}/{life_event_id}/acknowledgement", {"version": 1})
    assert await listed() == [("civil_affairs", life_event_id)]
    assert (await run("--month", "November")).exit_code == 2
