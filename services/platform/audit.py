"""The audit log in PostgreSQL: a line is added in the transaction of the act itself, so that neither is without the
other. Lines cannot be changed or deleted (a trigger), and each names the hash of the one before.

Whoever adds a line holds the log's end until the commit: add it last, as events are flushed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc.jwk import OKPKey

from services.platform.audit_chain import GENESIS, Entry, export_lines, hash_of, sign_proof, write_line
from services.platform.audit_faults import AuditFault, Finding
from services.platform.database import Connection

_PAGE = 5000


@dataclass(frozen=True)
class AuditRow:
    """A line of the log with its place and hash."""

    number: int
    line: str
    hash: bytes


async def note(connection: Connection, entry: Entry) -> int:
    """Adds a line; returns its number."""
    cursor = await connection.execute("SELECT number, hash FROM platform.audit_head FOR UPDATE")
    number, previous = await _one(cursor)
    line = write_line(entry, number + 1, datetime.now(UTC), bytes(previous))
    head = hash_of(line)
    await connection.execute(
        "INSERT INTO platform.audit (number, line, hash) VALUES (%s, %s, %b)", (number + 1, line, head)
    )
    await connection.execute("UPDATE platform.audit_head SET number = %s, hash = %b", (number + 1, head))
    return int(number) + 1


async def begin_reading(connection: Connection) -> None:
    """Begins a transaction that sees the log as it is now, however long it reads, and holds up nobody who adds a line.
    First statement of its transaction."""
    await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


async def read_page(connection: Connection, *, after: int, limit: int) -> list[AuditRow]:
    """Lines after a number, in order."""
    cursor = await connection.execute(
        "SELECT number, line, hash FROM platform.audit WHERE number > %s ORDER BY number LIMIT %s", (after, limit)
    )
    return [AuditRow(number, line, bytes(digest)) for number, line, digest in await cursor.fetchall()]


async def read_head(connection: Connection) -> tuple[int, bytes]:
    """Number and hash of the last line."""
    number, digest = await _one(await connection.execute("SELECT number, hash FROM platform.audit_head"))
    return int(number), bytes(digest)


async def check_stored(connection: Connection, *, first: int = 1) -> tuple[Finding, ...]:
    """Whether the log in the database hangs together from a line on: the first fault, or none. After
    `begin_reading`, else lines that are added meanwhile are taken for a fault."""
    last, head = await read_head(connection)
    number, previous = first - 1, await hash_before(connection, first)
    while rows := await read_page(connection, after=number, limit=_PAGE):
        for row in rows:
            number += 1
            if row.number != number:
                return (Finding(AuditFault.LINE_MISSING, number),)
            if hash_of(row.line) != row.hash:
                return (Finding(AuditFault.LINE_CHANGED, number),)
            if f'"previous":"{previous.hex()}"' not in row.line:
                return (Finding(AuditFault.CHAIN_BROKEN, number),)
            previous = row.hash
    if number < last:
        return (Finding(AuditFault.LINE_MISSING, number + 1),)
    return () if (number, previous) == (last, head) else (Finding(AuditFault.HEAD_DIFFERS, number),)


async def export(connection: Connection, key: OKPKey, *, first: int = 1) -> Iterable[str]:
    """The log from a line on, as a file whose last line is the signed proof. Take it in a transaction of its own
    (`begin_reading`), after the one in which it was noted: who notes holds up every other act until the commit."""
    last, head = await read_head(connection)
    previous = await hash_before(connection, first)
    lines: list[tuple[str, bytes]] = []
    number = first - 1
    while number < last and (rows := await read_page(connection, after=number, limit=_PAGE)):
        lines += [(row.line, row.hash) for row in rows if row.number <= last]
        number = rows[-1].number
    proof = sign_proof(key, first=first, last=last, previous=previous, head=head, made_at=datetime.now(UTC))
    return export_lines(lines, proof)


async def hash_before(connection: Connection, first: int) -> bytes:
    """Hash of the line before this one."""
    cursor = await connection.execute("SELECT hash FROM platform.audit WHERE number = %s", (first - 1,))
    row = await cursor.fetchone()
    return bytes(row[0]) if row else GENESIS


async def _one(cursor: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = await cursor.fetchone()
    assert row is not None, "the migration writes the head"
    return row
