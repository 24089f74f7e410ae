"""Judging: a sealed recording is opened, looked at, and the finding is kept. Long work, outside any transaction."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from psycopg.types.json import Jsonb

from schemas.base import Event
from schemas.capture import CaptureReceived
from schemas.verification import Verification
from services.certify.domain.bundle import bundle_faults
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
                clip = await self._open_recording(connection, event)
                reference = await self._open_reference(connection, event)
            found = await asyncio.to_thread(self._look, clip, event, reference)
            log.info("capture %s: %s %s", event.capture_id, found.decision, ",".join(found.reasons))
            async with pool.connection() as connection:
                await connection.execute(
                    "INSERT INTO certify.judgement (capture_id, verification) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (event.capture_id, Jsonb(found.model_dump(mode="json"))),
                )

    def _look(self, clip: bytes, event: CaptureReceived, reference: bytes | None) -> Verification:
        """The finding. Windows, length and times are held here again: what the door let in is not taken on trust.

        That a challenge was not used before needs no look: the capture's id follows from the challenge's.
        """
        faults = bundle_faults(
            event.challenge,
            visit_id=event.visit_id,
            captured_at=event.captured_at,
            skew=timedelta(hours=self._verifier.policy.challenge.clock_skew_hours),
        )
        return self._verifier.verify(clip, event.challenge, reference, bundle_faults=faults)

    async def _open_recording(self, connection: Connection, event: CaptureReceived) -> bytes:
        """The recording; empty when it is gone for good, which the verifier answers with `film again`."""
        key_id = key_id_of(event.person_key)
        try:
            keys = await self._keyring.get(connection, [key_id])
            return open_bytes(keys[key_id], key_id, self._blobs.get(event.recording.blob_id))
        except (BlobMissing, Unsealable) as error:
            log.error("capture %s cannot be opened: %s", event.capture_id, error)
            return b""

    async def _open_reference(self, connection: Connection, event: CaptureReceived) -> bytes | None:
        try:
            return await find_reference(connection, self._keyring, self._blobs, event.person_key)
        except Unsealable:
            return None


async def get_finding(connection: Connection, event: CaptureReceived) -> Verification:
    """The finding on a capture that was judged."""
    cursor = await connection.execute(
        "SELECT verification::text FROM certify.judgement WHERE capture_id = %s", (event.capture_id,)
    )
    row = await cursor.fetchone()
    assert row is not None, "a capture is folded only after it was judged"
    return Verification.model_validate_json(row[0])
