"""Who may come in: roles, and the one dependency by which every route says whom it serves.

Nothing is open by default: a route without `allow(...)` or `anonymous` fails a structural test
(tests/structure/test_routes.py). Nor is anything open to staff of a part of the county, unless the route says that it
keeps them to that part (`by_area`); nor to a person of an agency, an officer, unless the route says so (`by_officer`):
what its program does is not his to do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from schemas.areas import covers
from schemas.base import AgencyCode
from services.gateway.access import sessions
from services.gateway.access.rate_limit import address_of
from services.gateway.access.tokens import DEVICE_PREFIX, hash_secret, read_token
from services.gateway.domain.roles import STAFF, Role
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import accounts
from services.gateway.store.visits import Sight

__all__ = [
    "STAFF",
    "Allow",
    "Declared",
    "Principal",
    "Role",
    "allow",
    "anonymous",
    "anonymous_page",
    "authenticate",
    "declarations",
    "declared_access",
    "need_area",
    "signed_in",
    "village_filter",
    "visits_seen",
]


@dataclass(frozen=True)
class Principal:
    """Who calls, as the database says at this moment."""

    role: Role
    subject: str
    """Client id, the device's id, or the id of a member of staff."""
    agency: AgencyCode | None = None
    """The agency, of an agency's client."""
    device: accounts.Device | None = None
    """The phone, of a device."""
    areas: tuple[str, ...] | None = None
    """Division codes to which a member of staff is kept; None: the whole county."""
    session_id: UUID | None = None
    """The session, of a member of staff who is signed in."""
    name: str = ""
    """Name of a member of staff who is signed in."""

    @property
    def is_officer(self) -> bool:
        """Whether a person of an agency calls, signed in on a page; not the agency's program."""
        return self.role is Role.AGENCY and self.session_id is not None

    @property
    def own_agency(self) -> AgencyCode:
        """The agency of an agency's client. Raises Refusal ROLE_NOT_ALLOWED for anybody else."""
        if self.agency is None:
            raise Refusal(Code.ROLE_NOT_ALLOWED)
        return self.agency

    @property
    def own_device(self) -> accounts.Device:
        """The phone that calls. Raises Refusal ROLE_NOT_ALLOWED for anybody else."""
        if self.device is None:
            raise Refusal(Code.ROLE_NOT_ALLOWED)
        return self.device


_ONLY_LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})
_bearer = HTTPBearer(auto_error=False, description="Token of /v1/token, or the token of an enrolled phone.")


async def authenticate(door: Door, token: str) -> Principal:
    """Whose token this is.

    Raises:
        Refusal: TOKEN_INVALID, TOKEN_EXPIRED, CLIENT_UNKNOWN (revoked) or DEVICE_REVOKED.
    """
    if token.startswith(DEVICE_PREFIX):
        async with door.pool.connection() as connection:
            device = await accounts.find_device_by_token(connection, hash_secret(token))
        if device is None:
            raise Refusal(Code.TOKEN_INVALID)
        if device.revoked:
            raise Refusal(Code.DEVICE_REVOKED)
        return Principal(Role.DEVICE, str(device.device_id), device=device)
    client_id = read_token(door, token)
    async with door.pool.connection() as connection:
        client = await accounts.find_client(connection, client_id)
    if client is None or client.revoked:
        raise Refusal(Code.CLIENT_UNKNOWN)
    return Principal(Role(client.role), client_id, agency=client.agency)


async def signed_in(request: Request, door: Door) -> Principal | None:
    """The member of staff whose browser this is; None when the request carries no session.

    Raises:
        Refusal: PAGE_HEADER_MISSING or SESSION_ENDED.
    """
    found = await sessions.used(request, door)
    if found is None:
        return None
    session_id, staff = found
    return Principal(
        Role(staff.role),
        staff.staff_id,
        agency=staff.agency,
        areas=staff.areas,
        session_id=session_id,
        name=staff.name,
    )


