"""Lists at the door: receipts row by row, sealed statements in the outbox, nothing doubled, nothing of a stranger."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import xlsxwriter

from schemas.request import CertificationRequested, PersonalData, RequestBatch
from schemas.request_row import RequestRow
from schemas.topic import LARGEST_MESSAGE_BYTES
from services.gateway.lists.intake import CELL_CHARACTERS, MESSAGE_BYTES
from services.platform.sealing import unseal
from tests.integration.gateway.conftest import Bench

HEADER = "request_id,agency,programme,id_number,name,window_start,due_date,village_code\n"
PERSON = "11010519491231002X"
ROWS = HEADER + (
    f"P-1,人社局,pension,{PERSON},张三,2026-11-01,2099-12-31,990101001001\n"
    f"P-2,民政局,pension,{PERSON},张三,2026-11-01,2099-12-31,990101001001\n"
    f"{PERSON},hrss,pension,{PERSON},张三,2026-11-01,2099-12-31,990101001001\n"
    "P-4,hrss,pension,not an ID,李四,2026-11-01,2099-12-31,990101001001\n"
)
CSV = {"Content-Type": "text/csv; charset=utf-8"}


async def items_of(bench: Bench) -> list[CertificationRequested]:
    """The statements that went out."""
    items = []
    for topic, key, event in await bench.events():
        assert isinstance(event, RequestBatch)
        assert (topic, key) == ("request", event.agency)
        items += [item for item in event.items if isinstance(item, CertificationRequested)]
    return items


async def test_each_row_gets_its_own_answer(bench: Bench) -> None:
    """Good rows go on; a row of another agency and one that uses an ID number as its reference are refused alone."""
    answer = await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=bench.as_role["hrss"] | CSV)
    assert answer.status_code == 202
    receipt = answer.json()
    assert (receipt["rows"], receipt["pending"], receipt["rejected"], receipt["state"]) == (4, 2, 2, "received")
    assert [(r["row"], r["outcome"], r["code"]) for r in receipt["items"]] == [
        (2, "received", None),
        (3, "rejected", "AGENCY_DIFFERS"),
        (4, "rejected", "REQUEST_ID_IS_ID_NUMBER"),
        (5, "received", None),
    ]
    assert all(r["message"] and r["next_step"] for r in receipt["items"] if r["outcome"] == "rejected")
    assert PERSON not in answer.text
    sent = await items_of(bench)
    assert [item.request_id for item in sent] == ["P-1", "P-4"]
    assert sent[0].recorded_at < sent[1].recorded_at


async def test_personal_columns_travel_sealed(bench: Bench) -> None:
    """Neither the number nor the name is in the event or the tables; the person's key opens both."""
    await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=bench.as_role["hrss"] | CSV)
    first = (await items_of(bench))[0]
    dump = str(
        await bench.execute(
            "SELECT value::text, (SELECT string_agg(r::text, '') FROM gateway.list_row r) FROM platform.outbox"
        )
    )
    assert PERSON not in dump
    assert "张三" not in first.model_dump_json()
    async with bench.door.pool.connection() as connection:
        keys = await bench.door.keyring.find(connection, [first.personal.key_id])
    opened = PersonalData.model_validate_json(unseal(keys, first.personal))
    assert (opened.id_number, opened.name) == (PERSON, "张三")


async def test_the_same_file_twice_is_one_list(bench: Bench) -> None:
    """A file sent again, even at the same moment, gives the same receipt and no further event."""
    headers = bench.as_role["hrss"] | CSV
    both = await asyncio.gather(*(bench.http.post("/v1/lists?wait=0", content=ROWS, headers=headers) for _ in range(2)))
    again = await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=headers)
    receipts = [a.json() for a in (*both, again)]
    assert len({r["list_id"] for r in receipts}) == 1
    assert sorted(r["already_received"] for r in receipts) == [False, True, True]
    assert len(await bench.events()) == 1
    new = await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=headers | {"Idempotency-Key": "second round"})
    assert new.json()["list_id"] != receipts[0]["list_id"]


