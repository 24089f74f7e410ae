"""The person before the phone's camera: sits there, and does what is asked from the moment at which the page films.

Chromium's fake camera reads a Y4M file picture by picture and begins again at its end. Here the file holds one picture,
and a thread writes the next one over it 25 times a second: a camera that shows what the person does now, not what a
film shows that was begun when the camera opened. So nothing depends on how long a busy machine takes until it records.

The person is the actor of the demo, who answers as he does there (`deploy.demo.film.take`): one continuous stretch of
his recording, in which nothing is left out and nothing comes twice.
"""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import av
import numpy as np

from deploy.demo import film

WIDTH, HEIGHT, FPS = 640, 480, 25
HEAD = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420jpeg\n".encode()
FRAME = b"FRAME\n"
CATCH_UP: Final = 2.0
"""How many seconds of his recording he shows a second at most: he never jumps."""


class Sitter:
    """The actor, who is told the prompts beforehand, and when the recording began."""

    def __init__(self, recording: Path, target: Path) -> None:
        self.target = target
        self._pictures = _pictures(recording)
        self._knots: list[film.Knot] = [(0.0, film.CLEAR[0])]
        self._zero: float | None = None
        self._at = film.CLEAR[0]
        self._over = threading.Event()
        target.write_bytes(HEAD + FRAME + self._picture())
        self._thread = threading.Thread(target=self._play, name="sitter", daemon=True)
        self._thread.start()

    def take_place(self, prompts: Sequence[film.Prompt]) -> None:
        """Sits where the answer to these prompts begins."""
        self._zero, self._knots = None, film.take(prompts)
        self._at = self._knots[0][1]

    def answer(self, zero: float) -> None:
        """Answers them; the recording began at this moment (`time.time`)."""
        self._zero = zero

    def leave(self) -> None:
        """No more pictures."""
        self._over.set()
        self._thread.join()

    def _wanted(self) -> float:
        """The second of his recording that should be seen now; behind the answer he goes on as he did."""
        knots, zero = self._knots, self._zero
        if zero is None:
            return knots[0][1]
        second = time.time() - zero
        after = max(0.0, second - knots[-1][0]) * (1.0 if knots[-1][1] > knots[0][1] else -1.0)
        return float(np.interp(second, [at for at, _ in knots], [shown for _, shown in knots])) + after

    def _picture(self) -> bytes:
        index = round((self._at - film.CLEAR[0]) * FPS)
        return self._pictures[max(0, min(len(self._pictures) - 1, index))]

    def _play(self) -> None:
        at_byte, due = len(HEAD) + len(FRAME), time.monotonic()
        with self.target.open("r+b", buffering=0) as camera:
            while not self._over.is_set():
                most = CATCH_UP / FPS
                self._at += max(-most, min(most, self._wanted() - self._at))
                camera.seek(at_byte)
                camera.write(self._picture())
                due = max(due + 1 / FPS, time.monotonic())
                self._over.wait(due - time.monotonic())


def _pictures(recording: Path) -> list[bytes]:
    """The stretch of the recording in which the actor does each action once, as planes of 4:2:0."""
    found = []
    with av.open(str(recording)) as source:
        for frame in source.decode(video=0):
            if frame.time is not None and frame.time > film.CLEAR[1]:
                break
            if frame.time is not None and frame.time >= film.CLEAR[0]:
                found.append(frame.reformat(WIDTH, HEIGHT, "yuvj420p").to_ndarray().tobytes())
    return found
