"""The committed vectors, checked by the agency's client: it must say what the county's own check says."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from onevisit_agency import CertificateChecker, CertificateInvalid, Delivery, Kind

from tests.contract.certificate_vectors import FILE

VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
NOW = datetime.fromisoformat(VECTORS["now"])
REQUEST = "养老-17/2026"
FAULTS = {
    "malformed": "MALFORMED",
    "unknown_key": "KEY_UNKNOWN",
    "foreign": "KEY_UNKNOWN",
    "tampered": "SIGNATURE_WRONG",
    "not_ours": "NOT_PROOF_OF_LIFE",
    "key_retired": "KEY_RETIRED",
    "expired": "EXPIRED",
}
HOLDS = {"valid", "revoked", "status_stale", "status_missing", "not_yet"}
"""Also what only a status list tells (the client is told of a revocation by a delivery), and what begins tomorrow: of
what has happened an agency does not ask that."""


def _checker() -> CertificateChecker:
    return CertificateChecker(VECTORS["keys"]["keys"], agency="hrss", issuer=VECTORS["keys"]["issuer"])


@pytest.mark.parametrize("vector", VECTORS["certificates"], ids=lambda vector: vector["name"])
def test_each_vector_gets_its_verdict(vector: dict[str, str]) -> None:
    """Valid, or its fault; keys that were retired sign nothing more, and what they had signed still holds."""
    if vector["verdict"] in HOLDS:
        assert _checker().check(vector["certificate"], request_id=REQUEST, now=NOW).programme == "pension"
        return
    with pytest.raises(CertificateInvalid) as error:
        _checker().check(vector["certificate"], request_id=REQUEST, now=NOW)
    assert error.value.reason == FAULTS[vector["verdict"]]


def test_a_delivery_that_is_read_late_is_judged_by_when_it_was_sent() -> None:
    """A feed that begins anew does not stop at what has expired meanwhile; it says until when that held."""
    (token,) = [one["certificate"] for one in VECTORS["certificates"] if one["verdict"] == "expired"]
    sent = Delivery(UUID(int=1), Kind.CERTIFICATE_ISSUED, NOW, {"jws": token, "request_id": REQUEST})
    with pytest.raises(CertificateInvalid, match="EXPIRED"):
        sent.checked(_checker())
    until = datetime(2026, 11, 25, 7, tzinfo=UTC)
    in_time = replace(sent, recorded_at=until).checked(_checker())
    assert in_time.certificate is not None and in_time.certificate.valid_until == until
