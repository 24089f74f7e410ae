"""Who saw and did what stands in the log, with nothing personal; an auditor reads it, and a changed export is found."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner

from services.cli.audit import app as command
from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.sealing import key_id_of
from tests.integration.gateway import command_line
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import County, day, id_number

WANG = id_number(1)
NAMES = ("欧阳翠花", "赫连铁柱")


async def read_log(bench: Bench) -> list[dict[str, Any]]:
    """All lines, as the auditor reads them, page by page."""
    lines: list[dict[str, Any]] = []
    after, more = 0, True
    while more:
        answer = await bench.http.get(f"/v1/audit?after={after}&limit=3", headers=bench.as_role["auditor"])
        assert answer.status_code == 200, answer.text
        page = answer.json()
        lines += [json.loads(item["line"]) for item in page["items"]]
        after, more = page["next_after"], page["more"]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    return lines


def acts(lines: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(line["role"], line["act"]) for line in lines]


@pytest.fixture
async def county(bench: Bench) -> County:
    """Two agencies give one ID number two names."""
    county = County(bench)
    await county.ask("P-1", WANG, name=NAMES[0], address="向阳路3号", last=day(30))
    await county.ask("S-1", WANG, agency="civil_affairs", name=NAMES[1])
    return county


async def test_every_opening_decision_and_change_of_access_is_a_line(county: County) -> None:
    """Each act with its account, to whom, and whose data; none of it in a name or a number of a person."""
    bench = county.bench
    reviewer, desk = bench.as_role["reviewer"], bench.as_role["scheduler"]
    begun = len(await read_log(bench))
    assert acts(await read_log(bench))[:begun] == [("operator", "access.given")] * begun
    (question,) = (await county.get(reviewer, "/v1/identity-questions"))["items"]
    path = f"/v1/identity-questions/{question['question_id']}/decision"
    for _ in range(2):
        await county.move(reviewer, path, {"same": True})
    await county.report_death()
    phone = await bench.enrol_phone(VILLAGE)
    today = await bench.http.get("/v1/today", headers=phone.headers)
    again = await bench.http.get("/v1/today", headers=phone.headers | {"If-None-Match": today.headers["ETag"]})
    assert again.status_code == 304
    order = {"cadre_id": "干部7", "cadre_name": "李卫国", "village_codes": [VILLAGE]}
    offered = await bench.http.post("/v1/device-enrolments", json=order, headers=desk)
    assert offered.status_code == 201, offered.text
    for _ in range(2):
        revoked = await bench.http.delete(f"/v1/devices/{phone.device_id}", headers=desk)
        assert revoked.status_code == 200
    lines = (await read_log(bench))[begun:]
    assert acts(lines) == [
        ("reviewer", "identity.opened"),
        ("reviewer", "identity.decided"),
        ("agency", "life_event.stated"),
        ("operator", "access.given"),
        ("device", "day.opened"),
        ("scheduler", "access.offered"),
        ("scheduler", "access.ended"),
    ]
    key = str(key_id_of(county.person(WANG)))
    assert [line["keys"] for line in lines[:5]] == [[key], [], [], [], [key]]
    assert lines[1]["detail"] == {"same": True}
    whole = json.dumps(lines, ensure_ascii=False)
    for secret in (WANG, county.person(WANG), *NAMES, "向阳路", "李卫国", "干部7", offered.json()["code"]):
        assert secret not in whole


async def test_a_refused_act_leaves_no_line(county: County) -> None:
    """What was rolled back was not done."""
    begun = len(await read_log(county.bench))
    refused = await county.refused(
        county.bench.as_role["reviewer"], f"/v1/identity-questions/{uuid4()}/decision", {"same": True}
    )
    assert refused == (404, "QUESTION_UNKNOWN")
    assert len(await read_log(county.bench)) == begun


@pytest.mark.parametrize("role", ["hrss", "scheduler", "reviewer", "admin", "phone"])
async def test_nobody_but_an_auditor_reads_the_log(bench: Bench, role: str) -> None:
    """Reviewers least of all: they are who is watched."""
    headers = (await bench.enrol_phone(VILLAGE)).headers if role == "phone" else bench.as_role[role]
    for path in ("/v1/audit", "/v1/audit/export"):
        answer = await bench.http.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_NOT_ALLOWED")


def run(bench: Bench, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line, as an auditor runs it."""
    return command_line.run(bench.settings.to_env(), "audit", *arguments)


