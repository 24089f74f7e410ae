"""Members of staff: their accounts, passkeys and invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.platform.database import Connection


@dataclass(frozen=True)
class Staff:
    """A person who works here."""

    staff_id: str
    name: str
    role: str
    agency: str | None
    areas: tuple[str, ...] | None
    """Division codes; None: the whole county."""
    from_groups: bool
    """Role, agency and areas come from the groups of the single sign-on."""
    revoked: bool


@dataclass(frozen=True)
class Passkey:
    """The public half of a passkey."""

    credential_id: bytes
    staff_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Invitation:
    """A one-time link, without its code."""

    staff_id: str
    expires_at: datetime
    used: bool


_STAFF = "SELECT staff_id, name, role, agency, areas, from_groups, revoked_at IS NOT NULL FROM gateway.staff"


def _staff(row: Sequence[Any]) -> Staff:
    return Staff(row[0], row[1], row[2], row[3], None if row[4] is None else tuple(row[4]), row[5], row[6])


async def add_staff(
    connection: Connection, staff: Staff, *, issuer: str | None = None, subject: str | None = None
) -> None:
    """Writes an account down."""
    await connection.execute(
        "INSERT INTO gateway.staff (staff_id, name, role, agency, areas, from_groups, issuer, subject)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            staff.staff_id,
            staff.name,
            staff.role,
            staff.agency,
            None if staff.areas is None else list(staff.areas),
            staff.from_groups,
            issuer,
            subject,
        ),
    )


async def find_staff(connection: Connection, staff_id: str) -> Staff | None:
    """An account by its id, revoked or not."""
    cursor = await connection.execute(_STAFF + " WHERE staff_id = %s", (staff_id,))
    row = await cursor.fetchone()
    return _staff(row) if row else None


async def find_by_subject(connection: Connection, issuer: str, subject: str) -> Staff | None:
    """Whose account this subject of the single sign-on has; its own until the commit, also where there is none yet."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", (f"staff/{issuer} {subject}",))
    cursor = await connection.execute(_STAFF + " WHERE issuer = %s AND subject = %s FOR UPDATE", (issuer, subject))
    row = await cursor.fetchone()
    return _staff(row) if row else None


async def change_rights(connection: Connection, staff: Staff) -> None:
    """Role, agency, areas and name are now these."""
    areas = None if staff.areas is None else list(staff.areas)
    await connection.execute(
        "UPDATE gateway.staff SET name = %s, role = %s, agency = %s, areas = %s WHERE staff_id = %s",
        (staff.name, staff.role, staff.agency, areas, staff.staff_id),
    )


async def add_passkey(connection: Connection, passkey: Passkey) -> bool:
    """Keeps a passkey; False when it is somebody's already."""
    cursor = await connection.execute(
        "INSERT INTO gateway.passkey (credential_id, staff_id, public_key, sign_count) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (passkey.credential_id, passkey.staff_id, passkey.public_key, passkey.sign_count),
    )
    return cursor.rowcount == 1


async def find_passkey(connection: Connection, credential_id: bytes) -> Passkey | None:
    """A passkey by its id; its own until the commit."""
    cursor = await connection.execute(
        "SELECT credential_id, staff_id, public_key, sign_count FROM gateway.passkey WHERE credential_id = %s"
        " FOR UPDATE",
        (credential_id,),
    )
    row = await cursor.fetchone()
    return Passkey(bytes(row[0]), row[1], bytes(row[2]), row[3]) if row else None


async def passkey_used(connection: Connection, credential_id: bytes, sign_count: int, at: datetime) -> None:
    """The passkey has signed once more."""
    await connection.execute(
        "UPDATE gateway.passkey SET sign_count = %s, used_at = %s WHERE credential_id = %s",
        (sign_count, at, credential_id),
    )


async def delete_passkeys(connection: Connection, staff_id: str) -> int:
    """Removes all passkeys and open invitations of a member of staff; how many passkeys there were."""
    await connection.execute("DELETE FROM gateway.staff_invitation WHERE staff_id = %s", (staff_id,))
    return (await connection.execute("DELETE FROM gateway.passkey WHERE staff_id = %s", (staff_id,))).rowcount


async def add_invitation(
    connection: Connection, code_hash: bytes, staff_id: str, *, made_at: datetime, expires_at: datetime
) -> None:
    """Writes the hash of a one-time code down."""
    await connection.execute(
        "INSERT INTO gateway.staff_invitation (code_hash, staff_id, made_at, expires_at) VALUES (%s, %s, %s, %s)",
        (code_hash, staff_id, made_at, expires_at),
    )


async def find_invitation(connection: Connection, code_hash: bytes) -> Invitation | None:
    """The invitation of this code; nobody else can use it until the commit."""
    cursor = await connection.execute(
        "SELECT staff_id, expires_at, used_at IS NOT NULL FROM gateway.staff_invitation WHERE code_hash = %s"
        " FOR UPDATE",
        (code_hash,),
    )
    row = await cursor.fetchone()
    return Invitation(*row) if row else None


async def invitation_used(connection: Connection, code_hash: bytes, at: datetime) -> None:
    """The code is worth nothing from now on."""
    await connection.execute("UPDATE gateway.staff_invitation SET used_at = %s WHERE code_hash = %s", (at, code_hash))
