"""Members of staff before a browser: a client that keeps cookies as a browser does, and says that it is our page."""

import json
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
import httpx
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

from services.gateway.access import sessions, staff_accounts
from services.gateway.domain.roles import read_rights
from services.gateway.store.staff import Staff
from tests.integration.gateway.conftest import Bench

ORIGIN = "http://localhost:8080"
"""Where the default installation's pages are for staff."""
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""Flags of an authenticator's answer (WebAuthn Level 3, 6.1): somebody was there, was recognised; a key follows."""


def browser(bench: Bench) -> httpx.AsyncClient:
    """A browser that nobody is signed in with, before a page of ours."""
    transport = httpx.ASGITransport(app=bench.app)
    return httpx.AsyncClient(transport=transport, base_url="https://localhost:8080", headers={"Onevisit-Page": "staff"})


async def account(bench: Bench, role: str, *areas: str, agency: str | None = None, name: str = "王芳") -> Staff:
    """An account; without areas for the whole county."""
    made = staff_accounts.new_staff(read_rights(role, areas or ("county",), agency), name=name)
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        await staff_accounts.add(connection, made)
    return made


async def invited(bench: Bench, who: Staff, *, hours: float = 24.0) -> str:
    """The code of an invitation."""
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        made = await staff_accounts.invite(connection, who.staff_id, origin=ORIGIN, now=bench.door.now(), hours=hours)
    return made.url.partition("#code=")[2]


async def signed_in(bench: Bench, stack: AsyncExitStack, who: Staff) -> httpx.AsyncClient:
    """A browser in which this member of staff is signed in."""
    async with bench.door.pool.connection() as connection, connection.transaction():
        made = await sessions.begin(connection, bench.door, who, "passkey")
    client = await stack.enter_async_context(browser(bench))
    client.cookies.set(sessions.COOKIE, made.token)
    return client


@dataclass
class Authenticator:
    """A passkey's device, as far as answers go that a browser would not give: made by the book, or wrong on purpose."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0

    def register(self, options: dict[str, Any], *, origin: str = ORIGIN, flags: int = PRESENT | VERIFIED) -> Any:
        """The answer to a question for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + public
        data = self._data(options["rp"]["id"], flags | ATTESTED) + attested
        return self._answer(
            {
                "clientDataJSON": _client("webauthn.create", options["challenge"], origin),
                "attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
            }
        )

    def sign(
        self,
        options: dict[str, Any],
        *,
        origin: str = ORIGIN,
        site: str | None = None,
        flags: int = PRESENT | VERIFIED,
        steps: int = 1,
    ) -> Any:
        """The answer to a question for signing in."""
        self.count += steps
        client = _client("webauthn.get", options["challenge"], origin)
        data = self._data(site or options["rpId"], flags)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, site: str, flags: int) -> bytes:
        return sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        name = bytes_to_base64url(self.credential_id)
        encoded = {key: bytes_to_base64url(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": encoded, "clientExtensionResults": {}}


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()
