"""The retention clock on a real PostgreSQL and real files: what is due goes, whole; what is not stays."""

import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from prometheus_client import REGISTRY

from schemas.capture import CaptureReceived
from schemas.topics import CAPTURE as CAPTURE_TOPIC
from schemas.visit import ClosedBecause
from services.certify.domain.retention import LOG_DAYS, RetentionInvalid, RetentionPolicy
from services.certify.store import retention
from services.certify.sweeper import Sweeper, read_retention
from services.platform.blobs import BlobMissing, FolderBlobs
from services.platform.database import Connection
from services.platform.settings import Settings
from tests.streams.certifying_office import CAPTURE, CERTIFIED, Office, make_visit
from tests.streams.killed import run_killed
from tests.streams.test_reviewing import sampling
from tests.structure.source import ROOT

REASONS = {"certified": [], "retry": ["no_face"], "review": ["face_differs"]}


@dataclass
class Archive:
    """Recordings and photos that are held, and the clock over them."""

    office: Office
    folder: Path
    connection: Connection
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def blobs(self) -> FolderBlobs:
        return FolderBlobs(self.folder)

    async def keep(
        self, decision: str, *, visit_id: UUID | None = None, person: str = CAPTURE.person_key, **changes: object
    ) -> CaptureReceived:
        """A judged recording of which the verdict was told."""
        visit = make_visit(1, ["hrss"]).model_copy(update={"visit_id": visit_id or uuid4(), "person_key": person})
        await self.office.hear(visit)
        recording = CAPTURE.recording.model_copy(update={"blob_id": uuid4()})
        capture = CAPTURE.model_copy(
            update={"capture_id": uuid4(), "visit_id": visit.visit_id, "person_key": person, "recording": recording}
            | changes
        )
        found = CERTIFIED | {"decision": decision, "reasons": REASONS[decision]}
        await self.office.judged(capture.capture_id, found, b"measurements" * 9)
        self.blobs.put(recording.blob_id, b"sealed recording")
        await self.office.hear(capture)
        return capture

    async def keep_motion(self, capture: CaptureReceived) -> None:
        await self.connection.execute(
            "INSERT INTO certify.motion (capture_id, person_key, captured_at, box) VALUES (%s, %s, %s, 'sealed')",
            (capture.capture_id, capture.person_key, capture.captured_at),
        )

    async def motions(self) -> set[UUID]:
        """Of which recordings one is held."""
        cursor = await self.connection.execute("SELECT capture_id FROM certify.motion")
        return {row[0] for row in await cursor.fetchall()}

    async def photo(self, person: str = CAPTURE.person_key) -> UUID:
        blob_id = uuid4()
        self.blobs.put(blob_id, b"sealed photo")
        await self.connection.execute(
            "INSERT INTO platform.reference (person_key, blob_id, source) VALUES (%s, %s, 'hrss')", (person, blob_id)
        )
        return blob_id

    async def sweep(self, days: float) -> Counter[str]:
        """After so many days."""
        now = self.began + timedelta(days=days)
        return await Sweeper(self.blobs, RetentionPolicy(), lambda: now).sweep(self.connection)

    async def holds(self, capture: CaptureReceived) -> tuple[bool, bool]:
        """Whether recording and measurements are there."""
        cursor = await self.connection.execute(
            "SELECT measurements IS NOT NULL FROM certify.judgement WHERE capture_id = %s", (capture.capture_id,)
        )
        row = await cursor.fetchone()
        assert row is not None
        return self.has(capture.recording.blob_id), row[0]

    def has(self, blob_id: UUID) -> bool:
        try:
            self.blobs.get(blob_id)
        except BlobMissing:
            return False
        return True


