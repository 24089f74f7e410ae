"""Receipts at the door and what follows: the desk, the phone and the scheduler hear of every rejection, once."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from schemas.receipt import ReceiptGiven
from schemas.topics import EVIDENCE, VISIT
from services.certify.certifying import Certifier
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.domain.review_policy import ReviewPolicy
from services.certify.policy import MatchPolicy
from services.certify.review_cases import CaseOpener
from services.cli.main import app
from services.cli.receipts import read_matters
from services.gateway.domain.receipts import ReceiptPolicy
from services.platform.runner import Reader
from tests.integration.gateway.conftest import VILLAGE, Bench, Phone
from tests.integration.gateway.county import County, id_number, today

PATH = "/v1/receipts"
WANG = id_number(1)
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def county(bench: Bench) -> County:
    """Two agencies ask for one person."""
    return await certifying(bench)


async def certifying(bench: Bench) -> County:
    """Two agencies ask for one person; certify answers for real, by what a witness saw."""
    county = County(bench)
    certifier = Certifier(
        issuer=bench.settings.issuer,
        signing_key=bench.door.secrets.signing_key,
        policy=RecognitionPolicy(),
        match=MatchPolicy(),
        county=ZoneInfo("Asia/Shanghai"),
        address=bench.settings.address,
        cases=CaseOpener(ReviewPolicy(), bench.door.secrets.county_secret),
    )
    county.readers |= {
        VISIT.name: Reader(VISIT, certifier.fold_visits),
        EVIDENCE.name: Reader(EVIDENCE, certifier.fold_evidence),
    }
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs", programme="senior_subsidy")
    return county


async def give(bench: Bench, *items: Any, role: str = "hrss") -> list[dict[str, Any]]:
    """Hands receipts in; what became of each."""
    body = json.dumps({"items": items})
    answer = await bench.http.post(PATH, content=body, headers=bench.as_role[role] | JSON)
    assert answer.status_code == 202, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    assert [one["index"] for one in found] == list(range(len(items)))
    assert answer.json()["taken"] == sum(one["taken"] for one in found)
    return found


async def witness(county: County) -> None:
    """Somebody of ours was at every open visit, with a second witness."""
    bench = county.bench
    visits = (await county.get(bench.as_role["scheduler"], "/v1/visits"))["items"]
    items = [
        {
            "source": "witnessed_visit",
            "happened_on": today().isoformat(),
            "acted_by": "person",
            "visit_id": v["visit_id"],
        }
        for v in visits
    ]
    answer = await bench.http.post("/v1/evidence", json={"items": items}, headers=bench.as_role["reviewer"])
    assert answer.json()["refused"] == 0, answer.text
    await county.fold()


async def certificate(county: County, request_id: str = "P-1", role: str = "hrss") -> str:
    """The newest certificate of a request."""
    found = await county.get(county.bench.as_role[role], f"/v1/certificates/{request_id}")
    return str(found["certificate_id"])


async def warned(county: County, phone: Phone) -> bool:
    """Whether the phone's cadre hears of a record that is to be settled."""
    stops = (await county.get(phone.headers, "/v1/today"))["stops"]
    warnings = [warning["code"] for stop in stops for person in stop["people"] for warning in person["warnings"]]
    return "record_to_settle" in warnings


async def open_visits(county: County) -> list[dict[str, Any]]:
    """What the desk has to do."""
    found = await county.get(county.bench.as_role["scheduler"], "/v1/visits")
    return list(found["items"])


