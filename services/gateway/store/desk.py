"""What the desk asks the planner, and what it reads of the draft, the searches and the published plan."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.platform.database import Connection

RING = "onevisit_planner"
"""Where the planner hears that something was asked (NOTIFY)."""
CHANNEL = "onevisit_desk"
"""Where the planner tells what changed."""


@dataclass(frozen=True)
class DraftRow:
    """The draft as a whole."""

    version: int
    first: date | None
    last: date | None
    seed: int
    published_version: int
    revision: int
    """Of what pages read."""


@dataclass(frozen=True)
class JobRow:
    """A search."""

    job_id: UUID
    kind: str
    state: str
    done: int
    total: int
    asked_at: datetime
    asked_by: str
    answer: dict[str, Any] | None
    code: str | None
    warnings: list[dict[str, Any]]


@dataclass(frozen=True)
class StepRow:
    """A change of the draft."""

    step: int
    kind: str
    by: str
    at: datetime
    words: dict[str, str]
    state: str


@dataclass(frozen=True)
class PlannedVisit:
    """An open visit, for those who plan."""

    visit_id: UUID
    person_key: str
    requests: list[dict[str, str]]
    window: tuple[date, date]
    announced_on: date | None
    last_outcome: str | None


async def put_command(
    connection: Connection,
    command_id: UUID,
    kind: str,
    said: Mapping[str, Any],
    by: str,
    areas: Sequence[str] | None,
    at: datetime,
) -> None:
    """Asks the planner, which keeps the question to these areas; it hears of it with the commit."""
    await connection.execute(
        "INSERT INTO gateway.desk_command (command_id, kind, said, said_by, areas, said_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (command_id, kind, Jsonb(dict(said)), by, None if areas is None else list(areas), at),
    )
    await connection.execute("SELECT pg_notify(%s, '')", (RING,))


async def find_answer(connection: Connection, command_id: UUID) -> dict[str, Any] | None:
    """The planner's answer, once it is there."""
    cursor = await connection.execute("SELECT answer FROM gateway.desk_command WHERE command_id = %s", (command_id,))
    row = await cursor.fetchone()
    return row[0] if row else None


async def take_command_back(connection: Connection, command_id: UUID) -> bool:
    """Withdraws what was asked; False when it is answered after all. Waits for the planner when it is just at it."""
    cursor = await connection.execute(
        "DELETE FROM gateway.desk_command WHERE command_id = %s AND answered_at IS NULL", (command_id,)
    )
    return cursor.rowcount == 1


async def begin_reading(connection: Connection) -> None:
    """All that this transaction reads is of one moment; call it first."""
    await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


async def read_draft(connection: Connection) -> tuple[DraftRow, dict[str, dict[str, Any]]]:
    """The draft and its documents by cadre; that of nobody under the empty id."""
    cursor = await connection.execute(
        "SELECT version, first_day, last_day, seed, published_version, revision FROM scheduler.plan"
    )
    row = await cursor.fetchone()
    assert row is not None, "the migration makes the row"
    cursor = await connection.execute("SELECT cadre_id, document FROM scheduler.plan_part ORDER BY cadre_id")
    return DraftRow(*row), dict(await cursor.fetchall())


