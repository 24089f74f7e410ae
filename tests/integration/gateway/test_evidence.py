"""Evidence at the door: who may say what of whom, each item by itself, and the same said twice is one."""

import json
import logging
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.evidence import EvidenceRecorded
from schemas.resident_id import ResidentId, check_character
from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import day

ID_NUMBER = "11010519491231002X"
TRACE = {"source": "vaccination", "happened_on": "2026-11-20", "acted_by": "person"}
TRACES = ["clinic_visit", "hospital_stay", "vaccination", "biometric_payment", "other_record"]
JSON = {"Content-Type": "application/json"}
SEEN = ["witnessed_visit", "video_call", "self_capture"]


async def _hand_in(bench: Bench, *items: Any, role: str = "hrss") -> list[dict[str, Any]]:
    body = json.dumps({"items": items})
    answer = await bench.http.post("/v1/evidence", content=body, headers=bench.as_role[role] | JSON)
    assert answer.status_code == 202, answer.text
    receipt = answer.json()
    assert [one["index"] for one in receipt["items"]] == list(range(len(items)))
    assert receipt["taken"] == sum(one["taken"] for one in receipt["items"])
    assert receipt["taken"] + receipt["refused"] == len(items)
    found: list[dict[str, Any]] = receipt["items"]
    return found


async def _codes(bench: Bench, *items: Any, role: str = "hrss") -> list[str | None]:
    return [one["code"] for one in await _hand_in(bench, *items, role=role)]


async def _told(bench: Bench) -> list[EvidenceRecorded]:
    events = await bench.events()
    assert all((topic, key) == ("evidence", event.person_key) for topic, key, event in events)  # type: ignore[attr-defined]
    return [event for _, _, event in events if isinstance(event, EvidenceRecorded)]


async def _known_person(bench: Bench, id_number: str = ID_NUMBER) -> str:
    """A person of whom some agency, not the one that calls, asks for a proof."""
    person = ResidentId.parse(id_number).person_key(bench.door.secrets.county_secret)
    await bench.execute(
        "INSERT INTO scheduler.request (agency, request_id, person_key, status, statement)"
        " VALUES ('civil_affairs', %s, %s, 'open', '{}')",
        (f"S-{person[:8]}", person),
    )
    return person


async def test_an_agency_names_the_person_by_id_number_or_by_its_own_request(bench: Bench) -> None:
    """Both reach certify under the same key, with source, day and who acted; the visit stays empty."""
    person = await _known_person(bench)
    await bench.open_visit(("hrss", "P-1"))
    by_number, by_request = await _hand_in(bench, TRACE | {"id_number": ID_NUMBER}, TRACE | {"request_id": "P-1"})
    assert by_number["taken"]
    assert by_request["taken"]
    told = {str(event.evidence_id): event for event in await _told(bench)}
    event = told[by_number["evidence_id"]]
    ((client,),) = await bench.execute("SELECT client_id FROM gateway.client WHERE agency = 'hrss'")
    assert (event.person_key, event.visit_id, event.provided_by) == (person, None, client)
    assert (event.source, event.acted_by, event.happened_on.isoformat()) == ("vaccination", "person", "2026-11-20")
    ((owner,),) = await bench.execute("SELECT person_key FROM scheduler.request WHERE request_id = 'P-1'")
    assert told[by_request["evidence_id"]].person_key == owner


async def test_a_reviewer_names_the_visit(bench: Bench) -> None:
    """What somebody of ours saw is told with its visit."""
    visit = await bench.open_visit(("hrss", "P-1"))
    items = [TRACE | {"source": source, "visit_id": str(visit)} for source in SEEN]
    assert await _codes(bench, *items, role="reviewer") == [None] * 3
    told = await _told(bench)
    assert sorted(event.source.value for event in told) == sorted(SEEN)
    assert {event.visit_id for event in told} == {visit}


async def test_an_agency_cannot_say_that_somebody_was_seen_and_a_reviewer_keeps_no_records(bench: Bench) -> None:
    """Each source belongs to one of the two."""
    await _known_person(bench)
    visit = await bench.open_visit(("hrss", "P-1"))
    by_agency = [TRACE | {"source": source, "id_number": ID_NUMBER} for source in (*TRACES, *SEEN)]
    assert await _codes(bench, *by_agency) == [None] * 5 + ["EVIDENCE_SOURCE_NOT_YOURS"] * 3
    by_reviewer = [TRACE | {"source": source, "visit_id": str(visit)} for source in TRACES]
    assert await _codes(bench, *by_reviewer, role="reviewer") == ["EVIDENCE_SOURCE_NOT_YOURS"] * 5