async def test_a_rejection_sends_somebody_again_and_is_seen_by_all(county: County) -> None:
    """Desk, phone and agency see it; a second proof answers it with a second certificate, and that is accepted."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    await witness(county)
    first = await certificate(county)
    (taken,) = await give(
        bench,
        {
            "certificate_id": first,
            "outcome": "rejected",
            "code": "PERSON_DOUBTED",
            "message": "照片不符",
            "record": "8",
        },
    )
    assert (taken["taken"], taken["sequence"], taken["follows"]) == (True, 1, "visit_again")
    assert await open_visits(county) == []
    await county.fold()
    (again,) = await open_visits(county)
    (asked,) = again["requests"]
    assert (asked["agency"], asked["reopened"]["code"], asked["reopened"]["certificates"]) == (
        "hrss", "PERSON_DOUBTED", [first],
    )  # fmt: skip
    (matter,) = (await county.get(bench.as_role["scheduler"], PATH))["items"]
    assert (matter["request_id"], matter["follows"], matter["message"], matter["record"]) == (
        "P-1", "visit_again", "照片不符", "8",
    )  # fmt: skip
    assert matter["zh"] and matter["en"]
    (person,) = [p for stop in (await county.get(phone.headers, "/v1/today"))["stops"] for p in stop["people"]]
    assert person["visit_id"] == again["visit_id"]
    assert "rejected_by_agency" in [warning["code"] for warning in person["warnings"]]
    state = await county.get(bench.as_role["hrss"], "/v1/requests/P-1")
    assert (state["status"], state["rejected_because"]) == ("open", "PERSON_DOUBTED")
    assert (await county.get(bench.as_role["civil_affairs"], "/v1/requests/S-1"))["status"] == "certified"

    await witness(county)
    second = await certificate(county)
    assert second != first
    assert await open_visits(county) == []
    assert (await county.get(bench.as_role["scheduler"], PATH))["items"] == []
    await give(bench, {"certificate_id": second, "outcome": "accepted"})
    await county.fold()
    assert (await county.get(bench.as_role["hrss"], "/v1/requests/P-1"))["status"] == "certified"
    pulled = (await county.get(bench.as_role["hrss"], "/v1/certificates"))["items"]
    assert [one["certificate_id"] for one in pulled] == [first, second]


async def test_where_a_visit_cannot_help_it_is_held_and_warned_of(county: County) -> None:
    """Nobody rides for a wrong record: it stands at the desk until the agency accepts; the next visit is warned."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    await witness(county)
    said = {"certificate_id": await certificate(county), "outcome": "rejected", "code": "NAME_DIFFERS"}
    assert [one["follows"] for one in await give(bench, said)] == ["held"]
    await county.fold()
    assert await open_visits(county) == []
    assert (await county.get(bench.as_role["hrss"], "/v1/requests/P-1"))["status"] == "certified"
    assert [one["follows"] for one in (await county.get(bench.as_role["auditor"], PATH))["items"]] == ["held"]
    await bench.execute("DELETE FROM certify.evidence")
    await county.ask("P-2", WANG, programme="family_planning")
    assert await warned(county, phone)
    await give(bench, {"certificate_id": said["certificate_id"], "outcome": "accepted"})
    await county.fold()
    assert (await county.get(bench.as_role["scheduler"], PATH))["items"] == []
    assert not await warned(county, phone)


