"""The shared clips as the phone page records them: 720 lines, H.264 baseline, about 1 Mbit/s, no sound."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av

LINES: Final = 720
"""Pixels on the shorter side."""
BIT_RATE: Final = 1_000_000
"""Bits a second; the page asks for 0.8 to 1 Mbit/s."""
RATE: Final = 30


def record(clip: Path, film: Path, seconds: float) -> None:
    """Writes the first `seconds` of a clip to `film`, at 30 frames a second whatever the clip had."""
    with av.open(str(clip)) as source, av.open(str(film), "w") as target:
        pictures = source.streams.video[0]
        scale = LINES / min(pictures.codec_context.width, pictures.codec_context.height)
        stream = target.add_stream("h264", rate=RATE)
        stream.width = 2 * round(pictures.codec_context.width * scale / 2)
        stream.height = 2 * round(pictures.codec_context.height * scale / 2)
        stream.pix_fmt, stream.bit_rate, stream.thread_count = "yuv420p", BIT_RATE, 1
        stream.time_base = Fraction(1, RATE)
        stream.options = {"profile": "baseline", "preset": "veryfast"}
        number = 0
        for picture in source.decode(pictures):
            while number <= picture.time * RATE and number < seconds * RATE:
                scaled = picture.reformat(width=stream.width, height=stream.height, format="yuv420p")
                scaled.pts, scaled.time_base, number = number, Fraction(1, RATE), number + 1
                target.mux(stream.encode(scaled))
            if number >= seconds * RATE:
                break
        target.mux(stream.encode(None))
