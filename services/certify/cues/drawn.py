"""Whether the face is drawn on the mesh: a photo laid over somebody's moving face, triangle by triangle.

The mesh that is laid on a face is a guess, made from what most faces are like. When a living head turns, its skin is
seen elsewhere than where the mesh carries it: noses stand out more or less than the guess, light and shadow stay
behind. A picture that was drawn by such a mesh stays where the mesh carries it. So a turned look is laid out beside
one to the front, and points that have not slid along the turn are counted, as a share of all points looked for. How
far counts as sliding grows with the angle, as the error of a guess does. Eyes and mouth are left out, where who draws
such a face may leave holes, and so is the rim. Figures: docs/pad-calibration.md.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from services.certify.cues.planarity import View
from services.certify.domain.observation import Series, median_of_three
from services.certify.engines.arrays import Image
from services.certify.engines.face_chart import FaceChart, Mask

_ANGLE_DEG: Final = (11.0, 22.0)
"""How far apart two looks say something: nearer, living skin stays in place, too; farther, little is seen in both."""
_NEUTRAL_DEG: Final = 6.0
"""A look to the front is within this of the clip's median pose."""
_FRONTS, _TURNED, _LEAST = 6, 8, 4
"""Looks to the front, turned ones beside each, and the least pairs that say something."""
_POINTS, _LEAST_POINTS, _APART_PX = 150, 20, 4
_IN_PLACE: Final = 0.0008
"""Of the distance between the eyes, for each degree between the looks: chosen between the genuine clips and derived
swaps."""
_BACK_PX: Final = 1.0
"""What is not found back to its origin within this was not found."""
_WINDOW: Final = 21


def drawn(views: Sequence[View], chart: FaceChart) -> float | None:
    """Share of points (0–1) that stay where the mesh carries them, median over pairs of looks; ``None`` when the face
    does not turn or bow far enough to tell."""
    if len(views) < _LEAST:
        return None
    pose = np.stack([median_of_three(np.array([getattr(v, name) for v in views])) for name in ("pitch", "yaw")], axis=1)
    fronts = np.nonzero(_degrees(pose, np.median(pose, axis=0)) <= _NEUTRAL_DEG)[0]

    @cache
    def laid_out(at: int) -> tuple[Image, Mask]:
        return chart.lay_out(views[at].grey, views[at].mesh), chart.skin & chart.seen(views[at].mesh)

    shares: list[float] = []
    for front in _spread(fronts, _FRONTS):
        apart = _degrees(pose, pose[front])
        turned = np.nonzero((apart >= _ANGLE_DEG[0]) & (apart < _ANGLE_DEG[1]))[0]
        for at in _spread(turned, _TURNED):
            (picture, skin), (other, seen) = laid_out(int(front)), laid_out(int(at))
            pitch, yaw = pose[at] - pose[front]
            share = _in_place(picture, other, skin & seen, np.array([yaw, pitch]), _IN_PLACE * chart.eyes_px)
            shares += [] if share is None else [share]
    return float(np.median(shares)) if len(shares) >= _LEAST else None


def _in_place(picture: Image, other: Image, mask: Mask, turn: Series, px_per_degree: float) -> float | None:
    """The share of the picture's points that the other shows in their place. ``turn``: degrees to the side and down,
    which is also where skin slides to."""
    corners = cv2.goodFeaturesToTrack(picture, _POINTS, 0.01, _APART_PX, mask=mask.astype(np.uint8) * 255)
    if corners is None or len(corners) < _LEAST_POINTS:
        return None
    points = np.asarray(corners, dtype=np.float32)
    there, found = _follow(picture, other, points)
    back, found_back = _follow(other, picture, there)
    returned = found & found_back & (np.linalg.norm((back - points)[:, 0], axis=1) < _BACK_PX)
    angle = float(np.hypot(*turn))
    slid = np.abs((there - points)[:, 0] @ (turn / angle))
    return float((returned & (slid < px_per_degree * angle)).mean())


def _follow(before: Image, after: Image, points: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], Mask]:
    size = (_WINDOW, _WINDOW)
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, points.copy(), winSize=size, maxLevel=1)
    return np.asarray(there, dtype=np.float32), np.asarray(found).ravel() == 1


def _degrees(pose: Series, beside: Series) -> Series:
    return np.asarray(np.hypot(*(pose - beside).T), dtype=np.float64)


def _spread(numbers: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """So many of them, evenly spread."""
    return numbers[np.unique(np.linspace(0, len(numbers) - 1, count).astype(int))] if len(numbers) else numbers