async def test_each_certificate_is_settled_by_itself(county: County) -> None:
    """That another one is accepted puts no record right; a request withdrawn, or a certificate revoked, ends it."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    desk, hrss = bench.as_role["scheduler"], bench.as_role["hrss"]
    await witness(county)
    held = {"outcome": "rejected", "code": "NAME_DIFFERS"}
    await give(bench, held | {"certificate_id": await certificate(county)})
    theirs = await certificate(county, "S-1", "civil_affairs")
    await give(bench, held | {"certificate_id": theirs}, role="civil_affairs")
    await bench.execute("DELETE FROM certify.evidence")
    await county.ask("P-2", WANG, programme="family_planning")
    await witness(county)
    await give(bench, {"certificate_id": await certificate(county, "P-2"), "outcome": "accepted"})
    await bench.execute("DELETE FROM certify.evidence")
    await county.ask("P-3", WANG, programme="senior_subsidy")

    async def stands() -> list[str]:
        return [one["request_id"] for one in (await county.get(desk, PATH))["items"]]

    assert (await stands(), await warned(county, phone)) == (["P-1", "S-1"], True)
    assert (await bench.http.delete("/v1/requests/P-1", headers=hrss)).status_code == 202
    await county.fold()
    assert (await stands(), await warned(county, phone)) == (["S-1"], False)
    path = f"/v1/certificates/{theirs}/revocation"
    assert (await bench.http.post(path, json={"reason": "NOT_NEEDED"}, headers=bench.as_role["reviewer"])).is_success
    assert await stands() == []


async def test_the_same_receipt_again_changes_nothing(county: County) -> None:
    """By its own id, or by what it says; within a batch too. The scheduler is told once of each."""
    bench = county.bench
    await witness(county)
    reject = {"certificate_id": await certificate(county), "outcome": "rejected", "code": "PROOF_TOO_OLD"}
    accept = {"certificate_id": reject["certificate_id"], "outcome": "accepted", "receipt_id": "R-2"}
    first = await give(bench, reject, reject, accept)
    assert [one["sequence"] for one in first] == [1, 1, 2]
    assert [one["sequence"] for one in await give(bench, reject, accept)] == [1, 2]
    await county.fold()
    assert await open_visits(county) == []
    assert (await county.get(bench.as_role["scheduler"], f"{PATH}?outcome=any"))["items"][0]["outcome"] == "accepted"
    (clash,) = await give(bench, reject | {"receipt_id": "R-2"})
    assert (clash["taken"], clash["code"]) == (False, "RECEIPT_ID_USED")
    back = reject | {"receipt_id": "R-3"}
    assert [one["sequence"] for one in await give(bench, back)] == [3]
    told = [event for _, _, event in await bench.events() if isinstance(event, ReceiptGiven)]
    assert [(event.sequence, event.outcome) for event in told] == [(1, "rejected"), (2, "accepted"), (3, "rejected")]
    await county.fold()
    assert len(await open_visits(county)) == 1


async def test_the_last_decision_counts_not_the_last_message(county: County) -> None:
    """A rejection that was held up on its way does not undo the acceptance decided after it."""
    bench = county.bench
    await witness(county)
    one = {"certificate_id": await certificate(county)}
    now = bench.door.now()
    late, early = now + timedelta(seconds=20), now + timedelta(seconds=10)
    await give(bench, one | {"outcome": "accepted", "decided_at": late.isoformat()})
    await give(bench, one | {"outcome": "rejected", "code": "PROOF_TOO_OLD", "decided_at": early.isoformat()})
    await county.fold()
    assert await open_visits(county) == []
    assert (await county.get(bench.as_role["hrss"], PATH))["items"] == []


async def test_a_bad_receipt_stops_no_other_and_says_why(county: County) -> None:
    """Row by row; another agency's certificate looks like none at all; no ID number is kept or repeated."""
    bench = county.bench
    await witness(county)
    mine, theirs = await certificate(county), await certificate(county, "S-1", "civil_affairs")
    future = (bench.door.now() + timedelta(hours=2)).isoformat()
    answers = await give(
        bench,
        {"certificate_id": mine, "outcome": "perhaps"},
        {"certificate_id": mine, "outcome": "rejected"},
        {"certificate_id": mine, "outcome": "rejected", "code": "MADE_UP"},
        {"certificate_id": mine, "outcome": "accepted", "code": "OTHER"},
        {"certificate_id": mine, "outcome": "rejected", "code": "OTHER", "message": f"见{WANG}"},
        {"certificate_id": mine, "outcome": "accepted", "decided_at": future},
        {"certificate_id": theirs, "outcome": "accepted"},
        {"certificate_id": str(uuid4()), "outcome": "accepted"},
        {"certificate_id": mine, "outcome": "accepted", "message": "\x00 \ud800"},
    )
    assert [one["code"] for one in answers] == [
        "MALFORMED", "RECEIPT_CODE_MISSING", "MALFORMED", "RECEIPT_CODE_NEEDLESS", "RECEIPT_HAS_ID_NUMBER",
        "RECEIPT_IN_FUTURE", "CERTIFICATE_UNKNOWN", "CERTIFICATE_UNKNOWN", None,
    ]  # fmt: skip
    assert [one["fields"] for one in answers[:3]] == [["outcome"], None, ["code"]]
    assert all(one["message"] and one["next_step"] for one in answers[:-1])
    assert WANG not in json.dumps(answers)
    assert await bench.execute("SELECT agency, outcome, message FROM gateway.receipt") == [("hrss", "accepted", "?")]
    for role in ("scheduler", "auditor", "reviewer"):
        answer = await bench.http.post(PATH, json={"items": []}, headers=bench.as_role[role])
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED")
    assert (await county.get(bench.as_role["civil_affairs"], f"{PATH}?outcome=any"))["items"] == []


