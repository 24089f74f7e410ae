"""Blobs are whole or absent, and only their owner can read them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from services.platform.blobs import BlobMissing, BlobStore, FolderBlobs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the blobs of a test lie."""
    return tmp_path / "blobs"


@pytest.fixture
def blobs(folder: Path) -> BlobStore:
    """The store under test."""
    return FolderBlobs(folder)


def test_what_is_put_is_got(blobs: BlobStore) -> None:
    """Also nothing at all, and the last content wins."""
    one, other = uuid4(), uuid4()
    blobs.put(one, b"first")
    blobs.put(one, b"second")
    blobs.put(other, b"")
    assert blobs.get(one) == b"second"
    assert blobs.get(other) == b""


def test_a_missing_blob_says_what_to_do(blobs: BlobStore) -> None:
    """Its own error, with a code and the next step."""
    with pytest.raises(BlobMissing, match=r"BLOB_MISSING.*ask for a new recording"):
        blobs.get(uuid4())


def test_a_deleted_blob_is_gone_and_can_be_deleted_again(blobs: BlobStore) -> None:
    """A retention clock may run twice."""
    blob_id = uuid4()
    blobs.put(blob_id, b"recording")
    blobs.delete(blob_id)
    blobs.delete(blob_id)
    with pytest.raises(BlobMissing):
        blobs.get(blob_id)


def test_only_the_owner_can_read(blobs: BlobStore, folder: Path) -> None:
    """Neither the file nor its folder is open to others."""
    blobs.put(uuid4(), b"recording")
    (file,) = [path for path in folder.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_reader_never_sees_half_a_blob(blobs: BlobStore, folder: Path) -> None:
    """While writers replace it again and again, a reader sees one whole content or another; no draft is left."""
    blob_id = uuid4()
    contents = [bytes([n]) * 200_000 for n in range(4)]
    blobs.put(blob_id, contents[0])

    def write(n: int) -> None:
        blobs.put(blob_id, contents[n % 4])

    def read(_: int) -> bytes:
        return blobs.get(blob_id)

    with ThreadPoolExecutor(4) as pool:
        writes = pool.map(write, range(24))
        seen = list(pool.map(read, range(100)))
        assert list(writes) == [None] * 24
    assert set(seen) <= set(contents)
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
