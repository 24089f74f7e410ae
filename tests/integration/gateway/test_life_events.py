"""Reports of life events at the door: who may say what of whom, bad input, and the same said twice is one."""

import asyncio
import json
import logging
from typing import Any
from uuid import uuid4

import pytest

from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number

WANG = id_number(1)


@pytest.fixture
async def county(bench: Bench) -> County:
    """A person whom two agencies have asked for, and a third that has not."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs")
    return county


async def test_a_death_reported_once_reaches_every_agency_and_can_be_undone(county: County) -> None:
    """Reported → visits paused; a second source → closed; voided → open again; each agency is told each time."""
    hrss, civil = county.bench.as_role["hrss"], county.bench.as_role["civil_affairs"]
    reviewer = county.bench.as_role["reviewer"]
    before = await county.visits(WANG)
    phone = await county.phone(VILLAGE)
    body = {"kind": "deceased", "source": "family", "visit_id": before[0]["visit_id"], "known_on": day(0)}
    life_event_id = (await county.move(phone.headers, LIFE_EVENTS, body))["life_event_id"]
    assert [visit["life_event_id"] for visit in await county.visits(WANG, "paused")] == [life_event_id]
    status = await county.get(hrss, "/v1/requests/P-1")
    assert (status["status"], status["life_event_id"]) == ("paused", life_event_id)
    assert "不得停发" in status["next_step"]

    await county.move(civil, f"{LIFE_EVENTS}/{life_event_id}/confirmation", {"source": "funeral_home"})
    status = await county.get(hrss, "/v1/requests/P-1")
    assert (status["status"], status["life_event_id"]) == ("ended", life_event_id)
    for agency in (hrss, civil):
        (told,) = (await county.get(agency, f"{LIFE_EVENTS}?unacknowledged=true"))["items"]
        assert (told["state"], told["version"], told["sources"]) == ("confirmed", 2, ["family", "funeral_home"])

    await county.move(reviewer, f"{LIFE_EVENTS}/{life_event_id}/voiding")
    after = await county.visits(WANG)
    assert [visit | {"version": 0} for visit in after] == [visit | {"version": 0} for visit in before]
    assert (await county.get(hrss, "/v1/requests/P-1"))["status"] == "open"
    assert (await county.get(civil, f"{LIFE_EVENTS}/{life_event_id}"))["state"] == "voided"


async def test_each_names_the_person_in_its_own_way(county: County) -> None:
    """An agency by its request or by the ID number of somebody it has asked for, phone and reviewer by visit."""
    bench, person = county.bench, county.person(WANG)
    visit = str(await county.visit(WANG))
    phone = await county.phone(VILLAGE)
    moved = {"kind": "moved"}
    await county.move(bench.as_role["hrss"], LIFE_EVENTS, moved | {"request_id": "P-1"})
    await county.move(bench.as_role["civil_affairs"], LIFE_EVENTS, moved | {"id_number": f" {WANG.lower()}"})
    await county.move(bench.as_role["reviewer"], LIFE_EVENTS, moved | {"visit_id": visit, "source": "police"})
    await county.move(phone.headers, LIFE_EVENTS, moved | {"visit_id": visit})
    steps = await county.steps()
    assert {step.person_key for step in steps} == {person}
    assert [step.source.value for step in steps] == ["agency", "agency", "police", "cadre"]
    ((reviewer,),) = await bench.execute("SELECT client_id FROM gateway.client WHERE role = 'reviewer'")
    assert [step.reported_by for step in steps] == ["agency:hrss", "agency:civil_affairs", reviewer, "cadre:C001"]
    assert [str(step.visit_id) for step in steps] == ["None", "None", visit, visit]
    unclear = [
        ("hrss", {}),
        ("hrss", {"request_id": "P-1", "id_number": WANG}),
        ("hrss", {"visit_id": visit}),
        ("reviewer", {"id_number": WANG}),
        ("reviewer", {"visit_id": visit, "request_id": "P-1"}),
    ]
    for role, names in unclear:
        refused = await county.refused(bench.as_role[role], LIFE_EVENTS, moved | names)
        assert refused == (422, "LIFE_EVENT_PERSON_UNCLEAR"), (role, names)


async def test_an_agency_speaks_only_of_people_it_has_asked_for(county: County) -> None:
    """Neither another agency's request nor the ID number of somebody else's person is its business."""
    bench = county.bench
    await county.ask("S-2", id_number(2), agency="civil_affairs")
    hrss, moved = bench.as_role["hrss"], {"kind": "moved"}
    assert await county.refused(hrss, LIFE_EVENTS, moved | {"request_id": "S-2"}) == (404, "REQUEST_UNKNOWN")
    by_number = await county.refused(hrss, LIFE_EVENTS, moved | {"id_number": id_number(2)})
    assert by_number == (404, "PERSON_NOT_ASKED_FOR")
    wrong = await county.refused(
        hrss, LIFE_EVENTS, moved | {"id_number": WANG[:-1] + ("1" if WANG[-1] != "1" else "2")}
    )
    assert wrong == (422, "ID_NUMBER_INVALID")


async def test_a_phone_of_another_village_is_refused(county: County) -> None:
    """It can neither report, nor see, nor add to what happened elsewhere."""
    visit = str(await county.visit(WANG))
    stranger = await county.phone(OTHER_VILLAGE, cadre="C002")
    body = {"kind": "moved", "visit_id": visit}
    assert await county.refused(stranger.headers, LIFE_EVENTS, body) == (404, "VISIT_UNKNOWN")
    life_event_id = await county.report_death()
    assert (await county.get(stranger.headers, LIFE_EVENTS))["items"] == []
    hidden = await county.bench.http.get(f"{LIFE_EVENTS}/{life_event_id}", headers=stranger.headers)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "LIFE_EVENT_UNKNOWN")
    for step in ("confirmation", "correction", "ending"):
        said = {"source": "cadre"} | ({"known_on": day(0)} if step == "correction" else {})
        refused = await county.refused(stranger.headers, f"{LIFE_EVENTS}/{life_event_id}/{step}", said)
        assert refused == (404, "LIFE_EVENT_UNKNOWN"), step
    own = await county.phone(VILLAGE)
    (seen,) = (await county.get(own.headers, LIFE_EVENTS))["items"]
    assert (seen["visit_ids"], seen["person_key"], seen["steps"], seen["told"]) == ([visit], None, None, None)


async def test_the_same_report_said_twice_is_one(county: County) -> None:
    """At once, before the scheduler has read it, and after: one id, one event; another day is another event."""
    hrss = county.bench.as_role["hrss"]
    body = {"kind": "in_prison", "source": "police", "request_id": "P-1", "happened": {"day": day(-9)}}
    at_once = [county.bench.http.post(LIFE_EVENTS, json=body, headers=hrss) for _ in range(8)]
    answers = [answer.json() for answer in await asyncio.gather(*at_once)]
    await county.fold()
    answers.append(await county.move(hrss, LIFE_EVENTS, {**body, "id_number": WANG, "request_id": None}))
    assert answers[1:] == answers[:1] * 8
    assert len(await county.steps()) == 1
    other = await county.move(hrss, LIFE_EVENTS, body | {"happened": {"day": day(-8)}})
    assert other["life_event_id"] != answers[0]["life_event_id"]


async def test_bad_input_is_refused_with_its_code(county: County) -> None:
    """Each mistake has its own code and next step; nothing of it is sent on."""
    visit = str(await county.visit(WANG))
    phone = await county.phone(VILLAGE)
    by_agency = {"kind": "moved", "request_id": "P-1"}
    by_phone = {"kind": "moved", "visit_id": visit}
    hrss, reviewer = county.bench.as_role["hrss"], county.bench.as_role["reviewer"]
    cases: list[tuple[dict[str, str], dict[str, Any], str]] = [
        (hrss, by_agency | {"kind": "deceased"}, "LIFE_EVENT_SOURCE_MISSING"),
        (hrss, by_agency | {"source": "cadre"}, "LIFE_EVENT_SOURCE_NOT_YOURS"),
        (hrss, by_agency | {"source": "reviewer"}, "LIFE_EVENT_SOURCE_NOT_YOURS"),
        (phone.headers, by_phone | {"source": "hospital"}, "LIFE_EVENT_SOURCE_NOT_YOURS"),
        (phone.headers, by_phone | {"source": "agency"}, "LIFE_EVENT_SOURCE_NOT_YOURS"),
        (hrss, by_agency | {"happened": {"day": day(1)}}, "LIFE_EVENT_DAY_IN_FUTURE"),
        (hrss, by_agency | {"known_on": day(1)}, "LIFE_EVENT_DAY_IN_FUTURE"),
        (hrss, by_agency | {"happened": {"day": "1899-12-31"}}, "LIFE_EVENT_DAY_TOO_EARLY"),
        (hrss, by_agency | {"known_on": "1899-12-31"}, "LIFE_EVENT_DAY_TOO_EARLY"),
        (hrss, by_agency | {"happened": {"day": day(-1)}, "known_on": day(-2)}, "LIFE_EVENT_DAYS_CROSSED"),
        (hrss, by_agency | {"kind": "hospitalised", "village_code": VILLAGE}, "LIFE_EVENT_VILLAGE_NOT_MOVED"),
        (hrss, by_agency | {"kind": "registration_moved", "village_code": VILLAGE}, "LIFE_EVENT_VILLAGE_NOT_MOVED"),
        (hrss, by_agency | {"village_code": "12"}, "MALFORMED"),
        (hrss, by_agency | {"kind": "alive"}, "MALFORMED"),
        (hrss, by_agency | {"happened": {"day": 20261120}}, "MALFORMED"),
        (hrss, by_agency | {"happened": {"day": "2026-02-30"}}, "MALFORMED"),
        (hrss, by_agency | {"what": "else"}, "MALFORMED"),
        (reviewer, by_phone | {"visit_id": str(uuid4())}, "VISIT_UNKNOWN"),
    ]
    for headers, body, code in cases:
        assert (await county.refused(headers, LIFE_EVENTS, body))[1] == code, body
    for role in ("scheduler", "auditor", "admin"):
        refused = await county.refused(county.bench.as_role[role], LIFE_EVENTS, by_agency)
        assert refused == (403, "ROLE_NOT_ALLOWED")


async def test_a_rough_day_is_its_first_day(county: County) -> None:
    """Of a month or a year the first day travels: two who give different days of it say the same."""
    hrss = county.bench.as_role["hrss"]
    body = {"kind": "abroad", "request_id": "P-1"}
    for precision, first in (("month", "2025-07-01"), ("year", "2025-01-01")):
        given = [{"day": f"2025-07-{n}", "precision": precision} for n in (13, 31)]
        answers = [await county.move(hrss, LIFE_EVENTS, body | {"happened": happened}) for happened in given]
        assert answers[0] == answers[1]
        seen = await county.get(hrss, f"{LIFE_EVENTS}/{answers[0]['life_event_id']}")
        assert seen["happened"] == {"day": first, "precision": precision}


async def test_of_somebody_whose_data_were_erased_nothing_is_taken(county: County) -> None:
    """The person's key is destroyed; nothing new begins under it."""
    key_id = key_id_of(county.person(WANG))
    await county.bench.execute("UPDATE platform.keyring SET wrapped = NULL WHERE key_id = %s", (key_id,))
    body = {"kind": "moved", "id_number": WANG}
    assert await county.refused(county.bench.as_role["hrss"], LIFE_EVENTS, body) == (410, "DATA_ERASED")


async def test_the_id_number_goes_nowhere(county: County, caplog: pytest.LogCaptureFixture) -> None:
    """It is in no event, no row, no log and no answer, taken or refused."""
    hrss = county.bench.as_role["hrss"]
    wrong = WANG[:-1] + ("1" if WANG[-1] != "1" else "2")
    with caplog.at_level(logging.DEBUG):
        bodies: list[dict[str, Any]] = [{"kind": "moved", "id_number": number} for number in (WANG, wrong)]
        bodies.append({"kind": "moved", WANG: 1})
        answers = [(await county.bench.http.post(LIFE_EVENTS, json=body, headers=hrss)).text for body in bodies]
        await county.fold()
    rows = await county.bench.execute(
        "SELECT convert_from(value, 'UTF8') FROM platform.outbox WHERE starts_with(topic, 'life-event')"
        " UNION ALL SELECT s::text FROM gateway.life_event_step s UNION ALL SELECT e::text FROM scheduler.life_event e"
    )
    written = json.dumps([answers, rows, [record.getMessage() for record in caplog.records]])
    assert WANG[:17] not in written
    assert len(rows) == 5
