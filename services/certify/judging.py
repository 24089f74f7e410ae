"""Judging: a sealed recording is opened, looked at, and the finding is kept. Long work, outside any transaction."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb
from pydantic import ValidationError

from schemas.base import Event
from schemas.camera import CameraFacts, CameraStatement
from schemas.capture import CaptureReceived
from schemas.verification import Decision, ReferenceOrigin, Verification
from services.certify.candidate import Candidate
from services.certify.domain.bundle import bundle_faults
from services.certify.domain.camera import facts_of
from services.certify.domain.matching import chain_of_still
from services.certify.domain.motion import Motion, moves_enough
from services.certify.matching import Photo, still_of
from services.certify.measurement_box import close_box
from services.certify.store import consents, motions, stills, visits
from services.certify.verify import Examined, Verifier
from services.platform.blobs import BlobMissing, BlobStore
from services.platform.database import Connection, Pool
from services.platform.references import find_reference
from services.platform.sealing import Keyring, Unsealable, key_id_of, open_bytes, unseal

log = logging.getLogger(__name__)


class Judge:
    """Looks at recordings, one at a time."""

    def __init__(self, verifier: Verifier, keyring: Keyring, blobs: BlobStore, county: ZoneInfo) -> None:
        self._verifier = verifier
        self._keyring = keyring
        self._blobs = blobs
        self._county = county

    async def prepare(self, pool: Pool, events: Sequence[Event]) -> None:
        """Makes sure that there is a finding for each of these captures; one already made is not made again."""
        for event in events:
            assert isinstance(event, CaptureReceived)
            async with pool.connection() as connection:
                cursor = await connection.execute(
                    "SELECT 1 FROM certify.judgement WHERE capture_id = %s", (event.capture_id,)
                )
                if await cursor.fetchone():
                    continue
                key = await self._find_key(connection, event)
                consent = (event.person_key, event.legal_basis, event.counts_as_made)
                withdrawn = await consents.is_withdrawn(connection, *consent)
                clip = b"" if withdrawn else self._open_recording(key, event)
                camera = None if withdrawn else _open_camera(key, event)
                photo_id, photos = await self._open_references(connection, event)
                programmes = await visits.find_programmes(connection, event.visit_id)
                earlier = await motions.find_motions(connection, key, event.person_key, event.capture_id) if key else {}
            examined = await asyncio.to_thread(self._look, clip, event, photos, programmes, earlier, camera)
            found, still = examined.verification, examined.still
            log.info("capture %s: %s %s", event.capture_id, found.decision, ",".join(found.reasons))
            box = close_box(key, key_id_of(event.person_key), found.measurements or {}) if key else None
            kept = found.model_copy(update={"measurements": None})
            async with pool.connection() as connection:
                await stills.sweep_discarded(connection, self._blobs)
                if photo_id is not None and still is not None and found.decision is Decision.CERTIFIED:
                    await self._keep_still(connection, event, photo_id, found, still)
                await connection.execute(
                    "INSERT INTO certify.judgement (capture_id, verification, measurements) VALUES (%s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    (event.capture_id, Jsonb(kept.model_dump(mode="json")), box),
                )
                if key and found.decision is not Decision.RETRY and moves_enough(examined.motion):
                    await motions.keep_motion(connection, key, event, examined.motion)

    async def _find_key(self, connection: Connection, event: CaptureReceived) -> bytes | None:
        key_id = key_id_of(event.person_key)
        return (await self._keyring.find(connection, [key_id])).get(key_id)

    def _look(
        self,
        clip: bytes,
        event: CaptureReceived,
        photos: list[Photo],
        programmes: Sequence[str] | None,
        earlier: Mapping[str, Motion],
        camera: CameraFacts | None,
    ) -> Examined:
        """The finding. Windows, length and times are held here again: what the door let in is not taken on trust.

        That a challenge was not used before needs no look: the capture's id follows from the challenge's.
        """
        faults = bundle_faults(
            event.challenge,
            visit_id=event.visit_id,
            captured_at=event.captured_at,
            skew=timedelta(hours=self._verifier.policy.challenge.clock_skew_hours),
        )
        return self._verifier.examine(
            *(clip, event.challenge, photos),
            bundle_faults=faults,
            programmes=programmes,
            earlier=earlier,
            camera=camera,
        )

    def _open_recording(self, key: bytes | None, event: CaptureReceived) -> bytes:
        """The recording; empty when it is gone for good, which the verifier answers with `film again`."""
        key_id = key_id_of(event.person_key)
        try:
            if key is None:
                raise Unsealable(key_id, "the key was destroyed or never made: the data are gone for good")
            return open_bytes(key, key_id, self._blobs.get(event.recording.blob_id))
        except (BlobMissing, Unsealable) as error:
            log.error("capture %s cannot be opened: %s", event.capture_id, error)
            return b""

    async def _open_references(self, connection: Connection, event: CaptureReceived) -> tuple[UUID | None, list[Photo]]:
        """The agency's photo and its id, and the still of an accepted proof that was held to it, if any is kept."""
        filmed_on = event.captured_at.astimezone(self._county).date()
        try:
            photo = await find_reference(connection, self._keyring, self._blobs, event.person_key)
            if photo is None:
                return None, []
            still = await stills.find_still(connection, self._keyring, self._blobs, event.person_key, photo.photo_id)
        except Unsealable:
            return None, []
        photos = [Photo(photo.content, age_days=photo.age_days(filmed_on))]
        if still is not None:
            age = max(0, (filmed_on - still.captured_at.astimezone(self._county).date()).days)
            photos.append(Photo(still.content, ReferenceOrigin.ACCEPTED_PROOF, age, still.chain))
        return photo.photo_id, photos

    async def _keep_still(
        self, connection: Connection, event: CaptureReceived, photo_id: UUID, found: Verification, still: Candidate
    ) -> None:
        """Seals the still when the policy lets it become a reference; the fold that certifies makes it one."""
        chain = chain_of_still(found.match, self._verifier.policy)
        if chain is None:
            return
        try:
            await stills.keep_still(
                connection, self._keyring, self._blobs, event, still_of(still), photo_id=photo_id, chain=chain
            )
        except Unsealable:
            log.warning("capture %s: the person's key is gone, no still is kept", event.capture_id)


def _open_camera(key: bytes | None, event: CaptureReceived) -> CameraFacts | None:
    """What is kept of what the browser said of the camera. What cannot be read says nothing, and is not repeated."""
    if key is None or event.camera is None:
        return None
    try:
        said = unseal({key_id_of(event.person_key): key}, event.camera)
        return facts_of(CameraStatement.model_validate_json(said))
    except (Unsealable, ValidationError) as error:
        log.warning(
            "capture %s: what is said of its camera cannot be read (%s)", event.capture_id, type(error).__name__
        )
        return None


async def get_finding(connection: Connection, event: CaptureReceived) -> Verification:
    """The finding on a capture that was judged, without its measurements: those lie sealed beside it."""
    cursor = await connection.execute(
        "SELECT verification::text FROM certify.judgement WHERE capture_id = %s", (event.capture_id,)
    )
    row = await cursor.fetchone()
    assert row is not None, "a capture is folded only after it was judged"
    return Verification.model_validate_json(row[0])
