"""Every second look is judged by the nets; the others only where those leave a doubt."""

from collections.abc import Sequence

import numpy as np
import pytest

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox
from services.certify.liveness_looks import LivenessLooks

FACE = FaceBox(10.0, 10.0, 40.0, 40.0, 0.9, np.zeros((5, 2)))


class Written:
    """A net that reads its score from the picture's first pixel, in per cent."""

    name = "written"

    def __init__(self) -> None:
        self.asked = 0

    def live_score(self, image: Image, face: FaceBox) -> float:
        """0 to 1."""
        self.asked += 1
        return float(image[0, 0, 0]) / 100


def judged(scores: Sequence[int]) -> tuple[list[float | None], int]:
    """Score of each look, and how often the net was asked."""
    net = Written()
    looks = LivenessLooks([net])
    found = [looks.take(number, np.full((60, 60, 3), score, np.uint8), FACE) for number, score in enumerate(scores)]
    for number, live in looks.rest():
        assert found[number] is None
        found[number] = live
    return [None if live is None else live[0] for live in found], net.asked


@pytest.mark.parametrize("score", [97, 3])
def test_a_plain_clip_is_judged_by_every_second_look(score: int) -> None:
    """Alive or not."""
    assert judged([score] * 11) == ([score / 100, None] * 5 + [score / 100], 6)


@pytest.mark.parametrize(
    "scores",
    [
        [97] * 8,
        [60] * 11,
        [45] * 11,
        [97, 97, 97, 97, 2, 97, 2, 97, 70, 97, 70],
    ],
)
def test_a_doubt_is_judged_by_every_look(scores: list[int]) -> None:
    """Few looks, a median near the threshold, or looks that contradict one another."""
    assert judged(scores) == ([score / 100 for score in scores], len(scores))
