"""The burden index through the door: what counts, what lies behind it, months that are closed once, letters."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from schemas.burden import BurdenLetterWritten
from services.cli.main import app
from services.cli.privacy_data import gather
from services.gateway.app import create_app
from services.gateway.burden import months as burden_months
from services.gateway.burden.policy import BurdenPolicyInvalid
from services.gateway.domain.burden import Component
from services.gateway.domain.burden_months import month_after
from services.gateway.store import burden as store
from services.platform.settings import Settings
from tests.integration.gateway.burden_county import (
    BURDEN,
    ESCALATIONS,
    BurdenCounty,
    make_settings,
    three_months,
)
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import day, id_number
from tests.integration.gateway.test_receipts import give

__all__ = ["make_settings"]


@pytest.fixture
async def county(bench: Bench) -> BurdenCounty:
    """Two agencies ask for one person in two windows."""
    county = BurdenCounty(bench)
    await county.joint_group()
    await county.two_windows(1)
    return county


async def test_what_counts_and_what_lies_behind(county: BurdenCounty) -> None:
    """The later of two windows that never meet, and a number that asks once more; keys for those who see people."""
    await county.ask(
        "S-1B",
        id_number(1),
        agency="civil_affairs",
        programme="senior_subsidy",
        first=day(20),
        last=day(60),
    )
    month = await county.month()
    assert await county.counts(month) == {"requests": 1, "duplicates": 1, "unmerged": 1}
    assert await county.counts(month, "hrss") == {"requests": 1}
    row = await county.row(month)
    assert (row["rank"], row["people"], row["heaviest"], row["letter"]) == (1, 1, "unmerged", True)
    assert (row["index"], row["avoidable"]) == (1250.0, 1200.0), "(0.05 + 0.2 + 1) x 1000"
    (duplicate,) = await county.behind(month, "duplicates")
    assert (duplicate["request_ids"], duplicate["note"]) == (["S-1B"], "S-1")
    (unmerged,) = await county.behind(month, "unmerged")
    assert (unmerged["request_ids"], unmerged["note"], unmerged["person_key"]) == (
        ["S-1"], "10", county.person(id_number(1)),
    )  # fmt: skip
    for role in ("civil_affairs", "joint_group"):
        assert [one["person_key"] for one in await county.behind(month, "unmerged", role=role)] == [None]
    assert await county.behind(month, "off_plan") == []
    assert "王秀英" not in json.dumps(await county.behind(month, "requests"), ensure_ascii=False)


async def test_an_agency_sees_itself_alone(county: BurdenCounty) -> None:
    """And among how many it stands; another's figures, list and letter are not there for it."""
    month = await county.month()
    found = await county.get(county.bench.as_role["civil_affairs"], f"{BURDEN}?month={month:%Y-%m}")
    assert ([one["agency"] for one in found["agencies"]], found["ranked"]) == (["civil_affairs"], 2)
    everybody = await county.get(county.bench.as_role["scheduler"], f"{BURDEN}?month={month:%Y-%m}")
    assert [one["agency"] for one in everybody["agencies"]] == ["civil_affairs", "hrss", "health"]
    path = f"{BURDEN}/civil_affairs/behind?month={month:%Y-%m}&component=unmerged"
    answer = await county.bench.http.get(path, headers=county.bench.as_role["hrss"])
    assert (answer.status_code, answer.json()["code"]) == (404, "BURDEN_AGENCY_UNKNOWN")
    await county.close(month)
    assert await county.letter("hrss", month) == (404, "BURDEN_AGENCY_UNKNOWN")
    refused = await county.bench.http.get(BURDEN, headers=county.bench.as_role["reviewer"])
    assert refused.status_code == 403


