"""Which camera a recording came from, as far as the browser tells: what the phone signs, and what is kept of it.

A browser can be made to say anything: it is told against a recording, never for it (docs/pad.md).
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Schema

STATEMENT_CHARACTERS = 800
"""The longest statement: a label of 100 characters, each written as JSON's ``\\uXXXX``, and all the rest."""


class Facing(StrEnum):
    """Where the camera looks (``VideoFacingModeEnum`` of W3C Media Capture and Streams)."""

    USER = "user"
    ENVIRONMENT = "environment"
    LEFT = "left"
    RIGHT = "right"


class CameraAbility(StrEnum):
    """What the browser lets a page set on the camera: those of phones mostly offer some of it."""

    FACING = "facing"
    TORCH = "torch"
    ZOOM = "zoom"
    FOCUS = "focus"


class CameraKind(StrEnum):
    """What kind of source it is, where that is known to be no camera."""

    VIRTUAL_CAMERA = "virtual_camera"
    """A program that shows an app something else than what stands before the camera (OBS, ManyCam …)."""
    SCREEN = "screen"
    """A screen, a window or a tab."""


class CameraStatement(Schema):
    """What the browser said of the video track that was recorded: the JSON text that the phone signs."""

    label: str = Field(default="", max_length=100)
    """The track's name, as the maker or the person gave it (a free text: *Li's iPhone*). It travels sealed, is read for
    names of programs, and is not kept."""
    facing: Facing | None = None
    """Null where the browser does not say: computers mostly do not."""
    offers: Annotated[tuple[CameraAbility, ...], Field(max_length=len(CameraAbility))] = ()
    """Empty where it offers none, or does not say."""
    is_screen: bool = False
    """The browser calls it a surface of the display (``displaySurface`` of W3C Screen Capture)."""


class CameraFacts(Schema):
    """What is kept of a statement: no word of the label."""

    kind: CameraKind | None
    """Null when nothing says that it is no camera: labels are of every maker and in every language."""
    facing: Facing | None = None
    """As stated."""
    offers: tuple[CameraAbility, ...] = ()
    """As stated."""
