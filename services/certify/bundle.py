"""Reads the signed bundle of a challenge, and keeps the list of those that were used, without a server."""

import fcntl
import json
from pathlib import Path
from uuid import UUID

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


def use_once(ledger: Path, challenge_id: UUID) -> bool:
    """Writes the challenge down as used; false when it was before. Two checks at once cannot both use it.

    The ledger is a text file with one id a line, made when it is not there. Raises ``OSError`` when it cannot be
    written.
    """
    with ledger.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        used = file.read()
        if str(challenge_id) in used.split():
            return False
        file.write(f"{'' if used.endswith(chr(10)) or not used else chr(10)}{challenge_id}\n")
    return True
