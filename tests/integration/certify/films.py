"""Makes films for the tests: real containers and codecs, made-up pictures."""

import io
import struct
from collections.abc import Mapping, Sequence
from fractions import Fraction

import av
import numpy as np
from av.stream import Disposition

from services.certify.engines.arrays import Image


def pattern(index: int, width: int = 320, height: int = 240) -> Image:
    """A picture that tells its number and which side is up: red grows downwards, a bright bar moves to the right."""
    image = np.zeros((height, width, 3), dtype=np.uint8)
    image[:, :, 2] = np.linspace(0, 200, height, dtype=np.uint8)[:, None]
    at = (index * 4) % (width - 20)
    image[:, at : at + 20, 1] = 230
    return image


def film(
    pictures: Sequence[Image],
    container: str = "mp4",
    codec: str = "libx264",
    fps: int = 30,
    times_s: Sequence[float] | None = None,
    tracks: int = 1,
    options: Mapping[str, str] | None = None,
) -> bytes:
    """The pictures (BGR) as a clip; ``times_s`` gives each its own moment (variable frame rate), ``options`` go to the
    encoder."""
    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        added = [out.add_stream(codec, rate=fps) for _ in range(tracks)]
        streams = [stream for stream in added if isinstance(stream, av.VideoStream)]
        for stream in streams:
            stream.height, stream.width = pictures[0].shape[:2]
            stream.pix_fmt = "yuv420p"
            stream.codec_context.time_base = Fraction(1, 1000 if times_s else fps)
            if codec in ("libx264", "libx265"):
                stream.options = {"preset": "ultrafast", "x265-params": "log-level=none", **(options or {})}
        for index, picture in enumerate(pictures):
            for stream in streams:
                frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
                frame.pts = round(1000 * times_s[index]) if times_s else index
                frame.time_base = Fraction(1, 1000 if times_s else fps)
                out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode())
    return target.getvalue()


def tone(cover: bytes | None = None) -> bytes:
    """One second of sound and no picture, or with a picture (PNG) of the record's cover."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44100)
        if cover is not None:
            picture = out.add_stream("png", rate=1)
            assert isinstance(picture, av.VideoStream)
            picture.width, picture.height, picture.pix_fmt = 320, 240, "rgb24"
            picture.disposition = Disposition.attached_pic
            packet = av.Packet(cover)
            packet.stream, packet.pts, packet.dts = picture, 0, 0
            out.mux(packet)
        for index in range(44):
            samples = np.sin(np.arange(1024) / 20.0 + index).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44100, index * 1024
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return target.getvalue()


def turned(clip: bytes, quarter_turns: int, mirrored: bool = False) -> bytes:
    """An MP4 with the rotation that phones write: the display matrix of its track header. ``mirrored``: and then left
    and right changed over, as front cameras do."""
    cos, sin = {0: (1, 0), 1: (0, 1), 2: (-1, 0), 3: (0, -1)}[quarter_turns % 4]
    side = -1 if mirrored else 1
    plain = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    matrix = struct.pack(">9i", side * cos << 16, sin << 16, 0, -side * sin << 16, cos << 16, 0, 0, 0, 1 << 30)
    track = clip.index(b"tkhd")
    at = clip.index(plain, track)
    return clip[:at] + matrix + clip[at + len(plain) :]


def with_huge_vp8_header(clip: bytes) -> bytes:
    """A VP8 clip whose first key frame claims 16383 × 16383 pixels."""
    at = clip.index(b"\x9d\x01\x2a") + 3
    return clip[:at] + struct.pack("<HH", 16383, 16383) + clip[at + 4 :]
