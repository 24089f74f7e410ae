"""After a backup was restored: what came after it is brought back from the journal, or named.

All of it is one transaction, with its line in the audit log; a second time it changes nothing but the numbers.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from schemas.consent import ConsentVoice
from services.certify.store import status
from services.gateway.door import SOURCE
from services.gateway.phone import consent_intake
from services.gateway.store import accounts, captures, lost_captures, staff
from services.gateway.store.revocations import note_revocation
from services.platform import audit, journal
from services.platform.audit_chain import GENESIS, OPERATOR, Act, Entry, hash_of
from services.platform.blobs import BlobMissing, BlobStore
from services.platform.journal import Kind
from services.platform.ledger import Transaction
from services.platform.sealing import key_id_of

if TYPE_CHECKING:
    from services.platform.database import Connection

STEP: Final = 1_000_000
"""Numbers go on at the next multiple: no county gives so many in the days that a backup is old."""
OURS: Final = ("platform", "scheduler", "certify", "gateway", "delivery")


class JournalForeign(Exception):
    """The journal does not continue the restored audit log: it is of another installation, or was changed."""

    code = "JOURNAL_FOREIGN"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"{self.code}: line {number} of the journal does not follow the line before it in the database. Give the"
            " journal of this installation (ONEVISIT_JOURNAL), or go on without one: --without-journal"
        )


@dataclass
class Brought:
    """What was done, and what a person must do."""

    lines: int = 0
    """Lines of the audit log that came after the backup."""
    forked: bool = False
    """Programs ran on the restored database before: its audit log goes on otherwise than the journal's."""
    ended: list[str] = field(default_factory=list)
    """Accounts whose access had ended since the backup, and ends again."""
    erased: list[str] = field(default_factory=list)
    """Keys that were destroyed since, and are destroyed again."""
    withdrawn: list[str] = field(default_factory=list)
    """Withdrawals of consent that count again."""
    revoked: list[str] = field(default_factory=list)
    """Certificates that were revoked since, and are again."""
    places: int = 0
    """Places in the status lists that stay with their certificates."""
    given: list[str] = field(default_factory=list)
    """Accounts that were made since, and are gone: enrol them again."""
    lists: list[dict[str, Any]] = field(default_factory=list)
    """Lists that were handed in since."""
    captures: list[dict[str, Any]] = field(default_factory=list)
    """Recordings that came in since."""
    lost: list[dict[str, Any]] = field(default_factory=list)
    """Those of them that are gone: their file is, or Kafka's log, so that nobody judges them."""


async def bring_back(
    connection: Connection,
    folder: Path | None,
    agencies: Collection[str],
    blobs: BlobStore,
    *,
    log_is_new: bool,
    now: datetime,
) -> Brought:
    """Makes a restored database fit to go on.

    Args:
        folder: of the journal; None: there is none.
        blobs: the sealed recordings that are there.
        agencies: whose numbers go on.
        log_is_new: Kafka's log was made anew; it is read from its beginning.

    Raises:
        JournalForeign: nothing was changed.
    """
    brought = Brought()
    if folder is not None:
        await _keep_places(connection, folder, brought)  # first: who revokes draws a place where there is none
        for line in await _lost_lines(connection, folder, brought):
            brought.lines += 1
            await _follow(connection, line, brought, now)
        known = await connection.execute("SELECT capture_id::text FROM gateway.capture")
        brought.captures = _missing(folder, Kind.CAPTURE, "capture_id", {row[0] for row in await known.fetchall()})
        for row in brought.captures:
            if log_is_new or not _is_there(blobs, row):
                brought.lost.append(row)
                await lost_captures.note_lost(connection, row, now)
            else:
                await captures.put_back(connection, row)
        lists = await connection.execute("SELECT list_id::text FROM gateway.list")
        brought.lists = _missing(folder, Kind.LIST, "list_id", {row[0] for row in await lists.fetchall()})
    await lost_captures.note_restored(connection, now)
    await _move_numbers_on(connection, agencies)
    await _end_what_is_used_once(connection, now)
    if log_is_new:
        await connection.execute("DELETE FROM platform.position")
    detail = {
        "lines": brought.lines,
        "forked": brought.forked,
        "captures": len(brought.captures),
        "lost": len(brought.lost),
        "log_is_new": log_is_new,
    }
    await audit.note(connection, Entry(*OPERATOR, Act.DATABASE_RESTORED, "database:restored", detail=detail))
    return brought


async def _lost_lines(connection: Connection, folder: Path, brought: Brought) -> list[dict[str, Any]]:
    """What the journal says and the database does not. Lines of the audit log are put back, unless programs ran on the
    restored database before this: then it goes on otherwise, and is not written anew."""
    cursor = await connection.execute("SELECT number, hash FROM platform.audit")
    known = {number: bytes(digest) for number, digest in await cursor.fetchall()} | {0: GENESIS}
    lost: list[dict[str, Any]] = []
    for text in journal.read(folder, Kind.AUDIT):
        line = json.loads(text)
        number, digest = line["number"], hash_of(text)
        if known.get(number) == digest:
            continue
        if not lost and known.get(number - 1) != bytes.fromhex(line["previous"]):
            raise JournalForeign(number)
        brought.forked = brought.forked or number in known
        if not brought.forked:
            known[number] = digest
            await connection.execute("INSERT INTO platform.audit VALUES (%s, %s, %b)", (number, text, digest))
            await connection.execute("UPDATE platform.audit_head SET number = %s, hash = %b", (number, digest))
        lost.append(line)
    return lost