class Allow:
    """A route's declaration: these roles and nobody else."""

    def __init__(self, *roles: Role, by_area: bool = False, by_officer: bool = False) -> None:
        self.roles = roles
        self.by_area = by_area
        self.by_officer = by_officer

    async def __call__(
        self, request: Request, credentials: HTTPAuthorizationCredentials | None = Depends(_bearer)
    ) -> Principal:
        """Authenticates the caller, counts the call, and checks role and area."""
        door = door_of(request)
        if credentials is not None:
            principal: Principal | None = await authenticate(door, credentials.credentials)
        else:
            principal = await signed_in(request, door)
        if principal is None:
            raise Refusal(Code.TOKEN_MISSING, headers={"WWW-Authenticate": "Bearer"})
        door.calls.take(principal.subject)
        if principal.role not in self.roles:
            raise Refusal(Code.ROLE_NOT_ALLOWED)
        if principal.areas is not None and not self.by_area:
            raise Refusal(Code.AREA_NOT_SERVED)
        if principal.is_officer and not self.by_officer:
            raise Refusal(Code.PROGRAM_ONLY)
        if door.clock.doubted and request.method not in _ONLY_LOOKS:
            raise Refusal(Code.CLOCK_IN_DOUBT, headers={"Retry-After": "60"})
        return principal


def allow(*roles: Role, by_area: bool = False, by_officer: bool = False) -> Allow:
    """Serves these roles: ``caller: Principal = Depends(allow(Role.AGENCY))``.

    Args:
        by_area: the route keeps staff of a part of the county to that part, so it serves them too.
        by_officer: it serves an agency's people as well as its program.
    """
    if not roles:
        raise ValueError("name at least one role, or declare the route anonymous")
    if by_officer and Role.AGENCY not in roles:
        raise ValueError("officers are people of agencies: name the role too")
    return Allow(*roles, by_area=by_area, by_officer=by_officer)


async def anonymous(request: Request) -> None:
    """A route's declaration that anybody may call it, as often as `DoorPolicy.open_calls_per_second` lets him."""
    door_of(request).open_calls.take(address_of(request))


async def anonymous_page() -> None:
    """A declaration that anybody may call it, and how often is not counted: plain files, and the sign of life."""


class Declared(NamedTuple):
    """A route, and whom it says that it serves."""

    method: str
    path: str
    roles: tuple[Role, ...] | None
    """() for anonymous, None when it declares nothing."""
    by_area: bool
    """Whether staff of a part of the county are served."""
    by_officer: bool
    """Whether people of agencies are served, not their programs alone."""


def declared_access(app: FastAPI) -> Iterator[tuple[str, str, tuple[Role, ...] | None]]:
    """Every route's declaration: method, path, allowed roles; () for anonymous, None when it declares nothing."""
    for declared in declarations(app):
        yield declared.method, declared.path, declared.roles


def declarations(app: FastAPI) -> Iterator[Declared]:
    """Every route's declaration."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        dependant = getattr(context, "dependant", None) if isinstance(route, APIRoute) else None
        calls = [each.call for each in _flatten(dependant)] if dependant is not None else []
        allowed = [call for call in calls if isinstance(call, Allow)]
        is_open = any(call in (anonymous, anonymous_page) for call in calls)
        roles: tuple[Role, ...] | None = () if is_open else None
        if allowed:
            roles = tuple(sorted(set.intersection(*(set(call.roles) for call in allowed))))
        by_area = bool(allowed) and all(call.by_area for call in allowed)
        by_officer = bool(allowed) and all(call.by_officer for call in allowed)
        for method in sorted(context.methods or {"*"}):
            yield Declared(method, context.path_format or context.path or "?", roles, by_area, by_officer)


def _flatten(dependant: Dependant) -> Iterator[Dependant]:
    for child in dependant.dependencies:
        yield child
        yield from _flatten(child)


def village_filter(principal: Principal) -> list[str] | None:
    """The villages to which a phone's view is limited; None for those who see all."""
    return list(principal.device.village_codes) if principal.device else None


def need_area(principal: Principal, villages: Sequence[str | None]) -> None:
    """Lets a member of staff act on these villages only when all lie in his areas. Raises Refusal AREA_NOT_SERVED."""
    if not all(covers(principal.areas, village) for village in villages):
        raise Refusal(Code.AREA_NOT_SERVED)


def visits_seen(principal: Principal) -> Sight:
    """The visits of a phone's villages and those that the plan gives to its cadre; those of the areas of a member of
    staff; all for those who see all."""
    device = principal.device
    if device is None:
        return Sight(areas=principal.areas)
    return Sight(villages=list(device.village_codes), cadre=device.cadre_id)
