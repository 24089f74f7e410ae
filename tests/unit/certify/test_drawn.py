"""A face that is drawn by its mesh, and one that only wears it: made up, a textured dome that turns."""

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from services.certify.cues.drawn import drawn
from services.certify.cues.planarity import View
from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.canonical_face import OUTER_EYES
from services.certify.engines.face_chart import EYES, FaceChart
from services.certify.policy import PadPolicy

SIDE, CM = 224, 8.0
"""Pixels of a look, and of a centimetre in it."""
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
Depth = Callable[[FloatArray, FloatArray], FloatArray]


def guess(x: FloatArray, y: FloatArray) -> FloatArray:
    """How far in front of its rim the mesh believes a place to be, in centimetres."""
    return 6.0 * np.clip(1 - (x / 8) ** 2 - (y / 10) ** 2, 0, None)


def head(x: FloatArray, y: FloatArray) -> FloatArray:
    """How far it is: a nose that stands out, cheeks and brow higher and lower than guessed."""
    nose, bumps = 3.0 * np.exp(-(x**2 + (y - 1) ** 2) / 3.0), 1.5 * np.sin(1.2 * x) * np.sin(1.1 * y)
    return np.asarray(guess(x, y) + nose + bumps, dtype=np.float64)


def front() -> FloatArray:
    """468 points of a face seen from the front, in centimetres: evenly over an oval, with eyes and lips in place."""
    number = np.arange(468)
    radius, angle = np.sqrt((number + 0.5) / 468), number * np.pi * (3 - np.sqrt(5))
    points = np.column_stack([7 * radius * np.cos(angle), 9 * radius * np.sin(angle)])
    for outline, x, y, wide in ((EYES[0], -3.0, -2.0, 1.2), (EYES[1], 3.0, -2.0, 1.2), (LIPS, 0.0, 5.0, 2.0)):
        around = np.linspace(0, 2 * np.pi, len(outline), endpoint=False)
        points[list(outline)] = np.column_stack([x + wide * np.cos(around), y + 0.4 * np.sin(around)])
    points[list(OUTER_EYES)] = [[-4.2, -2.0], [4.2, -2.0]]
    return points


def skin(seed: int) -> Image:
    """Marks of all sizes."""
    noise = np.random.default_rng(seed).normal(0, 1, (SIDE, SIDE)).astype(np.float32)
    coarse, fine = cv2.GaussianBlur(noise, (0, 0), 6), cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.asarray(np.clip(128 + 25 * coarse / coarse.std() + 20 * fine / fine.std(), 0, 255), dtype=np.uint8)


def look(yaw: float, points: FloatArray, surface: Image, depth: Depth, at_s: float) -> View:
    """The face turned by ``yaw`` degrees: its skin lies at ``depth``, its mesh where the guess carries it."""
    turn, half = np.radians(yaw), SIDE / 2
    x, y = np.meshgrid((np.arange(SIDE) - half) / CM, (np.arange(SIDE) - half) / CM)
    source = x / np.cos(turn)
    for _ in range(12):
        source = (x - depth(source, y) * np.sin(turn)) / np.cos(turn)
    place = [(values * CM + half).astype(np.float32) for values in (source, y)]
    grey = cv2.remap(surface, place[0], place[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    carried = points[:, 0] * np.cos(turn) + guess(points[:, 0], points[:, 1]) * np.sin(turn)
    mesh = (np.column_stack([carried, points[:, 1]]) * CM + half).astype(np.float32)
    return View(at_s, np.asarray(grey, dtype=np.uint8), mesh, 6.0 * CM, 0.0, yaw, upright=True)


def turning(depth: Depth, most: float, seed: int = 3) -> list[View]:
    """A second to the front, then slowly aside by ``most`` degrees and back."""
    points, surface = front(), skin(seed)
    yaws = [0.0] * 15 + [most * float(np.sin(np.pi * step / 20)) for step in range(20)]
    return [look(yaw, points, surface, depth, index / 15) for index, yaw in enumerate(yaws)]


@pytest.fixture(scope="module")
def charts() -> tuple[FaceChart, FaceChart]:
    """Of the made-up face, fine and coarse."""
    return FaceChart(front()), FaceChart(front(), range(0, 468, 6))


@pytest.fixture(scope="module")
def chart(charts: tuple[FaceChart, FaceChart]) -> FaceChart:
    """The fine one."""
    return charts[0]


def test_a_face_drawn_by_its_mesh_sticks_to_it_and_a_head_does_not(charts: tuple[FaceChart, FaceChart]) -> None:
    """The skin of a head lies elsewhere than the mesh guesses. Both slide less than in life, where the mesh is laid on
    anew in each look and never quite the same."""
    worn, alive = drawn(turning(guess, 20.0), charts), drawn(turning(head, 20.0), charts)
    assert worn is not None and alive is not None
    assert worn < PadPolicy().min_drawn
    assert 10 * worn < alive


def test_light_that_changes_hides_no_drawn_face(charts: tuple[FaceChart, FaceChart]) -> None:
    """The wearer's light and shadow over the photo."""
    shade = np.linspace(0.5, 1.3, SIDE)[None, :]
    views = turning(guess, 20.0)
    lit = [replace(v, grey=np.clip(v.grey * (shade if v.yaw else 1.0), 0, 255).astype(np.uint8)) for v in views]
    worn = drawn(lit, charts)
    assert worn is not None and worn < PadPolicy().min_drawn


def test_who_hardly_turns_tells_nothing(charts: tuple[FaceChart, FaceChart]) -> None:
    """Below eight degrees living skin stays in place, too."""
    assert drawn(turning(guess, 7.5), charts) is None
    assert drawn([], charts) is None
    assert drawn(turning(guess, 20.0)[:2], charts) is None


def test_a_chart_leaves_out_eyes_mouth_and_rim(chart: FaceChart) -> None:
    """Where who draws a face leaves holes, and where the wearer begins."""
    low, high = front().min(axis=0), front().max(axis=0)
    scale = 156 / float((high - low).max())
    for x, y in ((-3.0, -2.0), (3.0, -2.0), (0.0, 5.0), (-6.9, 0.0), (0.0, 8.8)):
        column, row = (np.array([x, y]) - (low + high) / 2) * scale + 80
        assert not chart.skin[int(row), int(column)]
    assert chart.skin[80, 80]


def test_what_is_turned_away_is_not_seen(chart: FaceChart) -> None:
    """A profile shows half of the face."""
    aside, ahead = look(55.0, front(), skin(1), guess, 0.0), look(0.0, front(), skin(1), guess, 0.0)
    assert chart.seen(aside.mesh).sum() < 0.75 * chart.seen(ahead.mesh).sum()
