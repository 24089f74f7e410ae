"""Whether the face is drawn on a mesh: a photo laid over somebody's moving face, triangle by triangle.

The mesh that is laid on a face is a guess, made from what most faces are like. When a living head turns, its skin is
seen elsewhere than where the mesh carries it: noses stand out more or less than the guess, light and shadow stay
behind. A picture that was drawn by such a mesh stays where the mesh carries it. So a turned look is laid out beside
one to the front, and it is measured how far the skin has slid between them. What the mesh as a whole is off (moved,
stretched, sheared) is taken out first: that says how well it was laid on, not what the face is like. Eyes and mouth are
left out, where who draws such a face may leave holes, and so is the rim. Whose program knows a face by fewer points
draws it with larger triangles, so the same is measured on a coarse chart, too. Figures: docs/pad-calibration.md.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import cv2
import numpy as np

from services.certify.cues.planarity import Places, View, follow, poses, spread
from services.certify.domain.observation import Series
from services.certify.engines.arrays import Image
from services.certify.engines.face_chart import FaceChart, Mask

_ANGLE_DEG: Final = (8.0, 22.0)
"""How far apart two looks say something: nearer, living skin stays in place, too; farther, little is seen in both."""
_NEUTRAL_DEG: Final = 6.0
"""A look to the front is within this of the clip's median pose."""
_FRONTS, _TURNED, _LEAST = 5, 6, 4
"""Looks to the front, turned ones beside each, and the least pairs that say something."""
_STEP_PX, _LEAST_FOUND = 8, 20
"""The chart's places lie so far apart; so many must be seen in both looks and found again."""
_SHARE: Final = 0.35
"""Of the places that slide, those that slide least: the others lie where the guess is bad in either case, or were not
found again."""
_BACK_PX: Final = 0.8
"""What is not found back to its origin within this was not found, and whatever lies within this moves as a whole."""
_WINDOW: Final = 17
"""Pixels of the square by which a place is known again; one that is not found slides by half of it at least."""
_SHARES_OF_SLIDE: Final = (1.0, 0.9)
"""What a slide on the fine and on the coarse chart counts: larger triangles carry living skin less well."""


def drawn(views: Sequence[View], charts: tuple[FaceChart, FaceChart]) -> float | None:
    """How far the skin slides off the mesh, in % of the distance between the eyes for each degree between two looks, on
    the fine or the coarse chart, where it slides less; ``None`` when the face does not turn or bow far enough to
    tell."""
    if len(views) < _LEAST:
        return None
    pose = poses(views)
    fronts = np.nonzero(_degrees(pose, np.median(pose, axis=0)) <= _NEUTRAL_DEG)[0]
    pairs: list[tuple[int, int, float]] = []
    for front in spread(fronts, _FRONTS).tolist():
        apart = _degrees(pose, pose[front])
        turned = np.nonzero((apart >= _ANGLE_DEG[0]) & (apart < _ANGLE_DEG[1]))[0]
        pairs += [(front, at, float(apart[at])) for at in spread(turned, _TURNED).tolist()]
    slides = [(_slide(views, pairs, chart), share) for chart, share in zip(charts, _SHARES_OF_SLIDE, strict=True)]
    return min((slide * share for slide, share in slides if slide is not None), default=None)


def _slide(views: Sequence[View], pairs: Sequence[tuple[int, int, float]], chart: FaceChart) -> float | None:
    """Median over pairs of looks, each with the degrees between them."""
    places = _grid(chart.skin)

    @cache
    def laid_out(at: int) -> Image:
        return chart.lay_out(views[at].grey, views[at].mesh)

    @cache
    def seen(at: int) -> Places:
        shown = chart.seen(views[at].mesh)
        return np.asarray(places[shown[places[:, 1].astype(int), places[:, 0].astype(int)]], dtype=np.float32)

    slides = [(_slid(laid_out(front), laid_out(at), seen(at)), apart) for front, at, apart in pairs]
    measured = [100.0 * slid / chart.eyes_px / apart for slid, apart in slides if slid is not None]
    return float(np.median(measured)) if len(measured) >= _LEAST else None


def _slid(picture: Image, other: Image, places: Places) -> float | None:
    """How many pixels the skin at these (n, 2) places lies elsewhere in the other picture, once both are laid over one
    another as well as an affine map can."""
    if len(places) < _LEAST_FOUND:
        return None
    there, returned = follow(picture, other, places, _WINDOW, _BACK_PX, levels=1)
    if returned.sum() < _LEAST_FOUND:
        return None
    whole, _ = cv2.estimateAffine2D(places[returned], there[returned], ransacReprojThreshold=_BACK_PX)
    if whole is None:
        return None
    laid = places @ whole[:, :2].T + whole[:, 2]
    slid = np.where(returned, np.linalg.norm(there - laid, axis=1), _WINDOW / 2)
    return float(np.quantile(slid, _SHARE))


def _grid(skin: Mask) -> Places:
    y, x = (each.ravel() for each in np.mgrid[: skin.shape[0] : _STEP_PX, : skin.shape[1] : _STEP_PX])
    return np.asarray(np.stack([x, y], axis=1)[skin[y, x]], dtype=np.float32)


def _degrees(pose: Series, beside: Series) -> Series:
    return np.asarray(np.hypot(*(pose - beside).T), dtype=np.float64)
