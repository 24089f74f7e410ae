"""Reference photos: the picture of the person that a recording is compared with, sealed under that person's key."""

from uuid import UUID, uuid4

from schemas.base import PersonKey
from services.platform.blobs import BlobMissing, BlobStore
from services.platform.database import Connection
from services.platform.sealing import Keyring, key_id_of, open_bytes, seal_bytes


async def put_reference(
    connection: Connection, keyring: Keyring, blobs: BlobStore, person: PersonKey, photo: bytes, *, source: str
) -> UUID:
    """Seals and keeps the newest photo of a person; `source` is the agency that handed it in. Returns the blob's id."""
    key_id = key_id_of(person)
    keys = await keyring.get_or_make(connection, [key_id])
    blob_id = uuid4()
    blobs.put(blob_id, seal_bytes(keys[key_id], key_id, photo))
    await connection.execute(
        "INSERT INTO platform.reference (person_key, blob_id, source) VALUES (%s, %s, %s)"
        " ON CONFLICT (person_key) DO UPDATE SET blob_id = excluded.blob_id, source = excluded.source, kept_at = now()",
        (person, blob_id, source),
    )
    return blob_id


async def find_reference(connection: Connection, keyring: Keyring, blobs: BlobStore, person: PersonKey) -> bytes | None:
    """The newest photo of a person, opened; None when there is none (any more)."""
    cursor = await connection.execute("SELECT blob_id FROM platform.reference WHERE person_key = %s", (person,))
    row = await cursor.fetchone()
    if row is None:
        return None
    key_id = key_id_of(person)
    keys = await keyring.get(connection, [key_id])
    try:
        return open_bytes(keys[key_id], key_id, blobs.get(row[0]))
    except BlobMissing:
        return None
