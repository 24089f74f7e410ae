"""Before a lapse: who sees it, a person takes and decides it, and what was saved is counted."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from schemas.lapse import Office
from schemas.topics import EVIDENCE, VISIT
from services.certify.certifying import Certifier
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.domain.review_policy import ReviewPolicy
from services.certify.policy import MatchPolicy
from services.certify.review_cases import CaseOpener
from services.cli.main import app
from services.gateway.domain.lapses import LAPSE_DECISION_TEXTS, LapseDecisionCode
from services.platform.runner import Reader
from services.scheduler.domain.ladder_policy import LadderPolicy, ProgrammeLadder
from services.scheduler.ladder_clock import LadderClock
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import County, day, id_number, today
from tests.integration.gateway.people import account, signed_in
from tests.integration.gateway.test_receipts import give, witness

PATH = "/v1/lapses"
WANG, LI = id_number(1), id_number(2)
COUNTY = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def county(bench: Bench) -> County:
    """A pension is due tomorrow, and a subsidy was due five days ago; certify answers for real."""
    county = County(bench)
    certifier = Certifier(
        issuer=bench.settings.issuer,
        signing_key=bench.door.secrets.signing_key,
        policy=RecognitionPolicy(),
        match=MatchPolicy(),
        county=COUNTY,
        address=bench.settings.address,
        cases=CaseOpener(ReviewPolicy(), bench.door.secrets.county_secret),
    )
    county.readers |= {
        VISIT.name: Reader(VISIT, certifier.fold_visits),
        EVIDENCE.name: Reader(EVIDENCE, certifier.fold_evidence),
    }
    await county.ask("P-1", WANG, first=day(-30), last=day(1))
    await county.ask("S-1", LI, agency="civil_affairs", programme="senior_subsidy", first=day(-60), last=day(-5))
    await climb(county)
    return county


async def climb(county: County, *, days: int = 0, policy: LadderPolicy | None = None) -> None:
    """One round of the clock, some days from now."""
    now = datetime.now(UTC) + timedelta(days=days)
    await LadderClock(county.bench.settings.database, policy or LadderPolicy(), COUNTY, lambda: now).climb()


async def seen(county: County, role: str, query: str = "") -> list[dict[str, Any]]:
    """What this role is shown."""
    return list((await county.get(county.bench.as_role[role], PATH + query))["items"])


async def post(county: County, role: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
    """Posts; status and answer."""
    answer = await county.bench.http.post(path, json=body, headers=county.bench.as_role[role])
    return answer.status_code, answer.json()


async def lapse_id(county: County, request_id: str) -> str:
    """The matter of a request."""
    return next(str(one["lapse_id"]) for one in await seen(county, "scheduler") if one["request_id"] == request_id)


async def test_the_county_sees_all_and_an_agency_its_own(county: County) -> None:
    """The most urgent first, by key and never by name; agencies see neither keys nor accounts."""
    subsidy, pension = await seen(county, "scheduler")
    assert (subsidy["request_id"], subsidy["step"], subsidy["counts_until"]) == ("S-1", "grace", day(25))
    assert (subsidy["next_step"], subsidy["next_on"], subsidy["since"]) == ("escalate", day(5), day(0))
    assert (pension["request_id"], pension["step"], pension["next_step"]) == ("P-1", "escalate", None)
    assert (pension["counts_until"], pension["office"]) == (day(1), "township")
    assert pension["person_key"] == county.person(WANG)
    (own,) = await seen(county, "hrss")
    assert own == pension | {"person_key": None}
    assert [one["request_id"] for one in await seen(county, "auditor", "?step=escalate&undecided=true")] == ["P-1"]
    answer = await county.bench.http.get(PATH, headers=county.bench.as_role["admin"])
    assert answer.status_code == 403
    assert "王秀英" not in json.dumps(await seen(county, "reviewer"), ensure_ascii=False)


async def test_pages_follow_one_another(county: County) -> None:
    """By the cursor, and a cursor that is none is refused."""
    first = await county.get(county.bench.as_role["scheduler"], f"{PATH}?limit=1")
    second = await county.get(county.bench.as_role["scheduler"], f"{PATH}?limit=1&cursor={first['next_cursor']}")
    assert [page["items"][0]["request_id"] for page in (first, second)] == ["S-1", "P-1"]
    assert second["next_cursor"] is None
    answer = await county.bench.http.get(f"{PATH}?cursor=x", headers=county.bench.as_role["scheduler"])
    assert answer.json()["code"] == "CURSOR_INVALID"


async def test_a_person_takes_an_escalated_matter_and_says_what_was_decided(county: County) -> None:
    """One has it at a time, each act stands in the audit log once, and the request stays open."""
    path = f"{PATH}/{await lapse_id(county, 'P-1')}"
    decided = {"decision": "OTHER_PATH_ARRANGED"}
    assert (await post(county, "scheduler", f"{path}/close", decided))[1]["code"] == "LAPSE_NOT_TAKEN"
    for _ in range(2):
        status, taken = await post(county, "scheduler", f"{path}/take")
        assert (status, taken["taken_at"] is not None) == (200, True)
    assert (await post(county, "reviewer", f"{path}/take"))[1]["code"] == "LAPSE_TAKEN"
    assert (await post(county, "reviewer", f"{path}/take", {"take_over": True}))[0] == 200
    assert (await post(county, "scheduler", f"{path}/close", decided))[1]["code"] == "LAPSE_NOT_TAKEN"
    for _ in range(2):
        status, closed = await post(county, "reviewer", f"{path}/close", decided)
        assert (status, closed["decision"], closed["step"]) == (200, "OTHER_PATH_ARRANGED", "escalate")
    assert [one["request_id"] for one in await seen(county, "scheduler", "?step=escalate&undecided=true")] == []
    status, again = await post(county, "scheduler", f"{path}/take")
    assert (status, again["decision"]) == (200, None)
    lines = (await county.get(county.bench.as_role["auditor"], "/v1/audit?limit=500"))["items"]
    acts = [json.loads(item["line"]) for item in lines]
    assert [(line["act"], line["role"]) for line in acts if line["act"].startswith("lapse.")] == [
        ("lapse.taken", "scheduler"), ("lapse.taken", "reviewer"), ("lapse.decided", "reviewer"),
        ("lapse.taken", "scheduler"),
    ]  # fmt: skip


async def test_an_agency_says_what_it_decides_and_nothing_else(county: County) -> None:
    """That it suspends is its own act, and is counted as such; another agency's matter looks as if there were none."""
    path = f"{PATH}/{await lapse_id(county, 'P-1')}"
    suspended = {"decision": "AGENCY_SUSPENDED"}
    assert (await post(county, "civil_affairs", f"{path}/close", suspended))[1]["code"] == "LAPSE_UNKNOWN"
    assert (await post(county, "hrss", f"{path}/take"))[0] == 403
    refused = await post(county, "hrss", f"{path}/close", {"decision": "VISIT_ARRANGED"})
    assert refused[1]["code"] == "LAPSE_DECISION_NOT_YOURS"
    status, closed = await post(county, "hrss", f"{path}/close", suspended)
    assert (status, closed["decision"], closed["taken_by"]) == (200, "AGENCY_SUSPENDED", None)
    (pension,) = (await county.get(county.bench.as_role["hrss"], f"{PATH}/figures"))["programmes"]
    assert (pension["suspended_by_agency"], pension["escalated_open"]) == (1, 0)
    assert (await post(county, "scheduler", f"{path}/take"))[1]["decision"] is None
    (pension,) = (await county.get(county.bench.as_role["hrss"], f"{PATH}/figures"))["programmes"]
    assert (pension["suspended_by_agency"], pension["escalated_open"]) == (1, 1)
    assert (await county.get(county.bench.as_role["scheduler"], "/v1/visits"))["items"], "nobody stopped a visit"


