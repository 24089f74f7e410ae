"""A certificate is checked with the public keys alone; one that does not hold says why."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey
from typer.testing import CliRunner

from schemas.base import stable_id
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.visit import VisitRequest
from services.certify.certificate import CertificateFault, InvalidCertificate, check, sign
from services.cli.main import app
from services.platform.secrets import public_keys

KEY = OKPKey.generate_key("Ed25519")
KEYS = KeySet([KEY])
NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
REQUEST = VisitRequest(
    agency="hrss",
    request_id="养老-17/2026",
    programme="pension",
    window_start=date(2026, 3, 1),
    due_date=date(2026, 3, 31),
)


def _signed(key: OKPKey = KEY) -> str:
    return sign(
        key,
        issuer="did:web:test.example",
        certificate_id=stable_id("certificate", "hrss", REQUEST.request_id),
        request=REQUEST,
        proved_at=NOW,
        evidence=EvidenceGrade.IN_PERSON_FACE,
        policy_version="2026-11",
    )


def _fault(certificate: str, now: datetime = NOW) -> CertificateFault:
    with pytest.raises(InvalidCertificate) as error:
        check(certificate, KEYS, now=now)
    return error.value.fault


def test_a_certificate_holds_and_says_what_was_proved() -> None:
    """It names the request, the day and the evidence, and is the same however often it is signed."""
    subject = check(_signed(), KEYS, now=NOW)["credentialSubject"]
    assert (subject["agency"], subject["requestId"]) == ("hrss", REQUEST.request_id)
    assert (subject["provedAt"], subject["evidence"]) == ("2026-03-05T08:00:00Z", "in_person_face")
    assert _signed() == _signed()


def _signed_trace() -> str:
    return sign(
        KEY,
        issuer="did:web:test.example",
        certificate_id=stable_id("certificate", "hrss", REQUEST.request_id),
        request=REQUEST,
        proved_at=datetime(2026, 3, 4, 16, tzinfo=UTC),
        evidence=EvidenceGrade.DATA_TRACE,
        policy_version="county+0",
        source=EvidenceSource.VACCINATION,
        proved_on=date(2026, 3, 5),
    )


def test_a_certificate_without_a_visit_says_so() -> None:
    """Grade, source and day are in what is signed; a recording's certificate has neither source nor bare day."""
    subject = check(_signed_trace(), KEYS, now=NOW)["credentialSubject"]
    assert (subject["evidence"], subject["evidenceSource"]) == ("data_trace", "vaccination")
    assert (subject["provedOn"], subject["provedAt"]) == ("2026-03-05", "2026-03-04T16:00:00Z")
    assert not {"evidenceSource", "provedOn"} & check(_signed(), KEYS, now=NOW)["credentialSubject"].keys()


@given(st.data())
def test_any_changed_character_is_noticed(data: st.DataObject) -> None:
    """One character of header, payload or signature replaced by another: never accepted.

    The last character is left out: of base64 it carries bits that are not part of the signature.
    """
    whole = _signed()
    place = data.draw(st.integers(0, len(whole) - 2))
    letter = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda c: c != whole[place] and whole[place] != "."))
    with pytest.raises(InvalidCertificate):
        check(whole[:place] + letter + whole[place + 1 :], KEYS, now=NOW)


def test_each_fault_is_told_apart() -> None:
    """Tampered, foreign, malformed, of another kind, not yet valid."""
    header, payload, signature = _signed().split(".")
    other = json.loads(jws.extract_compact(_signed().encode()).payload) | {"type": ["VerifiableCredential"]}
    protected = {"alg": "Ed25519", "kid": KEY.thumbprint()}
    foreign_kind = jws.serialize_compact(protected, json.dumps(other).encode(), KEY, algorithms=["Ed25519"])
    assert _fault(f"{header}.{payload[:-4]}AAAA.{signature}") is CertificateFault.SIGNATURE_WRONG
    assert _fault(_signed(OKPKey.generate_key("Ed25519"))) is CertificateFault.KEY_UNKNOWN
    assert _fault("no certificate at all") is CertificateFault.MALFORMED
    assert _fault("") is CertificateFault.MALFORMED
    assert _fault(foreign_kind) is CertificateFault.NOT_OURS
    assert _fault(_signed(), NOW - timedelta(days=1)) is CertificateFault.NOT_YET_VALID


def test_an_unsigned_certificate_is_refused() -> None:
    """`alg: none` and a foreign algorithm do not pass for a signature."""
    _, payload, _ = _signed().split(".")
    for algorithm in ("none", "HS256"):
        header = json.dumps({"alg": algorithm, "kid": KEY.thumbprint()}).encode()
        forged = f"{_b64(header)}.{payload}."
        with pytest.raises(InvalidCertificate):
            check(forged, KEYS, now=NOW)


def _b64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def test_the_command_checks_files_without_a_server(tmp_path: Path) -> None:
    """Exit status 0 when all hold, 1 when one does not; the reason in both languages; JSON on request."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(public_keys(KEY)))
    good, bad = tmp_path / "good.jws", tmp_path / "bad.json"
    good.write_text(_signed() + "\n")
    bad.write_text(json.dumps([{"jws": _signed()}, {"jws": _signed(OKPKey.generate_key("Ed25519"))}]))
    run = CliRunner().invoke(app, ["certificate", "verify", str(good), "--keys", str(keys)])
    assert run.exit_code == 0
    assert REQUEST.request_id in run.output
    run = CliRunner().invoke(app, ["certificate", "verify", str(bad), "--keys", str(keys), "--json"])
    assert run.exit_code == 1
    assert [result["valid"] for result in json.loads(run.output)] == [True, False]
    assert "CERTIFICATE_KEY_UNKNOWN" in run.output


def test_the_command_says_what_a_certificate_without_a_visit_rests_on(tmp_path: Path) -> None:
    """The day and the source are on the line; no hour, of which nothing is known."""
    (tmp_path / "keys.json").write_text(json.dumps(public_keys(KEY)))
    (tmp_path / "trace.jws").write_text(_signed_trace())
    files = [str(tmp_path / "trace.jws"), "--keys", str(tmp_path / "keys.json")]
    run = CliRunner().invoke(app, ["certificate", "verify", *files])
    assert run.exit_code == 0
    assert "2026-03-05," in run.output
    assert "data_trace (vaccination)" in run.output
    assert "16:00" not in run.output