async def test_rides_and_rejections(county: BurdenCounty) -> None:
    """A ride in vain counts for whom it was made, shared; a record that differs counts, a doubt does not."""
    await county.ask("S-2", id_number(2), agency="civil_affairs", programme="senior_subsidy")
    await county.ask("P-2", id_number(2))
    phone, visit = await county.phone(VILLAGE), await county.visit(id_number(2))
    said = {
        "outcome_id": str(uuid4()),
        "outcome": "not_at_home",
        "happened_at": datetime.now(UTC).isoformat(),
        "legal_basis": "statutory_duty",
    }
    answer = await county.bench.http.post(f"/v1/visits/{visit}/outcomes", json=said, headers=phone.headers)
    assert answer.status_code in (200, 201, 202), answer.text
    codes = {"P-2": "NAME_DIFFERS", "P-1": "PERSON_DOUBTED"}
    for request_id, code in codes.items():
        certificate_id = await county.bench.issue("hrss", request_id, visit)
        await give(county.bench, {"certificate_id": str(certificate_id), "outcome": "rejected", "code": code})
    month = await county.month()
    assert await county.counts(month, "hrss") == {"requests": 2, "rejected": 1, "trips": 0.5}
    (ride,) = await county.behind(month, "trips", "hrss")
    assert (ride["request_ids"], ride["share"]) == (["P-2"], 2)
    (rejected,) = await county.behind(month, "rejected", "hrss")
    assert (rejected["request_ids"], rejected["note"]) == (["P-2"], "NAME_DIFFERS")
    assert (await county.counts(month))["trips"] == 0.5


async def test_a_month_is_closed_once_and_stays_as_it_was(county: BurdenCounty) -> None:
    """Also when two close it at once; what is withdrawn later moves nothing in it, and the letter is the same file."""
    month = await county.month()
    assert await county.letter("civil_affairs", month) == (404, "BURDEN_LETTER_NONE")
    closed = await asyncio.gather(county.close(month), county.close(month))
    assert sum(months.count(month) for months in closed) == 1
    assert await county.close(month) == []
    before = await county.get(county.bench.as_role["joint_group"], f"{BURDEN}?month={month:%Y-%m}")
    assert before["closed_at"] and before["months"][0] == f"{month:%Y-%m}"
    behind = await county.behind(month, "unmerged")
    letter = await county.letter("civil_affairs", month)
    assert letter[0] == 200
    assert "由高到低列第1位" in letter[1] and "component=unmerged" in letter[1]
    answer = await county.bench.http.delete("/v1/requests/S-1", headers=county.bench.as_role["civil_affairs"])
    assert answer.status_code == 202, answer.text
    await county.fold()
    after = await county.get(county.bench.as_role["joint_group"], f"{BURDEN}?month={month:%Y-%m}")
    assert after == before
    assert await county.behind(month, "unmerged") == behind
    for role in ("civil_affairs", "joint_group", "auditor"):
        assert await county.letter(role, month) == letter
    async with county.bench.door.pool.connection() as connection:
        export = await gather(connection, county.bench.door.keyring, county.person(id_number(1)))
    assert [(one["agency"], one["component"]) for one in export["burden"]] == [
        ("civil_affairs", "requests"), ("civil_affairs", "unmerged"), ("hrss", "requests"),
    ]  # fmt: skip
    assert await county.letter("joint_group", month, "hrss") == (404, "BURDEN_LETTER_NONE"), "it has no fault"
    assert await county.letter("joint_group", month_after(month)) == (404, "BURDEN_LETTER_NONE")


async def test_what_is_withdrawn_before_the_month_is_closed_does_not_count(county: BurdenCounty) -> None:
    """There are days to put a list right, and no letter then."""
    await county.bench.http.delete("/v1/requests/S-1", headers=county.bench.as_role["civil_affairs"])
    await county.fold()
    month = await county.month()
    await county.close(month)
    assert await county.counts(month) == {}
    row = await county.row(month)
    assert (row["rank"], row["people"], row["letter"], row["heaviest"]) == (None, 0, False, None)