async def read_published(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """The published routes by cadre."""
    cursor = await connection.execute("SELECT cadre_id, routes FROM scheduler.plan_published ORDER BY cadre_id")
    return dict(await cursor.fetchall())


async def find_published(connection: Connection, cadre_id: str) -> list[dict[str, Any]]:
    """The published routes of a cadre."""
    cursor = await connection.execute("SELECT routes FROM scheduler.plan_published WHERE cadre_id = %s", (cadre_id,))
    row = await cursor.fetchone()
    return list(row[0]) if row else []


async def find_publication(connection: Connection, cadre_id: str) -> tuple[list[dict[str, Any]], datetime, int] | None:
    """The published routes of a cadre, since when, and their version."""
    cursor = await connection.execute(
        "SELECT routes, published_at, version FROM scheduler.plan_published WHERE cadre_id = %s", (cadre_id,)
    )
    row = await cursor.fetchone()
    return (list(row[0]), row[1], row[2]) if row else None


async def read_version(connection: Connection) -> int:
    """Of the draft; 0: there is none."""
    cursor = await connection.execute("SELECT version FROM scheduler.plan")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def read_changed(connection: Connection, since: int) -> set[str]:
    """The cadres whose documents were written after that revision; the empty id for that of nobody."""
    cursor = await connection.execute("SELECT cadre_id FROM scheduler.plan_part WHERE revision > %s", (since,))
    return {cadre_id for (cadre_id,) in await cursor.fetchall()}


async def planned_visits(connection: Connection, visit_ids: Sequence[str]) -> list[PlannedVisit]:
    """These visits, as far as they are open."""
    cursor = await connection.execute(
        "SELECT v.visit_id, v.person_key, v.requests, v.window_first, v.window_last, v.announced_on,"
        " (SELECT o.outcome FROM gateway.visit_outcome o WHERE o.visit_id = v.visit_id"
        " ORDER BY o.happened_at DESC, o.recorded_at DESC LIMIT 1)"
        " FROM scheduler.visit v WHERE v.visit_id = ANY(%s::uuid[]) AND v.status = 'open'",
        (list(visit_ids),),
    )
    return [PlannedVisit(row[0], row[1], row[2], (row[3], row[4]), row[5], row[6]) for row in await cursor.fetchall()]


async def count_pending(connection: Connection) -> int:
    """Visits that changed and are not mended into the draft yet."""
    cursor = await connection.execute("SELECT count(*) FROM scheduler.plan_dirty")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


_JOB = "SELECT job_id, kind, state, done, total, asked_at, asked_by, answer, code, warnings FROM scheduler.plan_job"


async def find_job(connection: Connection, job_id: UUID) -> JobRow | None:
    """A search."""
    cursor = await connection.execute(f"{_JOB} WHERE job_id = %s", (job_id,))
    row = await cursor.fetchone()
    return JobRow(*row) if row else None


async def find_open_job(connection: Connection, asked_by: str | None) -> UUID | None:
    """The search that waits or runs; `asked_by`: if it is this one's."""
    cursor = await connection.execute(
        "SELECT job_id FROM scheduler.plan_job WHERE state IN ('waiting', 'running')"
        " AND (%(by)s::text IS NULL OR asked_by = %(by)s) ORDER BY asked_at LIMIT 1",
        {"by": asked_by},
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def page_of_steps(connection: Connection, limit: int) -> list[StepRow]:
    """The last changes of the draft, the newest first."""
    cursor = await connection.execute(
        "SELECT step, kind, made_by, made_at, words, state FROM scheduler.plan_step ORDER BY step DESC LIMIT %s",
        (limit,),
    )
    return [StepRow(*row) for row in await cursor.fetchall()]


async def next_steps(connection: Connection, areas: Sequence[str] | None) -> tuple[StepRow | None, StepRow | None]:
    """What undo and redo would take; for a part of the county in these areas."""
    cursor = await connection.execute(
        "SELECT step, kind, made_by, made_at, words, state FROM scheduler.next_step(false, %(areas)s::text[]) UNION ALL"
        " SELECT step, kind, made_by, made_at, words, state FROM scheduler.next_step(true, %(areas)s::text[])",
        {"areas": None if areas is None else list(areas)},
    )
    rows = [StepRow(*row) for row in await cursor.fetchall()]
    undo = next((row for row in rows if row.state == "done"), None)
    return undo, next((row for row in rows if row.state == "undone"), None)


async def read_cadres(connection: Connection) -> dict[str, dict[str, str]]:
    """The cadres as they were handed in, by id."""
    cursor = await connection.execute(
        "SELECT name, cells FROM scheduler.plan_source WHERE kind = 'cadre' ORDER BY name"
    )
    return dict(await cursor.fetchall())


async def put_feed(connection: Connection, cadre_id: str, secret: str, by: str, at: datetime) -> None:
    """A new secret address of a cadre's calendar; the one before ends."""
    await connection.execute(
        "INSERT INTO gateway.plan_feed (cadre_id, secret_hash, made_by, made_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (cadre_id) DO UPDATE SET secret_hash = excluded.secret_hash, made_by = excluded.made_by,"
        " made_at = excluded.made_at",
        (cadre_id, hashlib.sha256(secret.encode()).digest(), by, at),
    )


async def delete_feed(connection: Connection, cadre_id: str) -> bool:
    """Ends a cadre's calendar; whether there was one."""
    cursor = await connection.execute("DELETE FROM gateway.plan_feed WHERE cadre_id = %s", (cadre_id,))
    return cursor.rowcount == 1


async def find_feed(connection: Connection, secret: str) -> str | None:
    """Whose calendar is at this secret address."""
    cursor = await connection.execute(
        "SELECT cadre_id FROM gateway.plan_feed WHERE secret_hash = %s", (hashlib.sha256(secret.encode()).digest(),)
    )
    row = await cursor.fetchone()
    return row[0] if row else None