@pytest.fixture
async def archive(office: Office, database: str, tmp_path: Path) -> AsyncIterator[Archive]:
    """An empty one."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        yield Archive(office, tmp_path / "blobs", connection)


@pytest.mark.parametrize(("decision", "days"), [("certified", 30), ("retry", 7)])
async def test_a_recording_goes_on_its_day_with_its_measurements(archive: Archive, decision: str, days: int) -> None:
    """Not before; the decision stays; a second round finds nothing."""
    capture = await archive.keep(decision)
    assert await archive.sweep(days - 0.1) == Counter()
    assert await archive.holds(capture) == (True, True)
    assert await archive.sweep(days + 0.1) == Counter({decision: 1})
    assert await archive.holds(capture) == (False, False)
    assert await archive.sweep(days + 0.1) == Counter()
    cursor = await archive.connection.execute("SELECT decision, deleted_at FROM certify.capture")
    row = await cursor.fetchone()
    assert row is not None
    assert row[0] == decision
    assert row[1] == archive.began + timedelta(days=days + 0.1)


async def test_a_recording_for_review_waits_for_its_decision(archive: Archive) -> None:
    """However long it takes; the month begins with the decision, or with a later recording that was certified."""
    reviewed, filmed_again, waiting = [await archive.keep("review", person=f"{n:064x}") for n in range(3)]
    await archive.connection.execute(
        "UPDATE certify.capture SET reviewed_at = judged_at + interval '300 days' WHERE capture_id = %s",
        (reviewed.capture_id,),
    )
    await archive.keep("certified", visit_id=filmed_again.visit_id, person=filmed_again.person_key)
    assert await archive.sweep(30.1) == Counter({"certified": 1, "review": 1})
    assert await archive.holds(filmed_again) == (False, False)
    assert await archive.sweep(329) == Counter()
    assert await archive.sweep(331) == Counter({"review": 1})
    assert await archive.sweep(5000) == Counter()
    assert await archive.holds(waiting) == (True, True)
    held = await retention.read_held(archive.connection, RetentionPolicy(), archive.began + timedelta(days=5000))
    assert {one.kind: (one.held, one.waiting, one.due) for one in held}["review"] == (1, 1, 0)


async def test_what_was_drawn_and_never_looked_at_is_counted(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """Its recording goes on its day like any other; that nobody decided is said by every round after, and no other
    deletion is."""
    caplog.set_level(logging.WARNING)
    await archive.keep("review")
    archive.office = sampling(archive.office, 1.0)
    for expected, days in ((0, 29), (2, 31), (2, 400)):
        if not expected:
            for _ in range(2):
                await archive.keep("certified")
        await archive.sweep(days)
        assert REGISTRY.get_sample_value("onevisit_review_sample_expired") == expected
    said = [record.getMessage() for record in caplog.records]
    assert said == ["2 recordings of the random sample were deleted before a reviewer had decided"] * 2


async def test_a_verdict_that_was_not_told_keeps_its_measurements(archive: Archive) -> None:
    """They are still to be sent."""
    capture = await archive.keep("retry")
    await archive.connection.execute("UPDATE certify.capture SET told = false")
    assert await archive.sweep(999) == Counter()
    assert await archive.holds(capture) == (True, True)


async def test_a_motion_stays_while_a_visit_is_open_and_a_year_after_its_recording(archive: Archive) -> None:
    """Longer than the recording, as long as a still: a recording of last year may be sent again this year."""
    capture = await archive.keep("certified", captured_at=archive.began)
    await archive.keep_motion(capture)
    assert await archive.sweep(31) == Counter({"certified": 1})
    assert await archive.sweep(5000) == Counter()
    assert await archive.motions() == {capture.capture_id}
    await archive.connection.execute("UPDATE certify.visit SET status = 'closed'")
    assert await archive.sweep(399) == Counter()
    assert await archive.motions() == {capture.capture_id}
    assert await archive.sweep(401) == Counter({"motion": 1})
    assert await archive.motions() == set()


async def test_a_photo_stays_while_a_visit_is_open_and_a_year_after(archive: Archive) -> None:
    """A programme asks again within a year; who is not asked for any more is forgotten."""
    photo = await archive.photo()
    await archive.office.hear(make_visit(1, ["hrss"]))
    assert await archive.sweep(5000) == Counter()
    await archive.office.hear(make_visit(2, ["hrss"], ClosedBecause.WITHDRAWN))
    assert await archive.sweep(399) == Counter()
    assert archive.has(photo)
    assert await archive.sweep(401) == Counter({"reference": 1})
    assert not archive.has(photo)


async def test_a_file_that_nothing_points_to_goes(archive: Archive) -> None:
    """A photo that was replaced, the draft of a killed writer; but not what is claimed, and not what is new."""
    kept, photo = await archive.keep("review"), await archive.photo()
    lost, fresh, draft = uuid4(), uuid4(), uuid4()
    for blob_id in (lost, fresh):
        archive.blobs.put(blob_id, b"sealed")
    (archive.folder / draft.hex[:2]).mkdir(exist_ok=True)
    (archive.folder / draft.hex[:2] / f"{draft.hex}.0123").write_bytes(b"half")
    (archive.folder / lost.hex[:2] / "README.md").write_text("somebody's own")
    old = (archive.began - timedelta(days=10)).timestamp()
    for file in archive.folder.rglob("*.*"):
        if file.stem != fresh.hex:
            os.utime(file, (old, old))
    assert await archive.sweep(49) == Counter()
    assert await archive.sweep(51) == Counter({"unclaimed": 2})
    assert {path.name for path in (archive.folder / lost.hex[:2]).iterdir()} >= {"README.md"}
    assert not list(archive.folder.rglob(f"{draft.hex}.*"))
    assert (archive.has(lost), archive.has(fresh), archive.has(photo)) == (False, True, True)
    assert await archive.holds(kept) == (True, True)


async def test_a_recording_that_waits_to_be_judged_is_not_lost(archive: Archive) -> None:
    """Certify may have stood still: as long as the log can bring the event, the file is claimed by the door's row."""
    blob_id, challenge, device = uuid4(), uuid4(), uuid4()
    archive.blobs.put(blob_id, b"sealed")
    await archive.connection.execute(
        "INSERT INTO gateway.device (device_id, token_hash, cadre_id, name, public_key, village_codes)"
        " VALUES (%s, %s, 'c', 'n', '{}', '{}')", (device, bytes(32)),
    )  # fmt: skip
    await archive.connection.execute(
        "INSERT INTO gateway.challenge VALUES (%s, %s, %s, '{nod}', now(), now(), now())", (challenge, uuid4(), device)
    )
    await archive.connection.execute(
        "INSERT INTO gateway.capture VALUES (%s, %s, %s, %s, 'x', 1, now(), now(), %s)",
        (uuid4(), challenge, uuid4(), device, blob_id),
    )
    assert await archive.sweep(99) == Counter()
    await archive.connection.execute("UPDATE gateway.capture SET received_at = now() - interval '401 days'")
    assert await archive.sweep(99) == Counter({"unclaimed": 1})


