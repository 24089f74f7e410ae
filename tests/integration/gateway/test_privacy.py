"""What is held of a person is given out whole, and erased with a proof; both by the command, as an operator does it."""

import json
import subprocess
from pathlib import Path

from services.platform.blobs import BlobMissing
from services.platform.sealing import key_id_of
from tests.integration.gateway import command_line
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import id_number
from tests.integration.gateway.review_office import APPEALS, NEXT, ReviewOffice
from tests.integration.gateway.test_audit import read_log

WANG, LI = id_number(1), id_number(2)


def run(bench: Bench, *arguments: str, number: str = "") -> "subprocess.CompletedProcess[str]":
    """The command line, with the ID number on standard input."""
    return command_line.run(bench.settings.to_env(), "privacy", *arguments, said=number + "\n")


async def make_office(bench: Bench) -> ReviewOffice:
    office = ReviewOffice(bench)
    for number, name in ((WANG, "王秀英"), (LI, "李大山")):
        await office.ask(f"P-{number[-4:]}", number, name=name, address="向阳路3号")
        await office.film(number)
    await bench.execute(
        "INSERT INTO certify.motion SELECT capture_id, person_key, captured_at, 'sealed' FROM certify.capture"
        " RETURNING 1"
    )
    return office


async def test_a_person_gets_all_that_is_held_and_nothing_of_others(bench: Bench, tmp_path: Path) -> None:
    """Records as the agencies typed them, recordings, decisions, and who has seen what; readable by the operator alone;
    the export is itself noted, and nobody's number stands in it or in the log."""
    office = await make_office(bench)
    phone = await bench.enrol_phone(VILLAGE)
    assert (await bench.http.get("/v1/today", headers=phone.headers)).status_code == 200
    checks = {"items": [{"request_id": f"P-{number[-4:]}", "found": "moved"} for number in (WANG, LI)]}
    assert (await bench.http.post("/v1/record-checks", json=checks, headers=bench.as_role["hrss"])).json()["taken"] == 2
    out = tmp_path / "person.json"
    made = run(bench, "export", "--out", str(out), number=WANG)
    assert (made.returncode, out.stat().st_mode & 0o777) == (0, 0o600), made.stderr
    told = json.loads(out.read_text("utf-8"))
    (record,) = told["records"]
    assert (record["personal"]["name"], record["personal"]["residence_address"]) == ("王秀英", "向阳路3号")
    assert record["personal"]["id_number"] == WANG
    assert {len(told[name]) for name in ("visits", "captures", "motions", "photos", "reviews", "consents")} == {1}
    assert [(one["request_id"], one["found"]) for one in told["record_checks"]] == [(f"P-{WANG[-4:]}", "moved")]
    assert told["sealed_files"] == 2
    assert "day.opened" in {line["act"] for line in told["who_saw_it"]}
    assert "李大山" not in out.read_text("utf-8")
    last = (await read_log(bench))[-1]
    assert (last["act"], last["keys"]) == ("person.exported", [str(key_id_of(office.person(WANG)))])
    assert WANG not in made.stdout + made.stderr + json.dumps(last)
    assert run(bench, "export", "--out", str(out), number=WANG).returncode == 1
    wrong = run(bench, "export", "--out", str(tmp_path / "x.json"), number="11010119000101")
    assert (wrong.returncode, (tmp_path / "x.json").exists()) == (1, False)


async def test_a_person_learns_who_looked_who_decided_and_what_was_appealed(bench: Bench, tmp_path: Path) -> None:
    """Of the own case each act by whom, each decision with its reason, and the appeal; of another's nothing."""
    office = await make_office(bench)
    first, second = [await office.reviewer() for _ in range(2)]
    await office.decide(first, "refused", "another_person")
    appeal = {"visit_id": str(await office.visit(WANG)), "appealed_by": "family", "ground": "same_person"}
    await office.move(bench.as_role["scheduler"], APPEALS, appeal)
    await office.decide(second, "certified", "person_recognised")
    await office.decide(second, "retry", "person_not_clear")
    out = tmp_path / "person.json"
    assert run(bench, "export", "--out", str(out), number=WANG).returncode == 0
    told = json.loads(out.read_text("utf-8"))
    ((case,),) = [[one["case_id"] for one in told["reviews"]]]
    acts = [line["act"] for line in told["who_saw_it"] if line["subject"] == f"case:{case}"]
    looked = ["review.opened", "review.clip_opened", "review.decided"]
    assert acts == [*looked, "review.appealed", *looked]
    assert {line["subject"] for line in told["who_saw_it"] if line["act"].startswith("review.")} == {f"case:{case}"}
    rounds = [(one["round"], one["appealed_by"], one["ground"], one["decision"]) for one in told["review_rounds"]]
    assert rounds == [(1, None, None, "refused"), (2, "family", "same_person", "certified")]
    assert told["review_rounds"][1]["recorded_by"].startswith("scheduler-")
    opinions = [(one["round"], one["decision"], one["reasons"]) for one in told["review_opinions"]]
    assert opinions == [(1, "refused", ["another_person"]), (2, "certified", ["person_recognised"])]
    assert len({one["reviewer"] for one in told["review_opinions"]}) == 2


