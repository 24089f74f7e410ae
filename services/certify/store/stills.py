"""Stills of certified recordings in PostgreSQL and the blob store: references, where the policy lets a proof be one.

A still is written before the fold (pictures are work outside any transaction), counts from the transaction on that
gives the recording's first certificate, and goes when nothing needs it. Its file is sealed under the person's key, so
that destroying the key erases it too.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from schemas.base import PersonKey, stable_id
from schemas.capture import CaptureReceived
from services.certify.store.consents import WITHDRAWN
from services.platform.blobs import BlobMissing, BlobStore
from services.platform.database import Connection
from services.platform.sealing import Keyring, key_id_of, open_bytes, seal_bytes


@dataclass(frozen=True)
class KeptStill:
    """A still of an accepted proof, opened."""

    content: bytes
    captured_at: datetime
    chain: int
    """Steps from the agency's photo."""


async def keep_still(
    connection: Connection,
    keyring: Keyring,
    blobs: BlobStore,
    capture: CaptureReceived,
    content: bytes,
    *,
    photo_id: UUID,
    chain: int,
) -> None:
    """Seals a still of a recording; it is no reference yet. Again is as once: the file's name follows from the
    recording.

    Raises:
        Unsealable: when the person's key was destroyed.
    """
    key_id = key_id_of(capture.person_key)
    keys = await keyring.get(connection, [key_id])
    blob_id = stable_id("still", str(capture.capture_id))
    blobs.put(blob_id, seal_bytes(keys[key_id], key_id, content))
    await connection.execute(
        "INSERT INTO certify.still (capture_id, person_key, blob_id, photo_id, chain, captured_at)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (capture.capture_id, capture.person_key, blob_id, photo_id, chain, capture.captured_at),
    )


async def find_still(
    connection: Connection, keyring: Keyring, blobs: BlobStore, person: PersonKey, photo_id: UUID
) -> KeptStill | None:
    """The accepted still that was held to this photo of the agency; one held to a photo that has been replaced is let
    go.

    Raises:
        Unsealable: when the person's key was destroyed.
    """
    await _let_go(
        connection,
        "DELETE FROM certify.still WHERE person_key = %(person)s AND accepted AND photo_id <> %(photo)s"
        " RETURNING blob_id",
        {"person": person, "photo": photo_id},
    )
    cursor = await connection.execute(
        "SELECT blob_id, captured_at, chain FROM certify.still WHERE person_key = %s AND photo_id = %s AND accepted"
        " ORDER BY captured_at DESC, capture_id LIMIT 1",
        (person, photo_id),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    key_id = key_id_of(person)
    keys = await keyring.get(connection, [key_id])
    try:
        return KeptStill(open_bytes(keys[key_id], key_id, blobs.get(row[0])), row[1], row[2])
    except BlobMissing:
        return None


async def settle_stills(connection: Connection, told: Iterable[UUID], certified: Collection[UUID]) -> None:
    """The recordings that are told now: a still of one that gave a certificate becomes the person's reference, in the
    same transaction; what it replaces, and stills of the others, are let go."""
    await connection.execute("UPDATE certify.still SET accepted = true WHERE capture_id = ANY(%s)", (list(certified),))
    await _let_go(
        connection,
        "DELETE FROM certify.still AS s WHERE person_key IN"
        " (SELECT person_key FROM certify.still WHERE capture_id = ANY(%(told)s)) AND CASE WHEN accepted"
        " THEN EXISTS (SELECT 1 FROM certify.still AS n WHERE n.person_key = s.person_key AND n.accepted"
        " AND (n.captured_at, n.capture_id) > (s.captured_at, s.capture_id)) ELSE capture_id = ANY(%(told)s) END"
        " RETURNING blob_id",
        {"told": list(told)},
    )


async def let_go_contradicted(connection: Connection, capture_id: UUID) -> None:
    """The still of a recording that reviewers did not certify is nobody's reference, and neither are stills of the
    person's later recordings that were held to one (chain > 1): what is left is the agency's photo."""
    await _let_go(
        connection,
        "DELETE FROM certify.still AS s USING certify.capture AS c WHERE c.capture_id = %(capture)s"
        " AND s.person_key = c.person_key AND (s.capture_id = c.capture_id"
        " OR (s.chain > 1 AND s.captured_at > c.captured_at)) RETURNING s.blob_id",
        {"capture": capture_id},
    )


async def let_go_false(connection: Connection, certificate_id: UUID) -> None:
    """The same where a certificate is revoked as false: what it rests on is nobody's reference either."""
    cursor = await connection.execute(
        "SELECT proof_id FROM certify.certificate WHERE certificate_id = %s AND proof_id IS NOT NULL", (certificate_id,)
    )
    for (proof_id,) in await cursor.fetchall():
        await let_go_contradicted(connection, proof_id)


async def let_go_withdrawn(connection: Connection) -> None:
    """Stills of recordings whose consent was withdrawn are nobody's references. Also called by the clock: the still of
    a recording that is heard of later goes too."""
    await _let_go(
        connection,
        "DELETE FROM certify.still AS s USING certify.capture AS c WHERE s.capture_id = c.capture_id"  # noqa: S608 (a constant)
        " AND s.person_key IN (SELECT person_key FROM certify.consent_withdrawal)"
        f" AND {WITHDRAWN} RETURNING s.blob_id",
        {},
    )


async def sweep_discarded(connection: Connection, blobs: BlobStore) -> None:
    """Deletes the files that were let go. Killed in the middle, it goes on at the next call."""
    async with connection.transaction():
        cursor = await connection.execute("DELETE FROM certify.discarded_blob RETURNING blob_id")
        for (blob_id,) in await cursor.fetchall():
            blobs.delete(blob_id)


async def _let_go(connection: Connection, deletion: LiteralString, values: Mapping[str, object]) -> None:
    cursor = await connection.execute(deletion, values)
    blob_ids = [blob_id for (blob_id,) in await cursor.fetchall()]
    await connection.execute(
        "INSERT INTO certify.discarded_blob SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING", (blob_ids,)
    )
