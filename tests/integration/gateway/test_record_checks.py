"""Before a visit the agency looks into its own record: what it is asked, what it answers, and who is warned."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from services.gateway.agencies.asked_rounds import ask_for_records
from services.gateway.agencies.record_check_intake import forget_old_checks
from services.gateway.domain.receipts import ReceiptPolicy
from services.gateway.domain.record_checks import RecordCheckPolicy
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.county import County, day, id_number, tomorrow
from tests.integration.gateway.desk_county import Desk, opened_desk, stops
from tests.integration.gateway.people import account, signed_in

CHECKS, LISTS = "/v1/record-checks", "/v1/record-check-lists"
WANG, LI, ZHAO = id_number(1), id_number(2), id_number(3)


@pytest.fixture
async def county(bench: Bench) -> County:
    """Two agencies ask for one person, one of them for two more: of whom one is told a day, one has weeks to go."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs", programme="senior_subsidy")
    await county.ask("P-2", LI, name="李大山", first=day(-3))
    await county.ask("P-3", ZHAO, name="赵迟", first=day(9))
    return county


def agreed(bench: Bench, *agencies: str, **policy: int) -> None:
    """These agencies have agreed to answer."""
    checks = RecordCheckPolicy(agencies=frozenset(agencies), **policy)
    object.__setattr__(bench.door, "receipts", ReceiptPolicy(record_checks=checks))


async def asked(bench: Bench, role: str = "hrss", query: str = "") -> list[str]:
    """The request numbers that the agency is asked about, in their order, once the door's next minute has passed."""
    await ask_for_records(bench.door)
    found: list[str] = []
    after = ""
    while True:
        page = await bench.http.get(f"{CHECKS}?limit=1{query}{after}", headers=bench.as_role[role])
        assert page.status_code == 200, page.text
        found += [item["request_id"] for item in page.json()["items"]]
        if page.json()["next_after"] is None:
            return found
        after = f"&after={page.json()['next_after']}"


async def answer(bench: Bench, *items: Any, role: str = "hrss") -> list[dict[str, Any]]:
    """Hands answers in; what became of each."""
    body = json.dumps({"items": items})
    headers = bench.as_role[role] | {"Content-Type": "application/json"}
    taken = await bench.http.post(CHECKS, content=body, headers=headers)
    assert taken.status_code == 202, taken.text
    found: list[dict[str, Any]] = taken.json()["items"]
    return found


async def warned(county: County, phone: Phone) -> dict[str, list[str]]:
    """By name what the cadre is warned of from agencies' own records."""
    today = await county.get(phone.headers, "/v1/today")
    return {
        person["name"]: [each["code"] for each in person["warnings"] if each["code"].startswith("record_")]
        for stop in today["stops"]
        for person in stop["people"]
    }


async def test_an_agency_is_asked_about_visits_of_the_next_days(county: County) -> None:
    """Its own, a page at a time: not what begins later, not what was told for a later day, not what is answered."""
    bench = county.bench
    assert sorted(await asked(bench)) == ["P-1", "P-2"]
    assert await asked(bench, "civil_affairs") == ["S-1"]
    assert sorted(await asked(bench, "scheduler")) == ["P-1", "P-2", "S-1"]
    told = f"/v1/visits/{await county.visit(LI)}/announcement"
    await county.move(bench.as_role["scheduler"], told, {"day": day(20)})
    assert await asked(bench) == ["P-1"]
    await county.move(bench.as_role["scheduler"], told, {"day": day(2)})
    assert await asked(bench) == ["P-2", "P-1"], "what is to be visited first is asked first"
    (item,) = [
        each for each in (await county.get(bench.as_role["hrss"], CHECKS))["items"] if each["request_id"] == "P-2"
    ]
    assert (item["planned_on"], item["found"], item["agency"]) == (day(2), None, "hrss")
    assert not {"李大山", LI} & set(map(str, item.values()))
    await answer(bench, {"request_id": "P-2", "found": "found"})
    assert await asked(bench) == ["P-1"]
    assert await asked(bench, query="&answered=true") == ["P-2", "P-1"]
    await bench.http.delete("/v1/requests/P-1", headers=bench.as_role["hrss"])
    await county.fold()
    assert await asked(bench) == [], "with the visit its question is gone"


