"""Makes the test vectors of certificates: one of each kind, signed with keys that are for tests only.

    .venv/bin/python -m tests.contract.certificate_vectors    # writes tests/contract/vectors/certificates.json

Ed25519 signatures are deterministic, so the file is the same each time. Readers in any language may check themselves.
"""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from schemas.base import stable_id
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.visit import VisitRequest
from services.certify.certificate import sign
from services.platform.secrets import public_keys
from services.platform.status_list import sign_status_list

FILE = Path(__file__).parent / "vectors" / "certificates.json"
ISSUER = "did:web:county.example"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
RETIRED_AT = NOW - timedelta(days=30)
URL = "https://county.example/v1/status-lists/1"
STALE_URL = "https://county.example/v1/status-lists/2"
REVOKED, STANDING = 94_567, 3


def key(number: int) -> OKPKey:
    """A private key that is the same each time; for tests only."""
    seed = urlsafe_b64encode(bytes([number]) * 32).decode().rstrip("=")
    made = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": seed, "x": _public(number)})
    assert isinstance(made, OKPKey)
    return made


def _public(number: int) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key().public_bytes_raw()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def certificate(signer: OKPKey, **changes: Any) -> str:
    """A certificate of the invented county."""
    said: dict[str, Any] = {
        "issuer": ISSUER,
        "certificate_id": stable_id("vector"),
        "request": VisitRequest(
            agency="hrss",
            request_id="养老-17/2026",
            programme="pension",
            window_start=date(2026, 11, 1),
            due_date=date(2026, 12, 31),
        ),
        "proved_at": NOW - timedelta(days=1),
        "evidence": EvidenceGrade.IN_PERSON_FACE,
        "policy_version": "county-2026+0123456789ab",
        "models_version": "ba9876543210",
        "issued_at": NOW - timedelta(days=1),
        "status": (URL, STANDING),
    }
    return sign(signer, **said | changes)


def _signed(header: dict[str, Any], payload: str, signer: OKPKey) -> str:
    """A compact JWS with a header that no library would make."""
    signed = f"{urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{payload}"
    key = signer.get_op_key("sign")
    assert isinstance(key, Ed25519PrivateKey)
    return f"{signed}.{urlsafe_b64encode(key.sign(signed.encode())).decode().rstrip('=')}"


def make() -> dict[str, Any]:
    """The vectors: public keys, status lists, the moment of checking, and what is to be said of each certificate."""
    current, old, foreign = key(1), key(2), key(3)
    whole = certificate(current)
    header, payload, signature = whole.split(".")
    other_kind = {"type": ["VerifiableCredential"], "validFrom": "2026-11-24T08:00:00Z", "issuer": ISSUER}
    head = {"alg": "Ed25519", "typ": "vc+jwt", "kid": current.thumbprint()}
    none_head = urlsafe_b64encode(json.dumps(head | {"alg": "none"}).encode()).decode().rstrip("=")
    before = {"issued_at": RETIRED_AT - timedelta(days=1), "proved_at": RETIRED_AT - timedelta(days=1)}
    trace = {
        "evidence": EvidenceGrade.DATA_TRACE, "source": EvidenceSource.VACCINATION, "proved_on": date(2026, 11, 24),
        "models_version": None, "valid_until": NOW + timedelta(days=1),
    }  # fmt: skip
    verdicts = {
        "valid": (whole, "valid"),
        "valid without a visit, with an end": (certificate(current, **trace), "valid"),
        "valid, by a key that was retired later": (certificate(old, **before), "valid"),
        "tampered content": (f"{header}.{payload[:-4]}AAAA.{signature}", "tampered"),
        "tampered signature": (f"{header}.{payload}.{'A' * len(signature)}", "tampered"),
        "unsigned": (f"{none_head}.{payload}.", "tampered"),
        "a critical header that nobody knows": (
            _signed(head | {"crit": ["x"], "x": True}, payload, current),
            "tampered",
        ),
        "revoked": (certificate(current, status=(URL, REVOKED)), "revoked"),
        "expired": (certificate(current, valid_until=NOW - timedelta(hours=1)), "expired"),
        "foreign": (certificate(foreign, issuer="did:web:elsewhere.example"), "foreign"),
        "unknown key": (certificate(foreign), "unknown_key"),
        "not yet valid": (certificate(current, proved_at=NOW + timedelta(days=1)), "not_yet"),
        "signed after its key was retired": (certificate(old), "key_retired"),
        "status list too old": (certificate(current, status=(STALE_URL, STANDING)), "status_stale"),
        "revoked by a list that is too old": (certificate(current, status=(STALE_URL, REVOKED)), "revoked"),
        "status list not there": (certificate(current, status=(URL + "7", STANDING)), "status_missing"),
        "no proof of life": (
            jws.serialize_compact(head, json.dumps(other_kind).encode(), current, algorithms=["Ed25519"]),
            "not_ours",
        ),
        "cut off": (whole[: len(whole) // 2].replace(".", ""), "malformed"),
    }
    retired = {**public_keys(old)["keys"][0], "exp": int(RETIRED_AT.timestamp())}
    lists = [
        sign_status_list(current, issuer=ISSUER, url=url, revoked=[REVOKED], now=made_at)
        for url, made_at in ((URL, NOW), (STALE_URL, NOW - timedelta(days=8)))
    ]
    return {
        "now": NOW.isoformat().replace("+00:00", "Z"),
        "keys": {"issuer": ISSUER, "keys": [*public_keys(current)["keys"], retired]},
        "lists": lists,
        "certificates": [
            {"name": name, "certificate": token, "verdict": verdict} for name, (token, verdict) in verdicts.items()
        ],
    }


def text() -> str:
    """The file."""
    return json.dumps(make(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
