"""Accounts: the clients of agencies and staff, and the enrolled phones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.platform.database import Connection


@dataclass(frozen=True)
class Client:
    """An agency's machine, or a member of staff."""

    client_id: str
    secret_hash: bytes
    role: str
    agency: str | None
    name: str
    revoked: bool


@dataclass(frozen=True)
class Device:
    """A cadre's phone."""

    device_id: UUID
    cadre_id: str
    name: str
    public_key: Mapping[str, Any]
    village_codes: tuple[str, ...]
    revoked: bool
    cadre_name: str
    """The cadre's name, as the desk wrote it; empty for a phone that was enrolled without one."""


@dataclass(frozen=True)
class Account:
    """One line of the list of all who may come in."""

    account: str
    role: str
    whose: str
    made_at: datetime
    revoked_at: datetime | None


async def find_client(connection: Connection, client_id: str) -> Client | None:
    """A client by its id."""
    cursor = await connection.execute(
        "SELECT client_id, secret_hash, role, agency, name, revoked_at IS NOT NULL FROM gateway.client"
        " WHERE client_id = %s",
        (client_id,),
    )
    row = await cursor.fetchone()
    return Client(row[0], bytes(row[1]), *row[2:]) if row else None


async def add_client(
    connection: Connection, client_id: str, secret_hash: bytes, role: str, agency: str | None, name: str
) -> None:
    """Lets a client in."""
    await connection.execute(
        "INSERT INTO gateway.client (client_id, secret_hash, role, agency, name) VALUES (%s, %s, %s, %s, %s)",
        (client_id, secret_hash, role, agency, name),
    )


_DEVICE = (
    "SELECT device_id, cadre_id, name, public_key, village_codes, revoked_at IS NOT NULL, cadre_name"
    " FROM gateway.device"
)


async def find_device_by_token(connection: Connection, token_hash: bytes) -> Device | None:
    """The phone whose token has this hash, revoked or not."""
    cursor = await connection.execute(_DEVICE + " WHERE token_hash = %s", (token_hash,))
    return _device(await cursor.fetchone())


async def find_device(connection: Connection, device_id: UUID) -> Device | None:
    """A phone by its id, revoked or not."""
    cursor = await connection.execute(_DEVICE + " WHERE device_id = %s", (device_id,))
    return _device(await cursor.fetchone())


def _device(row: Sequence[Any] | None) -> Device | None:
    return Device(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6]) if row else None


async def add_device(
    connection: Connection,
    device_id: UUID,
    token_hash: bytes,
    cadre_id: str,
    name: str,
    public_key: Mapping[str, Any],
    village_codes: Sequence[str],
    cadre_name: str,
) -> None:
    """Enrols a phone."""
    await connection.execute(
        "INSERT INTO gateway.device (device_id, token_hash, cadre_id, name, public_key, village_codes, cadre_name)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (device_id, token_hash, cadre_id, name, Jsonb(dict(public_key)), list(village_codes), cadre_name),
    )


async def list_accounts(connection: Connection) -> list[Account]:
    """All clients, phones and members of staff, revoked ones too."""
    cursor = await connection.execute(
        "SELECT client_id, role, coalesce(agency, name), made_at, revoked_at FROM gateway.client"
        " UNION ALL SELECT device_id::text, 'device', cadre_id, made_at, revoked_at FROM gateway.device"
        " UNION ALL SELECT staff_id, role, name, made_at, revoked_at FROM gateway.staff"
        " ORDER BY 4, 1"
    )
    return [Account(*row) for row in await cursor.fetchall()]


async def revoke(connection: Connection, account: str) -> bool:
    """Ends the access of a client, a phone or a member of staff at once; False when none of this id has access."""
    cursor = await connection.execute(
        "UPDATE gateway.client SET revoked_at = now() WHERE client_id = %s AND revoked_at IS NULL", (account,)
    )
    changed = cursor.rowcount
    cursor = await connection.execute(
        "UPDATE gateway.device SET revoked_at = now() WHERE device_id::text = %s AND revoked_at IS NULL",
        (account.lower(),),
    )
    changed += cursor.rowcount
    cursor = await connection.execute(
        "UPDATE gateway.staff SET revoked_at = now() WHERE staff_id = %s AND revoked_at IS NULL", (account,)
    )
    return changed + cursor.rowcount > 0
