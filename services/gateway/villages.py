"""The county's villages by name and place, as far as the county says them: for the phone's map and the family."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.base import VillageCode


class Village(BaseModel):
    """One village."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: str = Field(min_length=1, max_length=40)
    """As people call it."""
    lat: float | None = Field(default=None, ge=-90, le=90)
    """Latitude of its middle in degrees, WGS 84 (not GCJ-02)."""
    lon: float | None = Field(default=None, ge=-180, le=180)
    """Longitude."""


_VILLAGES = TypeAdapter(dict[VillageCode, Village])


def read_villages(path: Path | None) -> Mapping[str, Village]:
    """The villages in a TOML file, one table for each 12-digit code; without a file, none.

    Raises:
        pydantic.ValidationError: naming the field that is wrong.
    """
    return _VILLAGES.validate_python(tomllib.loads(path.read_text("utf-8"))) if path else {}


def named(villages: Mapping[str, Village], code: str) -> Village:
    """A village; one that the county does not name is called by its code."""
    return villages.get(code) or Village(name=code)
