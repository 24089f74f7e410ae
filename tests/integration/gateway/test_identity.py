"""Names that disagree under one ID number: only a reviewer sees both records, and only a person decides."""

import json
import logging

import pytest

from schemas.identity import IdentityDecided
from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import County, day, id_number

WANG = id_number(1)
QUESTIONS = "/v1/identity-questions"
NAMES = ("欧阳翠花", "赫连铁柱")
ADDRESSES = ("向阳路3号", "月牙坡17号")
PHONES = ("13900000001", "13900000002")


@pytest.fixture
async def county(bench: Bench) -> County:
    """Two agencies give one ID number two names."""
    county = County(bench)
    await county.ask("P-1", WANG, name=NAMES[0], address=ADDRESSES[0], phone=PHONES[0], last=day(30))
    await county.ask("S-1", WANG, agency="civil_affairs", name=NAMES[1], address=ADDRESSES[1], phone=PHONES[1])
    return county


async def _question(county: County) -> str:
    (question,) = (await county.get(county.bench.as_role["reviewer"], QUESTIONS))["items"]
    return str(question["question_id"])


async def _decided(bench: Bench) -> list[tuple[bool, str, str]]:
    events = [(key, event) for topic, key, event in await bench.events() if topic == "identity"]
    return [(event.same, event.decided_by, key) for key, event in events if isinstance(event, IdentityDecided)]


