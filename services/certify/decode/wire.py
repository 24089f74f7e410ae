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
_FRAME = struct.Struct("!dHH")

MAX_MESSAGE = 1920 * 1920 * 3 + _FRAME.size
"""Bytes of the largest message that is believed."""


_MAX_WORD = 32


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


class Header(NamedTuple):
    """Facts of the file, before its first frame."""

    codec: str
    width: int
    height: int
    """Of the picture as shown."""
    traces: tuple[str, ...]
    """Kinds of programs that left their names, as in `schemas.verification.Trace`."""


def parse_header(body: bytes) -> Header:
    """Raises ``ValueError`` for what no honest sender says."""
    match _parse_json(body):
        case {"codec": str(codec), "width": int(width), "height": int(height), "traces": list(traces)} if (
            codec.isalnum() and len(codec) <= _MAX_WORD and width > 0 and height > 0
        ) and (len(traces) <= _MAX_WORD and all(isinstance(trace, str) for trace in traces)):
            return Header(codec, width, height, tuple(traces))
    raise ValueError("not a header")


def parse_end(body: bytes) -> tuple[str | None, int, float]:
    """(reason code or none, damaged packets, CPU seconds). Raises ``ValueError`` for what no honest sender says."""
    match _parse_json(body):
        case {"reason": str() | None as reason, "damaged_packets": int(damaged), "cpu_s": float(cpu_s)} if (
            damaged >= 0 and 0.0 <= cpu_s < math.inf and (reason is None or reason.startswith("clip_"))
        ):
            return reason, damaged, cpu_s
    raise ValueError("not an end")


def parse_frame(body: bytes) -> tuple[float, int, int, bytes]:
    """(second, width, height, pixels). Raises ``ValueError`` when the pixels do not fill the frame or the second is
    none."""
    if len(body) <= _FRAME.size:
        raise ValueError("frame without a picture")
    at_s, width, height = _FRAME.unpack_from(body)
    pixels = body[_FRAME.size :]
    if len(pixels) != width * height * 3:
        raise ValueError("frame and size differ")
    if not 0.0 <= at_s < math.inf:
        raise ValueError("a second that is none")
    return at_s, width, height, pixels


def _parse_json(body: bytes) -> object:
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


HEAD_SIZE = _HEAD.size
"""Bytes before each message."""
