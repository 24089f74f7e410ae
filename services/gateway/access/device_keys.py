"""The phone's signature: proof that a recording comes from this phone and answers this challenge."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

P256_BYTES = 32


def read_public_key(jwk: Mapping[str, Any]) -> ECKey | OKPKey:
    """The key in a JWK.

    Raises:
        ValueError: when it is no P-256 or Ed25519 key.
    """
    try:
        if (jwk.get("kty"), jwk.get("crv")) == ("EC", "P-256"):
            return ECKey.import_key(dict(jwk))
        if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519"):
            return OKPKey.import_key(dict(jwk))
    except (JoseError, ValueError, TypeError, KeyError):
        pass
    raise ValueError("the public key is no JWK of a P-256 or Ed25519 key; export it from the phone again")


def signed_text(sha256: str, challenge_id: UUID, camera: str | None = None) -> bytes:
    """What the phone signs: the recording's SHA-256 in hex, a dot, the challenge id and, where it states a camera, a
    dot and that statement, in UTF-8. So no statement can be taken away, put there or exchanged on the way."""
    return ".".join([sha256, str(challenge_id), *([] if camera is None else [camera])]).encode()


def verify_signature(
    jwk: Mapping[str, Any], sha256: str, challenge_id: UUID, signature: str, camera: str | None = None
) -> bool:
    """Whether the phone with this key signed this recording for this challenge, and what it states of its camera."""
    return verify_text(jwk, signed_text(sha256, challenge_id, camera), signature)


def verify_text(jwk: Mapping[str, Any], text: bytes, signature: str) -> bool:
    """Whether the phone with this key signed. P-256: r‖s (WebCrypto) and DER (Android Keystore) are read."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key = read_public_key(jwk).public_key
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(raw, text)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_der(raw), text, ec.ECDSA(SHA256()))
        else:
            return False
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _der(raw: bytes) -> bytes:
    if len(raw) != 2 * P256_BYTES:
        return raw
    return encode_dss_signature(int.from_bytes(raw[:P256_BYTES]), int.from_bytes(raw[P256_BYTES:]))
