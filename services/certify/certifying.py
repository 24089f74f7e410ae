"""Certifying: a finding becomes a verdict, and what it answers gets certificates, one for each request.

Captures and visits arrive on different topics: whichever comes second completes the other. A certified capture answers
every request of its own visit, and every other open request of the person whose programme accepts the proof.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from joserfc.jwk import OKPKey

from schemas.base import Event, stable_id
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued, EvidenceGrade
from schemas.topics import CERTIFICATE, VERDICT
from schemas.verdict import Answer, VerdictReached
from schemas.verification import Decision
from schemas.visit import VisitChanged, VisitRequest
from services.certify.certificate import sign
from services.certify.domain.recognition import Proof, RecognitionPolicy, recognise
from services.certify.judging import get_finding
from services.certify.store import answers
from services.certify.store.answers import Judged
from services.platform.ledger import Transaction

GRADE = EvidenceGrade.IN_PERSON_FACE
"""A recording made at a visit and certified by the machine."""


class Certifier:
    """Folds captures that were judged, and visits."""

    def __init__(self, *, issuer: str, signing_key: OKPKey, policy: RecognitionPolicy, county: ZoneInfo) -> None:
        self._issuer = issuer
        self._signing_key = signing_key
        self._policy = policy
        self._county = county

    async def fold_captures(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps the decision on each capture, and tells it when the visit is known."""
        captures = [event for event in events if isinstance(event, CaptureReceived)]
        connection = transaction.connection
        await answers.lock_people(connection, (capture.person_key for capture in captures))
        for capture in captures:
            finding = await get_finding(connection, capture)
            requests = await answers.find_requests(connection, capture.visit_id)
            fresh = await answers.keep_capture(connection, capture, finding, told=requests is not None)
            if fresh and requests is not None:
                key = (capture.capture_id, capture.visit_id, capture.person_key, capture.captured_at)
                await self._tell(transaction, Judged(*key, finding), requests)
        await self._recognise(transaction, (capture.person_key for capture in captures))

    async def fold_visits(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps the newest state of each visit, tells the captures that waited for it, and answers what can be."""
        newest: dict[UUID, VisitChanged] = {}
        for event in events:
            if isinstance(event, VisitChanged):
                before = newest.get(event.visit_id)
                newest[event.visit_id] = event if before is None or event.version > before.version else before
        connection = transaction.connection
        people = [visit.person_key for visit in newest.values()]
        await answers.lock_people(connection, people)
        await answers.keep_visits(connection, list(newest.values()))
        for judged in await answers.take_waiting(connection, list(newest)):
            requests = await answers.find_requests(connection, judged.visit_id)
            await self._tell(transaction, judged, requests or ())
        await self._recognise(transaction, people)

    async def _tell(self, transaction: Transaction, judged: Judged, requests: Sequence[VisitRequest]) -> None:
        """The verdict on a capture, with the certificates of its own visit."""
        certified = judged.finding.decision is Decision.CERTIFIED
        given = await self._certify(transaction, judged, requests if certified else ())
        _emit_verdict(transaction, judged, given, cause="verdict-reached")

    async def _recognise(self, transaction: Transaction, people: Iterable[str]) -> None:
        """Answers open requests with proofs that their programmes accept; such a verdict is told again, with them."""
        proofs = await answers.proofs_of(transaction.connection, people)
        if not proofs:
            return
        open_requests = await answers.unanswered(transaction.connection, {proof.person_key for proof in proofs})
        by_proof: dict[UUID, list[VisitRequest]] = {}
        for person, requests in open_requests.items():
            own = [self._proof(judged) for judged in proofs if judged.person_key == person]
            for request, proof in recognise(own, requests, self._policy):
                by_proof.setdefault(proof.proof_id, []).append(request)
        for judged in proofs:
            given = await self._certify(transaction, judged, by_proof.get(judged.capture_id, ()))
            if given:
                _emit_verdict(transaction, judged, given, cause="proof-recognised")

    def _proof(self, judged: Judged) -> Proof:
        return Proof(judged.capture_id, judged.captured_at.astimezone(self._county).date(), GRADE)

    async def _certify(
        self, transaction: Transaction, judged: Judged, requests: Sequence[VisitRequest]
    ) -> tuple[Answer, ...]:
        """A certificate for each of these requests that has none yet."""
        await answers.lock_agencies(transaction.connection, (request.agency for request in requests))
        given: list[Answer] = []
        for request in requests:
            certificate = self._certificate(judged, request)
            if await answers.keep_certificate(transaction.connection, certificate):
                transaction.emit(CERTIFICATE.named(request.agency), request.request_id, certificate)
                key = {"agency": request.agency, "request_id": request.request_id}
                given.append(Answer(**key, certificate_id=certificate.certificate_id))
        return tuple(given)

    def _certificate(self, judged: Judged, request: VisitRequest) -> CertificateIssued:
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
            evidence=GRADE,
            jws=sign(
                self._signing_key,
                issuer=self._issuer,
                certificate_id=certificate_id,
                request=request,
                proved_at=judged.captured_at,
                evidence=GRADE,
                policy_version=judged.finding.policy_version,
            ),
        )


def _emit_verdict(transaction: Transaction, judged: Judged, given: Sequence[Answer], *, cause: str) -> None:
    verdict = VerdictReached(
        event_id=stable_id(cause, str(judged.capture_id), *(str(answer.certificate_id) for answer in given)),
        recorded_at=datetime.now(UTC),
        verdict_id=stable_id("verdict", str(judged.capture_id)),
        capture_id=judged.capture_id,
        visit_id=judged.visit_id,
        person_key=judged.person_key,
        captured_at=judged.captured_at,
        decided_by="machine",
        verification=judged.finding,
        answers=tuple(given),
    )
    transaction.emit(VERDICT.name, str(judged.visit_id), verdict)
