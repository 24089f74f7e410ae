"""Agencies that had letters several months in a row: who of the joint group has taken the matter, and how it ended."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from schemas.base import AgencyCode, stable_id
from services.platform.database import Connection


@dataclass(frozen=True)
class EscalationRow:
    """One of them."""

    escalation_id: UUID
    agency: AgencyCode
    month: date
    """The last of the months in a row."""
    opened_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    decision: str | None
    words: str
    decided_by: str | None
    decided_at: datetime | None


_SELECT: Final = (
    "SELECT escalation_id, agency, month, opened_at, taken_by, taken_at, decision, words, decided_by, decided_at"
    " FROM gateway.burden_escalation"
)


async def open_escalation(connection: Connection, agency: AgencyCode, month: date, now: datetime) -> None:
    """Once for each agency and month."""
    await connection.execute(
        "INSERT INTO gateway.burden_escalation (escalation_id, agency, month, opened_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (stable_id("burden-escalation", agency, month.isoformat()), agency, month, now),
    )


async def list_escalations(
    connection: Connection, *, agency: AgencyCode | None, undecided: bool, limit: int
) -> list[EscalationRow]:
    """The newest first; of an agency its own."""
    cursor = await connection.execute(
        f"{_SELECT} WHERE (%(agency)s::text IS NULL OR agency = %(agency)s)"
        " AND (NOT %(undecided)s OR decision IS NULL) ORDER BY month DESC, agency LIMIT %(limit)s",
        {"agency": agency, "undecided": undecided, "limit": limit},
    )
    return [EscalationRow(*row) for row in await cursor.fetchall()]


async def lock_escalation(connection: Connection, escalation_id: UUID) -> EscalationRow | None:
    """One of them, locked until the commit."""
    cursor = await connection.execute(f"{_SELECT} WHERE escalation_id = %s FOR UPDATE", (escalation_id,))
    row = await cursor.fetchone()
    return EscalationRow(*row) if row else None


async def take(connection: Connection, escalation_id: UUID, by: str, now: datetime) -> None:
    """The matter is this account's now, and open again where it was settled."""
    await connection.execute(
        "UPDATE gateway.burden_escalation SET taken_by = %s, taken_at = %s, decision = NULL, words = '',"
        " decided_by = NULL, decided_at = NULL WHERE escalation_id = %s",
        (by, now, escalation_id),
    )


async def decide(
    connection: Connection, escalation_id: UUID, decision: str, words: str, by: str, now: datetime
) -> None:
    """Writes down how it was settled."""
    await connection.execute(
        "UPDATE gateway.burden_escalation SET decision = %s, words = %s, decided_by = %s, decided_at = %s"
        " WHERE escalation_id = %s",
        (decision, words, by, now, escalation_id),
    )
