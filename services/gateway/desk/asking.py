"""Asks the planner and waits for its answer, which stands in the same row (docs/adr/0011)."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import psycopg

from schemas.desk import DeskKind
from services.gateway.access.callers import Principal
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.store import desk

LOOK_S = (0.01, 0.2)
"""First and longest pause between two looks for the answer."""


async def ask(door: Door, kind: DeskKind, said: Mapping[str, Any], caller: Principal) -> dict[str, Any]:
    """The planner's answer; it keeps to the caller's areas.

    Raises:
        Refusal: what the planner refuses; MALFORMED for a text that no database can hold (NUL); or PLANNER_AWAY when
            it did not answer in time: then nothing is done, now and later.
    """
    command_id = uuid4()
    try:
        async with door.pool.connection() as connection, connection.transaction():
            await desk.put_command(connection, command_id, kind, said, caller.subject, caller.areas, door.now())
    except psycopg.DataError:
        raise Refusal(Code.MALFORMED) from None
    give_up_at, pause = time.monotonic() + door.policy.planner_seconds, LOOK_S[0]
    while time.monotonic() < give_up_at:
        await asyncio.sleep(pause)
        async with door.pool.connection() as connection:
            answer = await desk.find_answer(connection, command_id)
        if answer is not None:
            return _accepted(answer)
        pause = min(pause * 1.5, LOOK_S[1])
    async with door.pool.connection() as connection:
        taken_back = await desk.take_command_back(connection, command_id)  # committed when this block ends
        answer = None if taken_back else await desk.find_answer(connection, command_id)
    if answer is None:
        raise Refusal(Code.PLANNER_AWAY)
    return _accepted(answer)


def _accepted(answer: dict[str, Any]) -> dict[str, Any]:
    if refused := answer.get("refused"):
        raise Refusal(Code(refused))
    return answer
