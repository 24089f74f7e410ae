"""What changes at the desk, as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.desk.bell import Bell
from services.gateway.door import Door, door_of
from services.gateway.store import desk as store

router = APIRouter(prefix="/v1/desk", tags=["desk"])

ALIVE_S = 15.0
"""Between two signs of life: proxies end what is silent for a minute."""
LONGEST_S = 600.0
"""After this the page connects anew, and its token is looked at again."""


@router.get("/events", response_class=StreamingResponse, summary="What changes, as it changes (server-sent events)")
async def listen(
    request: Request,
    _: Principal = Depends(allow(Role.SCHEDULER, Role.AUDITOR, by_area=True)),
    door: Door = Depends(door_of),
) -> StreamingResponse:
    """`draft` {version}, `published` {published_version}, `visits` {pending}, `job` {job_id, state, done, of}. Read it
    with fetch, which can send the token. It ends after ten minutes: connect again."""
    bell = cast(Bell, request.app.state.desk_bell)
    return StreamingResponse(_stream(door, bell), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _stream(door: Door, bell: Bell) -> AsyncIterator[bytes]:
    ends = time.monotonic() + LONGEST_S
    async with bell.changes() as changes:
        async with door.pool.connection() as connection:
            version = await store.read_version(connection)
        yield _event("draft", {"version": version or None})
        while time.monotonic() < ends:
            try:
                change = await asyncio.wait_for(changes.get(), ALIVE_S)
            except TimeoutError:
                yield b": alive\n\n"
            else:
                if change is None:
                    return
                yield _event(change["event"], change["data"])


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
