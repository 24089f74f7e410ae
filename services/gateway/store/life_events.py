"""Life events as the door needs them to judge what is said: its own steps and those that the scheduler has read."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from schemas.base import AgencyCode
from schemas.life_event import LifeEventRecorded, LifeEventState
from services.gateway.people.life_event_history import History
from services.platform.database import Connection

_STEP = TypeAdapter(LifeEventRecorded)
_FROM_BOTH = """
SELECT step::text, NULL::text FROM gateway.life_event_step WHERE {column} = %(wanted)s
UNION ALL
SELECT s.step::text, e.state FROM scheduler.life_event e, jsonb_array_elements(e.steps) AS s (step)
WHERE e.{column} = %(wanted)s
"""


async def lock_person(connection: Connection, person_key: str) -> None:
    """Until the commit nobody else says anything of this person: what was said so far is judged as a whole."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"life-event/{person_key}",))


async def find_history(connection: Connection, life_event_id: UUID) -> History | None:
    """All that was said of a life event."""
    return next(iter(await _histories(connection, "life_event_id", life_event_id)), None)


async def histories_of(connection: Connection, person_key: str) -> list[History]:
    """All life events of a person, by when they were first reported."""
    return await _histories(connection, "person_key", person_key)


async def _histories(connection: Connection, column: str, wanted: UUID | str) -> list[History]:
    cursor = await connection.execute(_FROM_BOTH.format(column=column).encode(), {"wanted": wanted})
    steps: defaultdict[UUID, dict[UUID, LifeEventRecorded]] = defaultdict(dict)
    states: dict[UUID, LifeEventState] = {}
    for text, state in await cursor.fetchall():
        step = _STEP.validate_json(text)
        steps[step.life_event_id][step.event_id] = step
        if state is not None:
            states[step.life_event_id] = LifeEventState(state)
    found = [History.from_steps(said.values(), states.get(life_event_id)) for life_event_id, said in steps.items()]
    return sorted(found, key=lambda history: (history.steps[0].recorded_at, history.life_event_id))


async def remember(connection: Connection, step: LifeEventRecorded, account: str) -> None:
    """Writes a step down together with the account that took it."""
    await connection.execute(
        "INSERT INTO gateway.life_event_step (event_id, life_event_id, person_key, account, step, recorded_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (
            step.event_id,
            step.life_event_id,
            step.person_key,
            account,
            Jsonb(step, _dump),
            step.recorded_at,
        ),
    )


def _dump(step: Any) -> bytes:
    return _STEP.dump_json(step)


async def asks_for(connection: Connection, agency: AgencyCode, person_key: str) -> bool:
    """Whether this agency has made a request for this person."""
    cursor = await connection.execute(
        "SELECT 1 FROM scheduler.request WHERE person_key = %s AND agency = %s LIMIT 1", (person_key, agency)
    )
    return await cursor.fetchone() is not None


async def is_in_question(connection: Connection, person_key: str) -> bool:
    """Whether names disagree under this ID number, and nobody has said that they are one person's."""
    cursor = await connection.execute(
        "SELECT 1 FROM scheduler.identity_question WHERE person_key = %s AND standing AND settled_same IS NOT TRUE"
        " LIMIT 1",
        (person_key,),
    )
    return await cursor.fetchone() is not None


async def lives_in(connection: Connection, person_key: str, villages: Iterable[str]) -> bool:
    """Whether a visit to this person is, or was, in one of these villages."""
    cursor = await connection.execute(
        "SELECT 1 FROM scheduler.visit WHERE person_key = %s AND village_code = ANY(%s::text[]) LIMIT 1",
        (person_key, list(villages)),
    )
    return await cursor.fetchone() is not None


async def told_version(connection: Connection, agency: AgencyCode, life_event_id: UUID) -> int | None:
    """Up to which version this agency was told of a life event; None when it was not told."""
    cursor = await connection.execute(
        "SELECT version FROM scheduler.life_event_notice"
        " WHERE life_event_id = %s AND agency = %s AND content IS NOT NULL",
        (life_event_id, agency),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else None
