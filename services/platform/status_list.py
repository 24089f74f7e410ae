"""Status lists (W3C Bitstring Status List 1.0): one bit for each certificate says whether it was revoked.

A list is long and places in it are drawn at random, so that who fetches one does not say which certificate it looks at,
and a place tells nothing of its certificate. It is signed like a certificate, and good for a week without a network.
"""

import base64
import binascii
import gzip
import io
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

LIST_BITS: Final = 131_072
"""Places of a list: the least that the standard allows (16 KB), for privacy in the herd."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Longest list that is read: a small file may unfold to gigabytes."""
GOOD_FOR: Final = timedelta(days=7)
"""How long a list may be used without fetching it anew: as long as a phone or an office may be without a network."""
ALGORITHM: Final = "Ed25519"
TYPE: Final = "BitstringStatusListCredential"


class StatusListInvalid(ValueError):
    """What was given is no status list that one of the known keys has signed."""

    code = "STATUS_LIST_INVALID"

    def __init__(self) -> None:
        super().__init__(f"{self.code}: not a status list signed by the issuer: fetch /v1/status-lists anew")


@dataclass(frozen=True)
class StatusList:
    """A status list whose signature holds."""

    url: str
    """Its name, as certificates call it (`statusListCredential`)."""
    bits: bytes
    valid_until: datetime

    def is_revoked(self, index: int) -> bool:
        """Whether the bit at this place is set; a place beyond the end is not.

        The leftmost bit of the first byte is place 0.
        """
        byte, bit = divmod(index, 8)
        return 0 <= byte < len(self.bits) and bool(self.bits[byte] & (0x80 >> bit))


def list_url(address: str, number: int) -> str:
    """What a list of this county is called."""
    return f"{address}/v1/status-lists/{number}"


def encode_bits(revoked: Iterable[int]) -> str:
    """The places that are revoked as the standard's `encodedList`: multibase base64url of the gzipped bits."""
    bits = bytearray(LIST_BITS // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_bits(encoded: str) -> bytes:
    """The reverse of `encode_bits`. Raises StatusListInvalid for what is none, or unfolds beyond `MOST_BYTES`."""
    try:
        if not encoded.startswith("u"):
            raise StatusListInvalid
        text = encoded[1:]
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        with gzip.open(io.BytesIO(packed)) as unfolding:
            bits = unfolding.read(MOST_BYTES + 1)
    except (binascii.Error, OSError, EOFError, ValueError, zlib.error):
        raise StatusListInvalid from None
    if not LIST_BITS // 8 <= len(bits) <= MOST_BYTES:
        raise StatusListInvalid
    return bits


def sign_status_list(key: OKPKey, *, issuer: str, url: str, revoked: Iterable[int], now: datetime) -> str:
    """The list as compact JWS (VC-JOSE-COSE)."""
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": url,
        "type": ["VerifiableCredential", TYPE],
        "issuer": issuer,
        "validFrom": _iso(now),
        "validUntil": _iso(now + GOOD_FOR),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(revoked),
        },
    }
    header = {"alg": ALGORITHM, "typ": "vc+jwt", "cty": "vc", "kid": key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(credential).encode(), key, algorithms=[ALGORITHM])


def read_status_list(token: str, keys: KeySet) -> StatusList:
    """A list that one of these keys has signed. Whether it is stale is for the caller to say.

    Raises:
        StatusListInvalid: for everything else.
    """
    known = {key.thumbprint(): key for key in keys.keys}
    try:
        kid = jws.extract_compact(token.strip().encode()).headers().get("kid")
        verified = jws.deserialize_compact(token.strip(), known[str(kid)], algorithms=[ALGORITHM])
        content: dict[str, Any] = json.loads(verified.payload)
        subject = content["credentialSubject"]
        if TYPE not in content["type"] or subject["statusPurpose"] != "revocation":
            raise StatusListInvalid
        valid_until = datetime.fromisoformat(content["validUntil"])
        if valid_until.tzinfo is None:
            raise StatusListInvalid
        return StatusList(str(content["id"]), decode_bits(str(subject["encodedList"])), valid_until)
    except (JoseError, KeyError, TypeError, ValueError):
        raise StatusListInvalid from None


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
