"""Who is signed in where; signing out; ending a session, one's own or, as administrator, anybody's."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict

from services.gateway.access import audited, sessions
from services.gateway.access.callers import STAFF, Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import sessions as store
from services.platform.audit_chain import Act

router = APIRouter(tags=["access"])
people = allow(*STAFF, Role.AGENCY, by_area=True, by_officer=True)


class SessionView(BaseModel):
    """An open session."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_id: UUID
    """Names the session."""
    staff_id: str
    """Whose it is."""
    name: str
    """His name."""
    role: str
    """His role."""
    way: str
    """How he signed in: `passkey` or `sso`."""
    began_at: datetime
    """When he signed in."""
    seen_at: datetime
    """When it was last used, to the minute."""
    ends_at: datetime
    """When it ends at the latest."""
    is_this: bool
    """Whether it is the one that asks."""


class SessionList(BaseModel):
    """Open sessions, the newest first."""

    items: list[SessionView]


@router.delete("/v1/session", status_code=204, summary="Sign out")
async def sign_out(response: Response, caller: Principal = Depends(people), door: Door = Depends(door_of)) -> None:
    """Ends the session of this browser."""
    await _end(door, caller, _own(caller))
    sessions.forget(response)


@router.get("/v1/sessions", summary="Open sessions")
async def list_open(caller: Principal = Depends(people), door: Door = Depends(door_of)) -> SessionList:
    """Your own; an administrator sees everybody's."""
    whose = None if caller.role is Role.ADMIN else caller.subject
    async with door.pool.connection() as connection:
        rows = await store.list_sessions(connection, now=door.now(), idle=sessions.idle_of(door.policy), staff_id=whose)
    views = [SessionView.model_validate(vars(row) | {"is_this": row.session_id == caller.session_id}) for row in rows]
    return SessionList(items=views)


@router.delete("/v1/sessions/{session_id}", status_code=204, summary="End a session")
async def end_one(session_id: UUID, caller: Principal = Depends(people), door: Door = Depends(door_of)) -> None:
    """At once: the next request from that browser is refused. Your own; an administrator ends anybody's."""
    await _end(door, caller, session_id)


async def _end(door: Door, caller: Principal, session_id: UUID) -> None:
    whose = None if caller.role is Role.ADMIN else caller.subject
    async with door.pool.connection() as connection, connection.transaction():
        if not await store.end_session(connection, session_id, now=door.now(), staff_id=whose):
            raise Refusal(Code.SESSION_UNKNOWN)
        await audited.note(connection, caller, Act.SESSION_ENDED, f"session:{session_id}")


def _own(caller: Principal) -> UUID:
    if caller.session_id is None:
        raise Refusal(Code.SESSION_UNKNOWN)
    return caller.session_id
