"""Recordings come in whole, once, from the phone that was asked, or are refused with a code; by the real tus client."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from schemas.base import stable_id
from schemas.camera import STATEMENT_CHARACTERS
from schemas.capture import CaptureReceived
from services.platform.sealing import key_id_of, open_bytes, unseal
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.serving import CLIP, send, served, uploader


async def captures_of(bench: Bench) -> list[CaptureReceived]:
    """The captures that certify is told of."""
    return [event for topic, _, event in await bench.events() if isinstance(event, CaptureReceived)]


def leftovers(bench: Bench) -> list[str]:
    """Plaintext on the door's disk."""
    uploads = bench.settings.var / "uploads"
    return [p.name for p in uploads.rglob("*") if p.is_file() and ".locks" not in p.parts]


async def test_a_recording_is_sealed_and_told_and_its_plaintext_is_gone(bench: Bench) -> None:
    """What certify gets opens with the person's key to the very bytes that the phone sent."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    challenge = await bench.challenge(phone, visit)
    async with served(bench.app) as address:
        sent = await send(address, phone, CLIP, phone.metadata(CLIP, challenge, notice_version="2026-12/30"))
    assert await bench.execute("SELECT notice_version FROM gateway.capture") == [("2026-12/30",)]
    (capture,) = await captures_of(bench)
    assert capture.capture_id == stable_id("capture", challenge["challenge_id"])
    assert sent.request.response_headers["onevisit-capture"] == str(capture.capture_id)
    assert (capture.visit_id, capture.device_id, capture.recording.size) == (visit, phone.device_id, len(CLIP))
    assert capture.challenge.model_dump(mode="json") == challenge
    key_id = key_id_of(capture.person_key)
    async with bench.door.pool.connection() as connection:
        keys = await bench.door.keyring.find(connection, [key_id])
    assert open_bytes(keys[key_id], key_id, bench.door.blobs.get(capture.recording.blob_id)) == CLIP
    assert leftovers(bench) == []


async def test_what_the_browser_said_of_the_camera_is_sealed_as_it_was_signed(bench: Bench) -> None:
    """A label may name somebody: nothing of it stands in the open, and who holds the person's key reads it."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    camera = '{"label":"李建国的 iPhone 后置相机","facing":"environment","offers":["torch"]}'
    async with served(bench.app) as address:
        await send(address, phone, CLIP, phone.metadata(CLIP, await bench.challenge(phone, visit), camera=camera))
        await send(address, phone, CLIP, phone.metadata(CLIP, await bench.challenge(phone, visit)))
    stated, unstated = await captures_of(bench)
    assert stated.camera is not None
    assert stated.camera.key_id == key_id_of(stated.person_key)
    async with bench.door.pool.connection() as connection:
        keys = await bench.door.keyring.find(connection, [stated.camera.key_id])
    assert unseal(keys, stated.camera).decode() == camera
    assert "李建国" not in stated.model_dump_json()
    assert unstated.camera is None


async def test_a_statement_of_the_camera_is_bounded_and_signed(bench: Bench) -> None:
    """Put there, exchanged or taken away on the way: another's signature. No statement, or too long: no metadata."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    challenge = await bench.challenge(phone, visit)
    stated, unstated = phone.metadata(CLIP, challenge, camera="{}"), phone.metadata(CLIP, challenge)
    long = '{"label":""' + " " * STATEMENT_CHARACTERS + "}"
    cases = [
        ("SIGNATURE_WRONG", unstated | {"camera": "{}"}),
        ("SIGNATURE_WRONG", stated | {"camera": '{"label":"Back Camera"}'}),
        ("SIGNATURE_WRONG", {name: value for name, value in stated.items() if name != "camera"}),
        ("UPLOAD_METADATA_INVALID", phone.metadata(CLIP, challenge, camera="OBS Virtual Camera")),
        ("UPLOAD_METADATA_INVALID", phone.metadata(CLIP, challenge, camera='{"label":"' + "a" * 101 + '"}')),
        ("UPLOAD_METADATA_INVALID", phone.metadata(CLIP, challenge, camera=long)),
    ]
    async with served(bench.app) as address:
        for code, metadata in cases:
            assert await refusal(address, phone, CLIP, metadata) == code
        await send(address, phone, CLIP, stated)
    assert len(await captures_of(bench)) == 1


async def test_sent_again_it_is_the_same_capture(bench: Bench) -> None:
    """A phone that lost the answer may send again, or ask again: same id, no second event."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    metadata = phone.metadata(CLIP, await bench.challenge(phone, visit))
    async with served(bench.app) as address:
        first = await send(address, phone, CLIP, metadata)
        again = await send(address, phone, CLIP, metadata)
        asked = await bench.http.head(
            first.url.removeprefix(address), headers=phone.headers | {"Tus-Resumable": "1.0.0"}
        )
    assert first.request.response_headers["onevisit-capture"] == again.request.response_headers["onevisit-capture"]
    assert (asked.status_code, asked.headers["upload-offset"]) == (200, str(len(CLIP)))
    assert asked.headers["onevisit-capture"] == first.request.response_headers["onevisit-capture"]
    assert len(await captures_of(bench)) == 1


