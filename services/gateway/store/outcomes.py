"""How visits went without a recording."""

from dataclasses import astuple, dataclass
from datetime import date, datetime
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome, its fields in the order of the table's columns."""

    outcome_id: UUID
    visit_id: UUID
    person_key: str
    device_id: UUID
    content_tag: bytes
    """HMAC of what was sent."""
    outcome: str
    state: str
    happened_at: datetime
    note_code: str | None
    come_again_on: date | None
    come_again_half_day: str | None
    details: str | None
    """Base64 of what is sealed."""
    legal_basis: str
    life_event_id: UUID | None
    recorded_at: datetime
    notice_version: str | None


async def add_outcome(connection: Connection, row: OutcomeRow) -> bool:
    """Writes an outcome down; False when its id is there already."""
    cursor = await connection.execute(
        "INSERT INTO gateway.visit_outcome (outcome_id, visit_id, person_key, device_id, content_tag, outcome, state,"
        " happened_at, note_code, come_again_on, come_again_half_day, details, legal_basis, life_event_id, recorded_at,"
        " notice_version) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        astuple(row),
    )
    return cursor.rowcount == 1


async def find_outcome(connection: Connection, outcome_id: UUID) -> tuple[UUID, bytes, str] | None:
    """Which phone sent an outcome, the tag of what it sent, and the state that it was answered."""
    cursor = await connection.execute(
        "SELECT device_id, content_tag, state FROM gateway.visit_outcome WHERE outcome_id = %s", (outcome_id,)
    )
    row = await cursor.fetchone()
    return (row[0], bytes(row[1]), row[2]) if row else None
