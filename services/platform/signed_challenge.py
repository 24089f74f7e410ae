"""Reads the signed bundle of a challenge: whoever has the county's public keys can trust it, without a server."""

import json

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import ValidationError

from schemas.capture import CHALLENGE_TYPE, Challenge

ALGORITHM = "Ed25519"


def find_challenge(bundle: str, keys: KeySet) -> Challenge | None:
    """The challenge in a bundle that one of these keys has signed; ``None`` when it cannot be trusted.

    Args:
        bundle: compact JWS, or JSON with a field ``jws`` as the door answers.
    """
    text = bundle.strip()
    if text.startswith("{"):
        try:
            text = str(json.loads(text)["jws"])
        except (ValueError, KeyError):
            return None
    try:
        header = jws.extract_compact(text.encode()).headers()
        key = {key.thumbprint(): key for key in keys.keys}.get(str(header.get("kid")))
        if key is None or header.get("typ") != CHALLENGE_TYPE:
            return None
        return Challenge.model_validate_json(jws.deserialize_compact(text, key, algorithms=[ALGORITHM]).payload)
    except (JoseError, ValidationError, ValueError):
        return None
