"""Files of the desk are read back by other libraries: table, route sheet, calendar; and the stream of events."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pypdfium2
import pytest
from icalendar import Calendar
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import id_number
from tests.integration.gateway.desk_county import Desk, opened_desk, stops
from tests.integration.gateway.serving import served
from tests.integration.gateway.test_audit import read_log
from tests.integration.gateway.test_desk import free_half_day


@pytest.fixture
async def desk(bench: Bench) -> AsyncIterator[Desk]:
    """A desk with a plan for three people; today is before no public holiday."""
    async with opened_desk(bench) as opened:
        for number, name in ((1, "王秀英"), (2, "欧阳建国"), (3, "=1+1")):
            await opened.county.ask(f"P-{number}", id_number(number), name=name, address="柳树沟12号")
        await opened.make_plan()
        yield opened


async def table(desk: Desk, kind: str) -> list[list[str]]:
    """The exported plan, read back."""
    answer = await desk.bench.http.get(f"/v1/desk/plan.{kind}", headers=desk.headers)
    assert answer.status_code == 200, answer.text
    if kind == "csv":
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def as_xlsx(rows: list[list[str]]) -> bytes:
    """A workbook as somebody else's program writes it."""
    file = io.BytesIO()
    with Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


async def test_an_edited_table_comes_back_as_moves_or_not_at_all(desk: Desk) -> None:
    """CSV and XLSX say the same; a row that breaks a rule is named, and then nothing of the file is done."""
    rows = await table(desk, "csv")
    assert [row for row in await table(desk, "xlsx") if row] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert sorted(row[1] for row in rows[1:]) == ["'=1+1", "欧阳建国", "王秀英"], "no cell is a formula"
    column = {heading.split()[1]: number for number, heading in enumerate(rows[0])}
    board = await desk.board()
    to = free_half_day(board, "C001")
    for number, row in enumerate(rows[1:], 1):
        for name, value in (*to.items(), ("order", str(number))):
            row[column[name]] = value
    rows[1][column["day"]] = "2020-01-01"
    wrong = await desk.send("imports", as_xlsx(rows), "plan.xlsx", version="1")
    assert (wrong["ok"], wrong["applied"]) == (False, False)
    assert {fault["code"] for fault in wrong["faults"]} == {"MOVE_DAY_PAST", "MOVE_OUT_OF_WINDOW"}
    assert {fault["row"] for fault in wrong["faults"]} == {2}
    assert (await desk.board())["version"] == 1

    rows[1][column["day"]] = to["day"]
    right = await desk.send("imports", as_xlsx(rows), "plan.xlsx", version="1")
    assert (right["ok"], right["applied"], right["moved"], right["version"]) == (True, True, 3, 2)
    moved = [(route["day"], route["half_day"], stop["visit_ids"]) for route, stop in stops(await desk.board())]
    assert {(day, half) for day, half, _ in moved} == {(to["day"], to["half_day"])}

    refused = await desk.bench.http.post(
        "/v1/desk/imports", files={"file": ("x.csv", b"a,b\n1,2\n")}, data={"version": "2"}, headers=desk.headers
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "PLAN_FILE_UNREADABLE")


async def test_the_route_sheet_is_a4_in_chinese_with_names_and_addresses(desk: Desk) -> None:
    """What another library reads of the PDF is what the board shows."""
    route, stop = stops(await desk.board())[0]
    path = f"/v1/desk/route-sheet.pdf?cadre_id=C001&day={route['day']}"
    answer = await desk.bench.http.get(path, headers=desk.headers)
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    text = "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    document.close()
    for word in (
        "走访路线单",
        "李卫国",
        "养老保险",
        "柳树沟12号",
        stop["arrive"],
        stop["people"][0]["name"],
        "尚未发布",
    ):
        assert word in text
    none = await desk.bench.http.get("/v1/desk/route-sheet.pdf?cadre_id=C002", headers=desk.headers)
    assert (none.status_code, none.json()["code"]) == (404, "PLAN_ROUTE_EMPTY")


