"""Which programs left their names in a file. Only the kind is told on: its texts may name a person or a place.

Cameras of phones write their maker, or nothing; programs that make video mostly write who they are.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from services.certify.domain.program_names import CONVERTERS, EDITORS, SCREEN_RECORDERS, VIRTUAL_CAMERAS

MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "virtual_camera": VIRTUAL_CAMERAS,
    "screen_recorder": SCREEN_RECORDERS,
    "editor": EDITORS,
    "converter": CONVERTERS,
}
"""By kind (`schemas.verification.Trace`) what is looked for."""

FIELDS: Final = frozenset(
    {"encoder", "encoded_by", "software", "tool", "author", "artist", "comment", "description", "handler_name"}
)
"""Where they write them, the last word of the field's name; titles and places are not read."""

_BANNER: Final = 4096
"""Bytes of the first packet in which x264 and x265 write their version and settings."""
_LONGEST: Final = 65536
"""Characters of a file's texts that are read."""


def find_traces(texts: Iterable[Mapping[str, str]], first_packet: bytes) -> list[str]:
    """The kinds named in the metadata of the file and of its picture, or in the first packet of the picture."""
    banner = first_packet[:_BANNER].decode("latin-1")
    named = (value for text in texts for field, value in text.items() if field.lower().split(".")[-1] in FIELDS)
    said = " ".join([*_versions(banner), *named]).lower()[:_LONGEST]
    return [kind for kind, marks in MARKS.items() if any(mark in said for mark in marks)]


def _versions(banner: str) -> list[str]:
    """Encoders that sign the stream; their whole words are asked for, for the bytes around them are chance."""
    return [name for name, sign in (("x264", "x264 - core"), ("x265", "x265 (build")) if sign in banner]
