"""Secrets are made once, belong to their owner alone, and are never shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from services.platform.secrets import (
    COUNTY_SECRET,
    MASTER_KEY,
    SIGNING_KEY,
    SecretMissing,
    load,
    make_missing,
    published_keys,
    rotate_signing_key,
)

FILES = (COUNTY_SECRET, MASTER_KEY, SIGNING_KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the secrets of a test lie; not made yet."""
    return tmp_path / "var" / "secrets"


def test_only_the_owner_can_read_them(folder: Path) -> None:
    """0600 in a folder of 0700."""
    make_missing(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {name: (folder / name).stat().st_mode & 0o777 for name in FILES} == dict.fromkeys(FILES, 0o600)


def test_they_are_made_once(folder: Path) -> None:
    """A second start finds the same; a single lost one is made anew without touching the others."""
    make_missing(folder)
    before = {name: (folder / name).read_bytes() for name in FILES}
    make_missing(folder)
    assert {name: (folder / name).read_bytes() for name in FILES} == before
    (folder / SIGNING_KEY).unlink()
    make_missing(folder)
    assert (folder / SIGNING_KEY).read_bytes() != before[SIGNING_KEY]
    assert (folder / MASTER_KEY).read_bytes() == before[MASTER_KEY]


def test_the_first_writer_wins(folder: Path) -> None:
    """Many processes start at once: all end with the same secrets, and no draft is left."""
    starters = 8
    together = Barrier(starters)

    def start(_: int) -> tuple[bytes, bytes, str | None]:
        together.wait()
        make_missing(folder)
        own = load(folder)
        return own.county_secret, own.master_key, own.signing_key.kid

    with ThreadPoolExecutor(starters) as pool:
        seen = set(pool.map(start, range(starters)))
    assert len(seen) == 1
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_they_are_long_enough_and_differ(folder: Path) -> None:
    """256 bits each, and no two counties share one."""
    make_missing(folder)
    make_missing(folder.with_name("other"))
    one, other = load(folder), load(folder.with_name("other"))
    keys = {one.county_secret, one.master_key, other.county_secret, other.master_key}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}
    assert one.signing_key.is_private
    assert one.signing_key.kid != other.signing_key.kid


@pytest.mark.parametrize("name", FILES)
def test_a_missing_one_is_never_made_by_a_reader(folder: Path, name: str) -> None:
    """A new one would orphan what the old one protects; the error says what to do."""
    make_missing(folder)
    (folder / name).unlink()
    with pytest.raises(SecretMissing, match=rf"SECRET_MISSING: {name}.*onevisit up"):
        load(folder)
    assert not (folder / name).exists()


def test_the_representation_shows_nothing(folder: Path) -> None:
    """A debugger's line or a traceback must not print them."""
    make_missing(folder)
    own = load(folder)
    for secret in (own.county_secret, own.master_key):
        assert repr(secret) not in repr(own)
        assert secret.hex() not in repr(own)


def test_a_replaced_key_stays_published_with_its_end_and_signs_no_more(folder: Path) -> None:
    """Twice replaced: three public keys, the present one without an end; no private half is left of the old ones."""
    make_missing(folder)
    first = load(folder).signing_key
    moments = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 20)]
    second = rotate_signing_key(folder, moments[0])
    third = rotate_signing_key(folder, moments[1])
    published = published_keys(folder, "did:web:county.example")
    keys = published["keys"]
    assert published["issuer"] == "did:web:county.example"
    assert isinstance(keys, list)
    assert [(key["kid"], key.get("exp")) for key in keys] == [
        (third.thumbprint(), None),
        (first.thumbprint(), moments[0].timestamp()),
        (second.thumbprint(), moments[1].timestamp()),
    ]
    assert load(folder).signing_key.thumbprint() == third.thumbprint()
    private = str(first.as_dict(private=True)["d"])
    assert not [path for path in folder.iterdir() if private.encode() in path.read_bytes()]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
