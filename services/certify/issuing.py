"""Issuing: the certificate of one request, from the proof that answers it."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from joserfc.jwk import OKPKey

from schemas.base import stable_id
from schemas.certificate import CertificateIssued, EvidenceGrade
from schemas.visit import VisitRequest
from services.certify.certificate import sign
from services.certify.store.proofs import KeptProof

_IN_PERSON = frozenset({EvidenceGrade.IN_PERSON_FACE, EvidenceGrade.IN_PERSON_WITNESSED})
"""Somebody rode for these; a video call for a visit was not made at it."""


class Issuer:
    """Signs what the county certifies."""

    def __init__(self, name: str, signing_key: OKPKey, county: ZoneInfo) -> None:
        self._name = name
        self._signing_key = signing_key
        self._county = county

    def issue(self, request: VisitRequest, kept: KeptProof, *, policy_version: str) -> CertificateIssued:
        """The certificate of a request; its id follows from the request, so there is never a second one.

        Args:
            policy_version: what the proof was judged by; of evidence, what it was recognised by.
        """
        proof = kept.proof
        certificate_id = stable_id("certificate", request.agency, request.request_id)
        midnight = datetime.combine(proof.day, time.min, self._county)
        proved_at = (kept.captured_at or midnight).astimezone(UTC)
        return CertificateIssued(
            event_id=stable_id("certificate-issued", str(certificate_id)),
            recorded_at=datetime.now(UTC),
            certificate_id=certificate_id,
            agency=request.agency,
            request_id=request.request_id,
            programme=request.programme,
            person_key=kept.person_key,
            visit_id=proof.visit_id if proof.grade in _IN_PERSON else None,
            proved_at=proved_at,
            evidence=proof.grade,
            proof_id=proof.proof_id,
            evidence_source=kept.source,
            reviewed=kept.reviewed,
            jws=sign(
                self._signing_key,
                issuer=self._name,
                certificate_id=certificate_id,
                request=request,
                proved_at=proved_at,
                evidence=proof.grade,
                policy_version=policy_version,
                source=kept.source,
                proved_on=proof.day if kept.source else None,
                reviewed=kept.reviewed,
            ),
        )