async def test_staff_of_one_village_work_with_the_matters_of_that_village_alone(county: County) -> None:
    """List, figures and acts are of the visits there, also when these are over; the next village's matter is not there,
    and nothing of a try is kept."""
    bench = county.bench
    await county.ask("P-9", id_number(9), first=day(-30), last=day(1), village=OTHER_VILLAGE)
    await climb(county)
    path = f"{PATH}/{await lapse_id(county, 'P-9')}"
    async with AsyncExitStack() as browsers:
        here, there = [
            await signed_in(bench, browsers, await account(bench, "scheduler", village))
            for village in (VILLAGE, OTHER_VILLAGE)
        ]
        seen_by = [[one["request_id"] for one in (await who.get(PATH)).json()["items"]] for who in (here, there)]
        assert seen_by == [["S-1", "P-1"], ["P-9"]]
        assert (await here.post(f"{path}/take")).json()["code"] == "LAPSE_UNKNOWN"
        assert await bench.execute("SELECT count(*) FROM gateway.lapse_matter") == [(0,)]
        taken = await there.post(f"{path}/take")
        assert (taken.status_code, taken.json()["request_id"]) == (200, "P-9")
        refused = await here.post(f"{path}/take", json={"take_over": True})
        assert refused.json()["code"] == "LAPSE_UNKNOWN"
        closed = await there.post(f"{path}/close", json={"decision": "VISIT_ARRANGED"})
        assert (closed.status_code, closed.json()["decision"]) == (200, "VISIT_ARRANGED")
        (pension,) = (await there.get(f"{PATH}/figures")).json()["programmes"]
        assert (pension["reached"]["escalate"], pension["standing"]["escalate"], pension["saved"]) == (1, 1, 0)
        await witness(county)
        figures = [(await who.get(f"{PATH}/figures")).json() for who in (here, there)]
        whole = await county.get(bench.as_role["scheduler"], f"{PATH}/figures")
        assert [each["saved"] for each in (*figures, whole)] == [2, 1, 3]


