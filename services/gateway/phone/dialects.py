"""The dialects in which the phone can speak: each a folder of recorded prompts with a manifest, beside the page's own.

A folder that is not whole is not offered: a prompt that is missing, or longer than its window lets an old person react
to, would cost a recording in front of the person.
"""

import hashlib
import logging
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.verification import Action

log = logging.getLogger(__name__)

LONGEST_S: Final = 2.5
"""A prompt's window has 5 s: what is left is for an old person's reaction and a slow nod (docs/challenge.md)."""
NEEDED: Final = frozenset({"look", *(action.value for action in Action)})


class Names(BaseModel):
    """What the dialect is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1, max_length=20)
    en: str = Field(min_length=1, max_length=40)


class Spoken(BaseModel):
    """One prompt."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    file: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,60}$")
    """In the same folder."""
    seconds: float = Field(gt=0, le=LONGEST_S)
    """Its length."""


class Manifest(BaseModel):
    """`manifest.json` of a folder."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    name: Names
    type: str = Field(pattern=r"^audio/[a-z0-9.+-]+$")
    """Media type of the files."""
    prompts: dict[str, Spoken]
    """By action; `look` besides. `done`, said at the end of a recording, may be lacking."""

    @model_validator(mode="after")
    def _whole(self) -> "Manifest":
        if missing := NEEDED - self.prompts.keys():
            raise ValueError(f"prompts are missing: {', '.join(sorted(missing))}")
        return self


class Dialect(BaseModel):
    """A dialect that is offered."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    """Its folder."""
    name: Names
    version: str
    """Of the files' content: a phone that has another one fetches them anew."""


def read_dialects(audio: Path) -> list[Dialect]:
    """The whole ones among the folders, by name; each other one is named in the log, with what is wrong."""
    found = []
    for folder in sorted(each for each in audio.iterdir() if each.is_dir()) if audio.is_dir() else []:
        try:
            found.append(_read(folder))
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            log.warning("dialect %s is not offered: %s", folder.name, str(error).replace("\n", " "))
    return found


def _read(folder: Path) -> Dialect:
    raw = (folder / "manifest.json").read_bytes()
    manifest = Manifest.model_validate_json(raw)
    content = hashlib.sha256(raw)
    for _, spoken in sorted(manifest.prompts.items()):
        content.update((folder / spoken.file).read_bytes())
    return Dialect(id=folder.name, name=manifest.name, version=content.hexdigest()[:20])
