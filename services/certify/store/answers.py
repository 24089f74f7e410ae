"""Visits, captures and certificates in PostgreSQL, as certify knows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued
from schemas.verification import Verification
from schemas.visit import ClosedBecause, VisitChanged, VisitRequest
from services.platform.database import Connection

_REQUESTS = TypeAdapter(tuple[VisitRequest, ...])


@dataclass(frozen=True)
class Judged:
    """A capture with the finding on it."""

    capture_id: UUID
    visit_id: UUID
    person_key: str
    captured_at: datetime
    finding: Verification


async def lock_people(connection: Connection, keys: Iterable[str]) -> None:
    """Captures and visits of one person are folded one after the other, so that one sees the other."""
    for key in sorted(set(keys)):
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))


async def lock_agencies(connection: Connection, agencies: Iterable[str]) -> None:
    """Certificates of one agency commit in the order of their numbers: its pull cursor passes over none."""
    for agency in sorted(set(agencies)):
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (agency,))


async def keep_visits(connection: Connection, visits: Sequence[VisitChanged]) -> None:
    """Keeps the newest state of each visit; what the agencies have withdrawn altogether answers nothing."""
    await connection.execute(
        "INSERT INTO certify.visit AS v (visit_id, person_key, version, status, requests)"
        " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::text[], %s::jsonb[])"
        " ON CONFLICT (visit_id) DO UPDATE"
        " SET version = excluded.version, status = excluded.status, requests = excluded.requests"
        " WHERE v.version < excluded.version",
        (
            [visit.visit_id for visit in visits],
            [visit.person_key for visit in visits],
            [visit.version for visit in visits],
            [visit.status.value for visit in visits],
            [Jsonb(_REQUESTS.dump_python(_to_answer(visit), mode="json")) for visit in visits],
        ),
    )


def _to_answer(visit: VisitChanged) -> tuple[VisitRequest, ...]:
    return () if visit.closed_because is ClosedBecause.WITHDRAWN else visit.requests


async def find_requests(connection: Connection, visit_id: UUID) -> tuple[VisitRequest, ...] | None:
    """What a visit answers; None while it is not known here."""
    cursor = await connection.execute("SELECT requests::text FROM certify.visit WHERE visit_id = %s", (visit_id,))
    row = await cursor.fetchone()
    return None if row is None else _REQUESTS.validate_json(row[0])


async def keep_capture(connection: Connection, capture: CaptureReceived, finding: Verification, *, told: bool) -> bool:
    """Keeps the decision on a capture; says whether it is new."""
    cursor = await connection.execute(
        "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, told)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            capture.capture_id,
            capture.visit_id,
            capture.person_key,
            capture.captured_at,
            finding.decision.value,
            [reason.value for reason in finding.reasons],
            told,
        ),
    )
    return bool(cursor.rowcount)


async def take_waiting(connection: Connection, visit_ids: Sequence[UUID]) -> list[Judged]:
    """The captures that waited for one of these visits; they wait no more."""
    cursor = await connection.execute(
        "UPDATE certify.capture AS c SET told = true FROM certify.judgement AS j"
        " WHERE c.visit_id = ANY(%s) AND NOT c.told AND j.capture_id = c.capture_id"
        " RETURNING c.capture_id, c.visit_id, c.person_key, c.captured_at, j.verification::text",
        (list(visit_ids),),
    )
    return [_judged(row) for row in await cursor.fetchall()]


async def proofs_of(connection: Connection, keys: Iterable[str]) -> list[Judged]:
    """The certified captures of these people that were told."""
    cursor = await connection.execute(
        "SELECT c.capture_id, c.visit_id, c.person_key, c.captured_at, j.verification::text FROM certify.capture AS c"
        " JOIN certify.judgement AS j USING (capture_id)"
        " WHERE c.person_key = ANY(%s) AND c.decision = 'certified' AND c.told ORDER BY c.capture_id",
        (sorted(set(keys)),),
    )
    return [_judged(row) for row in await cursor.fetchall()]


def _judged(row: tuple[UUID, UUID, str, datetime, str]) -> Judged:
    return Judged(*row[:4], Verification.model_validate_json(row[4]))


async def unanswered(connection: Connection, keys: Iterable[str]) -> dict[str, list[VisitRequest]]:
    """The requests in open visits of these people that have no certificate, by person."""
    cursor = await connection.execute(
        "SELECT v.person_key, jsonb_agg(r.request)::text FROM certify.visit AS v,"
        " jsonb_array_elements(v.requests) AS r (request)"
        " WHERE v.person_key = ANY(%s) AND v.status = 'open' AND NOT EXISTS (SELECT FROM certify.certificate AS c"
        " WHERE c.agency = r.request->>'agency' AND c.request_id = r.request->>'request_id') GROUP BY v.person_key",
        (sorted(set(keys)),),
    )
    return {person: list(_REQUESTS.validate_json(requests)) for person, requests in await cursor.fetchall()}


async def keep_certificate(connection: Connection, certificate: CertificateIssued) -> bool:
    """Keeps a certificate unless its request already has one; says whether it was kept."""
    cursor = await connection.execute(
        "INSERT INTO certify.certificate (agency, request_id, certificate_id, programme, person_key, visit_id,"
        " proved_at, issued_at, jws) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            certificate.agency,
            certificate.request_id,
            certificate.certificate_id,
            certificate.programme,
            certificate.person_key,
            certificate.visit_id,
            certificate.proved_at,
            certificate.recorded_at,
            certificate.jws,
        ),
    )
    return bool(cursor.rowcount)
