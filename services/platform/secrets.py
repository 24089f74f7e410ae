"""The county's secrets, each in a file that only the owner can read. Made once, never printed."""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from joserfc.jwk import OKPKey

from services.platform.whole_files import write_whole

COUNTY_SECRET = "county.secret"  # noqa: S105 (a file name)
MASTER_KEY = "master.key"
SIGNING_KEY = "signing.jwk"
RETIRED_KEYS = "retired-keys.json"


class SecretMissing(Exception):
    """A secret is not there; making a new one could orphan what the old one protects, so only `prepare` makes them."""

    code = "SECRET_MISSING"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{self.code}: {path.name} is missing in {path.parent}: run `onevisit up` once, or restore it")


@dataclass(frozen=True, repr=False)
class Secrets:
    """The secrets in memory; the representation shows nothing."""

    county_secret: bytes
    """Key of the HMAC that turns a national ID into a person_key (32 bytes)."""
    master_key: bytes
    """Wraps the key of each person (AES-256)."""
    signing_key: OKPKey
    """Ed25519 private key that signs certificates and tokens."""


def make_missing(folder: Path) -> None:
    """Makes each secret that does not exist yet; safe when several processes do it at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_once(folder / COUNTY_SECRET, secrets.token_bytes(32))
    _write_once(folder / MASTER_KEY, secrets.token_bytes(32))
    if not (folder / SIGNING_KEY).exists():
        key = OKPKey.generate_key("Ed25519", auto_kid=True)
        _write_once(folder / SIGNING_KEY, json.dumps(key.as_dict(private=True)).encode())


def load(folder: Path) -> Secrets:
    """Reads the secrets.

    Raises:
        SecretMissing: when one is not there.
    """
    return Secrets(
        county_secret=_read(folder / COUNTY_SECRET),
        master_key=_read(folder / MASTER_KEY),
        signing_key=OKPKey.import_key(json.loads(_read(folder / SIGNING_KEY))),
    )


def rotate_signing_key(folder: Path, now: datetime) -> OKPKey:
    """Makes a new signing key; the old one's private half is destroyed, its public half stays, with its end (`exp`).

    The old key is written down first: stopped in between, it signs on, and what it signed stays checkable.

    Raises:
        SecretMissing: when there is no key.
    """
    old = load(folder).signing_key
    retired = [*_retired(folder), _public(old) | {"exp": int(now.timestamp())}]
    write_whole(folder / RETIRED_KEYS, json.dumps(retired).encode())
    new = OKPKey.generate_key("Ed25519", auto_kid=True)
    write_whole(folder / SIGNING_KEY, json.dumps(new.as_dict(private=True)).encode())
    return new


def published_keys(folder: Path, issuer: str) -> dict[str, object]:
    """The issuer's public keys as a JWK set: the one that signs, and those that did, each with its end (`exp`)."""
    signing = load(folder).signing_key
    gone = [key for key in _retired(folder) if key["kid"] != signing.thumbprint()]
    return {"issuer": issuer, "keys": [*public_keys(signing)["keys"], *gone]}


def public_keys(key: OKPKey) -> dict[str, list[dict[str, object]]]:
    """The public half of one key, as a JWK set."""
    return {"keys": [_public(key)]}


def publish_keys(folder: Path, file: Path, issuer: str) -> None:
    """Writes the public keys to a file that may be given to anyone: certificates are checked with it."""
    file.write_text(json.dumps(published_keys(folder, issuer), indent=2) + "\n", encoding="utf-8")


def _public(key: OKPKey) -> dict[str, object]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": "Ed25519"}


def _retired(folder: Path) -> list[dict[str, object]]:
    file = folder / RETIRED_KEYS
    return list(json.loads(file.read_bytes())) if file.exists() else []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SecretMissing(path) from None


def _write_once(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        os.link(draft, path)  # fails when the secret exists: the first writer wins, and no reader sees half a file
    except FileExistsError:
        pass
    finally:
        draft.unlink()
