"""Checks a certificate by the county's public keys, without asking anybody."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
    valid_until: datetime | None = None
    """When it expires (UTC); None: never."""


class CertificateChecker:
    """Checks certificates of one county for one agency."""

    def __init__(self, keys: Iterable[Mapping[str, Any]], *, agency: str, issuer: str | None = None) -> None:
        """Takes the county's public keys (the ``keys`` of its JWK set).

        Args:
            keys: Ed25519 public keys; all that were ever in use, so that old certificates are recognised too. One with
                an end (``exp``) is retired: what was signed later by it does not hold.
            agency: your code: a certificate for another agency is none for you.
            issuer: who must have issued it; None: whoever has the key.
        """
        given = [dict(key) for key in keys]
        key_set = KeySet.import_key_set({"keys": given})
        self._keys = {key.thumbprint(): key for key in key_set.keys}
        ends = zip(self._keys, (key.get("exp") for key in given), strict=True)
        self._retired = {kid: float(end) for kid, end in ends if end}
        self._agency = agency
        self._issuer = issuer

    def check(self, certificate: str, *, request_id: str | None, now: datetime | None = None) -> CheckedCertificate:
        """What a certificate says, if it holds and answers this request.

        Args:
            certificate: the signed text.
            request_id: your number of the request that it must be about.
            now: the moment at which it must hold; None: this machine's clock.

        Raises:
            CertificateInvalid: with MALFORMED, KEY_UNKNOWN (get the county's newer keys), SIGNATURE_WRONG,
                NOT_PROOF_OF_LIFE, FOREIGN_ISSUER, KEY_RETIRED, EXPIRED, FOREIGN_AGENCY or OTHER_REQUEST.
        """
        try:
            header = jws.extract_compact(certificate.encode()).headers()
            kid = header.get("kid")
        except (JoseError, ValueError):
            raise CertificateInvalid("MALFORMED", request_id) from None
        if not isinstance(kid, str) or kid not in self._keys:
            raise CertificateInvalid("KEY_UNKNOWN", request_id)
        if "crit" in header:  # names rules that must be known (RFC 7515, 4.1.11); the county makes none
            raise CertificateInvalid("SIGNATURE_WRONG", request_id)
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
                valid_until=datetime.fromisoformat(until) if (until := credential.get("validUntil")) else None,
            )
            agency, issuer, is_proof = subject["agency"], credential["issuer"], TYPE in credential["type"]
            expired = found.valid_until is not None and found.valid_until < (now or datetime.now(UTC))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise CertificateInvalid("NOT_PROOF_OF_LIFE", request_id) from None
        signed_at, retired_at = credential.get("iat"), self._retired.get(kid)
        issuer = issuer.get("id") if isinstance(issuer, dict) else issuer
        faults = {
            "NOT_PROOF_OF_LIFE": not is_proof,
            "FOREIGN_ISSUER": self._issuer is not None and issuer != self._issuer,
            "KEY_RETIRED": retired_at is not None and isinstance(signed_at, int) and signed_at > retired_at,
            "EXPIRED": expired,
            "FOREIGN_AGENCY": agency != self._agency,
            "OTHER_REQUEST": found.request_id != request_id,
        }
        for reason, holds in faults.items():
            if holds:
                raise CertificateInvalid(reason, request_id)
        return found
