"""Who may come in: roles, and the one dependency by which every route says whom it serves.

Nothing is open by default: a route without `allow(...)` or `anonymous` fails a structural test
(tests/structure/test_routes.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from schemas.base import AgencyCode
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import accounts
from services.gateway.store.visits import Sight
from services.gateway.tokens import DEVICE_PREFIX, hash_secret, read_token


class Role(StrEnum):
    """What somebody is to the system."""

    AGENCY = "agency"
    DEVICE = "device"
    SCHEDULER = "scheduler"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    JOINT_GROUP = "joint_group"
    """Of the agencies together (联合认证工作组): asks which windows to align; sees no person."""


@dataclass(frozen=True)
class Principal:
    """Who calls, as the database says at this moment."""

    role: Role
    subject: str
    """Client id, or the device's id."""
    agency: AgencyCode | None = None
    """The agency, of an agency's client."""
    device: accounts.Device | None = None
    """The phone, of a device."""

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


class Allow:
    """A route's declaration: these roles and nobody else."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(
        self, request: Request, credentials: HTTPAuthorizationCredentials | None = Depends(_bearer)
    ) -> Principal:
        """Authenticates the caller and checks the role."""
        if credentials is None:
            raise Refusal(Code.TOKEN_MISSING, headers={"WWW-Authenticate": "Bearer"})
        principal = await authenticate(door_of(request), credentials.credentials)
        if principal.role not in self.roles:
            raise Refusal(Code.ROLE_NOT_ALLOWED)
        return principal


def allow(*roles: Role) -> Allow:
    """Serves these roles: ``caller: Principal = Depends(allow(Role.AGENCY))``."""
    if not roles:
        raise ValueError("name at least one role, or declare the route anonymous")
    return Allow(*roles)


async def anonymous() -> None:
    """A route's declaration that anybody may call it."""


def declared_access(app: FastAPI) -> Iterator[tuple[str, str, tuple[Role, ...] | None]]:
    """Every route's declaration: method, path, allowed roles; () for anonymous, None when it declares nothing."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        dependant = getattr(context, "dependant", None) if isinstance(route, APIRoute) else None
        roles = _declaration(dependant) if dependant is not None else None
        for method in sorted(context.methods or {"*"}):
            yield method, context.path_format or context.path or "?", roles


def _declaration(dependant: Dependant) -> tuple[Role, ...] | None:
    declared = [d.call for d in _flatten(dependant) if isinstance(d.call, Allow) or d.call is anonymous]
    if not declared:
        return None
    allowed = [set(call.roles) for call in declared if isinstance(call, Allow)]
    return tuple(sorted(set.intersection(*allowed))) if allowed else ()


def _flatten(dependant: Dependant) -> Iterator[Dependant]:
    for child in dependant.dependencies:
        yield child
        yield from _flatten(child)


def village_filter(principal: Principal) -> list[str] | None:
    """The villages to which a phone's view is limited; None for those who see all."""
    return list(principal.device.village_codes) if principal.device else None


def visits_seen(principal: Principal) -> Sight:
    """The visits of a phone's villages and those that the plan gives to its cadre; all for those who see all."""
    device = principal.device
    return Sight(villages=list(device.village_codes), cadre=device.cadre_id) if device else Sight()
