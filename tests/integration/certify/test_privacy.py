"""Nothing of a face in a log, in the open on disk or in the database; nothing readable without the person's key; and
a verdict of the real line can be judged again by who holds the keys."""

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from schemas.camera import CameraFacts, CameraKind, Facing
from schemas.capture import CaptureReceived, LegalBasis
from schemas.verdict import VerdictReached
from schemas.verification import Action, Decision, Reason
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.judging import Judge
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier
from services.platform import secrets
from services.platform.blobs import FolderBlobs
from services.platform.database import Pool, open_pool
from services.platform.references import put_reference
from services.platform.sealing import Keyring, key_id_of, seal, seal_bytes
from services.platform.settings import Settings
from tests.integration.certify.conftest import ROOT
from tests.integration.line import Installation
from tests.streams.certifying_office import CAPTURE, Office, make_certifier, make_visit
from tests.streams.test_withdrawing import withdrawal

PERSON, KEY_ID = CAPTURE.person_key, key_id_of(CAPTURE.person_key)
CLIP = "affinsys__vhn.mp4"


@dataclass
class County:
    """An installation without its servers' programs: database, secrets, blobs, and who judges."""

    settings: Settings
    pool: Pool
    keyring: Keyring
    models: Path
    film: bytes
    photo: bytes

    @property
    def blobs(self) -> FolderBlobs:
        return FolderBlobs(self.settings.blobs)

    async def judge(self, event: CaptureReceived | None = None) -> VerdictReached:
        """One recording from the sealed file to the event."""
        async with self.pool.connection() as connection:
            keys = await self.keyring.get_or_make(connection, [KEY_ID])
            await put_reference(connection, self.keyring, self.blobs, PERSON, self.photo, source="hrss")
        self.blobs.put(CAPTURE.recording.blob_id, seal_bytes(keys[KEY_ID], KEY_ID, self.film))
        policy = VerificationPolicy()
        judge = Judge(Verifier(policy, self.models), self.keyring, self.blobs, ZoneInfo("Asia/Shanghai"))
        event = event or capture()
        await judge.prepare(self.pool, [event])
        office = Office(self.pool, make_certifier(RecognitionPolicy(), policy.match))
        await office.hear(make_visit(1, ["hrss"]))
        (told,) = [sent for sent in await office.hear(event) if isinstance(sent, VerdictReached)]
        return told

    async def stated(self, camera: str) -> CaptureReceived:
        """A recording of whose camera the browser said this."""
        async with self.pool.connection() as connection:
            keys = await self.keyring.get_or_make(connection, [KEY_ID])
        sealed = seal(keys[KEY_ID], KEY_ID, camera.encode())
        return capture().model_copy(update={"capture_id": uuid4(), "camera": sealed})

    def replay(self, event: VerdictReached) -> "subprocess.CompletedProcess[str]":
        """By the command line, as an auditor does."""
        env = os.environ | {"ONEVISIT_DATABASE": self.settings.database, "ONEVISIT_VAR": str(self.settings.var)}
        command = [sys.executable, "-m", "services.cli", "verify", "--replay", "-", "--json"]
        return subprocess.run(
            command, cwd=ROOT, env=env, input=event.model_dump_json(), capture_output=True, text=True, check=False,
            timeout=240,
        )  # fmt: skip


def capture() -> CaptureReceived:
    """Somebody who nods."""
    challenge = CAPTURE.challenge.model_copy(update={"actions": (Action.NOD,), "prompts": ()})
    return CAPTURE.model_copy(update={"challenge": challenge})


@pytest.fixture
async def county(
    database: str, tmp_path: Path, models_dir: Path, face_data: Path, still: Callable[[str, float], bytes]
) -> AsyncIterator[County]:
    """With its own secrets."""
    settings = Settings(database=database, var=tmp_path)
    secrets.make_missing(settings.secrets)
    keyring = Keyring(secrets.load(settings.secrets).master_key)
    film = (face_data / "video" / CLIP).read_bytes()
    async with open_pool(database) as pool:
        yield County(settings, pool, keyring, models_dir, film, still(CLIP, 0.2))


