"""Searches that the desk has asked for: one at a time, with their progress and answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.platform.database import Connection
from services.scheduler.store.plan import tell_desk


@dataclass(frozen=True)
class Job:
    """A search that is to be made."""

    job_id: UUID
    kind: str
    asked: dict[str, Any]
    asked_by: str
    areas: list[str] | None = None
    """Division codes of the part that is to be planned; None: the whole county."""


async def add_job(connection: Connection, job: Job, at: datetime) -> bool:
    """Takes a job in; False when another one waits or runs."""
    await connection.execute("LOCK TABLE scheduler.plan_job IN SHARE ROW EXCLUSIVE MODE")
    cursor = await connection.execute("SELECT 1 FROM scheduler.plan_job WHERE state IN ('waiting', 'running')")
    if await cursor.fetchone():
        return False
    await connection.execute(
        "INSERT INTO scheduler.plan_job (job_id, kind, asked, asked_by, areas, asked_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (job.job_id, job.kind, Jsonb(job.asked), job.asked_by, job.areas, at),
    )
    return True


async def take_job(connection: Connection) -> Job | None:
    """The job to be done: one that waits, or that a kill has left running."""
    cursor = await connection.execute(
        "UPDATE scheduler.plan_job SET state = 'running', done = 0 WHERE job_id = ("
        "SELECT job_id FROM scheduler.plan_job WHERE state IN ('waiting', 'running') ORDER BY asked_at, job_id LIMIT 1)"
        " RETURNING job_id, kind, asked, asked_by, areas"
    )
    row = await cursor.fetchone()
    return Job(*row) if row else None


async def note_progress(connection: Connection, job_id: UUID, done: int, total: int) -> None:
    """So many of so many cadres are searched."""
    await connection.execute(
        "UPDATE scheduler.plan_job SET done = %s, total = %s WHERE job_id = %s AND state = 'running'",
        (done, total, job_id),
    )
    await tell_desk(connection, "job", {"job_id": str(job_id), "state": "running", "done": done, "of": total})


async def finish_job(
    connection: Connection,
    job_id: UUID,
    *,
    answer: dict[str, Any] | None = None,
    code: str | None = None,
    warnings: Sequence[dict[str, Any]] = (),
) -> bool:
    """The job is done, or (`code`) failed; False when it was cancelled meanwhile: then its answer is not wanted."""
    state = "failed" if code else "done"
    cursor = await connection.execute(
        "UPDATE scheduler.plan_job SET state = %s, answer = %s, code = %s, warnings = %s, done = total"
        " WHERE job_id = %s AND state = 'running'",
        (state, Jsonb(answer) if answer is not None else None, code, Jsonb(list(warnings)), job_id),
    )
    if cursor.rowcount == 1:
        await tell_desk(connection, "job", {"job_id": str(job_id), "state": state, "done": 1, "of": 1})
    return cursor.rowcount == 1


async def cancel_job(connection: Connection, job_id: UUID) -> bool:
    """Nobody wants the job's answer any more; whether there is such a job."""
    await connection.execute(
        "UPDATE scheduler.plan_job SET state = 'cancelled' WHERE job_id = %s AND state IN ('waiting', 'running')",
        (job_id,),
    )
    cursor = await connection.execute("SELECT state FROM scheduler.plan_job WHERE job_id = %s", (job_id,))
    row = await cursor.fetchone()
    if row is None:
        return False
    await tell_desk(connection, "job", {"job_id": str(job_id), "state": row[0], "done": 0, "of": 0})
    return True
