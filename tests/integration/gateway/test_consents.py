"""Consent is withdrawn by the real door or the command, and what follows: erased, kept, not offered, given anew."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tusclient.exceptions import TusCommunicationError

from schemas.capture import LegalBasis
from services.certify.domain.retention import RetentionPolicy
from services.certify.sweeper import Sweeper
from services.gateway.access.callers import Role
from services.platform.blobs import BlobMissing
from services.platform.sealing import key_id_of
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.county import id_number
from tests.integration.gateway.review_office import ReviewOffice, open_office
from tests.integration.gateway.serving import CLIP, send, served
from tests.integration.gateway.test_audit import read_log
from tests.integration.gateway.test_privacy import run
from tests.streams.certifying_office import CERTIFIED

WANG = id_number(1)
CONSENT = {"legal_basis": "separate_consent"}


def path_of(visit_id: UUID) -> str:
    return f"/v1/visits/{visit_id}/consent-withdrawal"


def said(at: datetime | None = None, by: str = "person") -> dict[str, Any]:
    return {"said_by": by, "withdrawn_at": (at or datetime.now(UTC)).isoformat()}


def has(bench: Bench, blob_id: UUID) -> bool:
    try:
        bench.door.blobs.get(blob_id)
    except BlobMissing:
        return False
    return True


async def test_what_rests_on_consent_is_erased_and_the_person_can_see_it(bench: Bench, tmp_path: Path) -> None:
    """Two recordings of one visit: the one on consent goes with the next sweep, the one on duty stays, the certificates
    too. One event, one line of the audit log, however often it is said; the export names the withdrawal."""
    office = await open_office(bench, WANG)
    on_consent = await office.film(WANG, CERTIFIED | {"decision": "retry"}, basis=LegalBasis.SEPARATE_CONSENT)
    on_duty = await office.film(WANG, CERTIFIED)
    assert await office.certificates() == 2
    rows = await bench.execute("SELECT capture_id, blob_id FROM certify.capture")
    (visit_id,) = {row[0] for row in await bench.execute("SELECT visit_id FROM certify.capture")}
    phone, body = await bench.enrol_phone(VILLAGE), said()
    first = await office.move(phone.headers, path_of(visit_id), body)
    assert await office.move(phone.headers, path_of(visit_id), body) == first
    assert first["said_by"] == "person" and first["zh"] and first["en"]
    assert [topic for topic, _, _ in await bench.events()].count("consent") == 1
    async with bench.door.pool.connection() as connection:
        await Sweeper(bench.door.blobs, RetentionPolicy()).sweep(connection)
    assert {capture_id: has(bench, blob_id) for capture_id, blob_id in rows} == {on_consent: False, on_duty: True}
    assert await office.certificates() == 2
    assert await bench.execute("SELECT 1 FROM certify.status_entry WHERE revoked_at IS NOT NULL") == []
    (line,) = [line for line in await read_log(bench) if line["act"] == "consent.withdrawn"]
    assert (line["subject"], line["role"]) == (f"key:{key_id_of(office.person(WANG))}", "device")
    out = tmp_path / "person.json"
    assert run(bench, "export", "--out", str(out), number=WANG).returncode == 0
    told = json.loads(out.read_text("utf-8"))
    assert [one["withdrawal_id"] for one in told["consent_withdrawals"]] == [first["withdrawal_id"]]
    assert (line["at"], "consent.withdrawn") in {(one["at"], one["act"]) for one in told["who_saw_it"]}
    kept = {one["legal_basis"]: one["deleted_at"] is None for one in told["captures"]}
    assert kept == {"separate_consent": False, "statutory_duty": True}


async def test_who_may_not_and_what_cannot_be(bench: Bench) -> None:
    """Agencies and auditors not at all; a phone not of another village; staff nothing in the future; nothing is
    written."""
    office = await open_office(bench, WANG)
    path = path_of(await office.visit(WANG))
    stranger = await bench.enrol_phone(OTHER_VILLAGE)
    own = await bench.enrol_phone(VILLAGE)
    for role in ("hrss", "auditor"):
        assert await office.refused(bench.as_role[role], path, said()) == (403, "ROLE_NOT_ALLOWED")
    assert await office.refused(stranger.headers, path, said()) == (404, "VISIT_UNKNOWN")
    late = said(datetime.now(UTC) + timedelta(minutes=10))
    for role in ("scheduler", "reviewer"):
        assert await office.refused(bench.as_role[role], path, late) == (422, "CONSENT_IN_FUTURE")
    assert await office.refused(own.headers, path, said(by="neighbour")) == (422, "MALFORMED")
    assert await bench.execute("SELECT 1 FROM gateway.consent_withdrawal") == []
    for role in (Role.SCHEDULER, Role.REVIEWER):
        await office.move(bench.as_role[role.value], path, said(by="family"))


async def test_no_clock_that_is_ahead_postpones_a_withdrawal(bench: Bench) -> None:
    """A phone's clock may be days ahead, a desk's minutes: it counts from when it was heard, for certify too; sent
    again it is the same; and who agrees anew afterwards, by a right clock, is filmed."""
    office = await open_office(bench, WANG)
    path, phone = path_of(await office.visit(WANG)), await bench.enrol_phone(VILLAGE)
    for headers, ahead in ((phone.headers, timedelta(days=3)), (bench.as_role["scheduler"], timedelta(minutes=4))):
        body = said(datetime.now(UTC) + ahead)
        first = await office.move(headers, path, body)
        assert first["withdrawn_at"] == first["recorded_at"] < body["withdrawn_at"]
        assert await office.move(headers, path, body) == first
    kept = await bench.execute("SELECT withdrawn_at <= now() FROM certify.consent_withdrawal")
    assert kept == [(True,), (True,)]
    renewed = CONSENT | {"notice_version": "2026-12/30", "consent_renewed": "true"}
    challenge = await bench.challenge(phone, await office.visit(WANG))
    async with served(bench.app) as address:
        await send(address, phone, CLIP, phone.metadata(CLIP, challenge, **renewed))
    assert (await person_of(office, phone))["basis"] == ["statutory_duty", "separate_consent"]


async def person_of(office: ReviewOffice, phone: Phone) -> dict[str, Any]:
    (stop,) = (await office.get(phone.headers, "/v1/today"))["stops"]
    (person,) = stop["people"]
    return dict(person)


async def test_nothing_is_filmed_on_consent_until_it_is_given_anew(bench: Bench) -> None:
    """The phone's day names the other ways and the duty alone; a challenge and a recording on consent are refused, one
    on duty is taken. After a new notice, a recording with a new consent is taken, and consent is offered again. A
    challenge from before the withdrawal serves the duty alone."""
    office = await open_office(bench, WANG)
    visit_id = await office.visit(WANG)
    phone = await bench.enrol_phone(VILLAGE)
    assert (await person_of(office, phone))["basis"] == ["statutory_duty", "separate_consent"]
    before = datetime.now(UTC)
    early = await bench.challenge(phone, visit_id)
    await office.move(phone.headers, path_of(visit_id), said())
    challenges = [await bench.challenge(phone, visit_id) for _ in range(3)]
    person = await person_of(office, phone)
    assert person["basis"] == ["statutory_duty"]
    assert "consent_withdrawn" in {warning["code"] for warning in person["warnings"]}
    assert {"witnessed", "video_call", "document"} <= set((await office.get(phone.headers, "/v1/today"))["paths"])
    path = f"/v1/visits/{visit_id}/challenge"
    assert await office.refused(phone.headers, path, CONSENT) == (409, "CONSENT_WITHDRAWN")
    wish = {"visits": [CONSENT | {"visit_id": str(visit_id)}]}
    bundles = (await bench.http.post("/v1/challenge-bundles", json=wish, headers=phone.headers)).json()
    assert (bundles["bundles"], [one["code"] for one in bundles["refused"]]) == ([], ["CONSENT_WITHDRAWN"])
    renewed = CONSENT | {"notice_version": "2026-12/30", "consent_renewed": "true"}
    async with served(bench.app) as address:
        for challenge, stated in (
            (challenges[0], CONSENT),
            (early, renewed | {"captured_at": before.isoformat()}),
            (early, renewed),
            (challenges[0], CONSENT | {"consent_renewed": "true"}),
        ):
            with pytest.raises(TusCommunicationError) as caught:
                await send(address, phone, CLIP, phone.metadata(CLIP, challenge, **stated))
            assert b"CONSENT_WITHDRAWN" in (caught.value.response_content or b"")
        assert await bench.execute("SELECT 1 FROM gateway.capture") == []
        await send(address, phone, CLIP, phone.metadata(CLIP, early))
        assert (await person_of(office, phone))["basis"] == ["statutory_duty"]
        await send(address, phone, CLIP, phone.metadata(CLIP, challenges[1], **renewed))
        assert (await person_of(office, phone))["basis"] == ["statutory_duty", "separate_consent"]
        await send(address, phone, CLIP, phone.metadata(CLIP, challenges[2], **CONSENT))
    again = await bench.http.post(path, json=CONSENT, headers=phone.headers)
    assert again.status_code == 201


async def test_the_operator_withdraws_by_id_number(bench: Bench) -> None:
    """Once for one moment; nobody is made up for a number that is not known; the number is nowhere told."""
    office = await open_office(bench, WANG)
    moment = datetime.now(UTC).astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    for _ in range(2):
        done = run(bench, "withdraw-consent", "--said-by", "family", "--at", moment, number=WANG)
        assert done.returncode == 0, done.stderr
        assert WANG not in done.stdout + done.stderr
    kept = await bench.execute("SELECT person_key, said_by, recorded_by FROM gateway.consent_withdrawal")
    assert kept == [(office.person(WANG), "family", "operator")]
    assert [topic for topic, _, _ in await bench.events()].count("consent") == 1
    assert run(bench, "withdraw-consent", "--said-by", "person", number=id_number(9)).returncode == 1
    future = run(bench, "withdraw-consent", "--said-by", "person", "--at", "2099-01-01T00:00:00", number=WANG)
    assert (future.returncode, "CONSENT_IN_FUTURE" in future.stderr) == (1, True)
    await office.fold()
    assert len(await bench.execute("SELECT 1 FROM certify.consent_withdrawal")) == 1
