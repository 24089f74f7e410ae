"""Personal data under lock: the person's key, the sealed field, the pseudonym.

Every person has one data key. It lies in PostgreSQL, wrapped by the county's master key; destroying the row's
content makes every copy of that person's data unreadable, in the log and in every backup.
"""

import base64
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.base import Sealed, stable_id
from services.platform.database import Connection

NONCE_BYTES = 12
KEY_BYTES = 32


class Unsealable(Exception):
    """Sealed data cannot be opened: its key was destroyed, or the box was changed."""

    code = "UNSEALABLE"

    def __init__(self, key_id: UUID, why: str) -> None:
        super().__init__(f"{self.code}: key {key_id}: {why}")


@lru_cache(maxsize=20_000)
def key_id_of(person: str) -> UUID:
    """The id of a person's data key. Kept in memory for a county's people: the board of the desk asks for each of
    them several times (`python -m bench.desk`)."""
    return stable_id("person-data-key", person)


def seal_bytes(key: bytes, key_id: UUID, plain: bytes) -> bytes:
    """AES-256-GCM with a random nonce in front; the key id is bound in as associated data."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, key_id.bytes)


def open_bytes(key: bytes, key_id: UUID, box: bytes) -> bytes:
    """The reverse of `seal_bytes`.

    Raises:
        Unsealable: when the box was changed or sealed under another key.
    """
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], key_id.bytes)
    except (InvalidTag, ValueError):
        raise Unsealable(key_id, "the content does not belong to this key") from None


def seal(key: bytes, key_id: UUID, plain: bytes) -> Sealed:
    """`seal_bytes` in the form in which events carry it."""
    return Sealed(key_id=key_id, box=base64.b64encode(seal_bytes(key, key_id, plain)).decode("ascii"))


def unseal(keys: Mapping[UUID, bytes], sealed: Sealed) -> bytes:
    """The reverse of `seal`, with the key found among `keys`.

    Raises:
        Unsealable: when its key is not there (it was destroyed), or the box was changed.
    """
    key = keys.get(sealed.key_id)
    if key is None:
        raise Unsealable(sealed.key_id, "the key was destroyed or never made: the data are gone for good")
    try:
        box = base64.b64decode(sealed.box)
    except ValueError:
        raise Unsealable(sealed.key_id, "the box is no base64: it was changed on the way") from None
    return open_bytes(key, sealed.key_id, box)


class Keyring:
    """The data keys, in PostgreSQL. Takes the connection of the caller's transaction."""

    def __init__(self, master_key: bytes) -> None:
        self._master_key = master_key

    async def get_or_make(self, connection: Connection, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of these ids; those that do not exist are made, once, whoever asks first.

        Raises:
            Unsealable: for a key that was destroyed.
        """
        wanted = sorted(set(key_ids))
        fresh = [seal_bytes(self._master_key, key_id, os.urandom(KEY_BYTES)) for key_id in wanted]
        await connection.execute(
            "INSERT INTO platform.keyring (key_id, wrapped) SELECT * FROM unnest(%b::uuid[], %b::bytea[])"
            " ON CONFLICT (key_id) DO NOTHING",
            (wanted, fresh),
        )
        return await self.get(connection, wanted)

    async def get(self, connection: Connection, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of these ids.

        Raises:
            Unsealable: for a key that was destroyed or never made.
        """
        wanted = set(key_ids)
        keys = await self.find(connection, wanted)
        for key_id in wanted - keys.keys():
            raise Unsealable(key_id, "the key was destroyed or never made: the data are gone for good")
        return keys

    async def find(self, connection: Connection, key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of those of these ids that still have one."""
        cursor = await connection.execute(
            "SELECT key_id, wrapped FROM platform.keyring WHERE key_id = ANY(%b) AND wrapped IS NOT NULL",
            (list(set(key_ids)),),
        )
        return {
            key_id: open_bytes(self._master_key, key_id, bytes(wrapped)) for key_id, wrapped in await cursor.fetchall()
        }

    async def destroy(self, connection: Connection, key_ids: Iterable[UUID]) -> None:
        """Ends these keys for good: what was sealed under them is noise. Of a person's key, which needs its line in the
        audit log and its proof: `erasure.destroy_key`."""
        await connection.execute(
            "UPDATE platform.keyring SET wrapped = NULL, destroyed_at = now() WHERE key_id = ANY(%b)"
            " AND wrapped IS NOT NULL",
            (list(set(key_ids)),),
        )
