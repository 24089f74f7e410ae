"""The committed vectors, checked by us and by a library that we did not write, against the standards' own rules."""

import base64
import gzip
import json
from datetime import datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jwcrypto import jwk, jws

from services.certify.certificate import CertificateFault, InvalidCertificate, PublicKeys, check
from services.platform.status_list import read_status_list
from tests.contract.certificate_vectors import FILE, REVOKED, text

VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
NOW = datetime.fromisoformat(VECTORS["now"])
FAULTS = {
    "malformed": CertificateFault.MALFORMED,
    "unknown_key": CertificateFault.KEY_UNKNOWN,
    "foreign": CertificateFault.ISSUER_FOREIGN,
    "tampered": CertificateFault.SIGNATURE_WRONG,
    "not_ours": CertificateFault.NOT_OURS,
    "key_retired": CertificateFault.KEY_RETIRED,
    "not_yet": CertificateFault.NOT_YET_VALID,
    "revoked": CertificateFault.REVOKED,
    "expired": CertificateFault.EXPIRED,
    "status_missing": CertificateFault.STATUS_MISSING,
    "status_stale": CertificateFault.STATUS_STALE,
}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$"}
URI = {"type": "string", "pattern": r"^[a-z][a-z0-9+.-]*:\S+$"}
CREDENTIAL = {
    "type": "object",
    "required": ["@context", "type", "issuer", "credentialSubject"],
    "properties": {
        "@context": {"type": "array", "prefixItems": [{"const": "https://www.w3.org/ns/credentials/v2"}]},
        "id": URI,
        "type": {"type": "array", "contains": {"const": "VerifiableCredential"}, "minItems": 2},
        "issuer": URI,
        "validFrom": MOMENT,
        "validUntil": MOMENT,
        "credentialSubject": {"type": "object", "minProperties": 1},
        "credentialStatus": {
            "type": "object",
            "required": ["type", "statusPurpose", "statusListIndex", "statusListCredential"],
            "properties": {
                "type": {"const": "BitstringStatusListEntry"},
                "statusPurpose": {"const": "revocation"},
                "statusListIndex": {"type": "string", "pattern": r"^(0|[1-9]\d*)$"},
                "statusListCredential": URI,
            },
        },
    },
}
"""What the Verifiable Credentials Data Model 2.0 (section 4) and Bitstring Status List 1.0 (section 2.1) demand."""


def _named(verdict: str) -> list[str]:
    return [one["certificate"] for one in VECTORS["certificates"] if one["verdict"] == verdict]


def _jwcrypto_payload(token: str, keys: dict[str, Any]) -> Any:
    """What jwcrypto reads of a token. Raises jws.InvalidJWSSignature."""
    read = jws.JWS()
    read.allowed_algs = ["Ed25519"]
    read.deserialize(token)
    known = {jwk.JWK(**key).thumbprint(): jwk.JWK(**key) for key in keys["keys"]}
    read.verify(known[read.jose_header["kid"]])
    return json.loads(read.payload)


def test_the_vectors_are_what_the_code_signs() -> None:
    """Mend them with `python -m tests.contract.certificate_vectors`."""
    assert FILE.read_text("utf-8") == text()


@pytest.mark.parametrize("vector", VECTORS["certificates"], ids=lambda vector: vector["name"])
def test_each_vector_gets_its_verdict(vector: dict[str, str]) -> None:
    """Valid, or the one fault that it stands for."""
    keys = PublicKeys.from_json(json.dumps(VECTORS["keys"]))
    lists = {each.url: each for each in (read_status_list(token, keys.keys) for token in VECTORS["lists"])}
    if vector["verdict"] == "valid":
        check(vector["certificate"], keys, now=NOW, lists=lists)
        return
    with pytest.raises(InvalidCertificate) as error:
        check(vector["certificate"], keys, now=NOW, lists=lists)
    assert error.value.fault is FAULTS[vector["verdict"]]


def test_every_fault_has_a_vector() -> None:
    """None can be added without one."""
    assert set(FAULTS.values()) == set(CertificateFault)
    assert {vector["verdict"] for vector in VECTORS["certificates"]} == {"valid", *FAULTS}


def test_another_library_reads_the_same() -> None:
    """jwcrypto, by the published keys and their RFC 7638 thumbprints: signatures hold, or do not, as we say."""
    for token in (*_named("valid"), *_named("revoked"), *_named("expired"), *_named("status_stale")):
        assert _jwcrypto_payload(token, VECTORS["keys"])["issuer"] == "did:web:county.example"
    for token in _named("tampered"):
        with pytest.raises((jws.InvalidJWSSignature, jws.InvalidJWSObject)):
            _jwcrypto_payload(token, VECTORS["keys"])
    for token in (*_named("unknown_key"), *_named("foreign")):
        with pytest.raises(KeyError):
            _jwcrypto_payload(token, VECTORS["keys"])


def test_they_are_verifiable_credentials() -> None:
    """Against the data model; and they hold what an agency needs, and nothing of a face, a score or a name."""
    for token in (*_named("valid"), *_named("revoked"), *_named("expired"), *VECTORS["lists"]):
        credential = _jwcrypto_payload(token, VECTORS["keys"])
        Draft202012Validator(CREDENTIAL).validate(credential)
        header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
        assert (header["typ"], header["cty"]) == ("vc+jwt", "vc")
    subject = _jwcrypto_payload(_named("valid")[0], VECTORS["keys"])["credentialSubject"]
    assert set(subject) == {
        "type", "agency", "requestId", "programme", "provedAt", "evidence", "policyVersion", "modelsVersion",
    }  # fmt: skip


def test_the_status_list_is_read_by_the_standard_alone() -> None:
    """multibase base64url, gzip, the leftmost bit first, at least 131 072 bits."""
    subject = _jwcrypto_payload(VECTORS["lists"][0], VECTORS["keys"])["credentialSubject"]
    assert (subject["type"], subject["encodedList"][0]) == ("BitstringStatusList", "u")
    packed = subject["encodedList"][1:]
    bits = gzip.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    assert len(bits) * 8 >= 131_072
    as_text = "".join(f"{byte:08b}" for byte in bits)
    assert [place for place, bit in enumerate(as_text) if bit == "1"] == [REVOKED]
