"""What the desk asks: rows that the gateway writes and the planner answers (docs/adr/0011)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.platform.database import Connection


@dataclass(frozen=True)
class Command:
    """A question."""

    command_id: UUID
    kind: str
    said: dict[str, Any]
    said_by: str
    areas: list[str] | None
    """Division codes of who asks; None: the whole county."""


async def take_command(connection: Connection) -> Command | None:
    """The oldest question without an answer, locked until the commit."""
    cursor = await connection.execute(
        "SELECT command_id, kind, said, said_by, areas FROM gateway.desk_command WHERE answered_at IS NULL"
        " ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    row = await cursor.fetchone()
    return Command(*row) if row else None


async def answer_command(connection: Connection, command_id: UUID, answer: dict[str, Any], at: datetime) -> None:
    """Writes the answer beside the question; what was asked is not needed any more."""
    await connection.execute(
        "UPDATE gateway.desk_command SET answer = %s, answered_at = %s, said = '{}' WHERE command_id = %s",
        (Jsonb(answer), at, command_id),
    )
    await connection.execute(
        "DELETE FROM gateway.desk_command WHERE answered_at < %s::timestamptz - interval '1 day'", (at,)
    )
