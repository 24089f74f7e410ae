"""The single sign-on of staff: OpenID Connect, authorization code with PKCE (RFC 9700, OpenID Connect Core 1.0).

The provider is asked where its parts are and for its keys; both are kept for an hour, and keys are asked for anew when
a token names one that is not known (rotation). An ID token counts only when everything in it holds.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from services.gateway.errors import Code, Refusal

ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures with a public key: neither `none` nor an HMAC, for which the client's own secret would do."""
KEPT_S: Final = 3600.0
"""How long addresses and keys of the provider are kept."""
LEEWAY_S: Final = 60
"""How far the provider's clock may be from ours."""
TIMEOUT_S: Final = 10.0
_LOCAL: Final = {"127.0.0.1", "localhost"}


class SsoInvalid(Exception):
    """The settings of the single sign-on cannot be used; the door does not open."""


@dataclass(frozen=True)
class Begun:
    """What is remembered between sending somebody to the provider and his coming back."""

    nonce: str
    verifier: str
    """Of PKCE (RFC 7636)."""


def begin() -> Begun:
    """New secrets of one sign-in."""
    return Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class SingleSignOn:
    """The county's provider. Raises SsoInvalid for settings that cannot be used."""

    def __init__(self, issuer: str, client_id: str, client_secret: Path | None) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._secret = _read_secret(client_secret)
        if not client_id:
            raise SsoInvalid("ONEVISIT_OIDC_CLIENT_ID is missing: set the client that the single sign-on made for us")
        self._found: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def issuer(self) -> str:
        """Who says who somebody is."""
        return self._issuer

    async def address(self, begun: Begun, *, state: str, redirect: str) -> str:
        """Where to send somebody who signs in. Raises Refusal SSO_AWAY."""
        found = await self._discover()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect,
            "scope": "openid profile",
            "state": state,
            "nonce": begun.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        joined = "&" if urlsplit(found["authorization_endpoint"]).query else "?"
        return f"{found['authorization_endpoint']}{joined}{urlencode(asked)}"

    async def trade(self, code: str, begun: Begun, *, redirect: str) -> str:
        """The ID token for a code.

        Raises:
            Refusal: SSO_AWAY, or SSO_REFUSED when the provider does not take the code.
        """
        found = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": begun.verifier,
            "client_id": self._client_id,
        }
        auth = None
        if self._secret is not None:
            methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            if "client_secret_basic" in methods:
                auth = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(self._secret))  # RFC 6749, 2.3.1
                del form["client_id"]
            else:
                form["client_secret"] = self._secret
        answer = await _fetch("POST", found["token_endpoint"], form=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Refusal(Code.SSO_REFUSED)
        return token

    async def read(self, token: str, begun: Begun, *, now: float | None = None) -> Mapping[str, Any]:
        """What an ID token says, when all of it holds: signature, issuer, audience, times, nonce.

        Raises:
            Refusal: SSO_TOKEN_INVALID, or SSO_AWAY when the provider's keys cannot be had.
        """
        try:
            kid = jws.extract_compact(token.encode()).headers().get("kid")
            keys = await self._keys_with(kid)
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            JWTClaimsRegistry(
                now=int(time.time() if now is None else now),
                leeway=LEEWAY_S,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": begun.nonce},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Refusal(Code.SSO_TOKEN_INVALID) from None
        audience, presenter = claims["aud"], claims.get("azp")
        several = isinstance(audience, list) and len(audience) > 1
        if not isinstance(claims["sub"], str) or ((several or presenter) and presenter != self._client_id):
            raise Refusal(Code.SSO_TOKEN_INVALID)
        return claims

    async def _discover(self) -> dict[str, Any]:
        if self._found is None or time.monotonic() - self._found[0] > KEPT_S:
            found = await _fetch("GET", self._issuer.rstrip("/") + "/.well-known/openid-configuration")
            parts = [found.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if found.get("issuer") != self._issuer or not all(isinstance(part, str) and _safe(part) for part in parts):
                raise Refusal(Code.SSO_AWAY)
            self._found = (time.monotonic(), found)
        return self._found[1]

    async def _keys_with(self, kid: str | None) -> KeySet:
        """The provider's keys; asked for anew when they are old, or do not hold this one."""
        fresh = self._keys is not None and time.monotonic() - self._keys[0] <= KEPT_S
        if self._keys is None or not fresh or (kid is not None and kid not in _kids(self._keys[1])):
            found = await self._discover()
            stated = await _fetch("GET", found["jwks_uri"])
            signing = [key for key in stated.get("keys", []) if key.get("use", "sig") == "sig"]
            self._keys = (time.monotonic(), KeySet.import_key_set({"keys": signing}))
        return self._keys[1]


def _read_secret(file: Path | None) -> str | None:
    try:
        return file.read_text("utf-8").strip() if file else None
    except (OSError, UnicodeDecodeError) as error:
        said = type(error).__name__
        raise SsoInvalid(f"ONEVISIT_OIDC_CLIENT_SECRET: {file} cannot be read ({said}): name a file") from None


def _kids(keys: KeySet) -> set[str | None]:
    return {key.kid for key in keys.keys}


def _safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)


async def _fetch(
    method: str, url: str, *, form: Mapping[str, str] | None = None, auth: httpx.Auth | None = None
) -> dict[str, Any]:
    """What the provider answers. Raises Refusal SSO_AWAY, or SSO_REFUSED for what it does not take (4xx)."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            answer = await client.request(method, url, data=form, auth=auth, headers={"Accept": "application/json"})
        if form is not None and 400 <= answer.status_code < 500:
            raise Refusal(Code.SSO_REFUSED)
        answer.raise_for_status()
        content = answer.json()
    except (httpx.HTTPError, ValueError):
        raise Refusal(Code.SSO_AWAY) from None
    if not isinstance(content, dict):
        raise Refusal(Code.SSO_AWAY)
    return content
