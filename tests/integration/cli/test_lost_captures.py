"""What phones had sent after the backup that was restored: they are told what is gone, and film it again."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from schemas.capture import CaptureReceived, Challenge
from schemas.topics import CAPTURE, LIFE_EVENT
from services.gateway.journal import Journal
from services.platform.journal import Kind, append
from services.platform.prepare import prepare
from tests.integration.cli.restored_county import HRSS, County, county
from tests.integration.gateway.conftest import Bench, Phone, opened
from tests.integration.gateway.serving import CLIP, send, served
from tests.integration.gateway.test_capture_changes import judge
from tests.integration.gateway.test_captures import refusal

__all__ = ["county"]

AGAIN, NO_CONSENT = "lost_by_county", "lost_without_consent"


async def film(bench: Bench, phone: Phone, challenge: dict[str, Any]) -> str:
    """A recording that is received, so that the phone deletes its own; its capture."""
    async with served(bench.app) as address:
        sending = await send(address, phone, CLIP, phone.metadata(CLIP, challenge))
    return str(sending.request.response_headers["onevisit-capture"])


async def lost(bench: Bench, phone: Phone) -> dict[str, str]:
    """What a sync tells the phone: the code for each visit whose recording is gone."""
    answer = await bench.http.get("/v1/captures", headers=phone.headers)
    assert answer.status_code == 200, answer.text
    for each in answer.json()["lost"]:
        assert each["because"]["zh"] and each["because"]["en"]
    return {each["visit_id"]: each["because"]["code"] for each in answer.json()["lost"]}


async def burn(bench: Bench) -> None:
    """The disk of the sealed recordings is lost."""
    for (blob_id,) in await bench.execute("SELECT blob_id FROM gateway.capture"):
        bench.door.blobs.delete(UUID(str(blob_id)))


async def test_a_phone_is_told_what_the_county_has_lost(county: County) -> None:
    """Its next sync names what it had sent and is gone, and no other phone's does. The visit is open, and films again;
    then it is named no more. Who withdrew consent is not to be filmed on it; who is reported dead is left alone."""
    settings = county.installation.settings
    async with opened(settings, []) as bench:
        phone, other = await bench.enrol_phone(), await bench.enrol_phone()
        plain, withdrawn, mourned, certified = [await bench.open_visit((HRSS, f"P-{number}")) for number in range(4)]
        bundles = {visit: await bench.challenge(phone, visit) for visit in (plain, withdrawn, mourned, certified)}
        await Journal().keep(bench.door)
        dump = await county.backup()

        captures = {str(visit): await film(bench, phone, challenge) for visit, challenge in bundles.items()}
        said = {"said_by": "person", "withdrawn_at": datetime.now(UTC).isoformat()}
        path = f"/v1/visits/{withdrawn}/consent-withdrawal"
        assert (await bench.http.post(path, json=said, headers=other.headers)).status_code == 202
        await burn(bench)
        assert await lost(bench, phone) == {}
        await Journal().keep(bench.door)

    restored = await county.command("restore", str(dump))
    assert restored.exit_code == 0, restored.output
    rows = list(csv.DictReader(io.StringIO(await asyncio.to_thread(Path("lost.csv").read_text, "utf-8-sig"))))
    assert {row["visit_id"]: row["capture_id"] for row in rows} == captures
    prepare(settings)
    async with opened(settings, []) as bench:
        # as the scheduler folds them again from the log: a report of death pauses, a proof of another kind closes
        await bench.execute("UPDATE scheduler.visit SET status = 'paused' WHERE visit_id = %s", (mourned,))
        await bench.execute("UPDATE scheduler.visit SET status = 'closed' WHERE visit_id = %s", (certified,))
        assert await lost(bench, phone) == {str(plain): AGAIN, str(withdrawn): NO_CONSENT}
        assert await lost(bench, other) == {}
        seen = (await bench.http.get(f"/v1/visits/{plain}", headers=phone.headers)).json()
        assert seen["status"] == "open"
        await bench.execute("UPDATE scheduler.visit SET status = 'open' WHERE visit_id = %s", (mourned,))  # voided
        assert (await lost(bench, phone))[str(mourned)] == AGAIN
        await film(bench, phone, await bench.challenge(phone, plain))
        await film(bench, other, await bench.challenge(other, mourned))
        assert await lost(bench, phone) == {str(withdrawn): NO_CONSENT}


async def test_who_enrols_anew_is_told_what_the_former_phone_had_sent(county: County) -> None:
    """A phone that was enrolled after the backup is unknown after it, and one that was revoked since stays out: the
    cadre's next phone is told of both, and another cadre's in the same village of neither."""
    settings = county.installation.settings
    async with opened(settings, []) as bench:
        stolen = await bench.enrol_phone()
        first, second = await bench.open_visit((HRSS, "P-1")), await bench.open_visit((HRSS, "P-2"))
        await Journal().keep(bench.door)
        dump = await county.backup()
        since = await bench.enrol_phone()
        await film(bench, stolen, await bench.challenge(stolen, first))
        await film(bench, since, await bench.challenge(since, second))
        gone = await bench.http.delete(f"/v1/devices/{stolen.device_id}", headers=bench.as_role["scheduler"])
        assert gone.status_code == 200, gone.text
        await Journal().keep(bench.door)

    restored = await county.command("restore", str(dump), "--log-is-new")  # the files are there, and nobody judges them
    assert restored.exit_code == 0, restored.output
    prepare(settings)
    async with opened(settings, []) as bench:
        for phone, code in ((stolen, "DEVICE_REVOKED"), (since, "TOKEN_INVALID")):
            answer = await bench.http.get("/v1/captures", headers=phone.headers)
            assert answer.json()["code"] == code
        assert await lost(bench, await bench.enrol_phone()) == {str(first): AGAIN, str(second): AGAIN}
        assert await lost(bench, await bench.enrol_phone(cadre="C002")) == {}


async def test_what_was_drawn_after_the_backup_is_still_taken(county: County) -> None:
    """Phones in the mountains hold challenges of which the restored database knows nothing: signed by the county, they
    are good for one recording, for their own visit, as before."""
    settings = county.installation.settings
    async with opened(settings, []) as bench:
        phone, visit, other = await bench.enrol_phone(), await bench.open_visit((HRSS, "P-1")), await bench.open_visit()
        await Journal().keep(bench.door)
        dump = await county.backup()
        answer = await bench.http.post(f"/v1/visits/{visit}/challenge", headers=phone.headers)
        challenge, signed = answer.json()["challenge"], answer.json()["jws"]
    restored = await county.command("restore", str(dump))
    assert restored.exit_code == 0, restored.output
    prepare(settings)
    async with opened(settings, []) as bench, served(bench.app) as address:
        claim = phone.metadata(CLIP, challenge)
        forged = signed[:-8] + ("A" * 8 if not signed.endswith("A" * 8) else "B" * 8)
        for wrong in (
            claim,
            claim | {"challenge": forged},
            claim | {"challenge": signed, "visit_id": str(other)},
            phone.metadata(CLIP, challenge | {"challenge_id": str(uuid4())}) | {"challenge": signed},
        ):
            assert await refusal(address, phone, CLIP, wrong) == "CHALLENGE_UNKNOWN"
        await send(address, phone, CLIP, claim | {"challenge": signed})
        second = CLIP + b"another"
        used = phone.metadata(second, challenge) | {"challenge": signed}
        assert await refusal(address, phone, second, used) == "CHALLENGE_USED"
        known = await bench.execute("SELECT challenge_id, device_id, used_at IS NOT NULL FROM gateway.challenge")
        assert known == [(UUID(challenge["challenge_id"]), phone.device_id, True)]
        (event,) = [event for topic, _, event in await bench.events() if topic == CAPTURE.name]
        assert isinstance(event, CaptureReceived)
        assert event.challenge == Challenge.model_validate_json(json.dumps(challenge))


async def test_a_recording_whose_file_is_there_is_followed_as_before(county: County) -> None:
    """Nobody is told to film it again, its phone hears what became of it, sent again it is the same, and a journal of
    before, which tells less of a recording, holds nothing up."""
    settings = county.installation.settings
    async with opened(settings, []) as bench:
        phone, visit = await bench.enrol_phone(), await bench.open_visit((HRSS, "P-1"))
        await Journal().keep(bench.door)
        dump = await county.backup()
        answer = await bench.http.post(f"/v1/visits/{visit}/challenge", headers=phone.headers)
        challenge, signed = answer.json()["challenge"], answer.json()["jws"]
        capture = await film(bench, phone, challenge)
        before = await bench.execute("SELECT to_jsonb(c) FROM gateway.capture c")
        await Journal().keep(bench.door)
        names = ("visit_id", "device_id", "blob_id", "received_at")
        older = {name: before[0][0][name] for name in names} | {"capture_id": str(uuid4())}
        append(settings.journal_folder, Kind.CAPTURE, [older], datetime.now(UTC))
    restored = await county.command("restore", str(dump))
    assert restored.exit_code == 0, restored.output
    assert "其后收到的录像: 2, gone 已丢失: 0" in restored.output
    prepare(settings)
    async with opened(settings, []) as bench:
        assert await bench.execute("SELECT to_jsonb(c) FROM gateway.capture c") == before
        assert await lost(bench, phone) == {}
        await judge(bench, capture, visit, "retry", "{too_dark}")
        (told,) = (await bench.http.get("/v1/captures", headers=phone.headers)).json()["items"]
        assert (told["capture_id"], told["decision"], told["reasons"][0]["code"]) == (capture, "retry", "too_dark")
        async with served(bench.app) as address:
            sending = await send(address, phone, CLIP, phone.metadata(CLIP, challenge) | {"challenge": signed})
        assert sending.request.response_headers["onevisit-capture"] == capture


async def test_a_death_that_a_phone_had_reported_is_taken_once_more(county: County) -> None:
    """Kafka's log is lost, and with it the report. Phones hear that the county was restored and send their outcomes
    again: the same report, under its old id; one that the backup holds changes nothing."""
    settings = county.installation.settings
    stamp = {"happened_at": datetime.now(UTC).isoformat(), "legal_basis": "statutory_duty"}
    away = stamp | {"outcome": "not_at_home", "outcome_id": str(uuid4())}
    died = {"day": stamp["happened_at"][:10], "precision": "month"}
    body = stamp | {"outcome": "deceased", "outcome_id": str(uuid4()), "died_on": died, "source": "family"}

    async def tell(bench: Bench, visit: UUID, said: dict[str, Any]) -> None:
        answer = await bench.http.post(f"/v1/visits/{visit}/outcomes", json=said, headers=phone.headers)
        assert answer.status_code == 202, answer.text

    async def reports(bench: Bench) -> list[UUID]:
        return [event.event_id for topic, _, event in await bench.events() if topic == LIFE_EVENT.name]

    async with opened(settings, []) as bench:
        phone, visit = await bench.enrol_phone(), await bench.open_visit((HRSS, "P-1"))
        await tell(bench, visit, away)
        await Journal().keep(bench.door)
        dump = await county.backup()
        assert (await bench.http.get("/v1/captures", headers=phone.headers)).json()["restored_at"] is None
        await tell(bench, visit, body)
        first = await reports(bench)
    restored = await county.command("restore", str(dump), "--log-is-new")
    assert restored.exit_code == 0, restored.output
    prepare(settings)
    async with opened(settings, []) as bench:
        told = (await bench.http.get("/v1/captures", headers=phone.headers)).json()["restored_at"]
        assert datetime.fromisoformat(told) <= datetime.now(UTC)
        before = len(await bench.events())
        await tell(bench, visit, away)
        assert len(await bench.events()) == before
        assert await reports(bench) == []
        await tell(bench, visit, body)
        await tell(bench, visit, body)
        assert await reports(bench) == first != []
