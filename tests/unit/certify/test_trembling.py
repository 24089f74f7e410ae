"""A face drawn on landmarks that tremble, and one that moves: made up, marks on a plane before a hand-held camera."""

from collections.abc import Callable

import cv2
import numpy as np

from schemas.verification import CueName
from services.certify.cues.planarity import OVAL, View
from services.certify.cues.trembling import trembling
from services.certify.domain.observation import ClipCues
from services.certify.domain.pad import judge_cues
from services.certify.engines.arrays import FloatArray, Image
from services.certify.policy import PadPolicy

SIDE, EYES_PX = 224, 60.0
Shift = Callable[[int, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
"""Where the skin at x, y of the picture of that number comes from."""


def filmed(shift: Shift, pictures: int = 30, apart_s: float = 1 / 15, noise: float = 0.0) -> list[View]:
    """A face that fills the window, its skin moved by ``shift`` in each picture."""
    chance = np.random.default_rng(5)
    marks = cv2.GaussianBlur(chance.normal(0, 1, (SIDE, SIDE)).astype(np.float32), (0, 0), 2)
    skin = np.clip(128 + 40 * marks / marks.std(), 0, 255).astype(np.uint8)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    mesh = np.zeros((468, 2), dtype=np.float32)
    around = np.linspace(0, 2 * np.pi, len(OVAL), endpoint=False)
    mesh[list(OVAL)] = SIDE / 2 + 90 * np.column_stack([np.cos(around), np.sin(around)])
    looks: list[View] = []
    for number in range(pictures):
        there = [place.astype(np.float32) for place in shift(number, x, y)]
        seen = cv2.remap(skin, there[0], there[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        grey: Image = np.clip(seen + chance.normal(0, noise, seen.shape), 0, 255).astype(np.uint8)
        looks.append(View(number * apart_s, grey, mesh, EYES_PX, 0.0, 0.0, upright=True))
    return looks


def held(number: int, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """By a hand: moved, turned and nearer, and never evenly."""
    turn, near = 0.02 * np.sin(2.1 * number), 1 + 0.01 * np.cos(1.7 * number)
    return near * x + turn * y + 3 * np.sin(1.9 * number), near * y - turn * x + 2 * np.cos(2.3 * number)


def drawn_on(points: int, px: float) -> Shift:
    """On so many landmarks a side, each of which trembles for itself."""
    chance = np.random.default_rng(9)

    def shift(number: int, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        across, down = (
            cv2.resize(chance.normal(0, px, (points, points)), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
            for _ in range(2)
        )
        return held(number, x + across, y + down)

    return shift


def smiling(number: int, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The mouth widens evenly, in a hand-held picture."""
    below = np.clip((y - 120) / 60, 0, 1)
    return held(number, x - 0.004 * number * below * (x - SIDE / 2), y)


def test_skin_moves_as_a_whole_and_what_is_drawn_on_landmarks_does_not() -> None:
    """However the hand shakes; and the more, the less sure the landmarks are."""
    still, alive = trembling(filmed(held)), trembling(filmed(smiling))
    little, much = trembling(filmed(drawn_on(8, 0.4))), trembling(filmed(drawn_on(8, 1.2)))
    assert still is not None and alive is not None and little is not None and much is not None
    assert 2 * max(still, alive) < little < 0.6 * much


def test_noise_shakes_places_too() -> None:
    """So trembling alone tells nothing."""
    clear, noisy = trembling(filmed(held)), trembling(filmed(held, noise=16.0))
    assert clear is not None and noisy is not None
    assert noisy > 2 * clear


def test_what_cannot_be_followed_tells_nothing() -> None:
    """Too few pictures, too far apart, or a face without marks."""
    assert trembling([]) is None
    assert trembling(filmed(held, pictures=7)) is None
    assert trembling(filmed(held, apart_s=0.15)) is None
    assert trembling(filmed(lambda number, x, y: (np.zeros_like(x), np.zeros_like(y)))) is None


def test_a_slide_counts_by_what_trembles() -> None:
    """The same slide is that of a head where the face is steady, and of nothing where it trembles."""
    bound = PadPolicy().min_steady
    for cues, passed in (
        (ClipCues(drawn=0.2, trembling=0.2 / bound / 1.01), True),
        (ClipCues(drawn=0.2, trembling=0.2 / bound * 1.01), False),
        (ClipCues(drawn=0.2), True),
        (ClipCues(trembling=2.0), True),
        (ClipCues(drawn=0.2, trembling=0.0), True),
    ):
        assert judge_cues(cues, PadPolicy())[CueName.STEADY].passed is passed
    worn = judge_cues(ClipCues(drawn=0.2, trembling=1.0), PadPolicy())
    assert worn[CueName.DRAWN].passed and worn[CueName.STEADY].score == 0.2
