"""A phone's signature: what is accepted, what is not."""

import base64
import json
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey, RSAKey

from services.gateway.access.device_keys import read_public_key, signed_text, verify_signature

SHA = "ab" * 32
CHALLENGE = uuid4()
P256 = ECKey.generate_key("P-256")
P256_PUBLIC = json.loads(json.dumps(P256.as_dict(private=False)))


def p256_signature(camera: str | None = None) -> bytes:
    """Of the right text, in DER."""
    private = P256.private_key
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private.sign(signed_text(SHA, CHALLENGE, camera), ec.ECDSA(SHA256()))


def test_both_forms_of_a_p256_signature_are_read() -> None:
    """WebCrypto gives r‖s, Android's keystore DER."""
    der = p256_signature()
    r, s = decode_dss_signature(der)
    for raw in (der, r.to_bytes(32) + s.to_bytes(32)):
        assert verify_signature(P256_PUBLIC, SHA, CHALLENGE, base64.b64encode(raw).decode())


def test_a_signature_holds_for_its_recording_and_challenge_only() -> None:
    """Another hash or another challenge under the same signature is refused."""
    signature = base64.b64encode(p256_signature()).decode()
    assert not verify_signature(P256_PUBLIC, "cd" * 32, CHALLENGE, signature)
    assert not verify_signature(P256_PUBLIC, SHA, uuid4(), signature)
    stranger = ECKey.generate_key("P-256").as_dict(private=False)
    assert not verify_signature(stranger, SHA, CHALLENGE, signature)


def test_what_is_said_of_the_camera_is_signed_with_the_recording() -> None:
    """It can neither be taken away, nor put there, nor exchanged; and what phones signed before it holds."""
    camera = '{"label":"后置相机"}'
    stated, unstated = (base64.b64encode(p256_signature(said)).decode() for said in (camera, None))
    assert verify_signature(P256_PUBLIC, SHA, CHALLENGE, stated, camera)
    assert not verify_signature(P256_PUBLIC, SHA, CHALLENGE, stated)
    assert not verify_signature(P256_PUBLIC, SHA, CHALLENGE, stated, '{"label":"Back Camera"}')
    assert verify_signature(P256_PUBLIC, SHA, CHALLENGE, unstated)
    assert not verify_signature(P256_PUBLIC, SHA, CHALLENGE, unstated, camera)
    assert signed_text(SHA, CHALLENGE) == f"{SHA}.{CHALLENGE}".encode()


@given(st.one_of(st.text(max_size=200), st.binary(max_size=100).map(lambda b: base64.b64encode(b).decode())))
def test_no_text_makes_the_check_fail_otherwise_than_by_saying_no(signature: str) -> None:
    """Whatever a phone sends as its signature, the answer is a plain no."""
    assert not verify_signature(P256_PUBLIC, SHA, CHALLENGE, signature)


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "oct", "k": "AAAA"},
        ECKey.generate_key("P-384").as_dict(private=False),
        OKPKey.generate_key("X25519").as_dict(private=False),
        RSAKey.generate_key(2048).as_dict(private=False),
    ],
)
def test_other_keys_are_refused_on_enrolment(key: dict[str, str]) -> None:
    """Only P-256 and Ed25519 sign recordings."""
    with pytest.raises(ValueError, match="P-256 or Ed25519"):
        read_public_key(key).public_key  # noqa: B018


def test_an_empty_policy_file_means_the_defaults(tmp_path: Path) -> None:
    """And an unknown name in it is an error, not silence."""
    from services.gateway.policy import DoorPolicy

    (tmp_path / "door.toml").write_text("")
    assert DoorPolicy.from_toml(tmp_path / "door.toml") == DoorPolicy()
    (tmp_path / "door.toml").write_text("upload_day = 3")
    with pytest.raises(ValueError, match="upload_day"):
        DoorPolicy.from_toml(tmp_path / "door.toml")
