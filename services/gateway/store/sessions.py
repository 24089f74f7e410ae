"""Who is signed in where, and sign-ins that have begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.gateway.store.staff import Staff, find_staff
from services.platform.database import Connection

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a session was last used: not every look is a write."""


@dataclass(frozen=True)
class SessionRow:
    """A session, without its token."""

    session_id: UUID
    staff_id: str
    name: str
    role: str
    way: str
    """`passkey` or `sso`."""
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


async def add_session(
    connection: Connection,
    session_id: UUID,
    token_hash: bytes,
    staff_id: str,
    way: str,
    *,
    now: datetime,
    ends_at: datetime,
) -> None:
    """Somebody is signed in."""
    await connection.execute(
        "INSERT INTO gateway.session (session_id, token_hash, staff_id, way, began_at, seen_at, ends_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (session_id, token_hash, staff_id, way, now, now, ends_at),
    )


async def use_session(
    connection: Connection, token_hash: bytes, *, now: datetime, idle: timedelta, attended: bool = True
) -> tuple[UUID, Staff] | None:
    """Whose session this is, noting that somebody used it (attended); None when there is none, it has ended, or its
    owner's access."""
    cursor = await connection.execute(
        "SELECT session_id, staff_id, seen_at FROM gateway.session"
        " WHERE token_hash = %s AND ended_at IS NULL AND ends_at > %s AND seen_at > %s",
        (token_hash, now, now - idle),
    )
    row = await cursor.fetchone()
    owner = await find_staff(connection, row[1]) if row else None
    if row is None or owner is None or owner.revoked:
        return None
    session_id, _, seen_at = row
    if attended and now - seen_at > SEEN_EVERY:
        await connection.execute("UPDATE gateway.session SET seen_at = %s WHERE session_id = %s", (now, session_id))
    return session_id, owner


_LISTED = (
    "SELECT session_id, staff_id, name, role, way, began_at, seen_at, ends_at FROM gateway.session"
    " JOIN gateway.staff USING (staff_id)"
)


async def list_sessions(
    connection: Connection, *, now: datetime, idle: timedelta, staff_id: str | None = None
) -> list[SessionRow]:
    """The sessions that are open: of one member of staff, or all; the newest first."""
    cursor = await connection.execute(
        _LISTED + " WHERE ended_at IS NULL AND ends_at > %(now)s AND seen_at > %(idle)s AND revoked_at IS NULL"
        " AND (%(whose)s::text IS NULL OR staff_id = %(whose)s) ORDER BY began_at DESC, session_id LIMIT 1000",
        {"now": now, "idle": now - idle, "whose": staff_id},
    )
    return [SessionRow(*row) for row in await cursor.fetchall()]


async def end_session(connection: Connection, session_id: UUID, *, now: datetime, staff_id: str | None = None) -> bool:
    """Ends a session at once; False when there is no open one of this id (and owner, where one is named)."""
    cursor = await connection.execute(
        "UPDATE gateway.session SET ended_at = %(now)s WHERE session_id = %(id)s AND ended_at IS NULL"
        " AND (%(whose)s::text IS NULL OR staff_id = %(whose)s)",
        {"now": now, "id": session_id, "whose": staff_id},
    )
    return cursor.rowcount == 1


async def end_session_with(connection: Connection, token_hash: bytes, *, now: datetime) -> tuple[UUID, str, str] | None:
    """Ends the open session of this token; its id, and account and role of its owner. None when there is none."""
    cursor = await connection.execute(
        "UPDATE gateway.session AS s SET ended_at = %s FROM gateway.staff AS t WHERE t.staff_id = s.staff_id"
        " AND token_hash = %s AND ended_at IS NULL RETURNING session_id, s.staff_id, role",
        (now, token_hash),
    )
    return await cursor.fetchone()


async def end_sessions_of(connection: Connection, staff_id: str, *, now: datetime) -> int:
    """Ends all sessions of a member of staff; how many there were."""
    cursor = await connection.execute(
        "UPDATE gateway.session SET ended_at = %s WHERE staff_id = %s AND ended_at IS NULL", (now, staff_id)
    )
    return cursor.rowcount


async def begin_sign_in(
    connection: Connection, key_hash: bytes, kind: str, kept: Mapping[str, str], *, now: datetime, expires_at: datetime
) -> None:
    """Keeps what the answer to this sign-in must carry, and forgets those whose time is over."""
    await connection.execute("DELETE FROM gateway.sign_in WHERE expires_at <= %s", (now,))
    await connection.execute(
        "INSERT INTO gateway.sign_in (key_hash, kind, kept, expires_at) VALUES (%s, %s, %s, %s)",
        (key_hash, kind, Jsonb(dict(kept)), expires_at),
    )


async def take_sign_in(connection: Connection, key_hash: bytes, kind: str, *, now: datetime) -> dict[str, Any] | None:
    """What was kept of a sign-in; it is taken away, so that no answer counts twice. None when there is none in time."""
    cursor = await connection.execute(
        "DELETE FROM gateway.sign_in WHERE key_hash = %s AND kind = %s RETURNING kept, expires_at", (key_hash, kind)
    )
    row = await cursor.fetchone()
    return dict(row[0]) if row and row[1] > now else None
