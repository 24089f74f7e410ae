"""Certificates in PostgreSQL, and the locks under which they are given."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from schemas.certificate import CertificateIssued
from services.certify.domain.answering import Given, RequestKey
from services.platform.database import Connection

_LOCK = (
    "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(name, %s) AS key"
    " FROM unnest(%s::text[]) AS name ORDER BY key) AS sorted"
)
"""All locks of one kind in one statement, in the order of the locks themselves: two folds never wait in a circle."""


async def lock_people(connection: Connection, people: Iterable[str]) -> None:
    """Captures, visits and evidence of one person are folded one after the other, so that one sees the other."""
    await connection.execute(_LOCK, (0, sorted(set(people))))


async def given_to(connection: Connection, requests: Iterable[RequestKey]) -> dict[RequestKey, list[Given]]:
    """The certificates of these requests."""
    wanted = list(requests)
    cursor = await connection.execute(
        "SELECT agency, request_id, certificate_id, proof_id FROM certify.certificate"
        " WHERE (agency, request_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
        ([agency for agency, _ in wanted], [request_id for _, request_id in wanted]),
    )
    given: defaultdict[RequestKey, list[Given]] = defaultdict(list)
    for agency, request_id, certificate_id, proof_id in await cursor.fetchall():
        given[agency, request_id].append(Given(certificate_id, proof_id))
    return given


async def keep_certificates(connection: Connection, certificates: Sequence[CertificateIssued]) -> set[UUID]:
    """Keeps the certificates that are not there yet; returns which were kept.

    Once for each transaction: certificates of one agency commit in the order of their numbers, because all agencies'
    locks are taken together before the first number is drawn. So an agency's pull cursor passes over none.
    """
    await connection.execute(_LOCK, (1, sorted({certificate.agency for certificate in certificates})))
    cursor = await connection.execute(
        "INSERT INTO certify.certificate (agency, request_id, certificate_id, programme, person_key, visit_id,"
        " proved_at, evidence, proof_id, evidence_source, issued_at, jws) SELECT * FROM unnest(%s::text[], %s::text[],"
        " %s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::timestamptz[], %s::text[], %s::uuid[], %s::text[],"
        " %s::timestamptz[], %s::text[]) ON CONFLICT DO NOTHING RETURNING certificate_id",
        (
            [c.agency for c in certificates],
            [c.request_id for c in certificates],
            [c.certificate_id for c in certificates],
            [c.programme for c in certificates],
            [c.person_key for c in certificates],
            [c.visit_id for c in certificates],
            [c.proved_at for c in certificates],
            [c.evidence.value for c in certificates],
            [c.proof_id for c in certificates],
            [c.evidence_source and c.evidence_source.value for c in certificates],
            [c.recorded_at for c in certificates],
            [c.jws for c in certificates],
        ),
    )
    return {certificate_id for (certificate_id,) in await cursor.fetchall()}