async def test_a_matter_goes_with_its_visit_to_another_village(county: County) -> None:
    """The agency says that she lives in the next village now: from that moment the matter is of there."""
    bench = county.bench
    async with AsyncExitStack() as browsers:
        here, there = [
            await signed_in(bench, browsers, await account(bench, "reviewer", village))
            for village in (VILLAGE, OTHER_VILLAGE)
        ]
        moved = await bench.http.patch(
            "/v1/requests/P-1", json={"village_code": OTHER_VILLAGE}, headers=bench.as_role["hrss"]
        )
        assert moved.status_code == 202, moved.text
        await county.fold()
        seen_by = [[one["request_id"] for one in (await who.get(PATH)).json()["items"]] for who in (here, there)]
        assert seen_by == [["S-1"], ["P-1"]]


async def test_what_cannot_be_taken_says_why(county: County) -> None:
    """Unknown, not escalated yet, for the county alone."""
    grace = f"{PATH}/{await lapse_id(county, 'S-1')}"
    assert (await post(county, "scheduler", f"{PATH}/{uuid4()}/take"))[1]["code"] == "LAPSE_UNKNOWN"
    assert (await post(county, "scheduler", f"{grace}/take"))[1]["code"] == "LAPSE_NOT_ESCALATED"
    county_alone = LadderPolicy(programmes={"pension": ProgrammeLadder(escalate_to=Office.COUNTY)})
    await climb(county, policy=county_alone)
    path = f"{PATH}/{await lapse_id(county, 'P-1')}"
    assert [one["request_id"] for one in await seen(county, "reviewer", "?office=county")] == ["P-1"]
    assert [one["request_id"] for one in await seen(county, "reviewer", "?office=township")] == ["S-1"]
    assert (await post(county, "scheduler", f"{path}/take"))[1]["code"] == "LAPSE_OF_COUNTY"
    assert (await post(county, "reviewer", f"{path}/take"))[0] == 200


async def test_what_would_have_lapsed_and_was_saved_is_counted(county: County) -> None:
    """A witnessed visit in the grace, and one after a person was called; each leaves the list at once."""
    bench = county.bench
    before = await county.get(bench.as_role["scheduler"], f"{PATH}/figures")
    assert before["saved"] == 0
    await witness(county)
    assert await seen(county, "scheduler") == []
    after = await county.get(bench.as_role["scheduler"], f"{PATH}/figures?month={today():%Y-%m}")
    pension, subsidy = after["programmes"]
    assert (after["saved"], pension["saved"], subsidy["saved"]) == (2, 1, 1)
    assert (pension["saved_in_grace"], pension["saved_after_escalation"]) == (0, 1)
    assert (subsidy["saved_in_grace"], subsidy["saved_after_escalation"]) == (1, 0)
    assert pension["reached"] == {"remind": 1, "offer_paths": 1, "escalate": 1}
    assert subsidy["standing"] == {}
    (own,) = (await county.get(bench.as_role["civil_affairs"], f"{PATH}/figures"))["programmes"]
    assert own == subsidy
    other = await county.get(bench.as_role["scheduler"], f"{PATH}/figures?month=2020-02")
    assert other["saved"] == 0
    assert all(each["reached"] == {} for each in other["programmes"])


