"""Checks a certificate by the county's public keys, without asking anybody."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHM = "Ed25519"
TYPE = "ProofOfLifeCredential"


class CertificateInvalid(Exception):
    """A certificate does not hold: do not accept it, and tell the county. `reason` is a permanent code."""

    def __init__(self, reason: str, request_id: str | None) -> None:
        super().__init__(f"{reason}: the certificate of request {request_id!r} must not be accepted")
        self.reason = reason
        self.request_id = request_id


@dataclass(frozen=True)
class CheckedCertificate:
    """What a certificate says; its signature is the county's, and it is about your request."""

    request_id: str
    """Your number of the request."""
    programme: str
    """Programme code."""
    proved_at: datetime
    """When the person was proved to be alive (UTC)."""
    evidence: str
    """What the proof rests on: in_person_face, in_person_witnessed, video_call, self_capture or data_trace."""
    credential: Mapping[str, Any]
    """The whole credential (W3C Verifiable Credentials 2.0)."""
    jws: str
    """The signed text itself: keep it, it proves the answer to an auditor."""


class CertificateChecker:
    """Checks certificates of one county for one agency."""

    def __init__(self, keys: Iterable[Mapping[str, Any]], *, agency: str, issuer: str | None = None) -> None:
        """Takes the county's public keys (the ``keys`` of its JWK set).

        Args:
            keys: Ed25519 public keys; all that were ever in use, so that old certificates are recognised too.
            agency: your code: a certificate for another agency is none for you.
            issuer: who must have issued it; None: whoever has the key.
        """
        key_set = KeySet.import_key_set({"keys": [dict(key) for key in keys]})
        self._keys = {key.thumbprint(): key for key in key_set.keys}
        self._agency = agency
        self._issuer = issuer

    def check(self, certificate: str, *, request_id: str | None) -> CheckedCertificate:
        """What a certificate says, if it holds and answers this request.

        Raises:
            CertificateInvalid: with MALFORMED, KEY_UNKNOWN, SIGNATURE_WRONG, NOT_PROOF_OF_LIFE, FOREIGN_ISSUER,
                FOREIGN_AGENCY or OTHER_REQUEST.
        """
        try:
            kid = jws.extract_compact(certificate.encode()).headers().get("kid")
        except (JoseError, ValueError):
            raise CertificateInvalid("MALFORMED", request_id) from None
        if kid not in self._keys:
            raise CertificateInvalid("KEY_UNKNOWN", request_id)
        try:
            payload = jws.deserialize_compact(certificate, self._keys[kid], algorithms=[ALGORITHM]).payload
        except (JoseError, ValueError):
            raise CertificateInvalid("SIGNATURE_WRONG", request_id) from None
        try:
            credential = json.loads(payload)
            subject = credential["credentialSubject"]
            found = CheckedCertificate(
                request_id=subject["requestId"],
                programme=subject["programme"],
                proved_at=datetime.fromisoformat(subject["provedAt"]),
                evidence=subject["evidence"],
                credential=credential,
                jws=certificate,
            )
            agency, issuer, is_proof = subject["agency"], credential["issuer"], TYPE in credential["type"]
        except (ValueError, KeyError, TypeError):
            raise CertificateInvalid("NOT_PROOF_OF_LIFE", request_id) from None
        issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
        faults = {
            "NOT_PROOF_OF_LIFE": not is_proof,
            "FOREIGN_ISSUER": self._issuer is not None and issuer != self._issuer,
            "FOREIGN_AGENCY": agency != self._agency,
            "OTHER_REQUEST": found.request_id != request_id,
        }
        for reason, holds in faults.items():
            if holds:
                raise CertificateInvalid(reason, request_id)
        return found
