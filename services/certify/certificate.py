"""The certificate itself: a signed statement that anyone with the public keys can check, without us.

Form: W3C Verifiable Credentials Data Model 2.0, secured as JWS (VC-JOSE-COSE, ``typ: vc+jwt``), Ed25519 (RFC 9864).
It names the request, not the person: the agency knows whose request it is, and nobody else can tell. No face, no score.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.visit import VisitRequest

ALGORITHM = "Ed25519"
TYPE = "ProofOfLifeCredential"


class CertificateFault(StrEnum):
    """Why a certificate does not hold."""

    MALFORMED = "CERTIFICATE_MALFORMED"
    KEY_UNKNOWN = "CERTIFICATE_KEY_UNKNOWN"
    SIGNATURE_WRONG = "CERTIFICATE_SIGNATURE_WRONG"
    NOT_OURS = "CERTIFICATE_NOT_PROOF_OF_LIFE"
    NOT_YET_VALID = "CERTIFICATE_NOT_YET_VALID"


EXPLANATIONS: Mapping[CertificateFault, tuple[str, str]] = {
    CertificateFault.MALFORMED: (
        "This is not a certificate: a compact JWS has three parts joined by dots. Ask for the file again.",
        "这不是证明文件：格式不符。请重新索取文件。",
    ),
    CertificateFault.KEY_UNKNOWN: (
        "It was signed with a key that is not among the public keys given: check who issued it, or get newer keys.",
        "签名所用密钥不在给定的公钥之中。请核实签发单位，或更新公钥。",
    ),
    CertificateFault.SIGNATURE_WRONG: (
        "The signature does not fit the content: it was changed. Do not accept it; ask for it again.",
        "签名与内容不符：文件被改动过。请勿采信，并重新索取。",
    ),
    CertificateFault.NOT_OURS: (
        "It is signed, but it is not a proof of life. Ask for the certificate of the request.",
        "签名有效，但不是生存认证证明。请索取对应申请的证明。",
    ),
    CertificateFault.NOT_YET_VALID: (
        "Its date lies in the future. Check the clock of this computer.",
        "其生效日期在未来。请检查本机时钟。",
    ),
}


class InvalidCertificate(Exception):
    """A certificate does not hold; `fault` says why."""

    def __init__(self, fault: CertificateFault) -> None:
        english, chinese = EXPLANATIONS[fault]
        super().__init__(f"{fault}: {chinese} {english}")
        self.fault = fault


def sign(
    key: OKPKey,
    *,
    issuer: str,
    certificate_id: UUID,
    request: VisitRequest,
    proved_at: datetime,
    evidence: EvidenceGrade,
    policy_version: str,
    source: EvidenceSource | None = None,
    proved_on: date | None = None,
    reviewed: bool = False,
) -> str:
    """The certificate of one request, as compact JWS.

    Args:
        key: Ed25519 private key of the county.
        proved_at: when the person was seen alive (UTC); of evidence the beginning of the day in the county.
        policy_version: what the recording was judged by, or the evidence recognised by.
        source: where evidence that is no recording comes from.
        proved_on: its day, in the county's calendar.
        reviewed: whether a person has decided on the recording, not the machine alone.
    """
    rests_on = {"evidenceSource": source.value} if source else {}
    day = {"provedOn": proved_on.isoformat()} if proved_on else {}
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"urn:uuid:{certificate_id}",
        "type": ["VerifiableCredential", TYPE],
        "issuer": issuer,
        "validFrom": _iso(proved_at),
        "credentialSubject": {
            "type": "ProofOfLife",
            "agency": request.agency,
            "requestId": request.request_id,
            "programme": request.programme,
            "provedAt": _iso(proved_at),
            "evidence": evidence.value,
            "policyVersion": policy_version,
            **rests_on,
            **day,
            **({"reviewed": True} if reviewed else {}),
        },
    }
    header = {"alg": ALGORITHM, "typ": "vc+jwt", "cty": "vc", "kid": key.thumbprint()}
    payload = json.dumps(credential, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return jws.serialize_compact(header, payload.encode(), key, algorithms=[ALGORITHM])


def check(certificate: str, keys: KeySet, *, now: datetime) -> dict[str, Any]:
    """The content of a certificate that holds.

    Raises:
        InvalidCertificate: with the fault.
    """
    try:
        unverified = jws.extract_compact(certificate.strip().encode())
        kid = unverified.headers().get("kid")
    except (JoseError, ValueError):
        raise InvalidCertificate(CertificateFault.MALFORMED) from None
    known = {key.thumbprint(): key for key in keys.keys}
    if not isinstance(kid, str) or kid not in known:
        raise InvalidCertificate(CertificateFault.KEY_UNKNOWN)
    try:
        verified = jws.deserialize_compact(certificate.strip(), known[kid], algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        raise InvalidCertificate(CertificateFault.SIGNATURE_WRONG) from None
    content = _content(verified.payload)
    if datetime.fromisoformat(content["validFrom"]) > now:
        raise InvalidCertificate(CertificateFault.NOT_YET_VALID)
    return content


def _content(payload: bytes) -> dict[str, Any]:
    try:
        content = json.loads(payload)
        if TYPE in content["type"] and datetime.fromisoformat(content["validFrom"]).tzinfo:
            return dict(content)
    except (ValueError, KeyError, TypeError):
        pass
    raise InvalidCertificate(CertificateFault.NOT_OURS)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