async def test_both_records_are_shown_side_by_side(county: County) -> None:
    """Who asks, for what, when, and the opened name, address and phone of each; never the ID number."""
    answer = await county.bench.http.get(QUESTIONS, headers=county.bench.as_role["reviewer"])
    (question,) = answer.json()["items"]
    records = {record["request_id"]: record for (record,) in question["sides"]}
    for number, agency, last, name, address, phone in zip(
        *(("P-1", "S-1"), ("hrss", "civil_affairs"), (day(30), day(60)), NAMES, ADDRESSES, PHONES), strict=True
    ):
        record = records[number]
        assert (record["agency"], record["programme"], record["window"]) == (agency, "pension", [day(0), last])
        assert (record["name"], record["residence_address"], record["phone"]) == (name, address, phone)
        assert (record["village_code"], record["status"], record["readable"]) == (VILLAGE, "open", True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert WANG[:17] not in answer.text
    assert county.person(WANG) not in answer.text


@pytest.mark.parametrize("role", ["hrss", "scheduler", "auditor", "admin", "phone"])
async def test_nobody_but_a_reviewer_sees_or_decides(county: County, role: str) -> None:
    """Not even the agencies whose records they are."""
    headers = (await county.phone(VILLAGE)).headers if role == "phone" else county.bench.as_role[role]
    question_id = await _question(county)
    seen = await county.bench.http.get(QUESTIONS, headers=headers)
    assert (seen.status_code, seen.json()["code"]) == (403, "ROLE_NOT_ALLOWED")
    decided = await county.refused(headers, f"{QUESTIONS}/{question_id}/decision", {"same": True})
    assert decided == (403, "ROLE_NOT_ALLOWED")


async def test_one_person_is_merged_two_are_not(county: County) -> None:
    """Until somebody decides there are two visits; decided to and fro, the last word stands; said twice it is once."""
    bench, path = county.bench, f"{QUESTIONS}/{await _question(county)}/decision"
    assert len(await county.visits(WANG)) == 2
    ((reviewer,),) = await bench.execute("SELECT client_id FROM gateway.client WHERE role = 'reviewer'")
    for same, visits in ((True, 1), (True, 1), (False, 2), (True, 1)):
        await county.move(bench.as_role["reviewer"], path, {"same": same})
        assert len(await county.visits(WANG)) == visits
    key = county.person(WANG)
    assert await _decided(bench) == [(same, reviewer, key) for same in (True, False, True)]
    assert (await county.get(bench.as_role["reviewer"], QUESTIONS))["items"] == []


async def test_a_visit_says_that_its_person_is_in_question(county: County) -> None:
    """The cadre must look at the identity card; agencies are not told whom else the number stands for."""
    question_id, phone = await _question(county), await county.phone(VILLAGE)
    for headers, shown in (
        (phone.headers, {question_id}),
        (county.bench.as_role["scheduler"], {question_id}),
        (county.bench.as_role["hrss"], {None}),
    ):
        visits = (await county.get(headers, "/v1/visits"))["items"]
        assert {visit["question_id"] for visit in visits} == shown


async def test_a_question_whose_names_have_changed_is_not_decided(county: County) -> None:
    """The reviewer looks anew; an unknown one and a decision that is none are refused."""
    reviewer, question_id = county.bench.as_role["reviewer"], await _question(county)
    withdrawn = await county.bench.http.delete("/v1/requests/S-1", headers=county.bench.as_role["civil_affairs"])
    assert withdrawn.status_code == 202
    await county.fold()
    path = f"{QUESTIONS}/{question_id}/decision"
    assert await county.refused(reviewer, path, {"same": True}) == (409, "QUESTION_GONE")
    assert (await county.get(reviewer, QUESTIONS))["items"] == []
    unknown = path.replace(question_id, str(key_id_of("nobody")))
    assert await county.refused(reviewer, unknown, {"same": True}) == (404, "QUESTION_UNKNOWN")
    for wrong in ({}, {"same": None}, {"same": "yes"}, {"same": 1}, {"same": True, "why": "so"}):
        assert await county.refused(reviewer, path, wrong) == (422, "MALFORMED"), wrong


async def test_no_name_is_in_a_log_or_an_error(county: County, caplog: pytest.LogCaptureFixture) -> None:
    """What is opened goes to the reviewer and nowhere else: not into the log, the database, or a refusal."""
    reviewer, bench = county.bench.as_role["reviewer"], county.bench
    with caplog.at_level(logging.DEBUG):
        path = f"{QUESTIONS}/{await _question(county)}/decision"
        refusals = [
            (await bench.http.post(path, json={"same": NAMES[0]}, headers=reviewer)).text,
            (await bench.http.post(path, json={NAMES[0]: True}, headers=reviewer)).text,
            (await bench.http.get(f"{QUESTIONS}?cursor={NAMES[0]}", headers=reviewer)).text,
            (await bench.http.get(QUESTIONS, headers=bench.as_role["hrss"])).text,
        ]
        await county.move(reviewer, path, {"same": False})
    rows = await bench.execute(
        "SELECT convert_from(value, 'UTF8') FROM platform.outbox UNION ALL SELECT q::text"
        " FROM scheduler.identity_question q UNION ALL SELECT r::text FROM scheduler.request r"
    )
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    written = json.dumps([refusals, rows, logged], ensure_ascii=False)
    assert rows and logged
    for secret in (*NAMES, *ADDRESSES, *PHONES):
        assert secret not in written


async def test_a_record_whose_key_is_destroyed_is_shown_without_its_data(county: County) -> None:
    """The question stays, nothing can be opened, and nothing breaks."""
    key_id = key_id_of(county.person(WANG))
    await county.bench.execute("UPDATE platform.keyring SET wrapped = NULL WHERE key_id = %s", (key_id,))
    (question,) = (await county.get(county.bench.as_role["reviewer"], QUESTIONS))["items"]
    shown = [(r["readable"], r["name"], r["residence_address"], r["phone"]) for s in question["sides"] for r in s]
    assert shown == [(False, None, None, None)] * 2


async def test_pages_of_questions_leave_none_out(county: County) -> None:
    """By the cursor every question comes once."""
    for number in (2, 3):
        await county.ask(f"P-{number}", id_number(number), name=NAMES[0])
        await county.ask(f"S-{number}", id_number(number), agency="civil_affairs", name=NAMES[1])
    seen, cursor = [], ""
    for _ in range(3):
        page = await county.get(county.bench.as_role["reviewer"], f"{QUESTIONS}?limit=1" + cursor)
        seen += [question["question_id"] for question in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert len(set(seen)) == 3


async def test_a_request_sent_again_says_of_which(county: County) -> None:
    """The agency's own earlier number stands in the state of the later one."""
    await county.ask("P-5", WANG, name=NAMES[0], last=day(30))
    hrss = county.bench.as_role["hrss"]
    assert (await county.get(hrss, "/v1/requests/P-5"))["duplicate_of"] == "P-1"
    assert (await county.get(hrss, "/v1/requests/P-1"))["duplicate_of"] is None