@pytest.mark.data
async def test_a_recording_whose_consent_was_withdrawn_is_not_looked_at(county: County) -> None:
    """Heard of before it came to be judged: nothing is measured on it, and the answer is to film again, on another
    basis. Consent of before the recording does not matter to it."""
    made = capture().model_copy(update={"legal_basis": LegalBasis.SEPARATE_CONSENT})
    office = Office(county.pool, make_certifier(RecognitionPolicy()))
    await office.hear(withdrawal(CAPTURE.challenge.issued_at - timedelta(minutes=1)))
    assert (await county.judge(made)).verification.decision is Decision.CERTIFIED
    await office.hear(withdrawal())
    again = made.model_copy(update={"capture_id": uuid4()})
    told = (await county.judge(again)).verification
    assert (told.decision, told.match.score, told.pad.score) == (Decision.RETRY, None, None)


@pytest.mark.data
async def test_nothing_of_a_face_is_logged(
    county: County, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """At the most talkative level: which recording, what was decided, why; no score, no measure, no bytes, nobody."""
    caplog.set_level(logging.DEBUG)
    told = await county.judge()
    out, err = capfd.readouterr()
    text = "\n".join([*(record.getMessage() for record in caplog.records), *_extras(caplog.records), out, err])
    assert f"capture {CAPTURE.capture_id}: certified" in text
    spoken = told.verification.model_dump(mode="json", include={"pad", "match", "quality", "challenge", "measurements"})
    numbers = {str(number) for number in _numbers(spoken) if isinstance(number, float) and number != round(number, 1)}
    assert len(numbers) > 8
    assert [number for number in numbers if re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text)] == []
    assert PERSON not in text
    assert not re.search(r"[A-Za-z0-9+/]{64,}", text), "a long run of base64 or hex"
    assert not re.search(r"\\x[0-9a-f]{2}|array\(|landmark|embedding|pitch|jaw_open", text)


@pytest.mark.data
async def test_at_rest_everything_is_sealed_and_goes_with_the_key(county: County) -> None:
    """Files and rows hold no byte of clip, photo or measurement in the open; with the key destroyed, nothing opens."""
    told = await county.judge()
    assert (told.verification.decision, told.verification.measurements) == ("certified", None)
    files = [path for path in county.settings.var.rglob("*") if path.is_file()]
    assert sorted(path.suffix for path in files if path.is_relative_to(county.settings.blobs)) == [".sealed"] * 2
    for path in files:
        content = path.read_bytes()
        assert not any(part in content for part in (county.film[1000:1032], county.photo[500:532], b"ftyp", b"JFIF"))
    held = county.replay(told)
    assert (held.returncode, json.loads(held.stdout)["holds"]) == (0, True)
    span = told.verification.challenge[Action.NOD].span_s
    assert span is not None
    assert json.loads(held.stdout)["challenge"]["nod"]["span_s"] == list(span)
    async with county.pool.connection() as connection:
        cursor = await connection.execute("SELECT verification::text, measurements FROM certify.judgement")
        ((finding, box),) = await cursor.fetchall()
        assert '"pitch"' not in finding
        assert b"jaw_open" not in box
        await connection.execute("UPDATE platform.keyring SET wrapped = NULL, destroyed_at = now()")
    gone = county.replay(told)
    assert (gone.returncode, gone.stdout) == (1, "")
    assert gone.stderr.startswith("replay_sealed: ")


@pytest.mark.data
async def test_a_tampered_event_of_the_line_is_found(county: County) -> None:
    """A score, a threshold, the decision: exit status 3 and the field by name; a changed box does not open."""
    told = await county.judge()
    found = told.verification
    changes: dict[str, Any] = {
        "match.score": {"match": found.match.model_copy(update={"score": 0.99})},
        "pad.threshold": {"pad": found.pad.model_copy(update={"threshold": 0.1})},
        "decision": {"decision": Decision.REVIEW, "reasons": (Reason.FACE_DIFFERS,)},
        "policy_version": {"policy_version": "2026-11+000000000000"},
    }
    for field, change in changes.items():
        result = county.replay(told.model_copy(update={"verification": found.model_copy(update=change)}))
        assert result.returncode == 3
        assert field in {one["field"] for one in json.loads(result.stdout)["differences"]}
    assert told.measurements is not None
    box = told.measurements.model_copy(update={"box": "AAAA" + told.measurements.box[4:]})
    assert county.replay(told.model_copy(update={"measurements": box})).returncode == 1


