"""All open requests of the county with their visits, only read: no person is locked, and no fold waits for it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from services.platform.database import Connection
from services.scheduler.domain.align_effect import Standing
from services.scheduler.domain.merge import OpenRequest

_STANDING: Final = (
    "SELECT r.agency, r.request_id, e.programme, r.person_key, e.window_start, e.due_date,"
    " r.statement #>> '{fields,window_start,1}', r.statement #>> '{fields,village_code,1}',"
    " r.statement #>> '{fields,window_start,0}', r.statement #>> '{fields,due_date,0}',"
    " v.status = 'open' AND v.question_id IS NULL, v.dwelling"
    " FROM scheduler.visit v CROSS JOIN LATERAL jsonb_to_recordset(v.requests)"
    " AS e (agency text, request_id text, programme text, window_start date, due_date date)"
    " JOIN scheduler.request r ON r.agency = e.agency AND r.request_id = e.request_id"
    " WHERE v.status IN ('open', 'paused') AND r.status = 'open'"
    " AND (%(agencies)s::text[] IS NULL OR e.agency = ANY(%(agencies)s))"
)
_ANSWERED: Final = (
    "SELECT agency, request_id, statement #>> '{fields,programme,1}', person_key,"
    " (statement #>> '{fields,window_start,1}')::date, (statement #>> '{fields,due_date,1}')::date,"
    " statement #>> '{fields,village_code,1}' FROM scheduler.request"
    " WHERE status = 'certified' AND statement #>> '{fields,due_date,1}' >= %s"
    " AND statement #>> '{fields,window_start,1}' <= statement #>> '{fields,due_date,1}'"
)

NO_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a request whose moment nobody asks for."""
PORTION: Final = 2000
"""Rows handled at once, some ten milliseconds of work: between two portions the other folds of a worker go on."""


@dataclass(frozen=True)
class County:
    """What an alignment is computed from."""

    standing: list[Standing]
    dwelling_of: dict[str, str]
    """By person key; a person without one lives alone."""


async def in_portions(cursor: AsyncCursor[TupleRow]) -> AsyncIterator[TupleRow]:
    """The rows, with a pause after each portion."""
    while rows := await cursor.fetchmany(PORTION):
        for row in rows:
            yield row
        await asyncio.sleep(0)


async def read_county(connection: Connection, agencies: Iterable[str] | None = None) -> County:
    """All open requests, or those of some agencies, in one statement."""
    wanted = None if agencies is None else sorted(agencies)
    cursor = await connection.execute(_STANDING, {"agencies": wanted})
    standing: list[Standing] = []
    dwelling_of: dict[str, str] = {}
    async for row in in_portions(cursor):
        agency, number, programme, person, first, last, stated, village, first_at, last_at, counts, dwelling = row
        moment = datetime.fromisoformat(last_at)
        standing.append(
            Standing(
                OpenRequest(agency, number, programme, person, first, last, moment),
                stated_first=date.fromisoformat(stated),
                village_code=village,
                first_said_at=datetime.fromisoformat(first_at),
                last_said_at=moment,
                counts=counts,
            )
        )
        if dwelling is not None:
            dwelling_of[person] = dwelling
    return County(standing, dwelling_of)


async def read_answered(connection: Connection, since: date) -> list[tuple[OpenRequest, str | None]]:
    """Requests that were answered and were due on or after a day, with their village."""
    cursor = await connection.execute(_ANSWERED, (since.isoformat(),))
    return [
        (OpenRequest(agency, number, programme, person, first, last, NO_MOMENT), village)
        async for agency, number, programme, person, first, last, village in in_portions(cursor)
    ]
