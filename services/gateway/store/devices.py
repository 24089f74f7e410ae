"""Phones as the desk sees them, and the one-time codes by which they enrol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.store.keyset import Place, keyset
from services.platform.database import Connection


@dataclass(frozen=True)
class EnrolmentRow:
    """A one-time code, without the code."""

    enrolment_id: UUID
    cadre_id: str
    cadre_name: str
    village_codes: tuple[str, ...]
    name: str
    expires_at: datetime
    device_id: UUID | None
    """The phone that used it."""
    key_thumbprint: str | None
    """Of the key that used it."""


@dataclass(frozen=True)
class ListedDevice:
    """A phone on the desk's list."""

    device_id: UUID
    cadre_id: str
    cadre_name: str
    name: str
    village_codes: tuple[str, ...]
    enrolled_at: datetime
    revoked_at: datetime | None


async def add_enrolment(
    connection: Connection, enrolment: EnrolmentRow, code_hash: bytes, *, made_by: str, made_at: datetime
) -> None:
    """Writes a code's hash down."""
    await connection.execute(
        "INSERT INTO gateway.device_enrolment (enrolment_id, code_hash, cadre_id, cadre_name, village_codes, name,"
        " made_by, made_at, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            enrolment.enrolment_id,
            code_hash,
            enrolment.cadre_id,
            enrolment.cadre_name,
            list(enrolment.village_codes),
            enrolment.name,
            made_by,
            made_at,
            enrolment.expires_at,
        ),
    )


async def find_enrolment(connection: Connection, code_hash: bytes) -> EnrolmentRow | None:
    """The enrolment of this code; nobody else can use it until the commit."""
    cursor = await connection.execute(
        "SELECT enrolment_id, cadre_id, cadre_name, village_codes, name, expires_at, device_id, key_thumbprint"
        " FROM gateway.device_enrolment WHERE code_hash = %s FOR UPDATE",
        (code_hash,),
    )
    row = await cursor.fetchone()
    return EnrolmentRow(row[0], row[1], row[2], tuple(row[3]), *row[4:]) if row else None


async def mark_used(connection: Connection, enrolment_id: UUID, device_id: UUID, key_thumbprint: str) -> None:
    """The code has enrolled this phone."""
    await connection.execute(
        "UPDATE gateway.device_enrolment SET device_id = %s, key_thumbprint = %s WHERE enrolment_id = %s",
        (device_id, key_thumbprint, enrolment_id),
    )


async def replace_token(connection: Connection, device_id: UUID, token_hash: bytes) -> None:
    """The phone has a new token; the one before is worth nothing."""
    await connection.execute("UPDATE gateway.device SET token_hash = %s WHERE device_id = %s", (token_hash, device_id))


_LISTED = "SELECT device_id, cadre_id, cadre_name, name, village_codes, made_at, revoked_at FROM gateway.device"


_PAGE = f"""
{_LISTED} WHERE (%(at)s::timestamptz IS NULL OR (made_at, device_id) > (%(at)s, %(last)s::uuid))
    AND (%(areas)s::text[] IS NULL
         OR NOT EXISTS (SELECT 1 FROM unnest(village_codes) AS v WHERE NOT v ^@ ANY(%(areas)s::text[])))
ORDER BY made_at, device_id LIMIT %(limit)s
"""  # noqa: S608 (made of the constant above)


async def page_of_devices(
    connection: Connection,
    *,
    after: Place | None,
    limit: int,
    areas: Sequence[str] | None = None,
) -> list[ListedDevice]:
    """All phones, revoked ones too, by when they were enrolled; with areas, those all of whose villages lie there."""
    cursor = await connection.execute(
        _PAGE,
        {
            **keyset(after, limit),
            "areas": None if areas is None else list(areas),
        },
    )
    return [_listed(row) for row in await cursor.fetchall()]


async def find_listed(connection: Connection, device_id: UUID) -> ListedDevice | None:
    """A phone by its id, revoked or not."""
    cursor = await connection.execute(_LISTED + " WHERE device_id = %s", (device_id,))
    row = await cursor.fetchone()
    return _listed(row) if row else None


def _listed(row: Sequence[Any]) -> ListedDevice:
    return ListedDevice(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6])
