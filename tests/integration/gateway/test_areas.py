"""What a member of staff of one village sees and does of another: nothing, on any route.

The routes are those of the code: each is either closed to people of a part of the county, or in the tables below.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pytest

from services.gateway.access.callers import Role, declarations
from services.gateway.domain.roles import OF_A_PART
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.county import LIFE_EVENTS, day, id_number
from tests.integration.gateway.feedback_office import VOICE, FeedbackOffice, Report
from tests.integration.gateway.people import account, signed_in
from tests.integration.gateway.review_office import NEXT, ReviewOffice
from tests.integration.gateway.test_lapses import climb

HERE, THERE = ("P-1", id_number(1), "王秀英"), ("P-2", id_number(2), "李大山")
"""Request, ID number and name of somebody in the village, and of somebody in the next one."""
NOT_OF_A_PERSON = {
    ("DELETE", "/v1/session"),
    ("GET", "/v1/sessions"),
    ("DELETE", "/v1/sessions/{session_id}"),
    ("GET", "/v1/review-cases/figures"),
    ("GET", "/v1/desk/events"),
    ("GET", "/v1/lapses/figures"),
}
"""Routes that serve people of a part of the county and tell of no old person: their own sessions, numbers (those of
lapses by area: `test_lapses.py`), and that the plan has changed."""
IN_TEST_DESK_AREAS = {
    ("GET", "/v1/desk/board"),
    ("GET", "/v1/desk/plan.csv"),
    ("GET", "/v1/desk/plan.xlsx"),
    ("GET", "/v1/desk/route-sheet.pdf"),
    ("GET", "/v1/desk/cadres"),
    ("PUT", "/v1/desk/cadres/{cadre_id}"),
    ("POST", "/v1/desk/moves"),
    ("POST", "/v1/desk/imports"),
    ("POST", "/v1/desk/undo"),
    ("POST", "/v1/desk/redo"),
    ("POST", "/v1/desk/plans"),
    ("GET", "/v1/desk/jobs/{job_id}"),
    ("DELETE", "/v1/desk/jobs/{job_id}"),
}
"""Of the desk, which needs a planner: `test_desk_areas.py`."""
ANNOUNCEMENT = "/v1/visits/{visit_id}/announcement"
LISTS = {
    ("GET", f"/v1/{path}") for path in ("visits", "life-events", "identity-questions", "devices", "lapses", "feedback")
}
"""What lists people, phones with their villages, or what was reported from these."""
SINGLE: dict[tuple[str, str], tuple[object, str]] = {
    ("GET", "/v1/visits/{visit_id}"): (None, "VISIT_UNKNOWN"),
    ("POST", ANNOUNCEMENT): ({"day": "2999-12-31"}, "VISIT_UNKNOWN"),
    ("DELETE", ANNOUNCEMENT): (None, "VISIT_UNKNOWN"),
    ("PUT", "/v1/visits/{visit_id}/abilities"): ({"abilities": ["stiff_neck"]}, "VISIT_UNKNOWN"),
    ("POST", "/v1/visits/{visit_id}/consent-withdrawal"): (
        {"said_by": "person", "withdrawn_at": "2026-11-01T08:00:00Z"},
        "VISIT_UNKNOWN",
    ),
    ("GET", "/v1/feedback/{feedback_id}"): (None, "FEEDBACK_UNKNOWN"),
    ("GET", "/v1/feedback/{feedback_id}/{medium}"): (None, "FEEDBACK_UNKNOWN"),
    ("POST", "/v1/feedback/{feedback_id}/passing-on"): ({"version": 1, "agency": "hrss"}, "FEEDBACK_UNKNOWN"),
    ("POST", "/v1/feedback/{feedback_id}/answer"): ({"version": 1, "text": "x"}, "FEEDBACK_UNKNOWN"),
    ("GET", "/v1/life-events/{life_event_id}"): (None, "LIFE_EVENT_UNKNOWN"),
    ("POST", "/v1/identity-questions/{question_id}/decision"): ({"same": True}, "QUESTION_UNKNOWN"),
    ("DELETE", "/v1/devices/{device_id}"): (None, "DEVICE_UNKNOWN"),
    ("POST", "/v1/device-enrolments"): (
        {"cadre_id": "C002", "cadre_name": "张建华", "village_codes": [VILLAGE, OTHER_VILLAGE]},
        "AREA_NOT_SERVED",
    ),
    ("POST", "/v1/lapses/{lapse_id}/take"): (None, "LAPSE_UNKNOWN"),
    ("POST", "/v1/lapses/{lapse_id}/close"): ({"decision": "VISIT_ARRANGED"}, "LAPSE_UNKNOWN"),
    ("POST", "/v1/review-cases/next"): (None, ""),
    ("GET", "/v1/review-cases/{case_id}"): (None, "REVIEW_NOT_YOURS"),
    ("GET", "/v1/review-cases/{case_id}/clip"): (None, "REVIEW_NOT_YOURS"),
    ("GET", "/v1/review-cases/{case_id}/photos/{kind}"): (None, "REVIEW_NOT_YOURS"),
    ("DELETE", "/v1/review-cases/{case_id}/lease"): (None, "REVIEW_NOT_YOURS"),
    ("POST", "/v1/review-cases/{case_id}/decision"): ({"decision": "certified"}, "REVIEW_NOT_YOURS"),
}
"""What speaks of one: what to send, and the code with which it is not there for somebody of another village."""


@dataclass
class Office(ReviewOffice):
    """Films in both villages."""

    async def phone(self, *villages: str, cadre: str = "C001") -> Phone:
        """A phone; without villages, of both."""
        return await super().phone(*(villages or (VILLAGE, OTHER_VILLAGE)), cadre=cadre)


@dataclass
class TwoVillages:
    """A county of two villages in each of which the same has happened, and people of the first one."""

    office: ReviewOffice
    of: dict[Role, httpx.AsyncClient]
    ids: dict[str, str] = field(default_factory=dict)
    """Of the other village, by the name of the parameter in a path."""

    def path(self, path: str) -> str:
        """An address of the other village's."""
        for name, value in {**self.ids, "kind": "id_photo", "medium": "voice"}.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, path
        return path


