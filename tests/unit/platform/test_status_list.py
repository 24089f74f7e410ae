"""Status lists: what is set is read, nothing else; what nobody of ours signed, or would unfold for ever, is refused."""

import base64
import gzip
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OKPKey

from services.platform.status_list import (
    GOOD_FOR,
    LIST_BITS,
    MOST_BYTES,
    StatusListInvalid,
    decode_bits,
    encode_bits,
    list_url,
    read_status_list,
    sign_status_list,
)

KEY = OKPKey.generate_key("Ed25519")
NOW = datetime(2026, 11, 25, tzinfo=UTC)
URL = list_url("https://county.example", 1)
places = st.sets(st.integers(0, LIST_BITS - 1), max_size=20)


def _signed(revoked: set[int], key: OKPKey = KEY) -> str:
    return sign_status_list(key, issuer="did:web:county.example", url=URL, revoked=revoked, now=NOW)


@given(places, st.integers(0, LIST_BITS + 8))
def test_exactly_what_is_revoked_is_set(revoked: set[int], other: int) -> None:
    """And a place beyond the list is not."""
    found = read_status_list(_signed(revoked), KeySet([KEY]))
    assert all(found.is_revoked(place) for place in revoked)
    assert found.is_revoked(other) is (other in revoked)
    assert (found.url, found.valid_until) == (URL, NOW + GOOD_FOR)


def _packed(content: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(content, mtime=0)).decode().rstrip("=")


@pytest.mark.parametrize(
    "encoded",
    ["", "u", "z" + encode_bits([1])[1:], encode_bits([1])[:-9], "u" + "A" * 99, _packed(b"short"), "u!!!!"],
)
def test_what_is_no_list_is_refused(encoded: str) -> None:
    """Another base, cut off, no gzip, too short for the standard."""
    with pytest.raises(StatusListInvalid):
        decode_bits(encoded)


@given(st.integers(10, 20_000), st.integers(1, 255))
def test_a_damaged_list_is_refused_or_read_and_never_fails_otherwise(place: int, flipped: int) -> None:
    """A byte that was changed on the way, anywhere behind the head: the signature says the rest."""
    packed = bytearray(gzip.compress(bytes(range(256)) * (LIST_BITS // 8 // 256), mtime=0))
    packed[10 + (place - 10) % (len(packed) - 10)] ^= flipped
    with suppress(StatusListInvalid):
        decode_bits("u" + base64.urlsafe_b64encode(bytes(packed)).decode().rstrip("="))


def test_a_list_that_unfolds_for_ever_is_refused() -> None:
    """A kilobyte that becomes more than is read."""
    with pytest.raises(StatusListInvalid):
        decode_bits(_packed(bytes(MOST_BYTES + 1)))


def test_a_foreign_or_changed_list_is_refused() -> None:
    """Nor does a certificate pass for a list."""
    token = _signed({7})
    head, payload, signature = token.split(".")
    for wrong in (_signed({7}, OKPKey.generate_key("Ed25519")), f"{head}.{payload[:-4]}AAAA.{signature}", "", "a.b.c"):
        with pytest.raises(StatusListInvalid):
            read_status_list(wrong, KeySet([KEY]))
    assert NOW + timedelta(days=7) == read_status_list(token, KeySet([KEY])).valid_until