async def refusal(address: str, phone: Phone, content: bytes, metadata: dict[str, str]) -> str:
    """The code with which a recording is refused, at its creation or at its end."""
    try:
        await send(address, phone, content, metadata)
    except TusCommunicationError as error:
        return str(json.loads(error.response_content)["code"])
    raise AssertionError("the recording was taken")


async def test_what_is_wrong_is_refused_with_its_code(bench: Bench) -> None:
    """Wrong signature, hash, visit, phone, times, metadata: nothing is told, nothing is left on the disk."""
    visit, other_visit = await bench.open_visit(("hrss", "P-1")), await bench.open_visit(("hrss", "P-2"))
    phone, stranger = await bench.enrol_phone(), await bench.enrol_phone()
    challenge = await bench.challenge(phone, visit)
    good = phone.metadata(CLIP, challenge)
    now = datetime.now(UTC)
    cases = [
        ("SIGNATURE_WRONG", phone, CLIP, good | {"signature": base64.b64encode(bytes(64)).decode()}),
        ("SIGNATURE_WRONG", phone, CLIP, good | {"signature": "not base64!"}),
        ("SIGNATURE_WRONG", phone, CLIP, good | {"sha256": "0" * 64}),
        ("SIGNATURE_WRONG", stranger, CLIP, good),
        ("CHALLENGE_UNKNOWN", stranger, CLIP, stranger.metadata(CLIP, challenge)),
        ("CHALLENGE_UNKNOWN", phone, CLIP, good | {"visit_id": str(other_visit)}),
        ("CHALLENGE_UNKNOWN", phone, CLIP, phone.metadata(CLIP, challenge | {"challenge_id": str(uuid4())})),
        ("CHALLENGE_EXPIRED", phone, CLIP, good | {"captured_at": (now + timedelta(days=9)).isoformat()}),
        ("CHALLENGE_EXPIRED", phone, CLIP, good | {"captured_at": (now - timedelta(days=2)).isoformat()}),
        ("UPLOAD_METADATA_INVALID", phone, CLIP, good | {"captured_at": "2026-11-24T10:00:00"}),
        ("UPLOAD_METADATA_INVALID", phone, CLIP, good | {"captured_at": "0001-01-01T00:00:00+14:00"}),
        ("UPLOAD_METADATA_INVALID", phone, CLIP, good | {"legal_basis": "because"}),
        ("UPLOAD_METADATA_INVALID", phone, CLIP, good | {"filetype": "text/html"}),
        ("UPLOAD_METADATA_INVALID", phone, CLIP, {k: v for k, v in good.items() if k != "filename"}),
        ("RECORDING_EMPTY", phone, b"", phone.metadata(b"", challenge)),
        ("RECORDING_TOO_LARGE", phone, bytes(30_000_001), phone.metadata(bytes(30_000_001), challenge)),
        ("RECORDING_DAMAGED", phone, CLIP[::-1], good),
    ]
    async with served(bench.app) as address:
        for code, sender, content, metadata in cases:
            assert await refusal(address, sender, content, metadata) == code
            assert leftovers(bench) == [], code
        assert await captures_of(bench) == []
        await send(address, phone, CLIP, good)
        second = CLIP + b"another"
        assert await refusal(address, phone, second, phone.metadata(second, challenge)) == "CHALLENGE_USED"
    assert len(await captures_of(bench)) == 1
    assert len(list(bench.settings.blobs.rglob("*.sealed"))) == 1


