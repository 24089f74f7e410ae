"""The steps of the draft: what was done, so that it can be undone and done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.platform.database import Connection

Standings = Mapping[str, list[Any] | None]
"""Visit: [cadre_id, day, half_day, order, pinned, apart, ordered], or None when it is not planned."""

Days = Mapping[str, list[str]]
"""First and last day of the plan, before (`was`) and after (`became`) the step."""


@dataclass(frozen=True)
class Step:
    """One change of the draft."""

    step: int
    kind: str
    words: dict[str, str]
    was: Standings
    became: Standings
    days: Days | None
    """Of a step that has changed them."""


async def add_step(
    connection: Connection,
    kind: str,
    by: str,
    at: datetime,
    words: Mapping[str, str],
    was: Standings,
    became: Standings,
    *,
    villages: Sequence[str] | None = None,
    days: Days | None = None,
    final: bool = False,
) -> int:
    """Writes a step down; ``villages``: all that it concerns, None for the whole county; ``final``: it is not undone.
    What was undone before it cannot be done again; a mending leaves that as it is."""
    if kind != "mend":
        await connection.execute("UPDATE scheduler.plan_step SET state = 'dropped' WHERE state = 'undone'")
    cursor = await connection.execute(
        "INSERT INTO scheduler.plan_step (kind, made_by, made_at, words, was, became, villages, days, state)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING step",
        (
            *(kind, by, at, Jsonb(dict(words)), Jsonb(dict(was)), Jsonb(dict(became))),
            None if villages is None else list(villages),
            *(Jsonb(dict(days)) if days else None, "dropped" if final else "done"),
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def find_step(connection: Connection, areas: Sequence[str] | None, *, undone: bool) -> Step | None:
    """The step that is undone next, or (`undone`) done again next, in these areas."""
    cursor = await connection.execute(
        "SELECT step, kind, words, was, became, days FROM scheduler.next_step(%s, %s::text[])",
        (undone, None if areas is None else list(areas)),
    )
    row = await cursor.fetchone()
    return Step(*row) if row else None


async def mark_step(connection: Connection, step: int, *, undone: bool) -> None:
    """The step is undone, or done again."""
    await connection.execute(
        "UPDATE scheduler.plan_step SET state = %s WHERE step = %s", ("undone" if undone else "done", step)
    )
