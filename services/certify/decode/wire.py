"""What the decoding process and its parent say to each other: a stream of length-prefixed messages on a pipe.

Pickle is not used on purpose: the decoding process reads hostile files, and its output must not be able to run
anything in the parent.
"""

import json
import struct
from enum import Enum
from typing import Any, BinaryIO

_HEAD = struct.Struct("!cI")
_FRAME = struct.Struct("!dHH")

MAX_MESSAGE = 1920 * 1920 * 3 + _FRAME.size
"""Bytes of the largest message that is believed."""


class Kind(Enum):
    """The kinds of message."""

    HEADER = b"H"
    FRAME = b"F"
    END = b"E"


def write_json(pipe: BinaryIO, kind: Kind, content: dict[str, Any]) -> None:
    """Send a header or the end."""
    body = json.dumps(content).encode()
    pipe.write(_HEAD.pack(kind.value, len(body)) + body)
    pipe.flush()


def write_frame(pipe: BinaryIO, at_s: float, width: int, height: int, pixels: bytes) -> None:
    """Send one BGR frame."""
    pipe.write(_HEAD.pack(Kind.FRAME.value, _FRAME.size + len(pixels)) + _FRAME.pack(at_s, width, height))
    pipe.write(pixels)
    pipe.flush()


def parse_head(head: bytes) -> tuple[Kind, int]:
    """(kind, bytes that follow). Raises ``ValueError`` for what no honest sender says."""
    code, size = _HEAD.unpack(head)
    if size > MAX_MESSAGE:
        raise ValueError("message too large")
    return Kind(code), size


def parse_frame(body: bytes) -> tuple[float, int, int, bytes]:
    """(second, width, height, pixels). Raises ``ValueError`` when the pixels do not fill the frame."""
    at_s, width, height = _FRAME.unpack_from(body)
    pixels = body[_FRAME.size :]
    if len(pixels) != width * height * 3:
        raise ValueError("frame and size differ")
    return at_s, width, height, pixels


HEAD_SIZE = _HEAD.size
"""Bytes before each message."""
