"""Secrets and tokens: random secrets stored as SHA-256, access tokens as short-lived JWTs signed by us (RFC 9068)."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwt import JWTClaimsRegistry

from services.gateway.errors import Code, Refusal

if TYPE_CHECKING:  # commands that let somebody in need no door, which loads all that it is made of
    from services.gateway.door import Door

DEVICE_PREFIX = "ovd_"
"""Begins the token of a phone, so that a leaked one is recognised by scanners and told from a JWT."""
SECRET_PREFIX = "ovs_"  # noqa: S105 (a prefix)
AUDIENCE = "onevisit-gateway"
TOKEN_TYPE = "at+jwt"  # noqa: S105 (a media type): the same key signs certificates, which must never pass as tokens
ALGORITHM = "Ed25519"
SECRET_BYTES = 32


def new_secret(prefix: str) -> str:
    """A secret of 32 random bytes; shown once, never stored."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> bytes:
    """What is stored of a secret: with 256 random bits a plain SHA-256 cannot be reversed."""
    return hashlib.sha256(secret.encode()).digest()


def make_token(door: Door, *, client_id: str, role: str, agency: str | None) -> str:
    """An access token. Role and agency in it are for the client's information; the door asks the database."""
    now = int(time.time())
    key = door.secrets.signing_key
    claims = {
        "iss": door.settings.issuer,
        "aud": AUDIENCE,
        "sub": client_id,
        "client_id": client_id,
        "role": role,
        "iat": now,
        "exp": now + door.policy.token_seconds,
        "jti": secrets.token_hex(16),
    }
    if agency is not None:
        claims["agency"] = agency
    header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def read_token(door: Door, token: str) -> str:
    """The client id in a valid token.

    Raises:
        Refusal: TOKEN_INVALID or TOKEN_EXPIRED.
    """
    try:
        decoded = jwt.decode(token, door.secrets.signing_key, algorithms=[ALGORITHM])
        if decoded.header.get("typ") != TOKEN_TYPE:
            raise Refusal(Code.TOKEN_INVALID)
        JWTClaimsRegistry(
            iss={"essential": True, "value": door.settings.issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        ).validate(decoded.claims)
    except ExpiredTokenError:
        raise Refusal(Code.TOKEN_EXPIRED) from None
    except (JoseError, ValueError):
        raise Refusal(Code.TOKEN_INVALID) from None
    return str(decoded.claims["sub"])
