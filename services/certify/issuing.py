"""Issuing: the certificate of one request, from the proof that answers it."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from joserfc.jwk import OKPKey

from schemas.base import stable_id
from schemas.certificate import CertificateIssued, EvidenceGrade
from schemas.visit import VisitRequest
from services.certify.certificate import sign
from services.certify.store.proofs import KeptProof
from services.platform.status_list import list_url

_IN_PERSON = frozenset({EvidenceGrade.IN_PERSON_FACE, EvidenceGrade.IN_PERSON_WITNESSED})
"""Somebody rode for these; a video call for a visit was not made at it."""


def certificate_id_of(request: VisitRequest) -> UUID:
    """The id of a request's next certificate: it follows from the request and from those that were turned down."""
    instead_of = sorted(map(str, request.reopened.certificates)) if request.reopened else ()
    return stable_id("certificate", request.agency, request.request_id, *instead_of)


def models_version_of(models: Mapping[str, str]) -> str:
    """The first 12 hex digits of the SHA-256 over all models that took part, each as ``name:sha256`` on a line."""
    lines = "\n".join(f"{name}:{digest}" for name, digest in sorted(models.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


class Issuer:
    """Signs what the county certifies."""

    def __init__(self, name: str, signing_key: OKPKey, county: ZoneInfo, address: str) -> None:
        self._name = name
        self._signing_key = signing_key
        self._county = county
        self._address = address

    def issue(
        self,
        request: VisitRequest,
        kept: KeptProof,
        *,
        status: tuple[int, int],
        policy_version: str,
        models_version: str | None = None,
        valid_days: int | None = None,
    ) -> CertificateIssued:
        """The certificate of a request; its id follows from the request, so there is never a second one, unless the
        agency turned down those before it.

        Args:
            status: status list and place in it.
            policy_version: what the proof was judged by; of evidence, what it was recognised by.
            models_version: what models a recording was judged with.
            valid_days: when it expires, counted from the day of proof; None: never.
        """
        proof = kept.proof
        certificate_id = certificate_id_of(request)
        now = datetime.now(UTC)
        end = None if valid_days is None else proof.day + timedelta(days=valid_days + 1)
        midnight = datetime.combine(proof.day, time.min, self._county)
        proved_at = (kept.captured_at or midnight).astimezone(UTC)
        return CertificateIssued(
            event_id=stable_id("certificate-issued", str(certificate_id)),
            recorded_at=now,
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
                models_version=models_version,
                issued_at=now,
                valid_until=None if end is None else datetime.combine(end, time.min, self._county).astimezone(UTC),
                status=(list_url(self._address, status[0]), status[1]),
                source=kept.source,
                proved_on=proof.day if kept.source else None,
                reviewed=kept.reviewed,
            ),
        )
