"""Whose account a person of the single sign-on has: one that the operator made, or one that his groups give."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.gateway.access import sessions, staff_accounts
from services.gateway.access.sessions import NewSession
from services.gateway.domain.groups import SeveralRoles
from services.gateway.domain.roles import Rights
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.store import reviews, staff
from services.gateway.store import sessions as session_store
from services.gateway.store.staff import Staff
from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.database import Connection

WAY = "sso"
LONGEST_NAME = 64


async def sign_in(door: Door, issuer: str, claims: Mapping[str, Any], *, before: bytes | None = None) -> NewSession:
    """A session for whom these claims name; what his groups give is taken anew each time.

    Args:
        before: the hash of the token of the session that the browser had until now (`sessions.begin`).

    Raises:
        Refusal: SSO_NO_ACCOUNT for whom nobody and no group let in, also when he was let in before: what was open of
            him ends then; SSO_SEVERAL_ROLES.
    """
    async with door.pool.connection() as connection, connection.transaction():
        known = await staff.find_by_subject(connection, issuer, claims["sub"])
        if known is not None and not known.revoked and not known.from_groups:
            return await sessions.begin(connection, door, known, WAY, before=before)
        refused, rights = _rights(door, claims)
        if rights is not None and (known is None or not known.revoked):
            now_his = await _with_rights(connection, door, known, rights, issuer, claims)
            return await sessions.begin(connection, door, now_his, WAY, before=before)
        if known is not None:
            await _end_sessions(connection, door, known)
    raise Refusal(refused)


def _rights(door: Door, claims: Mapping[str, Any]) -> tuple[Code, Rights | None]:
    try:
        return Code.SSO_NO_ACCOUNT, door.sso_groups.rights_of(claims)
    except SeveralRoles:
        return Code.SSO_SEVERAL_ROLES, None


async def _with_rights(
    connection: Connection, door: Door, known: Staff | None, rights: Rights, issuer: str, claims: Mapping[str, Any]
) -> Staff:
    """The account with what the groups give now. When that has changed, older sessions end."""
    name = _name(claims)
    if known is None:
        new = staff_accounts.new_staff(rights, name=name, from_groups=True)
        await staff_accounts.add(connection, new, issuer=issuer, subject=claims["sub"])
        return new
    now_his = replace(known, role=rights.role, agency=rights.agency, areas=rights.areas, name=name)
    if now_his != known:
        await staff.change_rights(connection, now_his)
    if staff_accounts.rights_of(now_his) != staff_accounts.rights_of(known):
        await reviews.end_leases_of(connection, known.staff_id)
        await _end_sessions(connection, door, known)  # after all other locks: it adds to the audit log
        said = staff_accounts.rights_of(now_his)
        who = (known.staff_id, now_his.role)
        await audit.note(connection, Entry(*who, Act.ACCESS_GIVEN, f"account:{known.staff_id}", detail=said))
    return now_his


async def _end_sessions(connection: Connection, door: Door, known: Staff) -> None:
    ended = await session_store.end_sessions_of(connection, known.staff_id, now=door.now())
    if ended:
        subject, said = f"account:{known.staff_id}", {"sessions": ended}
        await audit.note(connection, Entry(known.staff_id, known.role, Act.SESSION_ENDED, subject, detail=said))


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username"):
        said = claims.get(claim)
        if isinstance(said, str) and said.strip():
            return "".join(letter for letter in said.strip() if letter.isprintable())[:LONGEST_NAME]
    return ""