async def test_an_export_proves_itself_and_a_changed_one_is_found(bench: Bench, tmp_path: Path) -> None:
    """By the door and by the command; checked without a database; each fault by its line; against an older export."""
    keys = tmp_path / "keys.json"
    keys.write_text((await bench.http.get("/.well-known/jwks.json")).text)
    answer = await bench.http.get("/v1/audit/export", headers=bench.as_role["auditor"])
    older, newer = tmp_path / "older.log", tmp_path / "newer.log"
    older.write_text(answer.text)
    made = run(bench, "export", "--out", str(newer))
    assert made.returncode == 0, made.stderr
    assert run(bench, "export", "--out", str(newer)).returncode == 2
    checked = run(bench, "verify", str(newer), "--keys", str(keys), "--against", str(older), "--json")
    told = json.loads(checked.stdout)
    assert (checked.returncode, told["holds"], told["lines"]) == (0, True, answer.text.count("\n"))
    rows = newer.read_text().splitlines(keepends=True)
    for changed, line, code in (
        ([rows[0].replace("operator", "nobody"), *rows[1:]], 1, "AUDIT_LINE_CHANGED"),
        ([rows[0], *rows[2:]], 2, "AUDIT_LINE_MISSING"),
        (rows[:-1], len(rows) - 1, "AUDIT_PROOF_MISSING"),
    ):
        newer.write_text("".join(changed))
        found = run(bench, "verify", str(newer), "--keys", str(keys))
        assert (found.returncode, f"line {line}: {code}" in found.stderr) == (3, True), found.stderr
    assert run(bench, "verify", "--json").returncode == 0
    beyond = str(len(await read_log(bench)) + 2)
    assert run(bench, "export", "--from", beyond).returncode == 2
    refused = await bench.http.get(f"/v1/audit/export?from={beyond}", headers=bench.as_role["auditor"])
    assert (refused.status_code, refused.json()["code"]) == (422, "AUDIT_BEYOND_END")
    assert len(await read_log(bench)) == int(beyond) - 2
    await bench.execute("ALTER TABLE platform.audit DISABLE TRIGGER audit_stays")
    await bench.execute("DELETE FROM platform.audit WHERE number = 2")
    stored = run(bench, "verify", "--json")
    assert (stored.returncode, json.loads(stored.stdout)["findings"]) == (
        3,
        [{"line": 2, "code": "AUDIT_LINE_MISSING"}],
    )


@pytest.mark.parametrize("where", ["door", "command"])
async def test_an_export_holds_up_nobody(bench: Bench, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """While the log is read and signed, others act and are noted; the file ends where it began to be read."""
    real = audit.export
    line = Entry("reviewer-1", "reviewer", Act.REVIEW_OPENED, "case:1")

    async def meanwhile(*arguments: Any, **named: Any) -> Any:
        exported = await real(*arguments, **named)
        async with await psycopg.AsyncConnection.connect(bench.settings.database) as other:
            await other.execute("SET lock_timeout = '2s'")
            await audit.note(other, line)
        return exported

    monkeypatch.setattr(audit, "export", meanwhile)
    begun = len(await read_log(bench))
    if where == "door":
        answer = await bench.http.get("/v1/audit/export", headers=bench.as_role["auditor"])
        assert answer.text.count("\n") == begun + 2
    else:
        for name, value in bench.settings.to_env().items():
            monkeypatch.setenv(name, value)
        done = await asyncio.to_thread(CliRunner().invoke, command, ["export"])
        assert (done.exit_code, done.output.count("\n")) == (0, begun + 2)
    assert [line["act"] for line in await read_log(bench)][begun:] == ["audit.exported", "review.opened"]