async def _follow(connection: Connection, line: dict[str, Any], brought: Brought, now: datetime) -> None:
    """Does again what ended a right; notes what gave one, which is gone."""
    name, detail, at = line["subject"].partition(":")[2], line["detail"], datetime.fromisoformat(line["at"])
    match line["act"]:
        case Act.ACCESS_ENDED if "passkeys" in detail:
            await staff.delete_passkeys(connection, name)
            brought.ended.append(name)
        case Act.ACCESS_ENDED:
            if await accounts.revoke(connection, name):
                brought.ended.append(name)
        case Act.ACCESS_GIVEN:
            brought.given.append(name)
        case Act.PERSON_ERASED:
            await connection.execute(
                "UPDATE platform.keyring SET wrapped = NULL, destroyed_at = %s WHERE key_id = %s",
                (at, UUID(name)),
            )
            brought.erased.append(name)
        case Act.CERTIFICATE_REVOKED:
            certificate = UUID(name)
            await note_revocation(connection, certificate, detail["reason"], line["actor"], at)
            await status.revoke(connection, certificate, detail["reason"], at)
            brought.revoked.append(name)
        case Act.CONSENT_WITHDRAWN:
            await _withdraw_again(connection, UUID(name), detail, line, at, now)
            brought.withdrawn.append(name)


async def _withdraw_again(
    connection: Connection, key_id: UUID, detail: dict[str, Any], line: dict[str, Any], at: datetime, now: datetime
) -> None:
    """Whose it is follows from the people for whom somebody asks; nobody else was ever filmed."""
    cursor = await connection.execute("SELECT DISTINCT person_key FROM scheduler.request")
    for (person,) in await cursor.fetchall():
        if key_id_of(person) == key_id:
            actor, voice = (line["actor"], line["role"]), ConsentVoice(detail["said_by"])
            said = Transaction(connection, SOURCE)
            await consent_intake.withdraw(said, actor, person, voice, said_at=at, now=now, skew=timedelta())


async def _keep_places(connection: Connection, folder: Path, brought: Brought) -> None:
    for text in journal.read(folder, Kind.CERTIFICATE):
        row = json.loads(text)
        cursor = await connection.execute(
            "INSERT INTO certify.status_entry (list, place, certificate_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (row["list"], row["place"], UUID(row["certificate_id"])),
        )
        brought.places += cursor.rowcount


def _missing(folder: Path, kind: Kind, name: str, known: Collection[str]) -> list[dict[str, Any]]:
    rows = {row[name]: row for row in map(json.loads, journal.read(folder, kind))}
    return [row for key, row in rows.items() if key not in known]


def _is_there(blobs: BlobStore, row: dict[str, Any]) -> bool:
    try:
        blobs.get(UUID(row["blob_id"]))
    except BlobMissing:
        return False
    return True


async def _move_numbers_on(connection: Connection, agencies: Collection[str]) -> None:
    """So that an agency that has read further than the backup reaches misses nothing that is numbered from now on."""
    await connection.execute(
        "INSERT INTO delivery.counter (agency, last_number) SELECT unnest(%s::text[]), 0 ON CONFLICT DO NOTHING",
        (sorted(agencies),),
    )
    await connection.execute(
        "UPDATE delivery.counter AS c SET last_number = (last_number / %(step)s + 1) * %(step)s, files_after ="
        " (greatest(files_after, (SELECT max(file_number) FROM delivery.file f WHERE f.agency = c.agency))"
        " / %(step)s + 1) * %(step)s",
        {"step": STEP},
    )
    cursor = await connection.execute(
        "SELECT format('%%I.%%I', schemaname, sequencename), coalesce(last_value, 0) FROM pg_sequences"
        " WHERE schemaname = ANY(%s)",
        (list(OURS),),
    )
    for sequence, reached in await cursor.fetchall():
        await connection.execute("SELECT setval(%s::regclass, %s)", (sequence, (reached // STEP + 1) * STEP))


async def _end_what_is_used_once(connection: Connection, now: datetime) -> None:
    """Codes that may have been used since, and sessions that may have ended."""
    for statement in (
        "UPDATE gateway.device_enrolment SET expires_at = least(expires_at, %(now)s)",
        "UPDATE gateway.staff_invitation SET expires_at = least(expires_at, %(now)s)",
        "UPDATE gateway.session SET ended_at = coalesce(ended_at, %(now)s)",
        "DELETE FROM gateway.sign_in",
    ):
        await connection.execute(statement.encode(), {"now": now})
