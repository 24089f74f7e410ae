"""Sessions of members of staff: an opaque token in a cookie that no script can read, its hash in the database.

A page's request carries the cookie by itself; so that no foreign page can make use of that, the cookie is only for
requests from the county's own pages (SameSite=Strict), and every request that it lets in must carry a header which
no foreign page can send without being asked for leave (CORS, which the door never gives).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from fastapi import Request, Response

from services.gateway.access.tokens import hash_secret, new_secret
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.policy import DoorPolicy
from services.gateway.store import sessions
from services.gateway.store.staff import Staff
from services.platform import audit
from services.platform.audit_chain import Act, Entry
from services.platform.database import Connection

COOKIE = "__Host-onevisit"
"""`__Host-`: the browser keeps it only over HTTPS (or on this machine), for this host alone, and for all paths."""
SESSION_PREFIX = "ovx_"
PAGE_HEADER = "Onevisit-Page"
"""Any value; what counts is that a foreign page cannot send it."""
UNATTENDED = "unattended"
"""Its value where a page asks by itself: a page that was left open does not keep its session alive."""


@dataclass(frozen=True)
class NewSession:
    """A session that has just begun."""

    session_id: UUID
    token: str
    ends_at: datetime

    def give(self, response: Response) -> None:
        """Puts the token into the browser; it is gone when the browser is closed."""
        response.set_cookie(COOKIE, self.token, path="/", secure=True, httponly=True, samesite="strict")


def forget(response: Response) -> None:
    """Takes the token out of the browser."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")


def need_page(request: Request) -> None:
    """Lets only requests of the county's own pages through. Raises Refusal PAGE_HEADER_MISSING for others."""
    if PAGE_HEADER not in request.headers:
        raise Refusal(Code.PAGE_HEADER_MISSING)


def idle_of(policy: DoorPolicy) -> timedelta:
    """How long a session may be unused."""
    return timedelta(minutes=policy.session_idle_minutes)


def held(request: Request) -> bytes | None:
    """The hash of the token that this browser has, whatever it is worth; None when it has none."""
    token = request.cookies.get(COOKIE)
    return None if token is None else hash_secret(token)


async def begin(
    connection: Connection, door: Door, staff: Staff, way: str, *, before: bytes | None = None
) -> NewSession:
    """Signs somebody in, and notes it; call it last before the commit.

    Args:
        way: how he proved who he is, `passkey` or `sso`.
        before: the hash of the token that this browser had: its session ends, for a browser is one person's at a time.
    """
    now = door.now()
    made = NewSession(uuid4(), new_secret(SESSION_PREFIX), now + timedelta(hours=door.policy.session_hours))
    if before is not None and (ended := await sessions.end_session_with(connection, before, now=now)) is not None:
        session_id, owner, role = ended
        said = {"replaced_by": str(made.session_id)}
        await audit.note(connection, Entry(owner, role, Act.SESSION_ENDED, f"session:{session_id}", detail=said))
    await sessions.add_session(
        connection, made.session_id, hash_secret(made.token), staff.staff_id, way, now=now, ends_at=made.ends_at
    )
    entry = Entry(staff.staff_id, staff.role, Act.SESSION_BEGUN, f"session:{made.session_id}", detail={"way": way})
    await audit.note(connection, entry)
    return made


async def used(request: Request, door: Door) -> tuple[UUID, Staff] | None:
    """Whose session a page's request belongs to; None when it has none.

    Raises:
        Refusal: PAGE_HEADER_MISSING or SESSION_ENDED.
    """
    token = request.cookies.get(COOKIE)
    if token is None:
        return None
    need_page(request)
    async with door.pool.connection() as connection:
        attended = request.headers[PAGE_HEADER] != UNATTENDED
        idle = idle_of(door.policy)
        found = await sessions.use_session(connection, hash_secret(token), now=door.now(), idle=idle, attended=attended)
    if found is None:
        raise Refusal(Code.SESSION_ENDED)
    return found
