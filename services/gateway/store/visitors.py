"""Codes by which a family asks who comes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class Visitor:
    """Who comes with a code."""

    cadre_id: str
    cadre_name: str
    village_codes: tuple[str, ...]
    day: date
    valid_until: datetime


async def find_own_code(connection: Connection, device_id: UUID, day: date) -> tuple[str, datetime] | None:
    """The code that this phone has for this day, and until when."""
    cursor = await connection.execute(
        "SELECT code, valid_until FROM gateway.visitor_code WHERE device_id = %s AND visit_day = %s"
        " ORDER BY code LIMIT 1",
        (device_id, day),
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else None


async def take_code(
    connection: Connection, code: str, device_id: UUID, day: date, valid_until: datetime, *, now: datetime
) -> bool:
    """Gives a code to this phone; False when another phone's is the same and still good."""
    cursor = await connection.execute(
        "INSERT INTO gateway.visitor_code AS c (code, device_id, visit_day, valid_until) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (code) DO UPDATE SET device_id = excluded.device_id, visit_day = excluded.visit_day,"
        " valid_until = excluded.valid_until WHERE c.valid_until <= %s",
        (code, device_id, day, valid_until, now),
    )
    return cursor.rowcount == 1


async def find_visitor(connection: Connection, code: str, now: datetime) -> Visitor | None:
    """Who comes with this code; None when nobody does, it has expired, or the phone was revoked."""
    cursor = await connection.execute(
        "SELECT d.cadre_id, d.cadre_name, d.village_codes, c.visit_day, c.valid_until"
        " FROM gateway.visitor_code c JOIN gateway.device d USING (device_id)"
        " WHERE c.code = %s AND c.valid_until > %s AND d.revoked_at IS NULL",
        (code, now),
    )
    row = await cursor.fetchone()
    return Visitor(row[0], row[1], tuple(row[2]), row[3], row[4]) if row else None


async def programmes_in(connection: Connection, villages: tuple[str, ...]) -> list[str]:
    """The programmes for which visits are to be made in these villages: of the whole village, never of a person."""
    cursor = await connection.execute(
        "SELECT DISTINCT e.r ->> 'programme' FROM scheduler.visit v, jsonb_array_elements(v.requests) AS e (r)"
        " WHERE v.village_code = ANY(%s::text[]) AND v.status IN ('open', 'paused') ORDER BY 1",
        (list(villages),),
    )
    return [row[0] for row in await cursor.fetchall()]
