"""Sealed data open with their key, unchanged, and in no other way."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import Sealed
from services.platform.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    Unsealable,
    key_id_of,
    open_bytes,
    seal,
    seal_bytes,
    unseal,
)

KEY = bytes(range(KEY_BYTES))
KEY_ID = key_id_of("a" * 64)
TAG_BYTES = 16


@given(st.binary(max_size=2000), st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_what_is_sealed_opens_the_same(plain: bytes, key: bytes) -> None:
    """In the form of a file and in the form of an event."""
    assert open_bytes(key, KEY_ID, seal_bytes(key, KEY_ID, plain)) == plain
    sealed = seal(key, KEY_ID, plain)
    assert unseal({KEY_ID: key}, Sealed.model_validate_json(sealed.model_dump_json())) == plain


@given(st.binary(min_size=8, max_size=200))
def test_the_box_shows_nothing_and_is_never_the_same(plain: bytes) -> None:
    """Equal contents cannot be recognised by equal boxes."""
    one, other = seal_bytes(KEY, KEY_ID, plain), seal_bytes(KEY, KEY_ID, plain)
    assert plain not in one
    assert one[:NONCE_BYTES] != other[:NONCE_BYTES]
    assert one != other
    assert len(one) == NONCE_BYTES + len(plain) + TAG_BYTES


@given(st.binary(max_size=100), st.data())
def test_a_changed_box_does_not_open(plain: bytes, data: st.DataObject) -> None:
    """One bit anywhere is enough."""
    box = bytearray(seal_bytes(KEY, KEY_ID, plain))
    bit = data.draw(st.integers(0, len(box) * 8 - 1))
    box[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unsealable):
        open_bytes(KEY, KEY_ID, bytes(box))


@given(st.binary(max_size=60))
def test_anything_else_does_not_open(box: bytes) -> None:
    """Cut, empty or foreign bytes are no foreign exception."""
    with pytest.raises(Unsealable):
        open_bytes(KEY, KEY_ID, box)


def test_another_key_or_another_persons_id_does_not_open() -> None:
    """A box put under the name of another person does not open either: the key id is bound in."""
    box = seal_bytes(KEY, KEY_ID, b"personal")
    with pytest.raises(Unsealable):
        open_bytes(bytes(KEY_BYTES), KEY_ID, box)
    with pytest.raises(Unsealable):
        open_bytes(KEY, key_id_of("b" * 64), box)


@pytest.mark.parametrize("length", [40, 41, 42, 43])
def test_a_box_that_is_no_base64_is_unsealable(length: int) -> None:
    """The form of the field lets odd lengths through; the error is ours all the same."""
    with pytest.raises(Unsealable):
        unseal({KEY_ID: KEY}, Sealed(key_id=KEY_ID, box="A" * length))


def test_without_its_key_it_does_not_open() -> None:
    """Destroying the key of a person destroys the data; the keys of others do not help."""
    with pytest.raises(Unsealable, match="destroyed or never made"):
        unseal({key_id_of("b" * 64): KEY}, seal(KEY, KEY_ID, b"personal"))


def test_the_error_names_the_key_and_a_code_and_not_the_content() -> None:
    """An operator can find the key; a log gives nothing away."""
    with pytest.raises(Unsealable) as caught:
        open_bytes(bytes(KEY_BYTES), KEY_ID, seal_bytes(KEY, KEY_ID, b"personal"))
    assert str(KEY_ID) in str(caught.value)
    assert Unsealable.code in str(caught.value)
    assert "personal" not in str(caught.value)


def test_the_key_id_of_a_person_never_changes() -> None:
    """It is written into every sealed field of years; a change would orphan them."""
    assert key_id_of("a" * 64) == UUID("e006d09e-16fd-5d4c-9862-8bdde755d8b4")
