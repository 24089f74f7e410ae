"""Certifying: a finding becomes a verdict, and a certified visit one certificate for each of its requests.

Captures and visits arrive on different topics: whichever comes second completes the other. The lock of the visit makes
sure that one of the two sees the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from joserfc.jwk import OKPKey
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from schemas.base import Event, stable_id
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued, EvidenceGrade
from schemas.topics import CERTIFICATE, VERDICT
from schemas.verdict import Answer, VerdictReached
from schemas.verification import Decision, Verification
from schemas.visit import ClosedBecause, VisitChanged, VisitRequest
from services.certify.certificate import sign
from services.certify.judging import get_finding
from services.platform.database import Connection
from services.platform.ledger import Transaction

_REQUESTS = TypeAdapter(tuple[VisitRequest, ...])


@dataclass(frozen=True)
class _Judged:
    """A capture with the finding on it."""

    capture_id: UUID
    visit_id: UUID
    person_key: str
    captured_at: datetime
    finding: Verification


class Certifier:
    """Folds captures that were judged, and visits."""

    def __init__(self, *, issuer: str, signing_key: OKPKey) -> None:
        self._issuer = issuer
        self._signing_key = signing_key

    async def fold_captures(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps the decision on each capture, and tells it when the visit is known."""
        captures = [event for event in events if isinstance(event, CaptureReceived)]
        connection = transaction.connection
        await _lock_visits(connection, (capture.visit_id for capture in captures))
        for capture in captures:
            finding = await get_finding(connection, capture)
            requests = await _find_requests(connection, capture.visit_id)
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
                    requests is not None,
                ),
            )
            if cursor.rowcount and requests is not None:
                judged = _Judged(capture.capture_id, capture.visit_id, capture.person_key, capture.captured_at, finding)
                await self._tell(transaction, judged, requests)

    async def fold_visits(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps the newest state of each visit, and tells the captures that were waiting for it."""
        newest: dict[UUID, VisitChanged] = {}
        for event in events:
            if isinstance(event, VisitChanged):
                before = newest.get(event.visit_id)
                newest[event.visit_id] = event if before is None or event.version > before.version else before
        connection = transaction.connection
        await _lock_visits(connection, newest)
        await connection.execute(
            "INSERT INTO certify.visit AS v (visit_id, person_key, version, requests)"
            " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::bigint[], %s::jsonb[])"
            " ON CONFLICT (visit_id) DO UPDATE SET version = excluded.version, requests = excluded.requests"
            " WHERE v.version < excluded.version",
            (
                list(newest),
                [visit.person_key for visit in newest.values()],
                [visit.version for visit in newest.values()],
                [Jsonb(_REQUESTS.dump_python(_to_answer(visit), mode="json")) for visit in newest.values()],
            ),
        )
        for judged in await _take_waiting(connection, list(newest)):
            requests = await _find_requests(connection, judged.visit_id)
            assert requests is not None
            await self._tell(transaction, judged, requests)

    async def _tell(self, transaction: Transaction, judged: _Judged, requests: Sequence[VisitRequest]) -> None:
        answers: list[Answer] = []
        if judged.finding.decision is Decision.CERTIFIED:
            await _lock_agencies(transaction.connection, (request.agency for request in requests))
            for request in requests:
                certificate = self._certificate(judged, request)
                if await _keep(transaction.connection, certificate):
                    transaction.emit(CERTIFICATE.named(request.agency), request.request_id, certificate)
                    answers.append(
                        Answer(
                            agency=request.agency,
                            request_id=request.request_id,
                            certificate_id=certificate.certificate_id,
                        )
                    )
        verdict = VerdictReached(
            event_id=stable_id("verdict-reached", str(judged.capture_id)),
            recorded_at=datetime.now(UTC),
            verdict_id=stable_id("verdict", str(judged.capture_id)),
            capture_id=judged.capture_id,
            visit_id=judged.visit_id,
            person_key=judged.person_key,
            captured_at=judged.captured_at,
            decided_by="machine",
            verification=judged.finding,
            answers=tuple(answers),
        )
        transaction.emit(VERDICT.name, str(judged.visit_id), verdict)

    def _certificate(self, judged: _Judged, request: VisitRequest) -> CertificateIssued:
        certificate_id = stable_id("certificate", request.agency, request.request_id)
        return CertificateIssued(
            event_id=stable_id("certificate-issued", str(certificate_id)),
            recorded_at=datetime.now(UTC),
            certificate_id=certificate_id,
            agency=request.agency,
            request_id=request.request_id,
            programme=request.programme,
            person_key=judged.person_key,
            visit_id=judged.visit_id,
            proved_at=judged.captured_at,
            evidence=EvidenceGrade.IN_PERSON_FACE,
            jws=sign(
                self._signing_key,
                issuer=self._issuer,
                certificate_id=certificate_id,
                request=request,
                proved_at=judged.captured_at,
                evidence=EvidenceGrade.IN_PERSON_FACE,
                policy_version=judged.finding.policy_version,
            ),
        )


def _to_answer(visit: VisitChanged) -> tuple[VisitRequest, ...]:
    """What a proof given at this visit answers: nothing, once the agencies have withdrawn all of it."""
    return () if visit.closed_because is ClosedBecause.WITHDRAWN else visit.requests


async def _lock_visits(connection: Connection, visit_ids: Iterable[UUID]) -> None:
    for visit_id in sorted(set(visit_ids)):
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (str(visit_id),))


async def _lock_agencies(connection: Connection, agencies: Iterable[str]) -> None:
    """Certificates of one agency commit in the order of their numbers: its pull cursor passes over none."""
    for agency in sorted(set(agencies)):
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (agency,))


async def _find_requests(connection: Connection, visit_id: UUID) -> tuple[VisitRequest, ...] | None:
    cursor = await connection.execute("SELECT requests::text FROM certify.visit WHERE visit_id = %s", (visit_id,))
    row = await cursor.fetchone()
    return None if row is None else _REQUESTS.validate_json(row[0])


async def _take_waiting(connection: Connection, visit_ids: Sequence[UUID]) -> list[_Judged]:
    cursor = await connection.execute(
        "UPDATE certify.capture AS c SET told = true FROM certify.judgement AS j"
        " WHERE c.visit_id = ANY(%s) AND NOT c.told AND j.capture_id = c.capture_id"
        " RETURNING c.capture_id, c.visit_id, c.person_key, c.captured_at, j.verification::text",
        (list(visit_ids),),
    )
    return [
        _Judged(capture_id, visit_id, person_key, captured_at, Verification.model_validate_json(finding))
        for capture_id, visit_id, person_key, captured_at, finding in await cursor.fetchall()
    ]


async def _keep(connection: Connection, certificate: CertificateIssued) -> bool:
    """Writes the certificate unless the request already has one; says whether it was written."""
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
