"""Which certificates a person has ordered to be revoked, and the status lists that say so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class Found:
    """Whose certificate it is."""

    agency: str
    request_id: str
    person_key: str


@dataclass(frozen=True)
class FirstOrder:
    """The order that counts."""

    reason: str
    recorded_at: datetime
    is_new: bool


async def find_certificate(connection: Connection, certificate_id: UUID) -> Found | None:
    """A certificate by its id."""
    cursor = await connection.execute(
        "SELECT agency, request_id, person_key FROM certify.certificate WHERE certificate_id = %s", (certificate_id,)
    )
    row = await cursor.fetchone()
    return Found(*row) if row else None


async def note_revocation(
    connection: Connection, certificate_id: UUID, reason: str, ordered_by: str, now: datetime
) -> FirstOrder:
    """Writes an order down, unless there is one already, by whomever."""
    first = await find_order(connection, certificate_id)
    if first is not None:
        return first
    cursor = await connection.execute(
        "INSERT INTO gateway.revocation (certificate_id, reason, ordered_by, recorded_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (certificate_id, reason, ordered_by, now),
    )
    if cursor.rowcount == 1:
        return FirstOrder(reason, now, True)
    first = await find_order(connection, certificate_id)
    assert first is not None, "an order was there, and orders are never taken back"
    return first


async def find_order(connection: Connection, certificate_id: UUID) -> FirstOrder | None:
    """The first order to revoke a certificate, or what a review has revoked; None while it holds."""
    cursor = await connection.execute("SELECT reason, revoked_at FROM gateway.revoked(%s)", (certificate_id,))
    row = await cursor.fetchone()
    return None if row is None else FirstOrder(row[0], row[1], False)


async def list_numbers(connection: Connection) -> list[int]:
    """The status lists that have a certificate."""
    cursor = await connection.execute("SELECT DISTINCT list FROM certify.status_entry ORDER BY list")
    return [number for (number,) in await cursor.fetchall()]


async def revoked_places(connection: Connection, number: int) -> list[int]:
    """The places of a list whose certificates are revoked."""
    cursor = await connection.execute(
        "SELECT place FROM certify.status_entry WHERE list = %s AND revoked_at IS NOT NULL", (number,)
    )
    return [place for (place,) in await cursor.fetchall()]
