"""Erasing a person: the data key is destroyed, in one transaction with its line in the audit log, and a signed proof.

Every copy of what was sealed under the key, in the log, in tables and in backups, is noise from then on (ADR 4). What
stays is a pseudonym that says nothing, and decisions that rest on nothing personal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.database import Connection

PROOF_TYPE = "onevisit-erasure+jws"
"""``typ`` of a proof of erasure: the same key signs certificates and tokens."""
ALGORITHM = "Ed25519"


class ErasureProofInvalid(Exception):
    """This is no proof of an erasure by this county."""

    code = "ERASURE_PROOF_INVALID"

    def __init__(self) -> None:
        super().__init__(
            f"{self.code}: 证明无效：被改动过，或并非本县签发。请向县级管理员重新索取。"
            " The proof is not valid: it was changed, or this county has not signed it. Ask the county for it again."
        )


@dataclass(frozen=True)
class Erased:
    """That a key was destroyed, when, and where the audit log says so."""

    key_id: UUID
    destroyed_at: datetime
    audit_number: int
    """The line of the audit log that says so …"""
    audit_hash: bytes
    """… and its hash."""


async def destroy_key(connection: Connection, key_id: UUID, actor: tuple[str, str]) -> Erased | None:
    """Destroys a person's key for good; None when there is none, or it was destroyed before.

    Args:
        actor: account and role that does it, for the audit log.
    """
    cursor = await connection.execute(
        "UPDATE platform.keyring SET wrapped = NULL, destroyed_at = now() WHERE key_id = %s AND wrapped IS NOT NULL"
        " RETURNING destroyed_at",
        (key_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    number = await audit.note(connection, Entry(*actor, Act.PERSON_ERASED, f"key:{key_id}", (key_id,)))
    return Erased(key_id, row[0], number, (await audit.read_head(connection))[1])


async def find_erased(connection: Connection, key_id: UUID) -> Erased | None:
    """An erasure of before, for a proof that was lost."""
    cursor = await connection.execute(
        "SELECT k.destroyed_at, a.number, a.hash FROM platform.keyring AS k, platform.audit AS a"
        " WHERE k.key_id = %s AND k.wrapped IS NULL AND position(%s in a.line) > 0"
        " AND position(%s in a.line) > 0 ORDER BY a.number LIMIT 1",
        (key_id, f'"act":"{Act.PERSON_ERASED}"', f'"subject":"key:{key_id}"'),
    )
    row = await cursor.fetchone()
    return Erased(key_id, row[0], row[1], bytes(row[2])) if row else None


async def is_destroyed(connection: Connection, key_id: UUID) -> bool:
    """Whether nothing opens what was sealed under this key."""
    cursor = await connection.execute(
        "SELECT 1 FROM platform.keyring WHERE key_id = %s AND wrapped IS NULL AND destroyed_at IS NOT NULL", (key_id,)
    )
    return await cursor.fetchone() is not None


def sign_erasure(key: OKPKey, issuer: str, erased: Erased) -> str:
    """The proof, as compact JWS: which key, when, and the line and hash of the audit log."""
    content = {
        "iss": issuer,
        "key_id": str(erased.key_id),
        "destroyed_at": erased.destroyed_at.isoformat(timespec="seconds"),
        "audit_number": erased.audit_number,
        "audit_hash": erased.audit_hash.hex(),
    }
    header = {"alg": ALGORITHM, "typ": PROOF_TYPE, "kid": key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(content, sort_keys=True).encode(), key, algorithms=[ALGORITHM])


def check_erasure(proof: str, keys: KeySet) -> Mapping[str, Any]:
    """What a proof says, when the county has signed it.

    Raises:
        ErasureProofInvalid
    """
    try:
        header = jws.extract_compact(proof.strip().encode()).headers()
        known = {key.thumbprint(): key for key in keys.keys}
        verified = jws.deserialize_compact(proof.strip(), known[header["kid"]], algorithms=[ALGORITHM])
        content = dict(json.loads(verified.payload))
        UUID(content["key_id"])
    except (JoseError, ValueError, KeyError, TypeError):
        raise ErasureProofInvalid from None
    if header.get("typ") != PROOF_TYPE:
        raise ErasureProofInvalid
    return content
