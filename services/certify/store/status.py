"""Places of certificates in the status lists, and which of them are revoked."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.platform.database import Connection
from services.platform.status_list import LIST_BITS

FULL = LIST_BITS // 2
"""Certificates of one list: half of its places, so that a free one is drawn at the second try on average."""


async def allot(connection: Connection, certificate_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """List and place of each of these certificates, drawn for those that have none yet."""
    await connection.execute("SELECT pg_advisory_xact_lock(3)")
    wanted = sorted(set(certificate_ids))
    cursor = await connection.execute(
        "SELECT certificate_id, list, place FROM certify.status_entry WHERE certificate_id = ANY(%s)", (wanted,)
    )
    found = {certificate_id: (number, place) for certificate_id, number, place in await cursor.fetchall()}
    cursor = await connection.execute(
        "SELECT list, count(*) FROM certify.status_entry WHERE list = (SELECT max(list) FROM certify.status_entry)"
        " GROUP BY list"
    )
    number, used = await cursor.fetchone() or (1, 0)
    for certificate_id in (each for each in wanted if each not in found):
        if used >= FULL:
            number, used = number + 1, 0
        found[certificate_id] = (number, await _draw(connection, certificate_id, number))
        used += 1
    return found


async def _draw(connection: Connection, certificate_id: UUID, number: int) -> int:
    while True:
        place = secrets.randbelow(LIST_BITS)
        cursor = await connection.execute(
            "INSERT INTO certify.status_entry (list, place, certificate_id) VALUES (%s, %s, %s)"
            " ON CONFLICT (list, place) DO NOTHING",
            (number, place, certificate_id),
        )
        if cursor.rowcount == 1:
            return place


async def revoke(connection: Connection, certificate_id: UUID, reason: str, at: datetime) -> bool:
    """Marks a certificate as revoked; False when it is already. One from before the lists gets a place for it."""
    await allot(connection, [certificate_id])
    cursor = await connection.execute(
        "UPDATE certify.status_entry SET revoked_at = %s, reason = %s WHERE certificate_id = %s AND revoked_at IS NULL",
        (at, reason, certificate_id),
    )
    return cursor.rowcount == 1