async def test_the_receipt_waits_for_intake(bench: Bench) -> None:
    """What intake decides within the wait is in the answer, and later in the list."""
    post = asyncio.create_task(bench.http.post("/v1/lists?wait=20", content=ROWS, headers=bench.as_role["hrss"] | CSV))
    found: list[tuple[str]] = []
    for _ in range(1200):
        found = await bench.execute("SELECT list_id FROM gateway.list")
        if found:
            break
        await asyncio.sleep(0.05)
    await bench.execute(
        "INSERT INTO scheduler.row_outcome (list_id, row, agency, request_id, outcome, code, field, message, next_step)"
        " VALUES (%(l)s, 2, 'hrss', 'P-1', 'accepted', NULL, NULL, NULL, NULL),"
        " (%(l)s, 5, 'hrss', 'P-4', 'rejected', 'ID_LENGTH', 'id_number', 'wrong', 'correct it')",
        {"l": found[0][0]},
    )
    receipt = (await post).json()
    assert (receipt["state"], receipt["accepted"], receipt["rejected"]) == ("done", 1, 3)
    address = f"/v1/lists/{receipt['list_id']}?only=rejected&limit=2"
    page = (await bench.http.get(address, headers=bench.as_role["hrss"])).json()
    assert [r["row"] for r in page["items"]] == [3, 4]
    rest = (await bench.http.get(f"{address}&cursor={page['next_cursor']}", headers=bench.as_role["hrss"])).json()
    assert [(r["row"], r["code"]) for r in rest["items"]] == [(5, "ID_LENGTH")]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("form", ["json", "multipart"])
async def test_json_and_forms_are_read_too(bench: Bench, form: str) -> None:
    """A list may come as JSON, or as the part `file` of a form."""
    row = {"request_id": "P-9", "programme": "pension", "id_number": PERSON, "due_date": "2099-12-31"}
    content = json.dumps([row]).encode()
    if form == "json":
        answer = await bench.http.post("/v1/lists?wait=0", json=[row], headers=bench.as_role["hrss"])
    else:
        files = {"file": ("名单.json", content, "application/json")}
        answer = await bench.http.post("/v1/lists?wait=0", files=files, headers=bench.as_role["hrss"])
    assert answer.status_code == 202, answer.text
    assert [r["request_id"] for r in answer.json()["items"]] == ["P-9"]


async def test_what_no_database_can_hold_does_not_stop_a_list(bench: Bench) -> None:
    """NUL and halves of characters are left out of a cell; the rows go on."""
    rows = (
        '[{"request_id": "P-\\u00001", "programme": "pension", "id_number": "1", "name": "张\\ud800三"},'
        ' {"request_id": "P-\\ud8002", "programme": "pen\\u0000sion"}]'
    )
    answer = await bench.http.post(
        "/v1/lists?wait=0", content=rows, headers=bench.as_role["hrss"] | {"Content-Type": "application/json"}
    )
    assert answer.status_code == 202, answer.text
    assert [item.request_id for item in await items_of(bench)] == ["P-1", "P-?2"]


async def test_rows_of_several_sheets_keep_their_places(bench: Bench, tmp_path: Path) -> None:
    """The second row of each sheet is another row, and the receipt says of which sheet."""
    book = xlsxwriter.Workbook(tmp_path / "list.xlsx")
    for name in ("一月", "二月"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["申请编号", "项目", "身份证号", "截止日期"])
        sheet.write_row(1, 0, [f"{name}-1", "养老保险", PERSON, "2099-12-31"])
    book.close()
    content = (tmp_path / "list.xlsx").read_bytes()
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = await bench.http.post(
        "/v1/lists?wait=0", content=content, headers=bench.as_role["hrss"] | {"Content-Type": media}
    )
    rows = [(r["sheet"], r["row"], r["request_id"]) for r in answer.json()["items"]]
    assert rows == [("一月", 2, "一月-1"), ("二月", 2, "二月-1")]
    assert len({item.origin.row for item in await items_of(bench) if item.origin}) == 2


