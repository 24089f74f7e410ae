"""Judging: a sealed recording is opened, looked at, and the finding is kept. Long work, outside any transaction."""

import asyncio
import logging
from collections.abc import Sequence

from psycopg.types.json import Jsonb

from schemas.base import Event
from schemas.capture import CaptureReceived
from schemas.verification import Verification
from services.certify.measurement_box import close_box
from services.certify.verify import Verifier
from services.platform.blobs import BlobMissing, BlobStore
from services.platform.database import Connection, Pool
from services.platform.references import find_reference
from services.platform.sealing import Keyring, Unsealable, key_id_of, open_bytes

log = logging.getLogger(__name__)


class Judge:
    """Looks at recordings, one at a time."""

    def __init__(self, verifier: Verifier, keyring: Keyring, blobs: BlobStore) -> None:
        self._verifier = verifier
        self._keyring = keyring
        self._blobs = blobs

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
                clip = self._open_recording(key, event)
                reference = await self._open_reference(connection, event)
            found = await asyncio.to_thread(self._verifier.verify, clip, event.challenge.actions, reference)
            log.info("capture %s: %s %s", event.capture_id, found.decision, ",".join(found.reasons))
            box = close_box(key, key_id_of(event.person_key), found.measurements or {}) if key else None
            kept = found.model_copy(update={"measurements": None})
            async with pool.connection() as connection:
                await connection.execute(
                    "INSERT INTO certify.judgement (capture_id, verification, measurements) VALUES (%s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    (event.capture_id, Jsonb(kept.model_dump(mode="json")), box),
                )

    async def _find_key(self, connection: Connection, event: CaptureReceived) -> bytes | None:
        key_id = key_id_of(event.person_key)
        return (await self._keyring.find(connection, [key_id])).get(key_id)

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

    async def _open_reference(self, connection: Connection, event: CaptureReceived) -> bytes | None:
        try:
            return await find_reference(connection, self._keyring, self._blobs, event.person_key)
        except Unsealable:
            return None


async def get_finding(connection: Connection, event: CaptureReceived) -> Verification:
    """The finding on a capture that was judged, without its measurements: those lie sealed beside it."""
    cursor = await connection.execute(
        "SELECT verification::text FROM certify.judgement WHERE capture_id = %s", (event.capture_id,)
    )
    row = await cursor.fetchone()
    assert row is not None, "a capture is folded only after it was judged"
    return Verification.model_validate_json(row[0])
