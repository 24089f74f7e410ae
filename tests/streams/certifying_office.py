"""A certifier on a real PostgreSQL, and what it hears in tests: one person, a visit, a later visit, a capture."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from joserfc.jwk import OKPKey
from psycopg.types.json import Jsonb

from schemas.base import Event, stable_id
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued
from schemas.consent import ConsentWithdrawn
from schemas.evidence import EvidenceRecorded
from schemas.review import ReviewAppealed, ReviewDecided
from schemas.revocation import RevocationOrdered
from schemas.verdict import VerdictReached
from schemas.visit import ClosedBecause, VisitChanged, VisitRequest, VisitStatus
from schemas.wire import decode
from services.certify.certifying import Certifier
from services.certify.domain.recognition import ProgrammePolicy, RecognitionPolicy
from services.certify.domain.review_policy import ReviewPolicy
from services.certify.policy import MatchPolicy
from services.certify.review_cases import CaseOpener
from services.certify.revoking import fold_revocations
from services.certify.withdrawing import fold_withdrawals
from services.platform.database import Pool
from services.platform.ledger import Transaction, unpack_headers

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
KEY = OKPKey.generate_key("Ed25519")
NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)


def _example(event_type: str) -> str:
    return next((EXAMPLES / event_type).glob("valid*.json")).read_text()


CAPTURE = CaptureReceived.model_validate_json(_example(CaptureReceived.event_type))
CERTIFIED = json.loads(_example(VerdictReached.event_type))["verification"] | {"decision": "certified", "reasons": []}


def make_visit(version: int, agencies: Sequence[str], because: ClosedBecause | None = None) -> VisitChanged:
    return VisitChanged(
        event_id=stable_id("test", str(version)),
        recorded_at=NOW,
        visit_id=CAPTURE.visit_id,
        person_key=CAPTURE.person_key,
        version=version,
        status=VisitStatus.CLOSED if because else VisitStatus.OPEN,
        closed_because=because,
        window=(date(2026, 3, 1), date(2026, 3, 31)),
        requests=tuple(
            VisitRequest(
                agency=agency,
                request_id="A-1",
                programme="pension",
                window_start=date(2026, 3, 1),
                due_date=date(2026, 3, 31),
            )
            for agency in agencies
        ),
        opened_at=NOW,
    )


@dataclass
class Office:
    """The certifier and its database."""

    pool: Pool
    certifier: Certifier

    async def judged(self, capture_id: UUID, found: dict[str, object], box: bytes | None = None) -> None:
        """Puts a finding, and what was measured, where the judge would."""
        async with self.pool.connection() as connection:
            await connection.execute(
                "INSERT INTO certify.judgement (capture_id, verification, measurements) VALUES (%s, %s, %s)",
                (capture_id, Jsonb(found), box),
            )

    def accepting(self, policy: ProgrammePolicy) -> "Office":
        """The same database under another policy."""
        recognition = RecognitionPolicy(name="test", default=policy)
        return Office(self.pool, make_certifier(recognition))

    async def hear(self, event: Event) -> list[Event]:
        """Folds one event and returns what is sent because of it."""
        fold = {
            VisitChanged: self.certifier.fold_visits,
            CaptureReceived: self.certifier.fold_captures,
            EvidenceRecorded: self.certifier.fold_evidence,
            ReviewDecided: self.certifier.fold_reviews,
            ReviewAppealed: self.certifier.fold_reviews,
            RevocationOrdered: fold_revocations,
            ConsentWithdrawn: fold_withdrawals,
        }[type(event)]
        async with self.pool.connection() as connection, connection.transaction():
            await connection.execute("TRUNCATE platform.outbox")
            transaction = Transaction(connection, "/test")
            await fold(transaction, [event])
            await transaction.flush()
            cursor = await connection.execute("SELECT headers, value FROM platform.outbox ORDER BY id")
            return [decode(unpack_headers(headers), value) for headers, value in await cursor.fetchall()]


def make_certifier(
    policy: RecognitionPolicy, match: MatchPolicy | None = None, review: ReviewPolicy | None = None
) -> Certifier:
    return Certifier(
        issuer="did:web:test.example",
        signing_key=KEY,
        policy=policy,
        match=match or MatchPolicy(),
        county=ZoneInfo("Asia/Shanghai"),
        address="https://onevisit.example",
        cases=CaseOpener(review or ReviewPolicy(), b"a county's secret for tests only"),
    )


def split(sent: list[Event]) -> tuple[list[CertificateIssued], list[VerdictReached]]:
    return (
        [event for event in sent if isinstance(event, CertificateIssued)],
        [event for event in sent if isinstance(event, VerdictReached)],
    )


def later_visit(first: date, last: date) -> VisitChanged:
    request = VisitRequest(
        agency="civil_affairs", request_id="C-9", programme="senior_subsidy", window_start=first, due_date=last
    )
    visit = make_visit(5, ["hrss"]).model_copy(update={"visit_id": stable_id("later"), "requests": (request,)})
    return visit.model_copy(update={"window": (first, last)})
