"""What the decoding process and its parent say to each other: a stream of length-prefixed messages on a pipe.

Pickle is not used on purpose: the decoding process reads hostile files, and its output must not be able to run
anything in the parent.
"""

import json
import math
import struct
from enum import Enum
from typing import Any, BinaryIO, NamedTuple

_HEAD = struct.Struct("!cI")
_FRAME = struct.Struct("!dHHB")

MAX_MESSAGE = 1920 * 1920 * 3 + _FRAME.size
"""Bytes of the largest message that is believed."""


_MAX_WORD = 32

Bytes = bytes | bytearray
"""What has been read."""


class Kind(Enum):
    """The kinds of message."""

    HEADER = b"H"
    FRAME = b"F"
    END = b"E"


class Picture(NamedTuple):
    """A frame as it lies in the clip."""

    at_s: float
    """Its second."""
    width: int
    height: int
    """Pixels, before it is turned upright."""
    turns: int
    """Quarter turns counter-clockwise that put it upright, 0 to 3."""
    pixels: bytes | memoryview
    """BGR, row after row."""


def write_json(pipe: BinaryIO, kind: Kind, content: dict[str, Any]) -> None:
    """Send a header or the end."""
    body = json.dumps(content).encode()
    pipe.write(_HEAD.pack(kind.value, len(body)) + body)
    pipe.flush()


def write_frame(pipe: BinaryIO, picture: Picture) -> None:
    """Send one frame."""
    head = _FRAME.pack(picture.at_s, picture.width, picture.height, picture.turns)
    pipe.write(_HEAD.pack(Kind.FRAME.value, len(head) + len(picture.pixels)) + head)
    pipe.write(picture.pixels)
    pipe.flush()


def parse_head(head: Bytes) -> tuple[Kind, int]:
    """(kind, bytes that follow). Raises ``ValueError`` for what no honest sender says."""
    code, size = _HEAD.unpack(head)
    if size > MAX_MESSAGE:
        raise ValueError("message too large")
    return Kind(code), size


class Header(NamedTuple):
    """Facts of the file, before its first frame."""

    codec: str
    width: int
    height: int
    """Of the picture as shown."""
    traces: tuple[str, ...]
    """Kinds of programs that left their names, as in `schemas.verification.Trace`."""


def parse_header(body: Bytes) -> Header:
    """Raises ``ValueError`` for what no honest sender says."""
    match _parse_json(body):
        case {"codec": str(codec), "width": int(width), "height": int(height), "traces": list(traces)} if (
            codec.isalnum() and len(codec) <= _MAX_WORD and width > 0 and height > 0
        ) and (len(traces) <= _MAX_WORD and all(isinstance(trace, str) for trace in traces)):
            return Header(codec, width, height, tuple(traces))
    raise ValueError("not a header")


def parse_end(body: Bytes) -> tuple[str | None, int, float]:
    """(reason code or none, damaged packets, CPU seconds). Raises ``ValueError`` for what no honest sender says."""
    match _parse_json(body):
        case {"reason": str() | None as reason, "damaged_packets": int(damaged), "cpu_s": float(cpu_s)} if (
            damaged >= 0 and 0.0 <= cpu_s < math.inf and (reason is None or reason.startswith("clip_"))
        ):
            return reason, damaged, cpu_s
    raise ValueError("not an end")


def parse_frame(body: Bytes) -> Picture:
    """Raises ``ValueError`` when the pixels do not fill the frame, or the second or the turns are none."""
    if len(body) <= _FRAME.size:
        raise ValueError("frame without a picture")
    at_s, width, height, turns = _FRAME.unpack_from(body)
    picture = Picture(at_s, width, height, turns, memoryview(body)[_FRAME.size :])
    if len(picture.pixels) != picture.width * picture.height * 3:
        raise ValueError("frame and size differ")
    if not 0.0 <= picture.at_s < math.inf or picture.turns > 3:
        raise ValueError("a second or turns that are none")
    return picture


def _parse_json(body: Bytes) -> object:
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


HEAD_SIZE = _HEAD.size
"""Bytes before each message."""
