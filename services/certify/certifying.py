"""Certifying: a finding becomes a verdict, and what it answers gets certificates, one for each request.

Captures, evidence and visits arrive on different topics: whichever comes last completes the others. A certified capture
answers every request of its own visit; it and other evidence answer every other request of the person whose programme
accepts the proof (`domain/answering.py`).
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from joserfc.jwk import OKPKey

from schemas.base import Event, Sealed, stable_id
from schemas.capture import CaptureReceived
from schemas.certificate import CertificateIssued
from schemas.evidence import EvidenceRecorded
from schemas.review import ReviewAppealed, ReviewDecided
from schemas.review_reasons import ReviewDecision, ReviewReason
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.topics import CERTIFICATE, REVOCATION, VERDICT
from schemas.verdict import Answer, EvidenceRecognised, VerdictReached
from schemas.verification import Decision
from schemas.visit import VisitChanged, VisitRequest
from services.certify.domain.answering import RequestKey, answer
from services.certify.domain.matching import barred_programmes
from services.certify.domain.recognition import Proof, RecognitionPolicy
from services.certify.issuing import Issuer, certificate_id_of, models_version_of
from services.certify.judging import get_finding
from services.certify.policy import MatchPolicy
from services.certify.review_cases import CaseOpener
from services.certify.store import answers, proofs, reviews, status, stills, visits
from services.certify.store.proofs import Judged, KeptProof
from services.platform.ledger import Transaction
from services.platform.sealing import key_id_of

_Matched = list[tuple[VisitRequest, Proof]]
"""Requests, each with the proof that answers it."""


class Certifier:
    """Folds captures that were judged, evidence, visits, and what reviewers decided."""

    def __init__(
        self,
        *,
        issuer: str,
        signing_key: OKPKey,
        policy: RecognitionPolicy,
        match: MatchPolicy,
        county: ZoneInfo,
        address: str,
        cases: CaseOpener,
    ) -> None:
        self._issuer = Issuer(issuer, signing_key, county, address)
        self._policy = policy
        self._match_policy = match
        self._county = county
        self._cases = cases

    async def fold_captures(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps the decision on each capture, and tells it when the visit is known."""
        captures = [event for event in events if isinstance(event, CaptureReceived)]
        connection = transaction.connection
        await answers.lock_people(connection, (capture.person_key for capture in captures))
        for capture in captures:
            finding = await get_finding(connection, capture)
            barred = barred_programmes(finding.match, self._match_policy)
            await proofs.keep_capture(connection, capture, finding, barred)
        await self._answer(transaction, [capture.person_key for capture in captures])

    async def fold_evidence(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps each piece of evidence, and answers what it answers."""
        evidence = [event for event in events if isinstance(event, EvidenceRecorded)]
        await answers.lock_people(transaction.connection, (event.person_key for event in evidence))
        await proofs.keep_evidence(transaction.connection, evidence)
        await self._answer(transaction, [event.person_key for event in evidence])

    async def fold_visits(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Keeps the newest state of each visit, tells the captures that waited for it, and answers what can be."""
        newest: dict[UUID, VisitChanged] = {}
        for event in events:
            if isinstance(event, VisitChanged):
                before = newest.get(event.visit_id)
                newest[event.visit_id] = event if before is None or event.version > before.version else before
        people = [visit.person_key for visit in newest.values()]
        await answers.lock_people(transaction.connection, people)
        await visits.keep_visits(transaction.connection, list(newest.values()))
        await self._answer(transaction, people)

    async def fold_reviews(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Takes up what a reviewer decided: certified answers as the machine's word would, with its mark; anything else
        takes back what a machine's word had given, its still as a reference too. An appeal only holds the recording.

        One event at a time: certificates are given once for each transaction (`answers.keep_certificates`).
        """
        connection = transaction.connection
        for event in events:
            if not isinstance(event, ReviewDecided | ReviewAppealed):
                continue
            await answers.lock_people(connection, [event.person_key])
            if isinstance(event, ReviewAppealed):
                await reviews.reopen(connection, event)
            elif (before := await reviews.settle(connection, event)) is not None:
                await self._answer(transaction, [event.person_key], event)
                if before == Decision.CERTIFIED and event.decision is not ReviewDecision.CERTIFIED:
                    await stills.let_go_contradicted(connection, event.capture_id)
                    await _revoke(transaction, event)

    async def _answer(
        self, transaction: Transaction, people: Iterable[str], review: ReviewDecided | None = None
    ) -> None:
        """Tells the captures that are to be told, and gives every certificate that can be given to these people."""
        people = set(people)
        connection = transaction.connection
        untold = await proofs.take_untold(connection, people)
        await self._cases.open_cases(connection, untold)
        kept = await proofs.proofs_of(connection, people, self._county)
        fresh = {judged.capture_id for judged in untold if judged.finding.decision is Decision.CERTIFIED}
        if review is not None:
            fresh.add(review.capture_id)
        here, across = await self._match(transaction, kept, fresh)
        proof_of = {one.proof.proof_id: one for own in kept.values() for one in own}
        judged = {one.capture_id: one for one in untold}
        if review is not None:
            judged |= await proofs.judged_captures(connection, [review.capture_id])
        more = {p.proof_id for _, p in across if proof_of[p.proof_id].captured_at} - judged.keys()
        if more:
            judged |= await proofs.judged_captures(connection, more)
        given = await self._certify(transaction, [*here, *across], proof_of, judged)
        certified = set()
        for one in untold:
            if certificates := _of(here, given, one.capture_id):
                certified.add(one.capture_id)
            _emit_verdict(transaction, one, certificates, cause="verdict-reached")
        if review is not None:
            certificates = _of(here, given, review.capture_id)
            _emit_verdict(transaction, judged[review.capture_id], certificates, cause="verdict-reviewed")
        if untold:
            await stills.settle_stills(connection, [one.capture_id for one in untold], certified)
        for proof_id in sorted({proof.proof_id for _, proof in across}):
            if recognised := _of(across, given, proof_id):
                if proof_id in judged:
                    _emit_verdict(transaction, judged[proof_id], recognised, cause="proof-recognised")
                else:
                    _emit_recognition(transaction, proof_of[proof_id], recognised)

    async def _match(
        self, transaction: Transaction, kept: Mapping[str, Sequence[KeptProof]], fresh: set[UUID]
    ) -> tuple[_Matched, _Matched]:
        """What the proofs of these people answer: at their own visit, and by recognition."""
        here: _Matched = []
        across: _Matched = []
        if not kept:
            return here, across
        known = await visits.visits_of(transaction.connection, kept)
        asked = {(r.agency, r.request_id) for own in known.values() for visit in own for r in visit.requests}
        given = await answers.given_to(transaction.connection, asked)
        for person, own in known.items():
            own_proofs = [one.proof for one in kept[person]]
            found = answer([p for p in own_proofs if p.proof_id in fresh], own_proofs, own, given, self._policy)
            here += found.here
            across += found.across
        return here, across

    async def _certify(
        self,
        transaction: Transaction,
        matched: _Matched,
        proof_of: Mapping[UUID, KeptProof],
        judged: Mapping[UUID, Judged],
    ) -> dict[RequestKey, CertificateIssued]:
        """A certificate for each of these requests, unless it is there already."""
        if not matched:
            return {}
        places = await status.allot(transaction.connection, [certificate_id_of(request) for request, _ in matched])
        issued = []
        for request, proof in matched:
            finding = judged[proof.proof_id].finding if proof.proof_id in judged else None
            issued.append(
                self._issuer.issue(
                    request,
                    proof_of[proof.proof_id],
                    status=places[certificate_id_of(request)],
                    policy_version=finding.policy_version if finding else self._policy.version,
                    models_version=models_version_of(finding.models) if finding else None,
                    valid_days=self._policy.of(request.programme).valid_days,
                )
            )
        kept = await answers.keep_certificates(transaction.connection, issued)
        fresh = {(one.agency, one.request_id): one for one in issued if one.certificate_id in kept}
        for certificate in fresh.values():
            transaction.emit(CERTIFICATE.named(certificate.agency), certificate.request_id, certificate)
        return fresh


def _of(matched: _Matched, given: Mapping[RequestKey, CertificateIssued], proof_id: UUID) -> tuple[Answer, ...]:
    """What one proof has answered."""
    certificates = [given.get((r.agency, r.request_id)) for r, proof in matched if proof.proof_id == proof_id]
    return tuple(
        Answer(agency=one.agency, request_id=one.request_id, certificate_id=one.certificate_id)
        for one in certificates
        if one is not None
    )


async def _revoke(transaction: Transaction, review: ReviewDecided) -> None:
    """Orders that every certificate be revoked that rests on a recording which reviewers did not certify."""
    for agency, request_id, certificate_id in await reviews.certificates_of(transaction.connection, review.capture_id):
        order = RevocationOrdered(
            event_id=stable_id("revocation-ordered", str(certificate_id)),
            recorded_at=review.recorded_at,
            certificate_id=certificate_id,
            agency=agency,
            request_id=request_id,
            person_key=review.person_key,
            reason=_revoked_because(review),
            ordered_by=review.decided_by[-1],
        )
        transaction.emit(REVOCATION.name, request_id, order)


def _revoked_because(review: ReviewDecided) -> RevocationReason:
    """Why a certificate of the machine no longer holds: each of these opens the request again."""
    if ReviewReason.ANOTHER_PERSON in review.reasons:
        return RevocationReason.WRONG_PERSON
    if review.decision is ReviewDecision.REFUSED:
        return RevocationReason.EVIDENCE_FALSE
    return RevocationReason.ISSUED_IN_ERROR


def _emit_verdict(transaction: Transaction, judged: Judged, given: Sequence[Answer], *, cause: str) -> None:
    rounds = (str(judged.reviewed.round),) if judged.reviewed else ()
    verdict = VerdictReached(
        event_id=stable_id(cause, str(judged.capture_id), *rounds, *(str(answer.certificate_id) for answer in given)),
        recorded_at=datetime.now(UTC),
        verdict_id=stable_id("verdict", str(judged.capture_id)),
        capture_id=judged.capture_id,
        visit_id=judged.visit_id,
        person_key=judged.person_key,
        captured_at=judged.captured_at,
        decided_by="reviewer" if judged.reviewed else "machine",
        reviewed=judged.reviewed,
        verification=judged.finding,
        measurements=_sealed(judged),
        answers=tuple(given),
    )
    transaction.emit(VERDICT.name, str(judged.visit_id), verdict)


def _sealed(judged: Judged) -> Sealed | None:
    if judged.box is None:
        return None
    return Sealed(key_id=key_id_of(judged.person_key), box=base64.b64encode(judged.box).decode("ascii"))


def _emit_recognition(transaction: Transaction, kept: KeptProof, given: Sequence[Answer]) -> None:
    proof = kept.proof
    recognised = EvidenceRecognised(
        event_id=stable_id("evidence-recognised", str(proof.proof_id), *(str(one.certificate_id) for one in given)),
        recorded_at=datetime.now(UTC),
        evidence_id=proof.proof_id,
        person_key=kept.person_key,
        grade=proof.grade,
        happened_on=proof.day,
        answers=tuple(given),
    )
    transaction.emit(VERDICT.name, kept.person_key, recognised)