@pytest.mark.parametrize("role", ["scheduler", "auditor", "admin"])
async def test_others_may_hand_in_nothing(bench: Bench, role: str) -> None:
    """Nor may somebody without a token."""
    body = {"items": [TRACE | {"id_number": ID_NUMBER}]}
    answer = await bench.http.post("/v1/evidence", json=body, headers=bench.as_role[role])
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED")
    assert (await bench.http.post("/v1/evidence", json=body)).json()["code"] == "TOKEN_MISSING"


async def test_a_bad_item_stops_no_other(bench: Bench) -> None:
    """Each is refused with its own permanent code and a next step in both languages; the good ones are taken."""
    await _known_person(bench)
    first = "99010119500101001"
    named = TRACE | {"id_number": ID_NUMBER}
    cases: list[tuple[Any, str | None]] = [
        (named, None),
        (named | {"happened_on": day(1)}, "EVIDENCE_DAY_IN_FUTURE"),
        (named | {"happened_on": day(0)}, None),
        (named | {"happened_on": "1899-12-31"}, "EVIDENCE_DAY_TOO_EARLY"),
        (named | {"happened_on": "2026-02-30"}, "MALFORMED"),
        (named | {"happened_on": 1789}, "MALFORMED"),
        (named | {"source": "rumour"}, "MALFORMED"),
        (named | {"acted_by": None}, "MALFORMED"),
        ({"source": "vaccination"}, "MALFORMED"),
        ("no object", "MALFORMED"),
        (None, "MALFORMED"),
        (named | {"what": "else"}, "MALFORMED"),
        (TRACE, "EVIDENCE_PERSON_UNCLEAR"),
        (named | {"request_id": "P-1"}, "EVIDENCE_PERSON_UNCLEAR"),
        (TRACE | {"visit_id": str(uuid4())}, "EVIDENCE_PERSON_UNCLEAR"),
        (TRACE | {"id_number": ID_NUMBER[:-1] + "1"}, "ID_NUMBER_INVALID"),
        (TRACE | {"id_number": first + check_character(first)}, "PERSON_UNKNOWN"),
        (TRACE | {"request_id": "nobody's"}, "REQUEST_UNKNOWN"),
        (TRACE | {"request_id": f"S-{'a' * 8}"}, "REQUEST_UNKNOWN"),
        (TRACE | {"request_id": "P\u0000-1"}, "MALFORMED"),
        (TRACE | {"request_id": "P\ud800"}, "MALFORMED"),
        (named | {"source": "hospital_stay"}, None),
    ]
    answers = await _hand_in(bench, *(item for item, _ in cases))
    assert [one["code"] for one in answers] == [code for _, code in cases]
    for one in answers:
        assert one["taken"] is (one["code"] is None)
        assert one["taken"] or (one["message"] and one["next_step"])
    assert answers[4]["fields"] == ["happened_on"]
    assert len(await _told(bench)) == 3


async def test_a_visit_that_does_not_exist_is_refused(bench: Bench) -> None:
    """A reviewer gives the visit, and nothing else names a person."""
    seen = TRACE | {"source": "video_call"}
    codes = await _codes(bench, seen | {"visit_id": str(uuid4())}, seen | {"id_number": ID_NUMBER}, role="reviewer")
    assert codes == ["VISIT_UNKNOWN", "EVIDENCE_PERSON_UNCLEAR"]


async def test_another_agencys_request_is_unknown(bench: Bench) -> None:
    """An agency's numbers are its own."""
    await bench.open_visit(("civil_affairs", "S-1"))
    assert await _codes(bench, TRACE | {"request_id": "S-1"}) == ["REQUEST_UNKNOWN"]