async def test_whoever_opens_names_at_the_desk_stands_in_the_log(desk: Desk) -> None:
    """Board, table and sheet are a line each, with the keys of those whose names are on it and no name; an auditor sees
    no name, and opens nothing."""
    route, _ = stops(await desk.board())[0]
    people = {str(key_id_of(desk.county.person(id_number(number)))) for number in (1, 2, 3)}
    begun = len(await read_log(desk.bench))
    sheet = f"route-sheet.pdf?cadre_id=C001&day={route['day']}"
    for path in ("board", "plan.csv", "plan.xlsx", sheet):
        assert (await desk.bench.http.get(f"/v1/desk/{path}", headers=desk.headers)).status_code == 200
    lines = (await read_log(desk.bench))[begun:]
    assert [line["act"] for line in lines] == ["plan.opened"] * 4
    assert [line["detail"]["shown"] for line in lines] == ["board", "table", "table", "sheet"]
    assert [set(line["keys"]) == people for line in lines[:3]] == [True] * 3
    assert set() < set(lines[3]["keys"]) <= people
    assert {(line["role"], line["subject"]) for line in lines} == {("scheduler", "plan:1")}
    seen = await desk.bench.http.get("/v1/desk/board", headers=desk.bench.as_role["auditor"])
    assert (seen.status_code, "王秀英" in seen.text) == (200, False)
    assert len(await read_log(desk.bench)) == begun + 4


async def test_a_calendar_has_a_secret_address_that_can_be_ended(desk: Desk) -> None:
    """It shows the published half-days without names; a new address ends the old one."""
    board = await desk.board()
    await desk.post("publish", {"version": 1})
    old, new = [(await desk.post("cadres/C001/feed", {}, 201))["url"] for _ in range(2)]
    assert (await desk.bench.http.get(httpx.URL(old).path)).status_code == 404
    answer = await desk.bench.http.get(httpx.URL(new).path)
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    entries = list(calendar.walk("VEVENT"))
    assert calendar["name"] == calendar["x-wr-calname"] == "走访 李卫国"
    (zone,) = calendar.walk("VTIMEZONE")
    assert {entry["dtstart"].params["tzid"] for entry in entries} == {zone["tzid"]}
    routes = [route for route in board["routes"] if route["cadre_id"] == "C001"]
    assert len(entries) == len(routes) > 0
    clock = datetime.fromisoformat(f"{routes[0]['day']}T{routes[0]['stops'][0]['arrive']}")
    first = clock.replace(tzinfo=ZoneInfo(desk.bench.settings.timezone))
    assert min(entry.decoded("dtstart").astimezone(UTC) for entry in entries) == first.astimezone(UTC)
    assert "王秀英" not in answer.text
    ended = await desk.bench.http.delete("/v1/desk/cadres/C001/feed", headers=desk.headers)
    assert ended.status_code == 204
    assert (await desk.bench.http.get(httpx.URL(new).path)).json()["code"] == "PLAN_FEED_UNKNOWN"
    last = httpx.URL((await desk.post("cadres/C001/feed", {}, 201))["url"]).path
    assert (await desk.bench.http.get(last)).status_code == 200
    assert (await desk.bench.http.delete("/v1/desk/cadres/C001", headers=desk.headers)).status_code == 204
    assert (await desk.bench.http.get(last)).json()["code"] == "PLAN_FEED_UNKNOWN"
    assert await desk.bench.execute("SELECT cadre_id FROM gateway.plan_feed") == []


async def test_the_desk_hears_what_others_do(desk: Desk) -> None:
    """A move of one scheduler is told to the page of another, as it happens."""
    board = await desk.board()
    _, stop = stops(board)[0]
    async with (
        served(desk.bench.app) as address,
        httpx.AsyncClient(base_url=address, headers=desk.headers, timeout=30) as http,
        http.stream("GET", "/v1/desk/events") as answer,
    ):
        lines = answer.aiter_lines()
        assert [await anext(lines), json.loads((await anext(lines)).removeprefix("data: "))] == [
            "event: draft",
            {"version": 1},
        ]
        await desk.post("moves", {"version": 1, "visit_ids": stop["visit_ids"], "to": free_half_day(board, "C001")})
        async for line in lines:
            if line.startswith("data: ") and json.loads(line.removeprefix("data: ")) == {"version": 2}:
                break


async def test_the_board_comes_zipped_to_who_takes_that(desk: Desk) -> None:
    """It is a tenth of a county's megabytes on the wire, and says the same."""
    plain, zipped = [
        await desk.bench.http.get("/v1/desk/board", headers=desk.headers | {"Accept-Encoding": accepted})
        for accepted in ("identity", "gzip, br")
    ]
    assert [answer.headers.get("content-encoding") for answer in (plain, zipped)] == [None, "gzip"]
    assert zipped.num_bytes_downloaded < plain.num_bytes_downloaded / 2
    assert zipped.json() | {"as_of": None} == plain.json() | {"as_of": None}
