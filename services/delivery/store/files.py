"""Which deliveries stand in which file; planned before it is written, so that a kill changes nothing of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.platform.database import Connection
from services.platform.delivery_numbers import lock_number


@dataclass(frozen=True)
class PlannedFile:
    """A file that is to be written."""

    agency: str
    file_number: int
    first_number: int
    last_number: int
    planned_at: datetime


@dataclass(frozen=True)
class FiledItem:
    """One delivery as it goes into a file."""

    number: int
    event_id: UUID
    kind: str
    recorded_at: datetime
    content: str


async def plan_file(connection: Connection, agency: str, *, rows: int, now: datetime) -> PlannedFile | None:
    """The agency's next file: the one that was planned and not written, else the next deliveries; None without any."""
    last = await lock_number(connection, agency)
    cursor = await connection.execute(
        "SELECT agency, file_number, first_number, last_number, planned_at FROM delivery.file"
        " WHERE agency = %s AND written_at IS NULL ORDER BY file_number LIMIT 1",
        (agency,),
    )
    if (row := await cursor.fetchone()) is not None:
        return PlannedFile(*row)
    cursor = await connection.execute(
        "SELECT COALESCE(max(file_number), 0), COALESCE(max(last_number), 0) FROM delivery.file WHERE agency = %s",
        (agency,),
    )
    file_number, filed = await cursor.fetchone() or (0, 0)
    if filed >= last:
        return None
    planned = PlannedFile(agency, file_number + 1, filed + 1, min(last, filed + rows), now)
    await connection.execute(
        "INSERT INTO delivery.file (agency, file_number, first_number, last_number, planned_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (agency, planned.file_number, planned.first_number, planned.last_number, now),
    )
    return planned


async def items_of_file(connection: Connection, planned: PlannedFile) -> list[FiledItem]:
    """What stands in a file, in order."""
    cursor = await connection.execute(
        "SELECT number, event_id, kind, recorded_at, content FROM delivery.item"
        " WHERE agency = %s AND number BETWEEN %s AND %s ORDER BY number",
        (planned.agency, planned.first_number, planned.last_number),
    )
    return [FiledItem(*row) for row in await cursor.fetchall()]


async def note_written(connection: Connection, planned: PlannedFile, sha256: str, now: datetime) -> None:
    """The file lies in its folder, whole."""
    await connection.execute(
        "UPDATE delivery.file SET sha256 = %s, written_at = %s WHERE agency = %s AND file_number = %s",
        (sha256, now, planned.agency, planned.file_number),
    )


async def write_anew(connection: Connection, agency: str, *, first: int) -> int:
    """The files from this number on are to be written again, with the same content; returns how many."""
    cursor = await connection.execute(
        "UPDATE delivery.file SET written_at = NULL WHERE agency = %s AND file_number >= %s", (agency, first)
    )
    return cursor.rowcount
