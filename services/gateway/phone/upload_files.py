"""The unfinished uploads of one phone, as files. They are plaintext: they live until sealed or expired."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any


class UploadFiles:
    """A phone's folder: `<id>` holds the bytes so far, `<id>.info` what tuspyserver knows of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def make(self) -> None:
        """Makes the folder, readable to the gateway alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, upload_id: str) -> Path:
        """The bytes so far."""
        return self.folder / upload_id

    def _info_path(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.info"

    def _info(self, upload_id: str) -> dict[str, Any] | None:
        try:
            info = json.loads(self._info_path(upload_id).read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return info if isinstance(info, dict) else None

    def repair_offset(self, upload_id: str) -> dict[str, str] | None:
        """Sets the offset to what lies on disk (after a kill the two differ); the metadata when the upload is whole."""
        info = self._info(upload_id)
        path = self.path(upload_id)
        if info is None or not path.exists() or not info["size"]:
            return None
        size = path.stat().st_size
        if size > info["size"]:
            with path.open("r+b") as file:
                file.truncate(info["size"])
            size = info["size"]
        if info["offset"] != size:
            info["offset"] = size
            draft = self._info_path(upload_id).with_suffix(".repair")
            draft.write_text(json.dumps(info), "utf-8")
            draft.replace(self._info_path(upload_id))
        return dict(info["metadata"]) if size == info["size"] else None

    def remove(self, upload_id: str) -> None:
        """Removes an upload; no error when it is not there."""
        for path in (self.path(upload_id), self._info_path(upload_id), self.folder / ".locks" / f"{upload_id}.lock"):
            path.unlink(missing_ok=True)

    def ids(self) -> Iterator[str]:
        """Every upload that is there."""
        for path in sorted(self.folder.glob("*.info")):
            yield path.stem

    def idle_seconds(self, upload_id: str, now: datetime) -> float:
        """Seconds since the last byte came."""
        try:
            changed = self._info_path(upload_id).stat().st_mtime
        except FileNotFoundError:
            return 0.0
        return now.timestamp() - changed

    def expired(self, upload_id: str, now: datetime) -> bool:
        """Whether it has been left for too long."""
        info = self._info(upload_id)
        if info is None:
            return True
        try:
            expires = parsedate_to_datetime(str(info["expires"]))
        except (KeyError, ValueError):
            return True
        return (expires if expires.tzinfo else expires.replace(tzinfo=UTC)) < now