@pytest.fixture
async def villages(bench: Bench) -> AsyncIterator[TwoVillages]:
    """Two people asked for, two dead reported, two names that disagree, two doubtful recordings, two phones."""
    office = Office(bench)
    for (request, number, name), village in ((HERE, VILLAGE), (THERE, OTHER_VILLAGE)):
        await office.ask(request, number, name=name, village=village)
    async with AsyncExitStack() as browsers:
        people = {role: await account(bench, role, VILLAGE) for role in OF_A_PART}
        of = {role: await signed_in(bench, browsers, who) for role, who in people.items()}
        yield TwoVillages(office, of)


async def everything_happens(villages: TwoVillages) -> None:
    """To both."""
    office, bench = villages.office, villages.office.bench
    phones = [await office.phone(village) for village in (VILLAGE, OTHER_VILLAGE)]
    reports = [await FeedbackOffice(bench).report(phone, Report(voice=VOICE)) for phone in phones]
    villages.ids["feedback_id"] = str(reports[1].feedback_id)
    captured = [await office.film(number) for _, number, _ in (HERE, THERE)]
    villages.ids["visit_id"] = str(await office.visit(THERE[1]))
    villages.ids["device_id"] = str(phones[1].device_id)
    ((case_id,),) = await bench.execute("SELECT case_id FROM certify.review_case WHERE capture_id = %s", (captured[1],))
    villages.ids["case_id"] = str(case_id)
    for request, number, village in (("S-1", HERE[1], VILLAGE), ("S-2", THERE[1], OTHER_VILLAGE)):
        other = {"agency": "civil_affairs", "programme": "senior_subsidy"}
        await office.ask(request, number, name="赵铁柱", village=village, **other)
    questions = await bench.execute("SELECT question_id, person_key FROM scheduler.identity_question")
    assert len(questions) == 2
    villages.ids["question_id"] = next(str(q) for q, person in questions if person == office.person(THERE[1]))
    for request, _, _ in (HERE, THERE):
        body = {"kind": "deceased", "source": "agency", "request_id": request, "happened": {"day": day(-3)}}
        villages.ids["life_event_id"] = (await office.move(bench.as_role["hrss"], LIFE_EVENTS, body))["life_event_id"]
    villages.ids["person"] = office.person(THERE[1])
    for request, number, village in (("L-1", id_number(3), VILLAGE), ("L-2", id_number(4), OTHER_VILLAGE)):
        await office.ask(request, number, first=day(-30), last=day(1), village=village)
    await climb(office)
    ((lapse_id,),) = await bench.execute("SELECT lapse_id FROM scheduler.lapse WHERE request_id = 'L-2'")
    villages.ids["lapse_id"] = str(lapse_id)


async def test_every_route_is_closed_to_a_part_of_the_county_or_in_the_tables(villages: TwoVillages) -> None:
    """Whoever adds a route for people of a part says here how it is kept to their part; all others refuse them."""
    tables = {*NOT_OF_A_PERSON, *IN_TEST_DESK_AREAS, *LISTS, *SINGLE}
    assert tables == {
        (each.method, each.path)
        for each in declarations(villages.office.bench.app)
        if each.by_area and set(each.roles or ()) & set(OF_A_PART)
    }
    tried = 0
    for each in declarations(villages.office.bench.app):
        for role in OF_A_PART:
            if each.by_area or role not in (each.roles or ()):
                continue
            answer = await villages.of[role].request(each.method, each.path)
            assert (answer.status_code, answer.json()["code"]) == (403, "AREA_NOT_SERVED"), (each, role)
            tried += 1
    assert tried > 35


