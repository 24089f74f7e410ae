"""The certificate itself: a signed statement that anyone with the public keys can check, without us.

Form: W3C Verifiable Credentials Data Model 2.0, secured as JWS (VC-JOSE-COSE, ``typ: vc+jwt``), Ed25519 (RFC 9864).
It names the request, not the person: the agency knows whose request it is, and nobody else can tell. No face, no score.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.visit import VisitRequest
from services.certify.certificate_faults import CertificateFault, InvalidCertificate
from services.platform.status_list import StatusList

__all__ = ["CertificateFault", "InvalidCertificate", "PublicKeys", "check", "sign"]

ALGORITHM = "Ed25519"
TYPE = "ProofOfLifeCredential"


@dataclass(frozen=True)
class PublicKeys:
    """The keys of one issuer, as it publishes them: those that sign and those that did."""

    keys: KeySet
    issuer: str | None = None
    """Whose they are; None: not said."""
    retired: Mapping[str, datetime] = field(default_factory=dict)
    """By thumbprint: when a key ceased to sign (`exp` in the JWK set)."""

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads a JWK set. Raises ValueError, KeyError or TypeError when it is none."""
        content = json.loads(text)
        keys = KeySet.import_key_set(content)
        ends = [entry.get("exp") for entry in content["keys"]]
        retired = {
            key.thumbprint(): datetime.fromtimestamp(end, UTC) for key, end in zip(keys.keys, ends, strict=True) if end
        }
        return cls(keys, content.get("issuer"), retired)


def sign(
    key: OKPKey,
    *,
    issuer: str,
    certificate_id: UUID,
    request: VisitRequest,
    proved_at: datetime,
    evidence: EvidenceGrade,
    policy_version: str,
    models_version: str | None = None,
    source: EvidenceSource | None = None,
    proved_on: date | None = None,
    issued_at: datetime | None = None,
    valid_until: datetime | None = None,
    status: tuple[str, int] | None = None,
    reviewed: bool = False,
) -> str:
    """The certificate of one request, as compact JWS.

    Args:
        key: Ed25519 private key of the county.
        proved_at: when the person was seen alive (UTC); of evidence the beginning of the day in the county.
        policy_version: what the recording was judged by, or the evidence recognised by.
        models_version: digest of the models that took part; none where no recording was judged.
        source: where evidence that is no recording comes from.
        proved_on: its day, in the county's calendar.
        issued_at: when it is signed (`iat`): not after its key was retired.
        valid_until: when it expires; never, where the policy does not say.
        status: name of the status list and place in it (W3C Bitstring Status List).
        reviewed: whether a person has decided on the recording, not the machine alone.
    """
    subject = {
        "type": "ProofOfLife",
        "agency": request.agency,
        "requestId": request.request_id,
        "programme": request.programme,
        "provedAt": _iso(proved_at),
        "evidence": evidence.value,
        "policyVersion": policy_version,
        "modelsVersion": models_version,
        "evidenceSource": source.value if source else None,
        "provedOn": proved_on.isoformat() if proved_on else None,
        "reviewed": True if reviewed else None,
    }
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"urn:uuid:{certificate_id}",
        "type": ["VerifiableCredential", TYPE],
        "issuer": issuer,
        "validFrom": _iso(proved_at),
        "validUntil": _iso(valid_until) if valid_until else None,
        "credentialSubject": _said(subject),
        "credentialStatus": _status_entry(*status) if status else None,
        "iat": int(issued_at.timestamp()) if issued_at else None,
    }
    header = {"alg": ALGORITHM, "typ": "vc+jwt", "cty": "vc", "kid": key.thumbprint()}
    payload = json.dumps(_said(credential), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return jws.serialize_compact(header, payload.encode(), key, algorithms=[ALGORITHM])


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _status_entry(url: str, place: int) -> dict[str, str]:
    return {
        "id": f"{url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place),
        "statusListCredential": url,
    }


def check(
    certificate: str,
    keys: KeySet | PublicKeys,
    *,
    now: datetime,
    lists: Mapping[str, StatusList] | None = None,
) -> dict[str, Any]:
    """The content of a certificate that holds.

    Args:
        lists: status lists by their names; without them revocation is not looked at.

    Raises:
        InvalidCertificate: with the fault.
    """
    known = keys if isinstance(keys, PublicKeys) else PublicKeys(keys)
    try:
        unverified = jws.extract_compact(certificate.strip().encode())
        kid = unverified.headers().get("kid")
    except (JoseError, ValueError):
        raise InvalidCertificate(CertificateFault.MALFORMED) from None
    by_name = {key.thumbprint(): key for key in known.keys.keys}
    if not isinstance(kid, str) or kid not in by_name:
        raise InvalidCertificate(_why_unknown(unverified.payload, known.issuer))
    if "crit" in unverified.headers():  # names rules that must be known (RFC 7515, 4.1.11); we make none
        raise InvalidCertificate(CertificateFault.SIGNATURE_WRONG)
    try:
        verified = jws.deserialize_compact(certificate.strip(), by_name[kid], algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        raise InvalidCertificate(CertificateFault.SIGNATURE_WRONG) from None
    content = _content(verified.payload)
    fault = _fault_of(content, verified.headers(), known, now, lists)
    if fault is not None:
        raise InvalidCertificate(fault)
    return content


def _fault_of(
    content: Mapping[str, Any],
    header: Mapping[str, Any],
    known: PublicKeys,
    now: datetime,
    lists: Mapping[str, StatusList] | None,
) -> CertificateFault | None:
    """What is wrong with a certificate whose signature holds; of several things the gravest."""
    if known.issuer is not None and content["issuer"] != known.issuer:
        return CertificateFault.ISSUER_FOREIGN
    retired_at, signed_at = known.retired.get(str(header["kid"])), content.get("iat")
    if retired_at is not None and isinstance(signed_at, int) and signed_at > retired_at.timestamp():
        return CertificateFault.KEY_RETIRED
    if datetime.fromisoformat(content["validFrom"]) > now:
        return CertificateFault.NOT_YET_VALID
    return _status_fault(content, now, lists)


def _status_fault(
    content: Mapping[str, Any], now: datetime, lists: Mapping[str, StatusList] | None
) -> CertificateFault | None:
    entry = content.get("credentialStatus")
    found = lists.get(entry["statusListCredential"]) if lists is not None and entry else None
    if found is not None and entry and found.is_revoked(int(entry["statusListIndex"])):
        return CertificateFault.REVOKED
    until = content.get("validUntil")
    if until is not None and datetime.fromisoformat(until) < now:
        return CertificateFault.EXPIRED
    if lists is None or not entry:
        return None
    if found is None:
        return CertificateFault.STATUS_MISSING
    return CertificateFault.STATUS_STALE if found.valid_until < now else None


def _why_unknown(payload: bytes, issuer: str | None) -> CertificateFault:
    """A key that is not ours: another issuer's, as far as the unsigned content says, or one that is not known yet."""
    try:
        claimed = json.loads(payload)["issuer"]
    except (ValueError, KeyError, TypeError):
        return CertificateFault.KEY_UNKNOWN
    foreign = issuer is not None and claimed != issuer
    return CertificateFault.ISSUER_FOREIGN if foreign else CertificateFault.KEY_UNKNOWN


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