async def test_what_no_agency_answered_in_time_is_listed(county: County) -> None:
    """After the working days agreed; each agency sees its own; a receipt takes it off; pages hold each once."""
    bench, unanswered = county.bench, f"{PATH}/unanswered"
    await witness(county)
    for role in ("scheduler", "auditor", "hrss"):
        assert (await county.get(bench.as_role[role], unanswered))["items"] == []
    await bench.execute("UPDATE certify.certificate SET issued_at = now() - interval '40 days'")
    seen, after = [], 0
    while True:
        page = await county.get(bench.as_role["scheduler"], f"{unanswered}?after={after}&limit=1")
        seen += [(one["agency"], one["request_id"]) for one in page["items"]]
        after = page["next_after"]
        if not page["more"]:
            break
    assert sorted(seen) == [("civil_affairs", "S-1"), ("hrss", "P-1")]
    (own,) = (await county.get(bench.as_role["hrss"], unanswered))["items"]
    assert (own["certificate_id"], own["due_on"] < today().isoformat()) == (await certificate(county), True)
    await give(bench, {"certificate_id": own["certificate_id"], "outcome": "rejected", "code": "OTHER"})
    assert (await county.get(bench.as_role["hrss"], unanswered))["items"] == []


async def test_the_command_counts_also_what_it_does_not_list(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """More matters than are read at once: all are counted, the first are listed."""
    bench = county.bench
    await county.ask("P-2", WANG, programme="family_planning")
    await county.ask("F-2", WANG, agency="civil_affairs", programme="family_planning")
    await witness(county)
    for request_id in ("P-1", "P-2"):
        held = {"certificate_id": await certificate(county, request_id), "outcome": "rejected", "code": "NAME_DIFFERS"}
        await give(bench, held)
    await bench.execute("UPDATE certify.certificate SET issued_at = now() - interval '40 days'")
    monkeypatch.setattr("services.cli.receipts.MOST", 1)
    async with bench.door.pool.connection() as connection:
        found = await read_matters(connection, bench.settings, ReceiptPolicy(), bench.door.now())
    counts = {each["agency"]: (each["held"], each["overdue"]) for each in found["agencies"]}
    assert counts == {"hrss": (2, 0), "civil_affairs": (0, 2)}
    assert (len(found["rejected"]), len(found["unanswered"])) == (1, 1)


async def test_the_command_counts_by_agency_and_fails_while_something_stands(county: County) -> None:
    """A rejection and a silence are listed; the table names the agencies; afterwards there is nothing to say."""
    bench = county.bench
    await witness(county)
    await bench.execute("UPDATE certify.certificate SET issued_at = now() - interval '40 days' WHERE agency <> 'hrss'")
    reject = {"certificate_id": await certificate(county), "outcome": "rejected", "code": "NAME_DIFFERS"}
    await give(bench, reject)

    async def run(*arguments: str) -> tuple[int, str]:
        env = {"ONEVISIT_DATABASE": bench.settings.database, "ONEVISIT_VAR": str(bench.settings.var)}
        done = await asyncio.to_thread(CliRunner().invoke, app, ["receipts", *arguments], env=env)
        return done.exit_code, done.output

    status, printed = await run("--json")
    found = json.loads(printed)
    counts = {each["agency"]: (each["held"], each["overdue"], each["days"]) for each in found["agencies"]}
    assert (status, counts) == (1, {"hrss": (1, 0, 10), "civil_affairs": (0, 1, 10)})
    assert [each["request_id"] for each in (*found["rejected"], *found["unanswered"])] == ["P-1", "S-1"]
    status, printed = await run()
    assert (status, "NAME_DIFFERS → held" in printed, "civil_affairs S-1" in printed) == (1, True, True)
    await give(bench, reject | {"code": None, "outcome": "accepted"})
    other = {"certificate_id": await certificate(county, "S-1", "civil_affairs"), "outcome": "accepted"}
    await give(bench, other, role="civil_affairs")
    assert (await run())[0] == 0