async def test_kill_9_in_the_middle_leaves_nothing_behind(archive: Archive, database: str) -> None:
    """After the file and before the commit: the next round ends it, and no file is left without its row."""
    captures = [await archive.keep("retry") for _ in range(3)]
    now = archive.began + timedelta(days=8)
    killed = await run_killed("tests.streams.killed_sweep", database, str(archive.folder), now.isoformat())
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    holds = [await archive.holds(capture) for capture in captures]
    assert sorted(holds) == [(False, True), (True, True), (True, True)]
    assert await archive.sweep(8) == Counter({"retry": 3})
    assert [await archive.holds(capture) for capture in captures] == [(False, False)] * 3
    assert not list(archive.folder.rglob("*.sealed"))


async def test_numbers_are_told_and_nobody_is(archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    """Log and metrics have kinds and counts, no person, capture or file."""
    caplog.set_level(logging.DEBUG)
    capture, photo = await archive.keep("certified"), await archive.photo("f" * 64)
    await archive.sweep(1)
    assert REGISTRY.get_sample_value("onevisit_retention_held", {"kind": "certified"}) == 1
    assert REGISTRY.get_sample_value("onevisit_retention_people") == 2
    before = REGISTRY.get_sample_value("onevisit_retention_deleted_total", {"kind": "certified"}) or 0.0
    await archive.sweep(31)
    assert REGISTRY.get_sample_value("onevisit_retention_deleted_total", {"kind": "certified"}) == before + 1
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("services."))
    assert "retention: deleted 1 certified" in told
    for secret in (capture.person_key, capture.capture_id, capture.recording.blob_id, photo, "f" * 64):
        assert str(secret) not in told


def test_the_policy_is_a_file_of_days(tmp_path: Path) -> None:
    """What is not named keeps its default; what is impossible says what to correct."""
    file = tmp_path / "retention.toml"
    file.write_text("certified_days = 14\n")
    assert read_retention(file) == RetentionPolicy(certified_days=14)
    assert read_retention(None) == RetentionPolicy()
    for text in ("certified_days = -1", "certified = 3", "unclaimed_days = 30", "= 3", "retry_days = 'a week'"):
        file.write_text(text)
        with pytest.raises(RetentionInvalid, match=r"^RETENTION_INVALID: .*ONEVISIT_RETENTION"):
            read_retention(file)
    with pytest.raises(RetentionInvalid):
        read_retention(tmp_path / "missing.toml")


def test_an_event_is_waited_for_as_long_as_the_log_keeps_it() -> None:
    """After that no recording can be judged any more."""
    assert CAPTURE_TOPIC.retention_days == LOG_DAYS


def test_a_certified_recording_is_not_the_longest_held() -> None:
    """The order that the law's shortest retention asks for."""
    policy = RetentionPolicy()
    assert policy.retry_days <= policy.certified_days <= policy.reference_days


async def test_the_command_shows_what_is_held_and_deletes_what_is_due(archive: Archive, database: str) -> None:
    """As JSON for programs; ``--sweep`` is the same clock."""
    await archive.keep("certified")
    await archive.keep("retry")
    await archive.connection.execute(
        "UPDATE certify.capture SET judged_at = now() - interval '8 days' WHERE decision = 'retry'"
    )
    env = os.environ | {"ONEVISIT_DATABASE": database, "ONEVISIT_VAR": str(archive.folder.parent), "COLUMNS": "160"}
    assert Settings.from_env(env).blobs == archive.folder
    outputs = []
    for more in ((), ("--sweep",), ("--json",)):
        command = [sys.executable, "-m", "services.cli", "retention", *more]
        result = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=240)  # noqa: ASYNC221
        assert (result.returncode, result.stderr) == (0, "")
        outputs.append(result.stdout)
    assert "需重拍" in outputs[0]
    assert "deleted 已删除: 1 retry" in outputs[1]
    assert '"people": 1' in outputs[2]
    assert len(list(archive.folder.rglob("*.sealed"))) == 1
