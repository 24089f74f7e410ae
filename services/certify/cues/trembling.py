"""How much places of the face shake against one another while the head rests: those of a drawn face do.

Landmarks tremble, each for itself, by what the program that finds them is unsure of, and a face that is drawn on them
trembles with them. Living skin at rest moves as a whole; what a word or a smile moves, it moves evenly for some
pictures. So places are followed through three pictures in a row, and it is measured how far each strays from an even
movement, once what the face as a whole does (an affine map) is taken out. Noise and compression shake places, too, and
no less when they slide (`drawn`): so only the ratio of the two tells. Figures: docs/pad-calibration.md.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from services.certify.cues.planarity import Places, View, corners_of, follow, poses, spread

_APART_S: Final = 0.11
"""Longest time from one picture to the next: ten a second are enough."""
_REST_DEG_S: Final = 6.0
"""The head rests while its pose changes less than this: a head that turns is not flat, so its places stray, too."""
_LOOKS, _LEAST = 10, 6
"""Pictures at rest that are measured, and the least that say something."""
_RIM: Final = 0.12
"""Places lie so far inside the outline of the mesh, in distances between the eyes."""
_PLACES, _LEAST_PLACES, _STEP_PX = 80, 15, 4.0
_BACK_PX: Final = 0.5
"""What is not found back to its origin within this was not found."""
_WINDOW: Final = 15
"""Pixels of the square by which a place is known again."""
_WHOLE: Final = 0.7
"""The share of the places that the movement of the face as a whole is fitted to: others are on lids and lips."""


def trembling(views: Sequence[View]) -> float | None:
    """How far places stray (their median, and that of the pictures), in % of the distance between the eyes; ``None``
    with too few pictures at rest, or too little on the face that can be followed."""
    strays = (_stray(*views[at - 1 : at + 2]) for at in _at_rest(views).tolist())
    measured = [stray for stray in strays if stray is not None]
    return 100.0 * float(np.median(measured)) if len(measured) >= _LEAST else None


def _at_rest(views: Sequence[View]) -> npt.NDArray[np.intp]:
    """Pictures with one shortly before and one shortly after, between which the head rests."""
    if len(views) < _LEAST + 2:
        return np.zeros(0, dtype=np.intp)
    t, pose = np.array([v.at_s for v in views]), poses(views)
    near = np.maximum(t[1:-1] - t[:-2], t[2:] - t[1:-1]) <= _APART_S
    calm = np.hypot(*(pose[2:] - pose[:-2]).T) <= _REST_DEG_S * (t[2:] - t[:-2])
    return spread(np.nonzero(near & calm)[0], _LOOKS) + 1


def _stray(before: View, now: View, after: View) -> float | None:
    """Median over places, in distances between the eyes."""
    places = corners_of(now, _PLACES, _STEP_PX, _RIM)
    uneven, found = np.zeros_like(places), np.ones(len(places), dtype=bool)
    for other in (before, after):
        there, seen = follow(now.grey, other.grey, places, _WINDOW, _BACK_PX)
        found &= seen
        uneven += there - places
    if found.sum() < _LEAST_PLACES:
        return None
    return float(np.median(_left_over(places[found], uneven[found]))) / now.eyes_px


def _left_over(places: Places, moved: Places) -> npt.NDArray[np.float64]:
    """What is left of each place's movement without that of the face as a whole."""
    at = np.column_stack([places, np.ones(len(places))])
    left, kept = np.zeros(len(places)), np.ones(len(places), dtype=bool)
    for _ in range(3):
        whole = np.linalg.lstsq(at[kept], moved[kept], rcond=None)[0]
        left = np.linalg.norm(moved - at @ whole, axis=1)
        kept = left <= np.quantile(left, _WHOLE)
    return left