async def test_a_kill_in_the_middle_leaves_the_month_open_and_whole(
    county: BurdenCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is there; the next round closes it with all that belongs to it."""
    month, freeze = await county.month(), store.freeze
    closed_before = await county.bench.execute("SELECT count(*) FROM gateway.burden_month")

    async def killed(*arguments: Any) -> None:
        await freeze(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "freeze", killed)
    with pytest.raises(KeyboardInterrupt):
        await county.close(month)
    monkeypatch.undo()
    assert await county.bench.execute("SELECT count(*) FROM gateway.burden_month") == closed_before
    assert month in await county.close(month)
    assert await county.counts(month) == {"requests": 1, "unmerged": 1}
    assert len(await county.behind(month, "unmerged")) == 1


async def test_the_door_closes_months_by_itself(bench: Bench) -> None:
    """From the start on the newest month that is old enough, and no other: nobody is blamed for months before."""
    for _ in range(1200):
        months = await bench.execute("SELECT month FROM gateway.burden_month")
        if months:
            break
        await asyncio.sleep(0.05)
    assert len(months) == 1


async def test_three_letters_in_a_row_come_to_the_joint_group(county: BurdenCounty) -> None:
    """Once; one of the group takes the matter and settles it with a word, which the agency reads."""
    months = await three_months(county)
    group = county.bench.as_role["joint_group"]
    told = [(topic, event) for topic, _, event in await county.bench.events() if isinstance(event, BurdenLetterWritten)]
    assert [(topic, each.agency, each.month, each.in_a_row, each.escalated) for topic, each in told] == [
        ("request.notice.civil_affairs", "civil_affairs", f"{month:%Y-%m}", number, number == 3)
        for number, month in enumerate(months, 1)
    ]
    (matter,) = (await county.get(group, f"{ESCALATIONS}?undecided=true"))["items"]
    assert (matter["agency"], matter["month"], matter["decision"]) == ("civil_affairs", f"{months[2]:%Y-%m}", None)
    assert "已提交联合工作组处理" in (await county.letter("auditor", months[2]))[1]
    path = f"{ESCALATIONS}/{matter['escalation_id']}"
    word = {"decision": "WINDOWS_TO_BE_ALIGNED", "words": "请于下月底前完成窗口对齐。"}
    assert (await county.post("civil_affairs", f"{path}/take"))[0] == 403
    assert (await county.post("joint_group", f"{path}/close", word))[1]["code"] == "ESCALATION_NOT_TAKEN"
    for _ in range(2):
        assert (await county.post("joint_group", f"{path}/take"))[1]["taken_at"]
    await county.joint_group("another")
    assert (await county.post("another", f"{path}/take"))[1]["code"] == "ESCALATION_TAKEN"
    assert (await county.post("another", f"{path}/take", {"take_over": True}))[0] == 200
    assert (await county.post("joint_group", f"{path}/close", word))[1]["code"] == "ESCALATION_NOT_TAKEN"
    number = word | {"words": f"见{id_number(1)}"}
    assert (await county.post("another", f"{path}/close", number))[1]["code"] == "MALFORMED"
    for _ in range(2):
        status, settled = await county.post("another", f"{path}/close", word)
        assert (status, settled["decision"], settled["words"]) == (200, word["decision"], word["words"])
    assert (await county.get(group, f"{ESCALATIONS}?undecided=true"))["items"] == []
    (read,) = (await county.get(county.bench.as_role["civil_affairs"], ESCALATIONS))["items"]
    assert (read["words"], read["taken_by"]) == (word["words"], None)
    assert (await county.get(county.bench.as_role["hrss"], ESCALATIONS))["items"] == []
    assert (await county.post("another", f"{ESCALATIONS}/{uuid4()}/take"))[1]["code"] == "ESCALATION_UNKNOWN"
    assert await county.acts(("burden.",)) == [
        ("burden.taken", "joint_group"), ("burden.taken", "joint_group"), ("burden.settled", "joint_group"),
    ]  # fmt: skip
    fourth = month_after(months[2])
    await county.close(fourth)
    assert len((await county.get(group, ESCALATIONS))["items"]) == 1, "a month without a letter begins anew"


async def test_the_command_prints_the_same_and_writes_the_letters(
    county: BurdenCounty, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """For people and for programs, open and closed; exit status 1 while three in a row wait for the joint group."""
    for name, value in county.bench.settings.to_env().items():
        monkeypatch.setenv(name, value)
    month = await county.month()

    async def run(*arguments: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, app, ["burden", *arguments])

    asked = ("--month", f"{month:%Y-%m}")
    early = await run(*asked, "--letters", str(tmp_path / "letters"))
    assert (early.exit_code, (tmp_path / "letters").exists()) == (1, False)
    shown = await run(*asked, "--explain", "civil_affairs")
    assert shown.exit_code == 0, shown.output
    assert "S-1" in shown.output
    printed = json.loads((await run(*asked, "--json")).stdout)
    seen = await county.get(county.bench.as_role["joint_group"], f"{BURDEN}?month={month:%Y-%m}")
    assert printed == {name: value for name, value in seen.items() if name != "months"} | {"escalations": []}
    months = await three_months(county)
    written = await run(
        "--month", f"{months[1]:%Y-%m}", "--letters", str(tmp_path / "letters"), "--json", "--explain", "hrss"
    )
    assert written.exit_code == 1
    said = json.loads(written.stdout)
    assert said["escalations"] == [{"agency": "civil_affairs", "month": f"{months[2]:%Y-%m}"}]
    assert {one["component"] for one in said["behind"]} <= {each.value for each in Component}
    (file,) = (tmp_path / "letters").iterdir()
    assert file.name == f"{months[1]:%Y-%m}-civil_affairs.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert (await run("--month", "last")).exit_code == 2
    assert (await run("--month", "2026-13")).exit_code == 2


async def test_what_is_not_of_the_form_is_refused(county: BurdenCounty) -> None:
    """A month that is none, a component that is none; and a present month without being named."""
    group = county.bench.as_role["joint_group"]
    for path in (f"{BURDEN}?month=2026-00", f"{BURDEN}/hrss/behind?month=2026-11&component=cadres"):
        answer = await county.bench.http.get(path, headers=group)
        assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")
    found = await county.get(group, BURDEN)
    assert found["closed_at"] is None
    for path in (f"{BURDEN}?month=2001-01", f"{BURDEN}/hrss/behind?month=2999-12&component=trips"):
        answer = await county.bench.http.get(path, headers=group)
        assert (answer.status_code, answer.json()["code"]) == (404, "BURDEN_MONTH_UNKNOWN")


async def test_who_asks_while_a_count_runs_shares_the_next(
    county: BurdenCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading all requests is not done for each caller; and nobody is told what was known before he asked."""
    count, begun, go_on = burden_months.count_month, asyncio.Semaphore(0), asyncio.Event()
    counts = []

    async def held(*arguments: Any) -> Any:
        begun.release()
        await go_on.wait()
        counts.append(await count(*arguments))
        return counts[-1]

    monkeypatch.setattr(burden_months, "count_month", held)
    door, month = county.bench.door, await county.month()

    def ask() -> asyncio.Task[burden_months.Counted]:
        return asyncio.create_task(door.open_months.count(door.pool, month, door.settings, door.burden))

    first = ask()
    await asyncio.wait_for(begun.acquire(), 60)
    others = [ask() for _ in range(20)]
    go_on.set()
    answers = await asyncio.wait_for(asyncio.gather(first, *others), 60)
    assert len(counts) == 2
    assert [each is counts[0] for each in answers] == [True] + [False] * 20
    assert all(each is counts[1] for each in answers[1:])


def test_rules_that_cannot_be_used_stop_the_door(make_settings: Callable[[], Settings]) -> None:
    """With the field's name."""
    settings = make_settings()
    assert settings.burden is not None
    settings.burden.write_text("letter_from = 0", encoding="utf-8")
    with pytest.raises(BurdenPolicyInvalid, match=r"BURDEN_POLICY_INVALID: letter_from"):
        create_app(settings)
