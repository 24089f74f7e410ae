"""A cadre reports a problem, triage passes it on, the agency answers, the phone is told: by the real door."""

import json
import logging
from datetime import timedelta

import httpx
import psycopg
import pytest

from schemas.feedback import FeedbackKind, FeedbackPassedOn
from services.delivery.keeping import keep
from services.gateway.feedback.sweeper import sweep_feedback
from services.platform.ledger import Transaction
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.feedback_office import ANSWER, NOTE, SAID, VOICE, FeedbackOffice, Report, jpeg


@pytest.fixture
def office(bench: Bench) -> FeedbackOffice:
    """The door of one test."""
    return FeedbackOffice(bench)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which says in both languages what to do."""
    problem = answer.json()
    assert problem["next_step"]["zh"] and problem["next_step"]["en"]
    return answer.status_code, problem["code"]


async def test_from_the_phone_to_the_answer(office: FeedbackOffice) -> None:
    """Text, voice and picture come to triage, go to the agency with a note, and its answer comes back; who has it is
    told at each step, and the agency by its own topic, with the id and the kind alone."""
    bench, picture = office.bench, jpeg()
    phone = await bench.enrol_phone(VILLAGE)
    report = await office.report(phone, Report(voice=VOICE, picture=picture))
    (seen,) = await office.listed("scheduler", "?state=received")
    assert (seen["state"], seen["village_code"], [file["state"] for file in seen["files"]]) == (
        "received",
        VILLAGE,
        ["here", "here"],
    )
    opened = await office.opened("scheduler", report)
    assert (opened["text"], opened["steps"]) == (SAID, [])
    await office.passed_on(report)
    (state,) = await office.mine(phone)
    assert (state["state"], state["agency"], state["missing"]) == ("with_agency", "hrss", [])
    ((topic, key, event),) = [each for each in await bench.events() if each[0].startswith("request.notice")]
    assert (topic, key) == ("request.notice.hrss", str(report.feedback_id))
    assert isinstance(event, FeedbackPassedOn)
    assert (event.feedback_id, event.kind) == (report.feedback_id, FeedbackKind.PROBLEM)
    assert SAID not in event.model_dump_json() and NOTE not in event.model_dump_json()
    read = await office.opened("hrss", report)
    assert (read["text"], read["steps"][0]["said"]) == (SAID, NOTE)
    for medium, content, media_type in (("voice", VOICE, "audio/webm"), ("picture", picture, "image/jpeg")):
        file = await bench.http.get(f"{report.address}/{medium}", headers=bench.as_role["hrss"])
        assert (file.content, file.headers["content-type"]) == (content, media_type)
        assert file.headers["x-content-type-options"] == "nosniff" and file.headers["cache-control"] == "no-store"
    answer = await office.act("hrss", report, "answer", version=2, text=ANSWER)
    assert (answer.status_code, answer.json()["state"]) == (200, "answered")
    (state,) = await office.mine(phone)
    assert state["state"] == "answered"
    told = await office.told(phone, report)
    assert told.json()["answer"] == ANSWER
    (done,) = await office.listed("hrss", "?state=answered")
    assert done["answered_at"]


async def test_the_agency_is_told_by_every_way(office: FeedbackOffice) -> None:
    """What stands on its topic is kept for pull, webhook and file like all else; another agency hears nothing."""
    bench = office.bench
    report = await office.report(await bench.enrol_phone(VILLAGE))
    await office.passed_on(report)
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        await keep(Transaction(connection, "/test"), [event for _, _, event in await bench.events()])
        await connection.commit()
    told = {
        who: (await bench.http.get("/v1/deliveries", headers=bench.as_role[who])).json()["items"]
        for who in ("hrss", "civil_affairs")
    }
    ((kind, data),) = [(each["kind"], each["data"]) for each in told["hrss"]]
    assert (kind, data["feedback_id"], told["civil_affairs"]) == ("feedback.passed-on.v1", str(report.feedback_id), [])


async def test_what_is_sent_again_is_the_same(office: FeedbackOffice) -> None:
    """A phone that lost the answer sends text and files again, also after they were answered; another text under the
    id, and the same from another phone, are refused."""
    phone, other = await office.bench.enrol_phone(VILLAGE), await office.bench.enrol_phone(VILLAGE)
    report = Report(voice=VOICE)
    body = report.body(phone)
    for _ in range(2):
        taken = await office.bench.http.put(report.address, json=body, headers=phone.headers)
        assert (taken.status_code, taken.json()["missing"]) == (200, ["voice"])
    for _ in range(2):
        taken = await office.send_file(phone, report, "voice", VOICE)
        assert (taken.status_code, taken.json()["missing"]) == (200, [])
    assert (await office.act("scheduler", report, "answer", text=ANSWER)).status_code == 200
    again = await office.bench.http.put(report.address, json=body, headers=phone.headers)
    assert (again.status_code, again.json()["missing"]) == (200, [])
    changed = Report(text="别的话", voice=VOICE, feedback_id=report.feedback_id)
    assert code(await office.send(phone, changed)) == (409, "FEEDBACK_ID_USED")
    assert code(await office.send(other, report)) == (409, "FEEDBACK_ID_USED")
    assert len(await office.listed("scheduler")) == 1


async def test_what_a_phone_may_not_send(office: FeedbackOffice) -> None:
    """Each fault has its code, before a byte of a file travels where that can be; nothing is kept of it."""
    bench = office.bench
    phone, other = await bench.enrol_phone(VILLAGE), await bench.enrol_phone(VILLAGE)
    report = Report(voice=VOICE, picture=jpeg())
    largest = bench.door.policy.feedback_file_bytes
    huge = report.body(phone)["voice"] | {"size": largest + 1}
    film = report.body(phone)["voice"] | {"media_type": "video/webm"}
    assert code(await office.send(phone, report, voice=huge)) == (413, "FEEDBACK_FILE_TOO_LARGE")
    assert code(await office.send(phone, report, voice=film)) == (415, "FEEDBACK_FILE_UNFIT")
    assert code(await office.send(phone, report, village_code=OTHER_VILLAGE)) == (422, "FEEDBACK_VILLAGE_NOT_YOURS")
    assert code(await office.send(phone, report, text="改过的文字")) == (422, "SIGNATURE_WRONG")
    assert code(await office.send(phone, report, signature=report.body(other)["signature"])) == (422, "SIGNATURE_WRONG")
    assert code(await office.send(phone, Report(text=" \n"))) == (422, "FEEDBACK_EMPTY")
    assert code(await office.send(phone, Report(text="长" * 501))) == (422, "MALFORMED")
    assert await office.listed("scheduler") == []
    assert (await office.send(phone, report)).status_code == 200
    wrong = (
        (other, "voice", VOICE, (404, "FEEDBACK_UNKNOWN")),
        (phone, "voice", VOICE[:-1], (422, "FEEDBACK_FILE_DAMAGED")),
        (phone, "voice", VOICE[:-1] + b"?", (422, "FEEDBACK_FILE_DAMAGED")),
        (phone, "voice", bytes(largest + 200_000), (413, "BODY_TOO_LARGE")),
    )
    for whose, medium, content, expected in wrong:
        assert code(await office.send_file(whose, report, medium, content)) == expected
    assert [file["state"] for file in (await office.listed("scheduler"))[0]["files"]] == ["coming", "coming"]
    gone = await bench.http.get(f"{report.address}/voice", headers=bench.as_role["scheduler"])
    assert code(gone) == (404, "FEEDBACK_FILE_GONE")


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (jpeg(comment=b"at home"), (422, "FEEDBACK_PICTURE_TELLS")),
        (jpeg(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"), (422, "FEEDBACK_PICTURE_TELLS")),
        (jpeg(1601, 8), (413, "FEEDBACK_FILE_TOO_LARGE")),
        (b"\x89PNG" + bytes(40), (415, "FEEDBACK_FILE_UNFIT")),
        (b"\xff\xd8\xff" + bytes(40), (415, "FEEDBACK_FILE_UNFIT")),
    ],
    ids=["comment", "exif", "large", "png", "broken"],
)
async def test_a_picture_that_tells_more_than_is_seen_on_it(
    office: FeedbackOffice, picture: bytes, expected: tuple[int, str]
) -> None:
    """No place, time or phone comes along, whatever the page at the other end is."""
    phone = await office.bench.enrol_phone(VILLAGE)
    report = Report(picture=picture)
    assert (await office.send(phone, report)).status_code == 200
    assert code(await office.send_file(phone, report, "picture", picture)) == expected


async def test_a_voice_that_is_none(office: FeedbackOffice) -> None:
    """What begins otherwise than its type is refused."""
    phone = await office.bench.enrol_phone(VILLAGE)
    report = Report(voice=b"<html>" + bytes(40))
    assert (await office.send(phone, report)).status_code == 200
    assert code(await office.send_file(phone, report, "voice", report.voice or b"")) == (415, "FEEDBACK_FILE_UNFIT")


async def test_who_does_not_have_a_report_knows_nothing_of_it(office: FeedbackOffice) -> None:
    """A foreign agency, the joint group and a foreign phone are answered as if it did not exist; auditors list it, open
    nothing and change nothing."""
    bench = office.bench
    phone, other = await bench.enrol_phone(VILLAGE), await bench.enrol_phone(VILLAGE)
    report, group = await office.report(phone, Report(picture=jpeg())), await office.joint_group()
    await office.passed_on(report, "hrss")
    for who in (bench.as_role["civil_affairs"], group):
        assert await office.listed(who) == []
        for path in ("", "/picture"):
            assert code(await bench.http.get(report.address + path, headers=who)) == (404, "FEEDBACK_UNKNOWN")
        assert code(await office.act(who, report, "answer", version=2, text="x")) == (404, "FEEDBACK_UNKNOWN")
        assert code(await office.act(who, report, "giving-back", version=2, reason="x")) == (404, "FEEDBACK_UNKNOWN")
        assert code(await office.act(who, report, "passing-on", version=2, agency="hrss")) == (403, "ROLE_NOT_ALLOWED")
    assert await office.mine(other) == []
    assert code(await office.told(other, report)) == (404, "FEEDBACK_UNKNOWN")
    assert len(await office.listed("auditor")) == 1
    auditor = bench.as_role["auditor"]
    assert code(await bench.http.get(report.address, headers=auditor)) == (403, "ROLE_NOT_ALLOWED")
    for act in ("passing-on", "giving-back", "answer"):
        answer = await office.act("auditor", report, act, version=2, agency=None, text="x", reason="x")
        assert code(answer) == (403, "ROLE_NOT_ALLOWED")


async def test_given_back_it_goes_to_another_one(office: FeedbackOffice) -> None:
    """Triage reads why, the first agency knows nothing of it any more, the joint group answers; each step can be taken
    once, by who has read the last one."""
    bench = office.bench
    phone, group = await bench.enrol_phone(VILLAGE), await office.joint_group()
    report = await office.report(phone)
    assert code(await office.act("scheduler", report, "passing-on", agency="nobody")) == (
        422,
        "FEEDBACK_AGENCY_UNKNOWN",
    )
    await office.passed_on(report, "hrss")
    assert code(await office.act("scheduler", report, "passing-on", agency="hrss")) == (409, "FEEDBACK_CHANGED")
    assert (await office.act("hrss", report, "giving-back", version=2, reason="不属于我们")).status_code == 204
    assert code(await bench.http.get(report.address, headers=bench.as_role["hrss"])) == (404, "FEEDBACK_UNKNOWN")
    back = await office.opened("scheduler", report)
    assert (back["state"], back["agency"]) == ("received", None)
    assert [(step["step"], step["agency"], step["said"]) for step in back["steps"]] == [
        ("passed_on", "hrss", NOTE),
        ("given_back", "hrss", "不属于我们"),
    ]
    await office.passed_on(report, None, version=3)
    assert [each["state"] for each in await office.mine(phone)] == ["with_joint_group"]
    assert [each["feedback_id"] for each in await office.listed(group)] == [str(report.feedback_id)]
    steps = (await office.opened(group, report))["steps"]
    assert [(step["step"], step["agency"]) for step in steps] == [("passed_on", None)], "what hrss said is not theirs"
    assert (await office.act(group, report, "answer", version=4, text=ANSWER)).status_code == 200
    assert code(await office.act(group, report, "answer", version=4, text=ANSWER)) == (409, "FEEDBACK_OVER")
    assert code(await office.act("scheduler", report, "passing-on", version=5, agency="hrss")) == (409, "FEEDBACK_OVER")
    notices = [topic for topic, _, _ in await bench.events() if topic.startswith("request.notice")]
    assert notices == ["request.notice.hrss"], "the joint group has no topic, and is told by its list"


async def test_before_there_is_an_answer_there_is_none(office: FeedbackOffice) -> None:
    """And triage may answer by itself, also for an agency that is silent."""
    phone = await office.bench.enrol_phone(VILLAGE)
    report = await office.report(phone)
    await office.passed_on(report)
    early = await office.told(phone, report)
    assert code(early) == (404, "FEEDBACK_NOT_ANSWERED")
    assert code(await office.act("scheduler", report, "answer", version=2, text="  ")) == (422, "MALFORMED")
    assert (await office.act("scheduler", report, "answer", version=2, text=ANSWER)).status_code == 200
    assert (await office.opened("hrss", report))["steps"][-1]["office"] == "triage"


async def test_a_phone_sends_only_so_many(office: FeedbackOffice) -> None:
    """Of one phone in a day; what was sent before may be sent again all the same."""
    policy = office.bench.door.policy.model_copy(update={"feedback_a_day": 1})
    object.__setattr__(office.bench.door, "policy", policy)
    phone, other = await office.bench.enrol_phone(VILLAGE), await office.bench.enrol_phone(VILLAGE)
    report = Report()
    body = report.body(phone)
    for _ in range(2):
        taken = await office.bench.http.put(report.address, json=body, headers=phone.headers)
        assert taken.status_code == 200
    assert code(await office.send(phone, Report())) == (429, "FEEDBACK_TOO_MANY")
    assert (await office.send(other, Report())).status_code == 200


async def test_pages_go_on_where_they_ended(office: FeedbackOffice) -> None:
    """Those that have waited longest first, each once."""
    phone = await office.bench.enrol_phone(VILLAGE)
    sent = [str((await office.report(phone)).feedback_id) for _ in range(3)]
    headers, seen, cursor = office.bench.as_role["reviewer"], [], ""
    while True:
        page = (await office.bench.http.get(f"/v1/feedback?limit=2{cursor}", headers=headers)).json()
        seen += [each["feedback_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == sent


async def test_nothing_of_it_lies_in_the_open_and_nobody_learns_whose_it_is(
    office: FeedbackOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """Text, voice, picture, note and answer are sealed at rest and in no log; the audit log names who has read and done
    what, and no line of it connects a phone with a report."""
    bench, picture = office.bench, jpeg()
    phone = await bench.enrol_phone(VILLAGE)
    with caplog.at_level(logging.DEBUG):
        report = await office.report(phone, Report(voice=VOICE, picture=picture))
        await office.passed_on(report)
        shown = json.dumps([await office.listed("hrss"), await office.opened("hrss", report)])
        await bench.http.get(f"{report.address}/voice", headers=bench.as_role["hrss"])
        assert (await office.act("hrss", report, "answer", version=2, text=ANSWER)).status_code == 200
        assert (await office.told(phone, report)).status_code == 200
    assert str(phone.device_id) not in shown and "C001" not in shown
    rows = await bench.execute(
        "SELECT sealed FROM gateway.feedback_part UNION ALL SELECT sealed FROM gateway.feedback_step"
    )
    at_rest = b"".join(bytes(sealed) for (sealed,) in rows)
    for secret in (SAID.encode(), VOICE, picture, NOTE.encode(), ANSWER.encode()):
        assert secret not in at_rest
    assert not [record for record in caplog.records if SAID in record.getMessage() or ANSWER in record.getMessage()]
    lines = [json.loads(line) for (line,) in await bench.execute("SELECT line FROM platform.audit ORDER BY number")]
    acts = [(line["act"], line["role"]) for line in lines if line["act"].startswith("feedback.")]
    assert acts == [
        ("feedback.passed_on", "scheduler"),
        ("feedback.opened", "agency"),
        ("feedback.opened", "agency"),
        ("feedback.answered", "agency"),
        ("feedback.answer_read", "device"),
    ]
    assert not [line for line in lines if line["role"] == "device" and str(report.feedback_id) in json.dumps(line)]


async def test_each_part_ends_on_its_day(office: FeedbackOffice) -> None:
    """Voice and picture 30 days after the answer, the words 400, with their keys and with which phone it was; what is
    not answered stays."""
    bench = office.bench
    phone = await bench.enrol_phone(VILLAGE)
    report, open_one = await office.report(phone, Report(voice=VOICE, picture=jpeg())), await office.report(phone)
    assert (await office.act("scheduler", report, "answer", text=ANSWER)).status_code == 200

    async def after(days: int) -> int:
        await bench.execute(
            "UPDATE gateway.feedback SET answered_at = %s WHERE feedback_id = %s",
            (bench.door.now() - timedelta(days=days), report.feedback_id),
        )
        return await sweep_feedback(bench.door)

    assert await after(29) == 0
    assert await after(31) == 2
    opened = await office.opened("scheduler", report)
    assert (opened["text"], [file["state"] for file in opened["files"]]) == (SAID, ["gone", "gone"])
    gone = await bench.http.get(f"{report.address}/voice", headers=bench.as_role["scheduler"])
    assert code(gone) == (404, "FEEDBACK_FILE_GONE")
    assert code(await office.send_file(phone, report, "voice", VOICE)) == (404, "FEEDBACK_FILE_GONE")
    assert await after(399) == 0
    assert await after(401) == 1
    opened = await office.opened("scheduler", report)
    assert (opened["text"], opened["steps"][0]["said"], opened["state"]) == (None, None, "answered")
    assert await bench.execute("SELECT 1 FROM gateway.feedback WHERE device_id IS NULL") == [(1,)]
    assert [each["feedback_id"] for each in await office.mine(phone)] == [str(open_one.feedback_id)]
    keys = await bench.execute("SELECT wrapped IS NULL, count(*) FROM platform.keyring GROUP BY 1 ORDER BY 1")
    assert keys == [(False, 1), (True, 3)]
    assert (await office.opened("scheduler", open_one))["text"] == SAID
    assert await sweep_feedback(bench.door) == 0