async def test_lists_tell_of_the_own_village_alone(villages: TwoVillages) -> None:
    """Nothing in the answer names the other village's person, and the own village's is there; for the whole county
    both are."""
    await everything_happens(villages)
    foreign = {THERE[0], THERE[2], "S-2", "L-2", OTHER_VILLAGE, *villages.ids.values()}
    for each in declarations(villages.office.bench.app):
        if (each.method, each.path) not in LISTS:
            continue
        for role in set(each.roles or ()) & set(OF_A_PART):
            path = each.path + ("?status=paused" if each.path == "/v1/visits" else "")
            seen = (await villages.of[role].get(path)).text
            assert [mark for mark in foreign if mark in seen] == [], (each.path, role)
            assert '"items":[{' in seen, (each.path, role)
            whole = (await villages.office.bench.http.get(path, headers=villages.office.bench.as_role[role])).text
            assert [mark for mark in foreign if mark in whole], (each.path, role)


async def test_what_is_named_by_its_id_is_not_there_for_another_village(villages: TwoVillages) -> None:
    """Read or written, it is answered as if it did not exist, and nothing is sent; a reviewer's next case is never
    one of the other village, and then there is none."""
    await everything_happens(villages)
    bench = villages.office.bench
    before = await bench.execute("SELECT count(*) FROM platform.outbox")
    for each in declarations(bench.app):
        if (each.method, each.path) not in SINGLE:
            continue
        body, code = SINGLE[each.method, each.path]
        for role in set(each.roles or ()) & set(OF_A_PART):
            answer = await villages.of[role].request(each.method, villages.path(each.path), json=body)
            if each.path != NEXT:
                assert answer.json()["code"] == code, (each, role)
    assert await bench.execute("SELECT count(*) FROM platform.outbox") == before
    reviewer = villages.of[Role.REVIEWER]
    first = (await reviewer.post(NEXT)).json()
    assert (first["waiting"], first["case"]["case_id"] != villages.ids["case_id"]) == (1, True)
    assert (await reviewer.get(f"/v1/review-cases/{first['case']['case_id']}/clip")).status_code == 200
    assert (await reviewer.delete(f"/v1/review-cases/{first['case']['case_id']}/lease")).status_code == 204
    assert (await reviewer.post(NEXT)).json()["case"] is None
    whole = (await bench.http.post(NEXT, headers=bench.as_role["reviewer"])).json()
    assert whole["waiting"] == 2


async def test_a_visit_of_the_own_village_can_be_worked_with(villages: TwoVillages) -> None:
    """What is closed for the next village is open here, so that the tests above can fail."""
    scheduler, visit_id = villages.of[Role.SCHEDULER], await villages.office.visit(HERE[1])
    assert (await scheduler.get(f"/v1/visits/{visit_id}")).status_code == 200
    told = await scheduler.post(f"/v1/visits/{visit_id}/announcement", json={"day": day(3)})
    assert told.status_code == 202, told.text
    able = await scheduler.put(f"/v1/visits/{visit_id}/abilities", json={"abilities": ["stiff_neck"]})
    assert able.status_code == 200, able.text
    order = {"cadre_id": "C001", "cadre_name": "李卫国", "village_codes": [VILLAGE]}
    unplanned = await scheduler.post("/v1/device-enrolments", json=order)
    assert unplanned.json()["code"] == "AREA_NOT_SERVED", "of a cadre whom no plan knows nobody can say where he goes"


async def test_a_report_of_the_own_township_is_passed_on_by_its_scheduler(villages: TwoVillages) -> None:
    """So that the table above can fail for reports too: read, heard, passed on and answered."""
    office = FeedbackOffice(villages.office.bench)
    report = await office.report(await villages.office.phone(VILLAGE), Report(voice=VOICE))
    scheduler = villages.of[Role.SCHEDULER]
    assert (await scheduler.get(report.address)).json()["version"] == 1
    assert (await scheduler.get(f"{report.address}/voice")).content == VOICE
    passed = await scheduler.post(f"{report.address}/passing-on", json={"version": 1, "agency": "hrss"})
    assert passed.status_code == 200, passed.text
    answered = await scheduler.post(f"{report.address}/answer", json={"version": 2, "text": "好"})
    assert answered.json()["state"] == "answered"


async def test_who_is_seen_in_two_villages_is_decided_by_the_whole_county(villages: TwoVillages) -> None:
    """A question of identity that lies partly outside shows people of there: a reviewer of a part does not get it."""
    office = villages.office
    other = {"agency": "civil_affairs", "programme": "senior_subsidy"}
    await office.ask("S-1", HERE[1], name="赵铁柱", village=OTHER_VILLAGE, **other)
    everybody = (await office.get(office.bench.as_role["reviewer"], "/v1/identity-questions"))["items"]
    assert len(everybody) == 1
    assert (await villages.of[Role.REVIEWER].get("/v1/identity-questions")).json()["items"] == []
