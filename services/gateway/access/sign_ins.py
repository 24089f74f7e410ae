"""Sign-ins that have begun: what is kept between the question and its one answer."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.gateway.access.tokens import SECRET_BYTES, hash_secret
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.store import sessions


async def keep(door: Door, kind: str, kept: Mapping[str, str]) -> str:
    """Keeps what the answer must carry; returns the random name by which the answer finds it."""
    name = secrets.token_urlsafe(SECRET_BYTES)
    now = door.now()
    async with door.pool.connection() as connection:
        await sessions.begin_sign_in(
            connection,
            hash_secret(name),
            kind,
            kept,
            now=now,
            expires_at=now + timedelta(minutes=door.policy.sign_in_minutes),
        )
    return name


async def taken(door: Door, name: str, kind: str) -> dict[str, Any]:
    """What was kept, for the first answer alone: in a transaction of its own, so that a refused answer has used it up.

    Raises:
        Refusal: SIGN_IN_EXPIRED when there is nothing kept (any more).
    """
    async with door.pool.connection() as connection:
        kept = await sessions.take_sign_in(connection, hash_secret(name), kind, now=door.now())
    if kept is None:
        raise Refusal(Code.SIGN_IN_EXPIRED)
    return kept
