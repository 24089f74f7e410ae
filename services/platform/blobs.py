"""Sealed files: recordings and reference photos. What lies on disk is ciphertext; the name is a random-looking id."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from services.platform.whole_files import write_whole


class BlobMissing(Exception):
    """A blob is not in the store: it was deleted by its retention clock, or never arrived."""

    code = "BLOB_MISSING"

    def __init__(self, blob_id: UUID) -> None:
        super().__init__(f"{self.code}: blob {blob_id} is not in the store; ask for a new recording")


class BlobStore(Protocol):
    """Where sealed bytes are kept by id. Writing the same id again is allowed and leaves the last content."""

    def put(self, blob_id: UUID, content: bytes) -> None:
        """Stores `content`, durably, before it returns."""
        ...

    def get(self, blob_id: UUID) -> bytes:
        """The content. Raises BlobMissing."""
        ...

    def delete(self, blob_id: UUID) -> None:
        """Removes it, durably; no error when it is not there."""
        ...

    def put_before(self, moment: datetime) -> Iterator[UUID]:
        """The blobs that were put before that moment and not since."""
        ...


class FolderBlobs:
    """Blobs as files, spread over 256 folders; a reader never sees half a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, blob_id: UUID, content: bytes) -> None:
        path = self._path(blob_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, content)

    def get(self, blob_id: UUID) -> bytes:
        try:
            return self._path(blob_id).read_bytes()
        except FileNotFoundError:
            raise BlobMissing(blob_id) from None

    def delete(self, blob_id: UUID) -> None:
        path = self._path(blob_id)
        for file in path.parent.glob(f"{blob_id.hex}.*"):  # drafts of a put that was killed, too
            file.unlink(missing_ok=True)
        if path.parent.is_dir():
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def put_before(self, moment: datetime) -> Iterator[UUID]:
        for file in self._folder.glob("??/*.*"):
            try:
                old = file.stat().st_mtime < moment.timestamp()
                blob_id = UUID(file.stem)
            except (FileNotFoundError, ValueError):  # deleted meanwhile; nobody's file
                continue
            if old:
                yield blob_id

    def _path(self, blob_id: UUID) -> Path:
        return self._folder / blob_id.hex[:2] / f"{blob_id.hex}.sealed"
