"""What agencies said of their certificates, and of which they have said nothing yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from schemas.base import AgencyCode
from services.platform.database import Connection


@dataclass(frozen=True)
class Issued:
    """A certificate, as far as a receipt needs to know it."""

    certificate_id: UUID
    request_id: str
    person_key: str
    issued_at: datetime
    revoked: bool
    """Whether it holds no more."""


@dataclass(frozen=True)
class ReceiptRow:
    """One receipt, its fields in the order of the table's columns."""

    agency: AgencyCode
    receipt_id: str
    event_id: UUID
    request_id: str
    certificate_id: UUID
    person_key: str
    sequence: int
    outcome: str
    code: str | None
    message: str | None
    record: str | None
    decided_at: datetime
    given_by: str
    recorded_at: datetime


_SELECT = (
    "SELECT agency, receipt_id, event_id, request_id, certificate_id, person_key, sequence, outcome, code, message,"
    " record, decided_at, given_by, recorded_at FROM gateway.receipt r"
)


async def lock_receipts(connection: Connection, agency: AgencyCode) -> None:
    """Receipts of one agency are taken in one after the other, so that each gets a number of its own."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", (agency,))


async def certificates_of(
    connection: Connection, agency: AgencyCode, certificate_ids: Collection[UUID]
) -> dict[UUID, Issued]:
    """Those of these certificates that are this agency's."""
    cursor = await connection.execute(
        "SELECT certificate_id, request_id, person_key, issued_at,"
        " EXISTS (SELECT 1 FROM gateway.revoked(certificate_id)) FROM certify.certificate"
        " WHERE agency = %s AND certificate_id = ANY(%s::uuid[])",
        (agency, list(certificate_ids)),
    )
    return {row[0]: Issued(*row) for row in await cursor.fetchall()}


async def receipts_known(
    connection: Connection, agency: AgencyCode, receipt_ids: Collection[str]
) -> dict[str, ReceiptRow]:
    """Those of these receipts that came in before."""
    cursor = await connection.execute(
        f"{_SELECT} WHERE agency = %s AND receipt_id = ANY(%s::text[])",
        (agency, list(receipt_ids)),
    )
    return {row[1]: ReceiptRow(*row) for row in await cursor.fetchall()}


async def last_sequences(connection: Connection, certificate_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many receipts there are of each of these certificates."""
    cursor = await connection.execute(
        "SELECT certificate_id, max(sequence) FROM gateway.receipt WHERE certificate_id = ANY(%s::uuid[])"
        " GROUP BY certificate_id",
        (list(certificate_ids),),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def add_receipts(connection: Connection, rows: Sequence[ReceiptRow]) -> None:
    """Writes new receipts down."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO gateway.receipt (agency, receipt_id, event_id, request_id, certificate_id, person_key,"
            " sequence, outcome, code, message, record, decided_at, given_by, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [astuple(row) for row in rows],
        )


_IS_LAST_WORD = """NOT EXISTS (
    SELECT 1 FROM gateway.receipt o
    WHERE o.certificate_id = r.certificate_id AND (o.decided_at, o.sequence) > (r.decided_at, r.sequence))"""
_STANDS = """NOT EXISTS (
    SELECT 1 FROM certify.certificate mine JOIN certify.certificate newer USING (agency, request_id)
    WHERE mine.certificate_id = r.certificate_id AND newer.number > mine.number)
  AND NOT EXISTS (SELECT 1 FROM gateway.revoked(r.certificate_id))
  AND NOT EXISTS (
    SELECT 1 FROM scheduler.request q WHERE q.agency = r.agency AND q.request_id = r.request_id
    AND q.statement #>> '{fields,withdrawn,1}' = 'true')"""
"""No newer certificate has followed, this one is not revoked, and the agency still asks."""
_CODES = "SELECT DISTINCT person_key, agency, code FROM gateway.receipt r"
_LAST_WORDS = f"""
WHERE {_IS_LAST_WORD}
  AND (%(agency)s::text IS NULL OR agency = %(agency)s)
  AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
  AND (NOT %(standing)s OR ({_STANDS}))
  AND (%(at)s::timestamptz IS NULL OR (recorded_at, certificate_id) > (%(at)s, %(last)s::uuid))
ORDER BY recorded_at, certificate_id LIMIT %(limit)s
"""


async def page_of_last_words(
    connection: Connection,
    *,
    agency: AgencyCode | None,
    outcome: str | None,
    standing: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ReceiptRow]:
    """The last word on each certificate, the oldest first; `standing`: only where something is still to be settled."""
    at, last = after or (None, None)
    cursor = await connection.execute(
        f"{_SELECT} {_LAST_WORDS}",
        {"agency": agency, "outcome": outcome, "standing": standing, "at": at, "last": last, "limit": limit},
    )
    return [ReceiptRow(*row) for row in await cursor.fetchall()]


@dataclass(frozen=True)
class UnansweredRow:
    """A certificate of which its agency has said nothing."""

    number: int
    agency: AgencyCode
    request_id: str
    certificate_id: UUID
    programme: str
    issued_at: datetime


async def page_of_unanswered(
    connection: Connection, issued_before: Mapping[str, datetime], *, after: int, limit: int
) -> list[UnansweredRow]:
    """Certificates that hold, without a receipt, issued before their agency's moment, in the order of issue."""
    cursor = await connection.execute(
        "SELECT c.number, c.agency, c.request_id, c.certificate_id, c.programme, c.issued_at FROM certify.certificate c"
        " JOIN unnest(%s::text[], %s::timestamptz[]) AS t (agency, before) ON t.agency = c.agency"
        " AND c.issued_at < t.before WHERE c.number > %s AND NOT EXISTS"
        " (SELECT 1 FROM gateway.receipt r WHERE r.certificate_id = c.certificate_id) AND NOT EXISTS"
        " (SELECT 1 FROM gateway.revoked(c.certificate_id)) ORDER BY c.number LIMIT %s",
        (list(issued_before), list(issued_before.values()), after, limit),
    )
    return [UnansweredRow(*row) for row in await cursor.fetchall()]


async def records_to_settle(connection: Connection, people: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """(agency, code) of the rejections that stand as the last word on a certificate of these people, each once."""
    cursor = await connection.execute(
        f"{_CODES} WHERE person_key = ANY(%s::text[]) AND code IS NOT NULL AND {_IS_LAST_WORD} AND {_STANDS}"
        " ORDER BY person_key, agency, code",
        (list(people),),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for person, agency, code in await cursor.fetchall():
        found.setdefault(person, []).append((agency, code))
    return found


@dataclass(frozen=True)
class AgencyCount:
    """How far one agency is with its certificates."""

    agency: AgencyCode
    certificates: int
    accepted: int
    rejected: int
    """Last words that reject, also where a newer certificate has followed."""
    unanswered: int
    """Those that hold and of which it has said nothing."""


async def count_by_agency(connection: Connection) -> list[AgencyCount]:
    """Of every agency that has a certificate, by its code."""
    cursor = await connection.execute(
        "SELECT c.agency, count(*), count(*) FILTER (WHERE r.outcome = 'accepted'),"
        " count(*) FILTER (WHERE r.outcome = 'rejected'),"
        " count(*) FILTER (WHERE r.outcome IS NULL AND w.reason IS NULL)"
        " FROM certify.certificate c LEFT JOIN LATERAL gateway.last_receipt(c.certificate_id) AS r ON true"
        " LEFT JOIN LATERAL gateway.revoked(c.certificate_id) AS w ON true"
        " GROUP BY c.agency ORDER BY c.agency"
    )
    return [AgencyCount(*row) for row in await cursor.fetchall()]