async def test_what_does_not_agree_is_warned_of_until_the_record_is_put_right(county: County) -> None:
    """The phone says who holds what against the visit; the visit stays as it was, and so does everybody else's."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    assert await warned(county, phone) == {"王秀英": [], "李大山": []}, "nobody has agreed to answer: no word of it"
    agreed(bench, "hrss")
    assert await warned(county, phone) == {"王秀英": ["record_not_checked"], "李大山": ["record_not_checked"]}
    visits = await bench.execute("SELECT visit_id, version, status FROM scheduler.visit ORDER BY visit_id")
    before = await bench.execute("SELECT count(*) FROM platform.outbox")
    for found, code in (
        ("deceased", "record_deceased"),
        ("moved", "record_moved"),
        ("suspended", "record_suspended"),
        ("unknown_person", "record_unknown"),
        ("name_differs", "record_name_differs"),
    ):
        (taken,) = await answer(bench, {"request_id": "P-1", "found": found})
        assert (taken["taken"], taken["stands"]) == (True, True)
        assert await warned(county, phone) == {"王秀英": [code], "李大山": ["record_not_checked"]}
    await answer(bench, {"request_id": "S-1", "found": "deceased"}, role="civil_affairs")
    assert (await warned(county, phone))["王秀英"] == ["record_deceased", "record_name_differs"]
    await answer(bench, {"request_id": "P-1", "found": "found"}, {"request_id": "P-2", "found": "found"})
    await answer(bench, {"request_id": "S-1", "found": "found"}, role="civil_affairs")
    assert await warned(county, phone) == {"王秀英": [], "李大山": []}
    assert await bench.execute("SELECT visit_id, version, status FROM scheduler.visit ORDER BY visit_id") == visits
    assert await bench.execute("SELECT count(*) FROM platform.outbox") == before


async def test_the_answer_that_was_checked_last_counts_however_often_it_is_sent(county: County) -> None:
    """A late repetition of an earlier one changes nothing; the same moment with another result is refused."""
    bench = county.bench
    now = datetime.now(UTC)
    early, late = ((now - timedelta(hours=hours)).isoformat() for hours in (5, 1))
    first = {"request_id": "P-1", "found": "name_differs", "checked_at": early}
    second = {"request_id": "P-1", "found": "found", "checked_at": late}
    for item, stands in ((first, True), (first, True), (second, True), (first, False), (second, True)):
        (taken,) = await answer(bench, item)
        assert (taken["taken"], taken["stands"]) == (True, stands)
    (same, other) = await answer(bench, second, second | {"found": "moved"})
    assert (same["stands"], other["code"]) == (True, "RECORD_CHECK_USED")
    assert await bench.execute("SELECT request_id, found FROM gateway.record_check") == [("P-1", "found")]
    both = await answer(
        bench, {"request_id": "P-2", "found": "moved", "checked_at": late}, first | {"request_id": "P-2"}
    )
    assert [one["stands"] for one in both] == [True, False]


async def test_a_bad_answer_stops_no_other_and_another_agencys_request_is_none(county: County) -> None:
    """Each with its code; nothing of what was typed comes back, and nothing of the other's is changed."""
    bench = county.bench
    judged = await answer(
        bench,
        {"request_id": "S-1", "found": "deceased"},
        {"request_id": "P-1", "found": "vanished"},
        {"request_id": "P-1", "found": "found", "id_number": WANG},
        {"request_id": "P-1", "found": "found", "checked_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
        WANG,
        {"request_id": "P-1", "found": "found"},
    )
    assert [one["code"] for one in judged] == [
        "REQUEST_UNKNOWN", "MALFORMED", "MALFORMED", "RECORD_CHECK_IN_FUTURE", "MALFORMED", None,
    ]  # fmt: skip
    assert judged[1]["fields"] == ["found"]
    assert WANG not in json.dumps(judged)
    assert await bench.execute("SELECT agency, request_id FROM gateway.record_check") == [("hrss", "P-1")]
    phone = await county.phone(VILLAGE)
    assert (await warned(county, phone))["王秀英"] == []


async def test_an_answer_ends_after_its_days_and_is_deleted(county: County) -> None:
    """Then the agency is asked again; a late repetition of it counts for nothing."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    agreed(bench, "hrss", good_days=5)
    old = {"request_id": "P-1", "found": "moved", "checked_at": (datetime.now(UTC) - timedelta(days=4)).isoformat()}
    await answer(bench, old)
    assert (await warned(county, phone))["王秀英"] == ["record_moved"]
    agreed(bench, "hrss", good_days=3)
    assert (await warned(county, phone))["王秀英"] == ["record_not_checked"]
    assert "P-1" in await asked(bench)
    await answer(bench, {"request_id": "P-2", "found": "found"})
    await forget_old_checks(bench.door)
    assert await bench.execute("SELECT request_id FROM gateway.record_check") == [("P-2",)]
    await answer(bench, old)
    assert (await warned(county, phone))["王秀英"] == ["record_not_checked"]


async def test_without_a_program_it_is_a_table_out_and_in(county: County) -> None:
    """As CSV and XLSX; blank rows stay open, a bad one has its code, another agency's request is none; signed in, it is
    a line of the audit log."""
    bench = county.bench
    await county.ask("=1+1", id_number(4), name="陈四")
    await ask_for_records(bench.door)
    async with AsyncExitStack() as stack:
        officer = await signed_in(bench, stack, await account(bench, "agency", agency="hrss"))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO((await officer.get(f"{LISTS}/open.xlsx")).content))
        heads, *rows = [[str(cell) for cell in row] for row in sheet.get_sheet_by_index(0).to_python()]
        assert (heads[0], {row[0] for row in rows}) == ("申请编号 request_id", {"P-1", "P-2", "=1+1"})
        text = (await officer.get(f"{LISTS}/open.csv")).content.decode("utf-8-sig")
        assert "'=1+1" in text and "S-1" not in text and WANG not in text
        results = {"P-1": "姓名不符", "'=1+1": "已迁出", "P-2": ""}
        filled = [line.rpartition(",")[0] + "," + results[line.partition(",")[0]] for line in text.splitlines()[1:]]
        content = "\n".join([text.splitlines()[0], *filled, "S-1,,,已去世", "P-2,,,在世", "P-2"]).encode()
        told = (await officer.post(LISTS, content=content, headers={"Content-Type": "text/csv"})).json()
        assert (told["rows"], told["taken"], told["refused"]) == (4, 2, 2)
        assert sorted(one["code"] for one in told["items"] if one["code"]) == [
            "RECORD_CHECK_ROW_UNCLEAR", "REQUEST_UNKNOWN",
        ]  # fmt: skip
        for wrong, code in ((b"", "LIST_MISSING"), (b"a,b\n1,2", "RECORD_CHECK_LIST_UNREADABLE")):
            refused = await officer.post(LISTS, content=wrong)
            assert refused.json()["code"] == code
    assert await bench.execute("SELECT agency, request_id, found FROM gateway.record_check ORDER BY 2") == [
        ("hrss", "=1+1", "moved"), ("hrss", "P-1", "name_differs"),
    ]  # fmt: skip
    lines = [json.loads(line) for (line,) in await bench.execute("SELECT line FROM platform.audit")]
    assert [line["detail"] for line in lines if line["act"] == "records.checked"] == [{"requests": 2}]


@pytest.fixture
async def desk(bench: Bench) -> AsyncIterator[Desk]:
    """A desk with a planner, and somebody for whom both agencies ask."""
    async with opened_desk(bench) as desk:
        await desk.people(1)
        await desk.people(2, village=OTHER_VILLAGE)
        yield desk


async def test_the_published_plan_says_when_and_the_sheet_warns(desk: Desk) -> None:
    """What is planned for a later day is not asked about yet; the printed route sheet says what the phone says."""
    bench = desk.bench
    await desk.make_plan(first=tomorrow().isoformat())
    board = await desk.board()
    await desk.post("publish", {"version": board["version"]})
    days = {stop["people"][0]["visit_id"]: route["day"] for route, stop in stops(board)}
    agreed(bench, "hrss", ahead_days=60)
    await ask_for_records(bench.door)
    items = (await desk.county.get(bench.as_role["hrss"], CHECKS))["items"]
    assert {item["visit_id"]: item["planned_on"] for item in items} == days and len(days) == 2
    agreed(bench, "hrss", ahead_days=0)
    assert (await desk.county.get(bench.as_role["hrss"], CHECKS))["items"] == []
    agreed(bench, "hrss", ahead_days=60)
    await answer(bench, {"request_id": "P-1", "found": "deceased"})

    async def sheet(cadre: str) -> str:
        (route,) = [route for route, _ in stops(board, cadre)]
        path = f"/v1/desk/route-sheet.pdf?cadre_id={cadre}&day={route['day']}"
        made = await bench.http.get(path, headers=desk.headers)
        document = pypdfium2.PdfDocument(made.content)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        document.close()
        return text.replace("\r\n", "")

    assert "人社部门档案登记此人已去世" in await sheet("C001")
    assert "人社部门尚未核对其档案" in await sheet("C002")
