"""Open to all: whether the door works, and the keys with which everything that we sign can be checked."""

from typing import Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.gateway.access.callers import anonymous_page
from services.gateway.door import Door, door_of
from services.platform.secrets import published_keys

router = APIRouter(tags=["open"], dependencies=[Depends(anonymous_page)])


class Health(BaseModel):
    """The door answers and reaches its database."""

    status: Literal["ok"]


@router.get("/healthz", summary="Is the door open?")
async def health(door: Door = Depends(door_of)) -> Health:
    """Answers 200 when the database answers, 503 when it does not."""
    async with door.pool.connection(timeout=5.0) as connection:
        await connection.execute("SELECT 1")
    return Health(status="ok")


@router.get("/.well-known/jwks.json", summary="Public keys")
async def jwks(response: Response, door: Door = Depends(door_of)) -> dict[str, Any]:
    """The public keys (JWK set, RFC 7517) that check certificates, challenges and tokens. Keys that were replaced stay,
    with `exp`, the moment up to which they signed."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return published_keys(door.settings.secrets, door.settings.issuer)
