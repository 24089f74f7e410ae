"""Reference photos: the picture of the person that a recording is compared with, sealed under that person's key."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from schemas.base import PersonKey
from services.platform.blobs import BlobMissing, BlobStore
from services.platform.database import Connection
from services.platform.sealing import Keyring, key_id_of, open_bytes, seal_bytes


@dataclass(frozen=True)
class AgencyPhoto:
    """A reference photo that an agency handed in, opened."""

    photo_id: UUID
    content: bytes
    taken_on: date | None
    """The day it was taken, where the agency said so."""
    kept_at: datetime

    def age_days(self, today: date) -> int:
        """How old it is, at least: a photo without a date is older than its arrival, nobody knows by how much."""
        return max(0, (today - (self.taken_on or self.kept_at.date())).days)


async def put_reference(
    connection: Connection,
    keyring: Keyring,
    blobs: BlobStore,
    person: PersonKey,
    photo: bytes,
    *,
    source: str,
    taken_on: date | None = None,
) -> UUID:
    """Seals and keeps the newest photo of a person; `source` is the agency that handed it in. Returns the blob's id."""
    key_id = key_id_of(person)
    keys = await keyring.get_or_make(connection, [key_id])
    blob_id = uuid4()
    blobs.put(blob_id, seal_bytes(keys[key_id], key_id, photo))
    await connection.execute(
        "INSERT INTO platform.reference (person_key, blob_id, source, taken_on) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (person_key) DO UPDATE SET blob_id = excluded.blob_id, source = excluded.source,"
        " taken_on = excluded.taken_on, kept_at = now()",
        (person, blob_id, source, taken_on),
    )
    return blob_id


async def find_reference(
    connection: Connection, keyring: Keyring, blobs: BlobStore, person: PersonKey
) -> AgencyPhoto | None:
    """The newest photo of a person; None when there is none (any more).

    Raises:
        Unsealable: when the person's key was destroyed.
    """
    cursor = await connection.execute(
        "SELECT blob_id, taken_on, kept_at FROM platform.reference WHERE person_key = %s", (person,)
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    photo_id, taken_on, kept_at = row
    key_id = key_id_of(person)
    keys = await keyring.get(connection, [key_id])
    try:
        return AgencyPhoto(photo_id, open_bytes(keys[key_id], key_id, blobs.get(photo_id)), taken_on, kept_at)
    except BlobMissing:
        return None