@pytest.mark.data
async def test_a_virtual_camera_is_shown_to_a_reviewer_and_its_name_is_kept_nowhere(
    county: County, caplog: pytest.LogCaptureFixture
) -> None:
    """The same recording is certified without a statement, and from the camera of a phone. Of the label, which may name
    somebody, no word stands in a row, an event or a log; the kind is judged again, and found when it was changed."""
    caplog.set_level(logging.DEBUG)
    silent = (await county.judge(capture().model_copy(update={"camera": None}))).verification
    assert (silent.decision, silent.quality.camera) == (Decision.CERTIFIED, None)
    phone = (await county.judge(await county.stated('{"label":"后置相机","facing":"environment"}'))).verification
    assert phone.reasons in {(), (Reason.SEEN_BEFORE,)}  # it is the recording of before, once more
    assert phone.quality.camera == CameraFacts(kind=None, facing=Facing.ENVIRONMENT)
    told = await county.judge(await county.stated('{"label":"OBS Virtual Camera of 李建国"}'))
    assert told.verification.decision is Decision.REVIEW
    assert Reason.SOURCE_NOT_CAMERA in told.verification.reasons
    assert told.verification.quality.camera == CameraFacts(kind=CameraKind.VIRTUAL_CAMERA)
    async with county.pool.connection() as connection:
        rows = await (await connection.execute("SELECT verification::text FROM certify.judgement")).fetchall()
    logged = "\n".join([*(record.getMessage() for record in caplog.records), *_extras(caplog.records)])
    assert not re.search("OBS|李建国|后置", f"{rows} {told.model_dump_json()} {logged}")
    assert county.replay(told).returncode == 0
    quality = told.verification.quality.model_copy(update={"camera": CameraFacts(kind=None)})
    changed = told.verification.model_copy(update={"quality": quality})
    result = county.replay(told.model_copy(update={"verification": changed}))
    fields = [one["field"] for one in json.loads(result.stdout)["differences"]]
    assert any(field.startswith("quality.camera") for field in fields)


@pytest.mark.data
async def test_what_cannot_be_read_of_a_camera_says_nothing(county: County, caplog: pytest.LogCaptureFixture) -> None:
    """Another's box, or what is no statement: the recording is judged as if nothing were said."""
    for camera in (capture().camera, (await county.stated("OBS Virtual Camera")).camera):
        assert camera is not None
        told = await county.judge(capture().model_copy(update={"capture_id": uuid4(), "camera": camera}))
        assert told.verification.quality.camera is None
        assert Reason.SOURCE_NOT_CAMERA not in told.verification.reasons
    assert [record.getMessage() for record in caplog.records if "OBS" in record.getMessage()] == []


def test_the_worker_keeps_the_retention_clock(kafka: str, database: str, tmp_path: Path, models_dir: Path) -> None:
    """As it is started: a recording whose time is over goes by itself."""
    installation = Installation.make(kafka, database, tmp_path)
    (installation.settings.var / "models").symlink_to(models_dir)
    blobs, recording = FolderBlobs(installation.settings.blobs), CAPTURE.recording.blob_id
    blobs.put(recording, b"sealed")
    installation.query(
        "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, told, blob_id,"
        " judged_at) VALUES (%s, %s, %s, now(), 'retry', '{no_face}', true, %s, now() - interval '8 days') RETURNING 1",
        CAPTURE.capture_id, CAPTURE.visit_id, PERSON, recording,
    )  # fmt: skip
    with installation.workers("services.certify.app"):
        installation.wait_until(lambda: not list(installation.settings.blobs.rglob("*.sealed")))
        installation.wait_until(lambda: installation.query("SELECT deleted_at FROM certify.capture")[0][0] is not None)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _extras(records: list[logging.LogRecord]) -> Iterator[str]:
    """Whatever else a record carries: arguments, exceptions."""
    for record in records:
        yield repr(record.args)
        yield record.exc_text or ""
