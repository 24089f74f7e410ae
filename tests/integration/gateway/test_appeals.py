"""Appeals by the door: against what, by whom, how often; and who decides them."""

import asyncio

import pytest

from schemas.base import stable_id
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import day, id_number
from tests.integration.gateway.review_office import APPEALS, ReviewOffice, open_office

WANG, LI = id_number(1), id_number(2)


async def test_an_appeal_is_decided_by_somebody_else(bench: Bench) -> None:
    """By the family at an agency; before all other cases; who decided before never gets it; the new decision counts."""
    office = await open_office(bench, WANG, LI)
    capture_id = await office.film(WANG)
    first, second = [await office.reviewer() for _ in range(2)]
    await office.decide(first, "refused", "another_person")
    await office.film(LI)
    body = {"request_id": f"P-{WANG[-4:]}", "appealed_by": "family", "ground": "same_person"}
    taken = await office.move(bench.as_role["hrss"], APPEALS, body)
    assert taken["round"] == 2
    assert await office.refused(bench.as_role["hrss"], APPEALS, body) == (409, "APPEAL_PENDING")
    shown = await office.get(first, f"/v1/captures/{capture_id}")
    assert shown["decision"] == "review"
    other = await office.take(first)
    assert other is not None and other["case_id"] != taken["case_id"]
    case = await office.take(second)
    assert case is not None
    assert (case["case_id"], case["appeal"]["ground"]["code"]) == (taken["case_id"], "same_person")
    await office.decide(second, "certified", "person_recognised")
    assert await office.certificates() == 2
    assert (await office.get(first, f"/v1/captures/{capture_id}"))["state"] == "certified"
    nothing = await office.refused(bench.as_role["hrss"], APPEALS, body)
    assert nothing == (409, "APPEAL_NOTHING_DECIDED")


async def test_of_two_appeals_at_once_one_is_taken_in(bench: Bench) -> None:
    """The other waits for its lock, and then sees that there is one."""
    office = await open_office(bench, WANG)
    await office.film(WANG)
    await office.decide(await office.reviewer(), "refused", "another_person")
    body = {"request_id": f"P-{WANG[-4:]}", "appealed_by": "family", "ground": "same_person"}
    sent = [bench.http.post(APPEALS, json=body, headers=bench.as_role["hrss"]) for _ in range(6)]
    answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [202, *[409] * 5]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"APPEAL_PENDING"}


async def test_who_takes_an_appeal_in_does_not_decide_it(bench: Bench) -> None:
    """A reviewer to whom the family turned is no more a judge in it than the one who decided; whoever is neither is."""
    office = await open_office(bench, WANG)
    first, second, third = [await office.reviewer() for _ in range(3)]
    await office.film(WANG)
    await office.decide(first, "refused", "another_person")
    appeal = {"visit_id": str(await office.visit(WANG)), "appealed_by": "family", "ground": "same_person"}
    taken = await office.move(second, APPEALS, appeal)
    assert [await office.take(one) for one in (first, second)] == [None, None]
    assert (await office.take(third) or {})["case_id"] == taken["case_id"]


async def test_an_agency_appeals_for_its_own_request_and_for_nothing_else_of_the_person(bench: Bench) -> None:
    """What was filmed for another agency's visit is none of its business, until its own request rests on it."""
    office = ReviewOffice(bench)
    await office.ask("P-1", WANG)
    await office.film(WANG)
    await office.decide(bench.as_role["reviewer"], "refused", "another_person")
    await office.ask("S-1", WANG, agency="civil_affairs", first=day(100), last=day(130), programme="senior_subsidy")
    assert len(await office.visits(WANG)) == 2
    appeal = {"request_id": "S-1", "appealed_by": "family", "ground": "same_person"}
    civil_affairs = bench.as_role["civil_affairs"]
    assert await office.refused(civil_affairs, APPEALS, appeal) == (409, "APPEAL_NOTHING_DECIDED")
    await bench.execute(
        "INSERT INTO certify.certificate (agency, request_id, certificate_id, programme, person_key, visit_id,"
        " proved_at, evidence, proof_id, issued_at, jws) SELECT 'civil_affairs', 'S-1', gen_random_uuid(),"
        " 'senior_subsidy', person_key, visit_id, captured_at, 'in_person_face', capture_id, now(), '' FROM"
        " certify.capture"
    )
    assert (await office.move(civil_affairs, APPEALS, appeal))["round"] == 2


@pytest.mark.parametrize("by", ["agency", "desk"])
async def test_a_pending_appeal_is_seen_behind_what_was_decided_earlier(bench: Bench, by: str) -> None:
    """Filmed again on a reviewer's word, refused, appealed: asked once more, the appeal is pending, and no other case
    of the visit is opened anew instead."""
    office = await open_office(bench, WANG)
    appeal = {"appealed_by": "family", "ground": "same_person"}
    appeal |= {"request_id": f"P-{WANG[-4:]}"} if by == "agency" else {"visit_id": str(await office.visit(WANG))}
    caller = bench.as_role["hrss" if by == "agency" else "scheduler"]
    for decision, reason in (("retry", "person_not_clear"), ("refused", "another_person")):
        newest = await office.film(WANG)
        await office.decide(bench.as_role["reviewer"], decision, reason)
    taken = await office.move(caller, APPEALS, appeal)
    assert taken["case_id"] == str(stable_id("review-case", str(newest)))
    assert await office.refused(caller, APPEALS, appeal) == (409, "APPEAL_PENDING")


async def test_who_may_appeal_and_when(bench: Bench) -> None:
    """A phone for its villages, a desk for all, an agency for its own requests; not before a decision, and not when the
    recording is gone."""
    office = await open_office(bench, WANG)
    await office.film(WANG)
    visit = {"visit_id": str(await office.visit(WANG)), "appealed_by": "person", "ground": "filmed_alive"}
    desk, hrss = bench.as_role["scheduler"], bench.as_role["hrss"]
    assert await office.refused(desk, APPEALS, visit) == (409, "APPEAL_NOTHING_DECIDED")
    await office.decide(bench.as_role["reviewer"], "refused", "another_person")
    stranger = (await bench.enrol_phone("990101001009")).headers
    assert await office.refused(stranger, APPEALS, visit) == (404, "VISIT_UNKNOWN")
    assert await office.refused(hrss, APPEALS, visit) == (422, "APPEAL_UNCLEAR")
    foreign = {"request_id": f"S-{WANG[-4:]}", "appealed_by": "family", "ground": "same_person"}
    assert await office.refused(hrss, APPEALS, foreign) == (404, "REQUEST_UNKNOWN")
    for role in ("auditor", "admin"):
        assert await office.refused(bench.as_role[role], APPEALS, visit) == (403, "ROLE_NOT_ALLOWED")
    await bench.execute("UPDATE certify.capture SET deleted_at = now(), blob_id = NULL")
    assert await office.refused(desk, APPEALS, visit) == (410, "APPEAL_RECORDING_GONE")
    await bench.execute("UPDATE certify.capture SET deleted_at = NULL, blob_id = gen_random_uuid()")
    phone = (await bench.enrol_phone(VILLAGE)).headers
    assert (await office.move(phone, APPEALS, visit))["round"] == 2
