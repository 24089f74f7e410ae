"""Certificates as their agency pulls them: its own, in the order of issue, each seen once and none missed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.base import AgencyCode
from services.platform.database import Connection


@dataclass(frozen=True)
class CertificateRow:
    """One certificate."""

    number: int
    certificate_id: UUID
    request_id: str
    programme: str
    visit_id: UUID | None
    proved_at: datetime
    evidence: str
    evidence_source: str | None
    issued_at: datetime
    jws: str


_COLUMNS = (
    "SELECT number, certificate_id, request_id, programme, visit_id, proved_at, evidence, evidence_source, issued_at,"
    " jws FROM certify.certificate c"
)
_SETTLED = (
    " AND (c.issued_at < now() - interval '1 hour' OR age(c.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid))"
)
"""Numbers are drawn before the commit, so a later number may be committed first. A row is shown only when every
transaction that began before it has ended: then no smaller number can still appear behind the reader's cursor."""


async def page_of_certificates(
    connection: Connection, agency: AgencyCode, *, after: int, limit: int
) -> list[CertificateRow]:
    """Certificates of this agency with a number greater than `after`."""
    cursor = await connection.execute(
        f"{_COLUMNS} WHERE agency = %s AND number > %s {_SETTLED} ORDER BY number LIMIT %s",
        (agency, after, limit),
    )
    return [CertificateRow(*row) for row in await cursor.fetchall()]


async def newest_number(connection: Connection) -> int:
    """The greatest number that was given in the county; after a restore, one that none will have had."""
    cursor = await connection.execute(
        "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('certify.certificate', 'number')), 0)"
    )
    return int((await cursor.fetchone() or (0,))[0])


async def find_certificate(connection: Connection, agency: AgencyCode, request_id: str) -> CertificateRow | None:
    """The newest answer to one request of this agency."""
    cursor = await connection.execute(
        f"{_COLUMNS} WHERE agency = %s AND request_id = %s ORDER BY number DESC LIMIT 1", (agency, request_id)
    )
    row = await cursor.fetchone()
    return CertificateRow(*row) if row else None