async def test_rows_of_an_erased_person_are_refused_and_the_others_go_on(bench: Bench) -> None:
    """A destroyed key is not made again."""
    headers = bench.as_role["hrss"] | CSV
    await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=headers)
    first = (await items_of(bench))[0]
    await bench.execute("UPDATE platform.keyring SET wrapped = NULL WHERE key_id = %s", (first.personal.key_id,))
    again = await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=headers | {"Idempotency-Key": "2"})
    assert [(r["row"], r["code"]) for r in again.json()["items"] if r["outcome"] == "rejected"] == [
        (2, "DATA_ERASED"),
        (3, "AGENCY_DIFFERS"),
        (4, "REQUEST_ID_IS_ID_NUMBER"),
    ]


async def test_a_file_that_is_no_list_says_so(bench: Bench) -> None:
    """The receipt names the problem; no event is made."""
    answer = await bench.http.post("/v1/lists?wait=0", content=b"\x00\x01\x02", headers=bench.as_role["hrss"])
    assert answer.status_code == 202
    assert answer.json()["problems"]
    assert await bench.events() == []
    empty = await bench.http.post("/v1/lists", headers=bench.as_role["hrss"])
    assert (empty.status_code, empty.json()["code"]) == (400, "LIST_MISSING")


async def test_another_agency_sees_nothing_of_a_list(bench: Bench) -> None:
    """A list's id is worth nothing to a stranger."""
    made = await bench.http.post("/v1/lists?wait=0", content=ROWS, headers=bench.as_role["hrss"] | CSV)
    stranger = await bench.http.get(f"/v1/lists/{made.json()['list_id']}", headers=bench.as_role["civil_affairs"])
    assert (stranger.status_code, stranger.json()["code"]) == (404, "LIST_UNKNOWN")


async def test_too_large_a_body_is_refused(bench: Bench) -> None:
    """The limit holds whether the length is announced or not."""
    too_much = bench.door.policy.list_bytes + 200_000

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(too_much // 1_000_000 + 1):
            yield b"x" * 1_000_000

    answer = await bench.http.post("/v1/lists", content=chunks(), headers=bench.as_role["hrss"])
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


async def test_five_thousand_rows_go_in_batches(bench: Bench) -> None:
    """No message carries more than 500 statements, and their order is the file's."""
    body = HEADER + "".join(f"Q-{n},,pension,{PERSON},张三,2026-11-01,2099-12-31,990101001001\n" for n in range(1201))
    answer = await bench.http.post("/v1/lists?wait=0&limit=0", content=body, headers=bench.as_role["hrss"] | CSV)
    assert (answer.json()["rows"], answer.json()["items"]) == (1201, [])
    batches = [event for _, _, event in await bench.events() if isinstance(event, RequestBatch)]
    assert [len(b.items) for b in batches] == [500, 500, 201]
    assert [i.request_id for b in batches for i in b.items] == [f"Q-{n}" for n in range(1201)]


async def test_rows_full_to_the_brim_go_in_smaller_batches(bench: Bench) -> None:
    """500 rows of 400 rare characters in every cell are 10 MiB in one message, which no broker takes: it would lie in
    front of the whole county's outbox."""
    long = "𠮷" * CELL_CHARACTERS
    names = [name for name in RequestRow.model_fields if name not in ("agency", "extra")]
    rows = [dict.fromkeys(names, long) | {"request_id": f"{n:04d}{long}"[:CELL_CHARACTERS]} for n in range(500)]
    sent = bench.as_role["hrss"] | {"Content-Type": "application/json"}
    answer = await bench.http.post("/v1/lists?wait=0&limit=0", content=json.dumps(rows), headers=sent)
    assert answer.status_code == 202, answer.text
    sizes = await bench.execute("SELECT length(value) FROM platform.outbox ORDER BY id")
    assert max(size for (size,) in sizes) < 1.2 * MESSAGE_BYTES < LARGEST_MESSAGE_BYTES / 2
    assert [item.request_id for item in await items_of(bench)] == [row["request_id"] for row in rows]
