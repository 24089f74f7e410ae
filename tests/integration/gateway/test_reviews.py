"""The reviewers' desk by the door: who gets a case, what is shown, what a decision does."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from schemas.review import ReviewDecided
from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import id_number
from tests.integration.gateway.review_office import CLIP, DOUBTFUL, NEXT, PHOTO, open_office
from tests.integration.gateway.test_audit import read_log
from tests.streams.certifying_office import CERTIFIED

WANG, LI = id_number(1), id_number(2)


async def test_a_case_is_shown_with_all_that_is_needed_to_decide(bench: Bench) -> None:
    """What was asked and when, what the machine saw in words, what to compare with, which reasons there are; clip and
    photo open for this answer alone, are never cached, and everything stands in the audit log."""
    office = await open_office(bench, WANG)
    reviewer = bench.as_role["reviewer"]
    capture_id = await office.film(WANG)
    begun = len(await read_log(bench))
    answer = await bench.http.post(NEXT, headers=reviewer)
    assert (answer.headers["Cache-Control"], answer.json()["waiting"]) == ("no-store", 1)
    case = answer.json()["case"]
    assert (case["cause"], case["round"], case["appeal"], case["earlier"]) == ("machine", 1, None, None)
    assert all(moment["asked_s"] and moment["zh"] and moment["en"] for moment in case["moments"])
    assert {signal["tone"] for signal in case["signals"]} <= {"for", "against", "open"}
    assert [reason["code"] for reason in case["machine_reasons"]] == ["face_differs"]
    assert set(case["reasons"]) == {"certified", "retry", "refused"}
    (photo,) = case["photos"]
    assert photo["kind"] == "id_photo"
    path = f"/v1/review-cases/{case['case_id']}"
    clip = await bench.http.get(f"{path}/clip", headers=reviewer)
    assert (clip.content, clip.headers["Content-Type"], clip.headers["Cache-Control"]) == (
        CLIP,
        "video/mp4",
        "no-store",
    )
    picture = await bench.http.get(f"{path}/photos/id_photo", headers=reviewer)
    assert (picture.content, picture.headers["Content-Type"]) == (PHOTO, "image/jpeg")
    gone = await bench.http.get(f"{path}/photos/accepted_proof", headers=reviewer)
    assert (gone.status_code, gone.json()["code"]) == (410, "REVIEW_MEDIA_GONE")
    assert (await office.get(reviewer, path))["case_id"] == case["case_id"]
    lines = (await read_log(bench))[begun:]
    acts = ["review.opened", "review.clip_opened", "review.photo_opened", "review.opened"]
    assert [line["act"] for line in lines] == acts
    assert lines[1]["keys"] == lines[2]["keys"] == [str(key_id_of(office.person(WANG)))]
    for secret in (WANG, office.person(WANG), str(capture_id)):
        assert secret not in answer.text
        assert secret not in json.dumps(lines)


@pytest.mark.parametrize("role", ["hrss", "scheduler", "auditor", "admin", "phone"])
async def test_nobody_but_a_reviewer_sees_or_decides(bench: Bench, role: str) -> None:
    """Not the auditor either: nobody looks at faces who need not."""
    office = await open_office(bench, WANG)
    await office.film(WANG)
    case = await office.take(bench.as_role["reviewer"])
    assert case is not None
    headers = (await bench.enrol_phone(VILLAGE)).headers if role == "phone" else bench.as_role[role]
    path = f"/v1/review-cases/{case['case_id']}"
    for method, where in (
        *(("POST", NEXT), ("GET", path), ("GET", f"{path}/clip"), ("GET", f"{path}/photos/id_photo")),
        *(("POST", f"{path}/decision"), ("DELETE", f"{path}/lease")),
    ):
        answer = await bench.http.request(method, where, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED"), where


async def test_two_reviewers_never_have_the_same_case(bench: Bench) -> None:
    """Asked at once, each has one of his own; asked again, the same; what is another's is not shown; given back or run
    out, it goes to the other."""
    office = await open_office(bench, WANG, LI)
    reviewers = [await office.reviewer() for _ in range(4)]
    for number in (WANG, LI):
        await office.film(number)
    cases = await asyncio.gather(*(office.take(reviewer) for reviewer in reviewers))
    taken = {case["case_id"]: reviewer for case, reviewer in zip(cases, reviewers, strict=True) if case}
    assert len(taken) == sum(case is not None for case in cases) == 2
    (one, first), (two, second) = taken.items()
    assert (await office.take(first) or {})["case_id"] == one
    for path in (f"/v1/review-cases/{two}", f"/v1/review-cases/{two}/clip", f"/v1/review-cases/{uuid4()}"):
        answer = await bench.http.get(path, headers=first)
        assert (answer.status_code, answer.json()["code"]) == (409, "REVIEW_NOT_YOURS")
    assert (await office.refused(first, f"/v1/review-cases/{two}/decision", {"decision": "certified"}))[0] == 409
    idle = next(reviewer for reviewer in reviewers if reviewer not in (first, second))
    assert (await bench.http.delete(f"/v1/review-cases/{one}/lease", headers=first)).status_code == 204
    assert (await office.take(idle) or {})["case_id"] == one
    assert await office.take(first) is None
    await bench.execute("UPDATE gateway.review_lease SET expires_at = now() WHERE case_id = %s", (two,))
    last = next(reviewer for reviewer in reviewers if reviewer not in (first, second, idle))
    assert (await office.take(last) or {})["case_id"] == two
    assert (await office.refused(second, f"/v1/review-cases/{two}/decision", {"decision": "certified"}))[0] == 409


async def test_certified_answers_every_agency_and_is_said_once(bench: Bench) -> None:
    """Both requests have their certificates, the phone and the desk see it, repeating it changes nothing, and nothing
    waits any more."""
    office = await open_office(bench, WANG)
    reviewer = bench.as_role["reviewer"]
    capture_id = await office.film(WANG)
    case = await office.take(reviewer)
    assert case is not None
    path = f"/v1/review-cases/{case['case_id']}/decision"
    await office.look(reviewer, case)
    for _ in range(2):
        taken = await office.move(reviewer, path, {"decision": "certified"})
        assert (taken["settled"], taken["outcome"], taken["note"]["code"]) == (True, "certified", "answers_all")
    assert await office.certificates() == 2
    assert await office.take(reviewer) is None
    shown = await office.get(reviewer, f"/v1/captures/{capture_id}")
    assert (shown["state"], shown["decision"]) == ("certified", "certified")
    assert (await office.visits(WANG)) == []
    events = [event for topic, _, event in await bench.events() if topic == "review"]
    assert len(events) == 1
    figures = await office.get(bench.as_role["auditor"], "/v1/review-cases/figures")
    assert (figures["waiting"], figures["decided"], figures["certified"]) == (0, 1, 1)
    assert figures["median_s"] is not None and 0 <= figures["median_s"] < 600


async def test_film_again_opens_filming_with_the_reason(bench: Bench) -> None:
    """The visit stays open, the capture says retry with the reviewer's reason, a new challenge is given, and a later
    certified recording settles it."""
    office = await open_office(bench, WANG)
    capture_id = await office.film(WANG)
    taken = await office.decide(bench.as_role["reviewer"], "retry", "person_not_clear")
    assert taken["note"]["code"] == "film_again"
    shown = await office.get(bench.as_role["reviewer"], f"/v1/captures/{capture_id}")
    assert (shown["decision"], [reason["code"] for reason in shown["reasons"]]) == ("retry", ["person_not_clear"])
    assert all(reason["zh"] and reason["en"] for reason in shown["reasons"])
    (visit,) = await office.visits(WANG)
    assert visit["last_decision"] == "retry"
    await office.film(WANG, CERTIFIED)
    assert await office.certificates() == 2


async def test_refused_stops_nothing_and_says_so(bench: Bench) -> None:
    """No certificate, no withdrawal, the visit stays open; the answer says what it does not mean."""
    office = await open_office(bench, WANG)
    capture_id = await office.film(WANG)
    taken = await office.decide(bench.as_role["reviewer"], "refused", "another_person")
    assert (taken["note"]["code"], "停发" in taken["note"]["zh"]) == ("stops_nothing", True)
    assert await office.certificates() == 0
    (visit,) = await office.visits(WANG)
    assert (visit["status"], visit["last_decision"]) == ("open", "refused")
    shown = await office.get(bench.as_role["reviewer"], f"/v1/captures/{capture_id}")
    assert (shown["state"], shown["decision"]) == ("judged", "refused")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"decision": "refused"}, "REVIEW_REASON_MISSING"),
        ({"decision": "retry", "reasons": []}, "REVIEW_REASON_MISSING"),
        ({"decision": "refused", "reasons": ["person_not_clear"]}, "REVIEW_REASON_UNFIT"),
        ({"decision": "retry", "reasons": ["reviewers_disagree"]}, "REVIEW_REASON_UNFIT"),
        ({"decision": "review"}, "MALFORMED"),
        ({"decision": "refused", "reasons": ["他不像"]}, "MALFORMED"),
    ],
)
async def test_a_decision_needs_a_reason_of_its_own(bench: Bench, body: dict[str, Any], code: str) -> None:
    """Nothing is decided, and the case stays on the desk."""
    office = await open_office(bench, WANG)
    await office.film(WANG)
    reviewer = bench.as_role["reviewer"]
    case = await office.take(reviewer)
    assert case is not None
    assert await office.refused(reviewer, f"/v1/review-cases/{case['case_id']}/decision", body) == (422, code)
    assert (await office.take(reviewer) or {})["case_id"] == case["case_id"]


async def test_two_reviewers_decide_where_policy_says_so_and_a_third_when_they_disagree(bench: Bench) -> None:
    """The second is another person and sees nothing of the first or of the machine; nothing is sent before."""
    office = await open_office(bench, WANG, reviewers=2, blind_to_machine=True)
    await office.film(WANG)
    first, second, third = [await office.reviewer() for _ in range(3)]
    taken = await office.decide(first, "certified")
    assert (taken["settled"], taken["outcome"]) == (False, None)
    assert await office.take(first) is None
    case = await office.take(second)
    assert case is not None
    hidden = ("cause", "signals", "machine_reasons", "earlier")
    assert [case[name] for name in hidden] == [None] * 4
    assert {moment["seen_s"] for moment in case["moments"]} == {None}
    assert (await office.decide(second, "refused", "another_person"))["settled"] is False
    assert await office.certificates() == 0
    assert (await office.decide(third, "certified"))["outcome"] == "certified"
    assert await office.certificates() == 2
    (event,) = [event for topic, _, event in await bench.events() if topic == "review"]
    assert isinstance(event, ReviewDecided)
    assert len(set(event.decided_by)) == 3


async def test_who_is_not_blind_sees_the_first_decision_and_not_whose(bench: Bench) -> None:
    """Where policy lets reviewers see it."""
    office = await open_office(bench, WANG, reviewers=2, blind_to_first=False)
    await office.film(WANG)
    first, second = [await office.reviewer() for _ in range(2)]
    await office.decide(first, "refused", "not_a_living_face")
    case = await office.take(second)
    assert case is not None
    (earlier,) = case["earlier"]
    assert (earlier["decision"], earlier["reasons"][0]["code"]) == ("refused", "not_a_living_face")
    assert "reviewer-" not in json.dumps(case)


async def test_a_doubt_about_a_visit_that_was_certified_since_waits_for_nobody(bench: Bench) -> None:
    """A second recording was good enough."""
    office = await open_office(bench, WANG)
    await office.film(WANG)
    await office.film(WANG, CERTIFIED)
    answer = await bench.http.post(NEXT, headers=bench.as_role["reviewer"])
    assert answer.json() == {"case": None, "waiting": 0}


@pytest.mark.parametrize("cause", ["machine", "sample"])
async def test_nobody_decides_on_what_he_has_not_looked_at(bench: Bench, cause: str) -> None:
    """That another one has opened it does not count. Only a doubt of the machine may be filmed again unseen: it takes
    nothing back."""
    sampled = cause == "sample"
    office = await open_office(bench, WANG, sample_rate=float(sampled))
    await office.film(WANG, CERTIFIED if sampled else DOUBTFUL)
    first, second = [await office.reviewer() for _ in range(2)]
    case = await office.take(first)
    assert case is not None
    await office.look(first, case)
    assert (await bench.http.delete(f"/v1/review-cases/{case['case_id']}/lease", headers=first)).status_code == 204
    assert await office.take(second) is not None
    path = f"/v1/review-cases/{case['case_id']}/decision"
    again: dict[str, Any] = {"decision": "retry", "reasons": ["person_not_clear"]}
    unseen: list[dict[str, Any]] = [
        {"decision": "certified"},
        {"decision": "refused", "reasons": ["another_person"]},
        *([again] * sampled),
    ]
    for word in unseen:
        assert await office.refused(second, path, word) == (409, "REVIEW_CLIP_UNSEEN")
    if sampled:
        await office.look(second, case)
    assert (await office.move(second, path, again))["settled"] is True


@pytest.mark.parametrize("why", ["certified_otherwise", "recording_gone"])
async def test_what_nobody_has_to_decide_any_more_leaves_the_desk(bench: Bench, why: str) -> None:
    """Whoever has it sees and decides nothing of it any more, and gets the next one."""
    office = await open_office(bench, WANG, LI)
    await office.film(WANG)
    reviewer = bench.as_role["reviewer"]
    case = await office.take(reviewer)
    assert case is not None
    await office.look(reviewer, case)
    if why == "certified_otherwise":
        await office.film(WANG, CERTIFIED)
    else:
        await bench.execute("UPDATE certify.capture SET deleted_at = now(), blob_id = NULL")
    path = f"/v1/review-cases/{case['case_id']}"
    assert await office.refused(reviewer, f"{path}/decision", {"decision": "certified"}) == (409, "REVIEW_NOT_YOURS")
    for opened in (path, f"{path}/clip", f"{path}/photos/id_photo"):
        assert (await bench.http.get(opened, headers=reviewer)).status_code == 409
    await office.film(LI)
    after = await office.take(reviewer)
    assert after is not None
    assert after["case_id"] != case["case_id"]
