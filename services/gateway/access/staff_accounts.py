"""Accounts of members of staff: made by the operator, with an invitation for a passkey or for the single sign-on."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.gateway.access.tokens import hash_secret, new_secret
from services.gateway.domain.roles import Rights
from services.gateway.store import sessions, staff
from services.gateway.store.staff import Staff
from services.platform import audit
from services.platform.audit_chain import OPERATOR, Act, Entry
from services.platform.database import Connection

INVITATION_PREFIX = "ovi_"
"""Begins the code of an invitation, so that a leaked one is recognised."""


@dataclass(frozen=True)
class NewInvitation:
    """A one-time link, shown this once."""

    staff_id: str
    url: str
    """With the code in its fragment, which no server and no proxy sees."""
    expires_at: datetime


def new_staff(rights: Rights, *, name: str, from_groups: bool = False) -> Staff:
    """An account with a new id, not yet written down."""
    staff_id = f"staff-{secrets.token_hex(4)}"
    return Staff(staff_id, name, rights.role, rights.agency, rights.areas, from_groups=from_groups, revoked=False)


async def add(connection: Connection, made: Staff, *, issuer: str | None = None, subject: str | None = None) -> None:
    """Writes an account down, and notes it. Groups give it by themselves when somebody signs in for the first time."""
    await staff.add_staff(connection, made, issuer=issuer, subject=subject)
    who = (made.staff_id, made.role) if made.from_groups else OPERATOR
    await audit.note(connection, Entry(*who, Act.ACCESS_GIVEN, f"account:{made.staff_id}", detail=rights_of(made)))


def rights_of(made: Staff) -> dict[str, str | Sequence[str]]:
    """Role, agency and areas as the audit log tells them."""
    areas: dict[str, str | Sequence[str]] = {"areas": list(made.areas)} if made.areas is not None else {}
    return {"role": made.role} | ({"agency": made.agency} if made.agency else {}) | areas


async def invite(connection: Connection, staff_id: str, *, origin: str, now: datetime, hours: float) -> NewInvitation:
    """A link by which this member of staff registers a passkey, once; notes it. Call it last before the commit."""
    code = new_secret(INVITATION_PREFIX)
    expires_at = now + timedelta(hours=hours)
    await staff.add_invitation(connection, hash_secret(code), staff_id, made_at=now, expires_at=expires_at)
    await audit.note(connection, Entry(*OPERATOR, Act.ACCESS_OFFERED, f"account:{staff_id}"))
    return NewInvitation(staff_id, f"{origin}/staff/invited.html#code={code}", expires_at)


async def forget_passkeys(connection: Connection, staff_id: str, *, now: datetime) -> None:
    """No passkey of this member of staff is good any more, nor any invitation, and all sessions end: a device was
    lost."""
    gone = await staff.delete_passkeys(connection, staff_id)
    await sessions.end_sessions_of(connection, staff_id, now=now)
    entry = Entry(*OPERATOR, Act.ACCESS_ENDED, f"account:{staff_id}", detail={"passkeys": gone})
    await audit.note(connection, entry)


async def end_sessions(connection: Connection, which: str, *, now: datetime) -> int:
    """Ends a session, or all of a member of staff, by the operator; how many."""
    try:
        ended = int(await sessions.end_session(connection, UUID(which), now=now))
        subject = f"session:{which.lower()}"
    except ValueError:
        ended = await sessions.end_sessions_of(connection, which, now=now)
        subject = f"account:{which}"
    if ended:
        entry = Entry(*OPERATOR, Act.SESSION_ENDED, subject, detail={"sessions": ended})
        await audit.note(connection, entry)
    return ended
