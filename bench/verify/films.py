"""Films of the shared clips: read at one rate, and written as the same bytes on every machine."""

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np

from bench.verify.photo_warps import Film
from services.certify.engines.arrays import Image

FPS: Final = 25
"""Pictures a second."""


def read(path: Path, start: float, end: float) -> Film:
    """The frames of a part, upright as stored, at 25 a second."""
    film: Film = []
    with av.open(str(path)) as container:
        first: float | None = None
        for frame in container.decode(video=0):
            if frame.time is None:
                continue
            first = frame.time if first is None else first
            at = frame.time - first
            if at > end:
                break
            while at >= start + len(film) / FPS:
                film.append(np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8))
    return film


def encode(film: Sequence[Image], lost: tuple[int, int] = (0, 0), crf: int = 18) -> bytes:
    """H.264 in MP4. One thread: more would give other bytes on another machine."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=FPS)
        assert isinstance(stream, av.VideoStream)
        height, width = film[0].shape[0] // 2 * 2, film[0].shape[1] // 2 * 2
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, FPS)
        stream.options = {"crf": str(crf), "preset": "fast"}
        for index, picture in enumerate(film):
            same = picture if picture.shape == film[0].shape else cv2.resize(picture, film[0].shape[1::-1])
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(same[:height, :width], dtype=np.uint8), format="bgr24"
            )
            frame.pts, frame.time_base = index + (lost[1] if index >= lost[0] else 0), Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return target.getvalue()


def read_photo(path: Path) -> Image:
    """A picture as stored."""
    return np.asarray(cv2.imread(str(path)), dtype=np.uint8)


def reference_of(shared: Path, reference: str) -> bytes:
    """A picture, or a clip's at a second (``path@second``), as PNG."""
    path, _, second = reference.partition("@")
    picture = read(shared / path, float(second), float(second) + 0.2)[0] if second else cv2.imread(str(shared / path))
    ok, png = cv2.imencode(".png", np.asarray(picture, dtype=np.uint8))
    assert ok
    return png.tobytes()