async def test_an_old_challenge_is_refused_and_a_late_phone_is_not(bench: Bench) -> None:
    """Filmed in time and sent late is taken for a week; after that, and what was filmed late, is not."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    late, too_late = await bench.challenge(phone, visit), await bench.challenge(phone, visit)
    now = datetime.now(UTC)
    for challenge, age in ((late, timedelta(days=13)), (too_late, timedelta(days=15))):
        await bench.execute(
            "UPDATE gateway.challenge SET issued_at = issued_at - %s, expires_at = expires_at - %s"
            " WHERE challenge_id = %s",
            (age, age, challenge["challenge_id"]),
        )
    filmed = (now - timedelta(days=10)).isoformat()
    async with served(bench.app) as address:
        await send(address, phone, CLIP, phone.metadata(CLIP, late, captured_at=filmed))
        refused = await refusal(address, phone, CLIP, phone.metadata(CLIP, too_late, captured_at=filmed))
        assert refused == "CHALLENGE_EXPIRED"


async def test_two_recordings_race_for_one_challenge(bench: Bench) -> None:
    """One wins, the other is told so; one event, one sealed recording."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    challenge = await bench.challenge(phone, visit)
    clips = [CLIP + bytes([n]) for n in range(4)]
    async with served(bench.app) as address:
        sending = [uploader(address, phone, clip, phone.metadata(clip, challenge)) for clip in clips]
        for one in sending:
            one.set_url(await asyncio.to_thread(one.create_url))
        results = await asyncio.gather(*(asyncio.to_thread(s.upload_chunk) for s in sending), return_exceptions=True)
    lost = [r for r in results if isinstance(r, TusUploadFailed)]
    assert [json.loads(error.response_content)["code"] for error in lost] == ["CHALLENGE_USED"] * 3
    assert len(await captures_of(bench)) == 1
    assert len(list(bench.settings.blobs.rglob("*.sealed"))) == 1


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
async def test_another_phone_cannot_touch_an_upload(bench: Bench, method: str) -> None:
    """Not read, not written, not removed; nor does a clever name leave the phone's own folder."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone, stranger = await bench.enrol_phone(), await bench.enrol_phone()
    metadata = phone.metadata(CLIP, await bench.challenge(phone, visit))
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    async with served(bench.app) as address:
        sending = uploader(address, phone, CLIP, metadata)
        url = (await asyncio.to_thread(sending.create_url)).removeprefix(address)
        name = url.rpartition("/")[2]
        inside = f"%2e%2e%2f{phone.device_id.hex}%2f{name}"
        for path in (url, f"/v1/captures/{inside}", f"/v1/captures/{name}.info", "/v1/captures/.locks"):
            answer = await bench.http.request(method, path, headers=stranger.headers | headers, content=b"x")
            assert answer.status_code in {404, 405}, (method, path)
        sending.set_url(address + url)
        await asyncio.to_thread(sending.upload)
    assert len(await captures_of(bench)) == 1


async def test_only_plain_uploads_are_served(bench: Bench) -> None:
    """No joining of parts, no unknown length, no body on creation."""
    phone = await bench.enrol_phone()
    for wrong in ({"Upload-Concat": "partial"}, {"Upload-Defer-Length": "1"}, {"Content-Length": "5"}):
        headers = phone.headers | {"Tus-Resumable": "1.0.0", "Upload-Length": "5"} | wrong
        answer = await bench.http.post(
            "/v1/captures", headers=headers, content=b"12345" if "Content-Length" in wrong else b""
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "UPLOAD_REQUEST_INVALID")


async def test_a_capture_is_followed_to_its_certificates(bench: Bench) -> None:
    """received → judged → certified by n of m; only its own phone and reviewers may ask."""
    visit = await bench.open_visit(("hrss", "P-1"), ("civil_affairs", "S-1"))
    phone, stranger = await bench.enrol_phone(VILLAGE), await bench.enrol_phone(VILLAGE, OTHER_VILLAGE)
    async with served(bench.app) as address:
        sent = await send(address, phone, CLIP, phone.metadata(CLIP, await bench.challenge(phone, visit)))
    capture_id = UUID(sent.request.response_headers["onevisit-capture"])

    async def state(headers: dict[str, str]) -> tuple[object, ...]:
        answer = (await bench.http.get(f"/v1/captures/{capture_id}", headers=headers)).json()
        if "state" not in answer:
            return (answer["code"],)
        return answer["state"], answer["decision"], tuple(answer["certificates"].values())

    assert await state(phone.headers) == ("received", None, (0, 2))
    assert await state(stranger.headers) == ("CAPTURE_UNKNOWN",)
    await bench.execute(
        "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, told)"
        " VALUES (%s, %s, 'k', now(), 'certified', '{}', true)",
        (capture_id, visit),
    )
    await bench.issue("hrss", "P-1", visit)
    assert await state(phone.headers) == ("judged", "certified", (1, 2))
    await bench.issue("civil_affairs", "S-1", visit)
    assert await state(bench.as_role["reviewer"]) == ("certified", "certified", (2, 2))
    await bench.execute("UPDATE certify.capture SET decision = 'retry', reasons = '{too_dark}'")
    answer = (await bench.http.get(f"/v1/captures/{capture_id}", headers=phone.headers)).json()
    assert answer["reasons"][0]["code"] == "too_dark"
    assert answer["reasons"][0]["zh"]
