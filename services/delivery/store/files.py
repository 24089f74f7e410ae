"""Which deliveries stand in which file; planned before it is written, so that a kill changes nothing of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.delivery import DeliveryKind
from services.platform.database import Connection
from services.platform.delivery_numbers import lock_number


class FilesForgotten(Exception):
    """Files that were asked for again hold deliveries that retention has deleted."""

    code = "FILES_FORGOTTEN"

    def __init__(self, agency: str, last: int) -> None:
        super().__init__(
            f"{self.code}: the files of {agency} up to number {last} cannot be written again: deliveries in them were"
            f" deleted when their time was over (keep_days): keep the files that there are, and ask from {last + 1} on"
        )


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
    """The agency's next file: the one that was planned and not written, else the next deliveries; None without any.

    What was deleted before any file was planned for it is in none. A file ends where numbers jump (after a restore).
    """
    await lock_number(connection, agency)
    cursor = await connection.execute(
        "SELECT agency, file_number, first_number, last_number, planned_at FROM delivery.file"
        " WHERE agency = %s AND written_at IS NULL ORDER BY file_number LIMIT 1",
        (agency,),
    )
    if (row := await cursor.fetchone()) is not None:
        return PlannedFile(*row)
    cursor = await connection.execute(
        "SELECT greatest(max(file_number), (SELECT files_after FROM delivery.counter WHERE agency = %(a)s)),"
        " COALESCE(max(last_number), 0) FROM delivery.file WHERE agency = %(a)s",
        {"a": agency},
    )
    file_number, filed = await cursor.fetchone() or (0, 0)
    cursor = await connection.execute(
        "WITH next AS (SELECT number, number - row_number() OVER (ORDER BY number) AS run FROM delivery.item"
        " WHERE agency = %s AND number > %s ORDER BY number LIMIT %s)"
        " SELECT min(number), max(number) FROM next WHERE run = (SELECT min(run) FROM next)",
        (agency, filed, rows),
    )
    first, last = await cursor.fetchone() or (None, None)
    if first is None:
        return None
    planned = PlannedFile(agency, file_number + 1, first, last, now)
    await connection.execute(
        "INSERT INTO delivery.file (agency, file_number, first_number, last_number, planned_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (agency, planned.file_number, planned.first_number, planned.last_number, now),
    )
    return planned


async def has_life_event(connection: Connection, agency: str) -> bool:
    """Whether a death or another life event stands in none of the agency's files yet."""
    cursor = await connection.execute(
        "SELECT EXISTS (SELECT FROM delivery.item WHERE agency = %(agency)s AND kind = %(kind)s AND number >"
        " (SELECT COALESCE(max(last_number), 0) FROM delivery.file WHERE agency = %(agency)s))",
        {"agency": agency, "kind": DeliveryKind.LIFE_EVENT_NOTIFIED.value},
    )
    return bool((await cursor.fetchone() or (False,))[0])


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
    """The files from this number on are to be written again, with the same content; returns how many.

    Raises:
        FilesForgotten: when that content is no longer there; nothing is changed, and no file that was whole is lost.
    """
    cursor = await connection.execute(
        "SELECT max(file_number) FROM delivery.file f WHERE agency = %s AND file_number >= %s"
        " AND last_number - first_number + 1 > (SELECT count(*) FROM delivery.item i"
        "  WHERE i.agency = f.agency AND i.number BETWEEN f.first_number AND f.last_number)",
        (agency, first),
    )
    (forgotten,) = await cursor.fetchone() or (None,)
    if forgotten is not None:
        raise FilesForgotten(agency, forgotten)
    cursor = await connection.execute(
        "UPDATE delivery.file SET written_at = NULL WHERE agency = %s AND file_number >= %s", (agency, first)
    )
    return cursor.rowcount