async def test_what_is_rejected_waits_for_a_person_again_and_is_saved_once(county: County) -> None:
    """What was decided of the first matter says nothing of the second; and one proof saves one payment."""
    bench = county.bench
    desk = bench.as_role["scheduler"]
    first = await lapse_id(county, "P-1")
    await post(county, "scheduler", f"{PATH}/{first}/take")
    await post(county, "scheduler", f"{PATH}/{first}/close", {"decision": "VISIT_ARRANGED"})
    await witness(county)
    (given,) = (await county.get(bench.as_role["hrss"], "/v1/certificates"))["items"]
    said = {"certificate_id": given["certificate_id"], "outcome": "rejected", "code": "PERSON_DOUBTED"}
    assert [one["follows"] for one in await give(bench, said)] == ["visit_again"]
    await county.fold()
    await climb(county)
    (again,) = await seen(county, "scheduler", "?step=escalate&undecided=true")
    assert (again["request_id"], again["taken_by"], again["decision"]) == ("P-1", None, None)
    assert again["lapse_id"] != first
    pension, _ = (await county.get(desk, f"{PATH}/figures"))["programmes"]
    assert (pension["saved"], pension["escalated_open"]) == (0, 1)
    await witness(county)
    pension, _ = (await county.get(desk, f"{PATH}/figures"))["programmes"]
    assert (pension["saved"], pension["saved_after_escalation"], pension["escalated_open"]) == (1, 1, 0)
    assert pension["reached"]["escalate"] == 2


async def test_the_command_prints_the_same_figures(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """For people and for programs; exit status 1 while a matter waits for a person; a month that is none is said."""
    for name, value in county.bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    run = CliRunner().invoke
    shown = await asyncio.to_thread(run, app, ["lapses"])
    printed = await asyncio.to_thread(run, app, ["lapses", "--json"])
    assert (shown.exit_code, printed.exit_code) == (1, 1)
    assert "senior_subsidy" in shown.output
    figures = await county.get(county.bench.as_role["scheduler"], f"{PATH}/figures")
    assert json.loads(printed.output) == figures
    assert [each["escalated_open"] for each in figures["programmes"]] == [1, 0]
    empty = await asyncio.to_thread(run, app, ["lapses", "--month", "2020-02", "--json"])
    assert json.loads(empty.output)["programmes"][0]["reached"] == {}
    wrong = await asyncio.to_thread(run, app, ["lapses", "--month", "last"])
    assert wrong.exit_code == 2


async def test_more_time_is_no_rescue(county: County) -> None:
    """A due date that the agency moves is another matter: its proof is in time, and nothing was saved."""
    bench = county.bench
    answer = await bench.http.patch(
        "/v1/requests/S-1", json={"due_date": day(40)}, headers=bench.as_role["civil_affairs"]
    )
    assert answer.status_code == 202, answer.text
    await county.fold()
    await climb(county)
    assert [one["request_id"] for one in await seen(county, "scheduler")] == ["P-1"]
    (visit,) = await county.visits(LI)
    item = {"source": "witnessed_visit", "happened_on": day(0), "acted_by": "person", "visit_id": visit["visit_id"]}
    await bench.http.post("/v1/evidence", json={"items": [item]}, headers=bench.as_role["reviewer"])
    await county.fold()
    assert await county.visits(LI) == []
    assert (await county.get(bench.as_role["scheduler"], f"{PATH}/figures"))["saved"] == 0


def test_every_decision_has_its_words() -> None:
    """In both languages; and what an agency may say is never that somebody was sent."""
    assert set(LAPSE_DECISION_TEXTS) == set(LapseDecisionCode)
    assert all(all(text[:2]) for text in LAPSE_DECISION_TEXTS.values())
    agencys = {code.value for code, text in LAPSE_DECISION_TEXTS.items() if text.is_agencys}
    assert agencys == {"AGENCY_EXTENDED", "AGENCY_SUSPENDED"}
