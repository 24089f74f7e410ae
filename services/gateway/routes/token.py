"""Access tokens for agencies and staff: OAuth 2.0 client credentials (RFC 6749, 4.4)."""

import base64
import binascii
import hmac
from typing import Annotated, Literal
from urllib.parse import unquote_plus

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, ConfigDict

from services.gateway.access.callers import anonymous
from services.gateway.access.tokens import hash_secret, make_token
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.store import accounts

router = APIRouter(tags=["access"], dependencies=[Depends(anonymous)])
_BASIC = {"WWW-Authenticate": 'Basic realm="onevisit"'}


class Token(BaseModel):
    """An access token."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    access_token: str
    """Send it as `Authorization: Bearer …`."""
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105
    """How it is sent."""
    expires_in: int
    """Seconds."""


@router.post("/v1/token", summary="Get an access token")
async def token(
    request: Request,
    grant_type: Annotated[str, Form()],
    client_id: Annotated[str | None, Form()] = None,
    client_secret: Annotated[str | None, Form()] = None,
    door: Door = Depends(door_of),
) -> Token:
    """Trades client id and secret, as a form or by HTTP Basic, for a token of one hour.

    Phones need none: they send the token of their enrolment.
    """
    if grant_type != "client_credentials":
        raise Refusal(Code.GRANT_UNSUPPORTED)
    with door.wrong_secrets.counted(request) as right:
        basic = _basic_credentials(request)
        name, secret = basic if basic else (client_id or "", client_secret or "")
        async with door.pool.connection() as connection:
            client = await accounts.find_client(connection, name)
        stored = client.secret_hash if client is not None else bytes(32)
        if not hmac.compare_digest(stored, hash_secret(secret)) or client is None or client.revoked:
            # a browser asks for a password of its own when it is told of Basic (RFC 6749, 5.2: tell who used it)
            raise Refusal(Code.CLIENT_UNKNOWN, headers=_BASIC if basic else None)
        right()
    made = make_token(door, client_id=client.client_id, role=client.role, agency=client.agency)
    return Token(access_token=made, expires_in=door.policy.token_seconds)


def _basic_credentials(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal(Code.CLIENT_UNKNOWN, headers=_BASIC) from None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None