async def test_a_request_may_be_named_as_it_was_typed(bench: Bench) -> None:
    """The list said `ｐ 1`, intake made `P-1` of it; the agency knows its own cell."""
    await bench.open_visit(("hrss", "P-1"))
    content = "request_id,id_number,name\nＰ-1,,\n".encode()
    headers = bench.as_role["hrss"] | {"Content-Type": "text/csv"}
    sent = await bench.http.post("/v1/lists?wait=0", content=content, headers=headers)
    assert sent.status_code < 300, sent.text
    await bench.execute(
        "INSERT INTO scheduler.row_outcome (list_id, row, agency, request_id, outcome)"
        " SELECT list_id, row, agency, 'P-1', 'accepted' FROM gateway.list_row"
    )
    assert await _codes(bench, TRACE | {"request_id": "Ｐ-1"}) == [None]


async def test_the_same_said_again_is_one_piece_of_evidence(bench: Bench) -> None:
    """In one batch, and in another: the same id, told once; another day is another piece."""
    await _known_person(bench)
    named = TRACE | {"id_number": ID_NUMBER}
    answers = [
        *await _hand_in(bench, named, named | {"id_number": " 11010519491231002x"}),
        *await _hand_in(bench, named),
    ]
    assert len({one["evidence_id"] for one in answers}) == 1
    assert len(await _told(bench)) == 1
    (other,) = await _hand_in(bench, named | {"happened_on": "2026-11-21"})
    assert other["evidence_id"] != answers[0]["evidence_id"]
    assert len(await _told(bench)) == 2


async def test_of_somebody_whose_data_were_erased_nothing_is_taken(bench: Bench) -> None:
    """The person's key is destroyed; nothing new begins under it."""
    person = await _known_person(bench)
    await bench.execute("INSERT INTO platform.keyring (key_id, wrapped) VALUES (%s, NULL)", (key_id_of(person),))
    assert await _codes(bench, TRACE | {"id_number": ID_NUMBER}) == ["DATA_ERASED"]


@pytest.mark.parametrize("count", [0, 501])
async def test_a_batch_has_1_to_500_items(bench: Bench, count: int) -> None:
    """A larger one is refused whole, and nothing is told."""
    body = {"items": [TRACE | {"id_number": ID_NUMBER}] * count}
    answer = await bench.http.post("/v1/evidence", json=body, headers=bench.as_role["hrss"])
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")
    assert await _told(bench) == []


async def test_a_full_batch_is_taken_at_once(bench: Bench) -> None:
    """500 days of one person's traces."""
    await _known_person(bench)
    days = [day(-n) for n in range(500)]
    answers = await _hand_in(bench, *(TRACE | {"id_number": ID_NUMBER, "happened_on": day} for day in days))
    assert all(one["taken"] for one in answers)
    assert len(await _told(bench)) == 500


async def test_the_id_number_goes_nowhere(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """It is in no event, no row, no log and no answer, taken or refused."""
    await _known_person(bench)
    wrong = ID_NUMBER[:-1] + "1"
    with caplog.at_level(logging.DEBUG):
        body = {"items": [TRACE | {"id_number": number} for number in (ID_NUMBER, wrong)] + [{ID_NUMBER: 1}]}
        answer: httpx.Response = await bench.http.post("/v1/evidence", json=body, headers=bench.as_role["hrss"])
    rows = await bench.execute("SELECT o::text, convert_from(value, 'UTF8') FROM platform.outbox AS o")
    written = json.dumps([answer.text, rows, [record.getMessage() for record in caplog.records]])
    assert ID_NUMBER[:17] not in written
    assert len(rows) == 1


async def test_an_agency_sees_what_its_certificate_rests_on(bench: Bench) -> None:
    """A certificate without a visit says so: no visit, the grade, the source."""
    visit = await bench.open_visit(("hrss", "P-1"))
    await bench.issue("hrss", "P-1", visit)
    await bench.issue("hrss", "P-2", visit)
    await bench.execute(
        "UPDATE certify.certificate SET visit_id = NULL, evidence = 'data_trace', evidence_source = 'vaccination'"
        " WHERE request_id = 'P-2'"
    )
    page = (await bench.http.get("/v1/certificates", headers=bench.as_role["hrss"])).json()["items"]
    rests_on = [(one["visit_id"], one["evidence"], one["evidence_source"]) for one in page]
    assert rests_on == [(str(visit), "in_person_face", None), (None, "data_trace", "vaccination")]
