"""Certifying as a fold, on a real PostgreSQL: capture and visit in either order, one answer per request."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from joserfc.jwk import KeySet, OKPKey
from psycopg.types.json import Jsonb

from schemas.base import Event, stable_id
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued
from schemas.verdict import VerdictReached
from schemas.visit import ClosedBecause, VisitChanged, VisitRequest, VisitStatus
from schemas.wire import decode
from services.certify.certificate import check
from services.certify.certifying import Certifier
from services.certify.domain.recognition import RecognitionPolicy
from services.platform.database import Pool, migrate, open_pool
from services.platform.ledger import Transaction, unpack_headers

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
KEY = OKPKey.generate_key("Ed25519")
NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)


def _example(event_type: str) -> str:
    return next((EXAMPLES / event_type).glob("valid*.json")).read_text()


CAPTURE = CaptureReceived.model_validate_json(_example(CaptureReceived.event_type))
CERTIFIED = json.loads(_example(VerdictReached.event_type))["verification"] | {"decision": "certified", "reasons": []}


def _visit(version: int, agencies: Sequence[str], because: ClosedBecause | None = None) -> VisitChanged:
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

    async def judged(self, capture_id: UUID, found: dict[str, object]) -> None:
        """Puts a finding where the judge would."""
        async with self.pool.connection() as connection:
            await connection.execute(
                "INSERT INTO certify.judgement (capture_id, verification) VALUES (%s, %s)", (capture_id, Jsonb(found))
            )

    async def hear(self, event: Event) -> list[Event]:
        """Folds one event and returns what is sent because of it."""
        fold = self.certifier.fold_visits if isinstance(event, VisitChanged) else self.certifier.fold_captures
        async with self.pool.connection() as connection, connection.transaction():
            await connection.execute("TRUNCATE platform.outbox")
            transaction = Transaction(connection, "/test")
            await fold(transaction, [event])
            await transaction.flush()
            cursor = await connection.execute("SELECT headers, value FROM platform.outbox ORDER BY id")
            return [decode(unpack_headers(headers), value) for headers, value in await cursor.fetchall()]


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    """An empty installation."""
    migrate(database)
    async with open_pool(database) as pool:
        yield Office(
            pool,
            Certifier(
                issuer="did:web:test.example",
                signing_key=KEY,
                policy=RecognitionPolicy(),
                county=ZoneInfo("Asia/Shanghai"),
            ),
        )


def _split(sent: list[Event]) -> tuple[list[CertificateIssued], list[VerdictReached]]:
    return (
        [event for event in sent if isinstance(event, CertificateIssued)],
        [event for event in sent if isinstance(event, VerdictReached)],
    )


@pytest.mark.parametrize("visit_first", [True, False])
async def test_each_request_has_one_certificate_in_either_order(office: Office, visit_first: bool) -> None:
    """Capture then visit, or visit then capture: one certificate per agency, one verdict that names them."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    visit = _visit(1, ["hrss", "health"])
    order: list[Event] = [visit, CAPTURE] if visit_first else [CAPTURE, visit]
    certificates, verdicts = _split([event for heard in order for event in await office.hear(heard)])
    assert sorted(certificate.agency for certificate in certificates) == ["health", "hrss"]
    assert [{a.certificate_id for a in v.answers} for v in verdicts] == [{c.certificate_id for c in certificates}]
    keys = KeySet([KEY])
    for certificate in certificates:
        subject = check(certificate.jws, keys, now=datetime.now(UTC))["credentialSubject"]
        assert subject["requestId"] == certificate.request_id
        assert CAPTURE.person_key not in certificate.jws


async def test_what_is_heard_again_changes_nothing(office: Office) -> None:
    """A visit told again, an older state of it, and a second recording make no second certificate."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(_visit(2, ["hrss", "health"]))
    await office.hear(CAPTURE)
    assert await office.hear(_visit(2, ["hrss", "health"])) == []
    assert await office.hear(_visit(1, ["hrss"])) == []
    again = CAPTURE.model_copy(update={"capture_id": stable_id("another recording")})
    await office.judged(again.capture_id, CERTIFIED)
    certificates, verdicts = _split(await office.hear(again))
    assert certificates == []
    assert [verdict.answers for verdict in verdicts] == [()]


async def test_a_withdrawn_visit_is_not_certified(office: Office) -> None:
    """When the agencies have withdrawn everything, a certified recording answers nothing."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(_visit(1, ["hrss"]))
    await office.hear(_visit(2, ["hrss"], ClosedBecause.WITHDRAWN))
    certificates, verdicts = _split(await office.hear(CAPTURE))
    assert certificates == []
    assert len(verdicts) == 1


def _later_visit(first: date, last: date) -> VisitChanged:
    request = VisitRequest(
        agency="civil_affairs", request_id="C-9", programme="senior_subsidy", window_start=first, due_date=last
    )
    visit = _visit(5, ["hrss"]).model_copy(update={"visit_id": stable_id("later"), "requests": (request,)})
    return visit.model_copy(update={"window": (first, last)})


@pytest.mark.parametrize("proof_first", [True, False])
async def test_a_recent_proof_answers_another_request_of_the_person(office: Office, proof_first: bool) -> None:
    """A request in another visit, whose window holds the day of the proof, is answered at once; the verdict says so."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(_visit(1, ["hrss"]))
    day = CAPTURE.captured_at.date()
    later = _later_visit(day - timedelta(days=20), day + timedelta(days=20))
    order: list[Event] = [CAPTURE, later] if proof_first else [later, CAPTURE]
    certificates, verdicts = _split([event for heard in order for event in await office.hear(heard)])
    assert [c.agency for c in certificates] == ["hrss", "civil_affairs"]
    assert [a.request_id for v in verdicts for a in v.answers] == ["A-1", "C-9"]
    assert len({verdict.event_id for verdict in verdicts}) == 2


async def test_a_proof_outside_the_window_answers_nothing_by_default(office: Office) -> None:
    """A window that begins after the proof asks for a new one."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(_visit(1, ["hrss"]))
    await office.hear(CAPTURE)
    day = CAPTURE.captured_at.date()
    assert await office.hear(_later_visit(day + timedelta(days=10), day + timedelta(days=40))) == []


@pytest.mark.parametrize("decision", ["review", "retry"])
async def test_only_certified_makes_certificates(office: Office, decision: str) -> None:
    """A finding that is not certified is told, and answers nothing."""
    await office.judged(CAPTURE.capture_id, CERTIFIED | {"decision": decision, "reasons": ["face_differs"]})
    await office.hear(_visit(1, ["hrss"]))
    certificates, verdicts = _split(await office.hear(CAPTURE))
    assert certificates == []
    assert [verdict.verification.decision.value for verdict in verdicts] == [decision]