async def test_erasing_leaves_noise_and_a_proof(bench: Bench, tmp_path: Path) -> None:
    """Not while an agency waits, unless it is said; then nothing opens any more, no file is left, the other person is
    untouched, and the proof holds anywhere; a changed one does not. A lost proof is made again."""
    office = await make_office(bench)
    proof, again, keys = tmp_path / "erasure.jws", tmp_path / "again.jws", tmp_path / "keys.json"
    keys.write_text((await bench.http.get("/.well-known/jwks.json")).text)
    refused = run(bench, "erase", "--proof", str(proof), number=WANG)
    assert (refused.returncode, proof.exists()) == (1, False)
    key_id = key_id_of(office.person(WANG))
    own = "SELECT blob_id FROM certify.capture WHERE person_key = %s"
    blobs = [row[0] for row in await bench.execute(own, (office.person(WANG),))]
    done = run(bench, "erase", "--proof", str(proof), "--with-open-visits", number=WANG)
    assert done.returncode == 0, done.stderr
    for blob_id in blobs:
        try:
            bench.door.blobs.get(blob_id)
        except BlobMissing:
            continue
        raise AssertionError("the recording is still there")
    assert await bench.execute("SELECT person_key FROM certify.motion") == [(office.person(LI),)]
    held = "SELECT wrapped IS NULL, destroyed_at IS NOT NULL FROM platform.keyring WHERE key_id = %s"
    assert await bench.execute(held, (key_id,)) == [(True, True)]
    phone = await bench.enrol_phone(VILLAGE)
    today = (await bench.http.get("/v1/today", headers=phone.headers)).json()
    assert sorted(person["name"] for stop in today["stops"] for person in stop["people"]) == ["", "李大山"]
    waiting = (await bench.http.post(NEXT, headers=bench.as_role["reviewer"])).json()["waiting"]
    assert waiting == 1
    assert run(bench, "verify", str(proof), "--keys", str(keys), "--database").returncode == 0
    assert run(bench, "erase", "--proof", str(again), "--with-open-visits", number=WANG).returncode == 0
    assert (
        run(bench, "verify", str(again), "--keys", str(keys)).stdout.split(",")[1]
        == (run(bench, "verify", str(proof), "--keys", str(keys)).stdout.split(",")[1])
    )
    head, body, signature = proof.read_text().strip().split(".")
    proof.write_text(f"{head}.{body[:-4]}AAAA.{signature}")
    changed = run(bench, "verify", str(proof), "--keys", str(keys))
    assert (changed.returncode, "ERASURE_PROOF_INVALID" in changed.stderr) == (3, True)
    assert [line["act"] for line in await read_log(bench)].count("person.erased") == 1


async def test_from_eighty_thousand_people_on_it_warns(bench: Bench) -> None:
    """79,999 are silent, 80,000 are not."""
    await bench.execute(
        "INSERT INTO platform.reference (person_key, blob_id, source)"
        " SELECT md5(n::text) || md5(n::text), gen_random_uuid(), 'hrss' FROM generate_series(1, 79999) AS n"
    )
    quiet = run(bench, "counts", "--json")
    assert (json.loads(quiet.stdout)["people"], quiet.stderr) == (79_999, "")
    await bench.execute(
        "INSERT INTO platform.reference (person_key, blob_id, source)"
        " VALUES (repeat('a', 64), gen_random_uuid(), 'hrss')"
    )
    loud = run(bench, "counts")
    assert (loud.returncode, "100000" in loud.stderr, "80000" in loud.stdout) == (0, True, True)
