"""Whether two recordings are faded into each other: for some frames two pictures lie over one another.

A frame within a cross-fade is a weighted mean of the frame before it and the frame behind it. A frame of something that
moves is not: it shows the same things elsewhere. Both are tried on the frames between any two that differ more than a
small movement makes them differ, and it is told how much better the mean explains them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from services.certify.cues.timeline import Moment, thinned
from services.certify.engines.arrays import Image

_RELIEF_SIGMA = 6.0
"""Pixels of 160; coarser differences are left out: light that changes is a mean of before and after, too."""
_LONGEST = 10
"""Steps at 15 a second from the picture before a fade to the one behind it: fades of 0.6 s and less."""
_LONGEST_S = 1.0
"""… in time, where frames are missing."""
_UNLIKE = 0.85
"""Two pictures whose relief correlates more than this are one scene hardly moved, in which mean and motion are the same
to within the noise."""
_LEAST_CHANGE = 4.0
"""Grey levels (rms) between two pictures; less drowns in noise and compression."""
_FLOOR = 0.5
"""Grey levels that compression leaves over of any explanation."""
_MIDDLE = (0.2, 0.8)
"""Shares of the second picture at which a frame shows enough of both."""
_BACK = -0.05
"""A fade goes one way: the share of the second picture does not fall from frame to frame by more than noise."""
_LEFT_OVER = 0.4
"""What a mean may leave over of each frame of a fade, as a share of the change."""

_WORSE = 1.4
"""Motion has to leave over this much more than the mean: of a sharp picture that trembles it leaves 1.3 times as much,
for its pixels are fewer than its details."""
_TRIED = 40
"""Pairs that motion is tried on, the likeliest first: 30 ms at most."""


@dataclass(frozen=True)
class _Pair:
    """Two pictures with one between them that may be their mean."""

    change: float
    """Grey levels between the two."""
    left_over: float
    """Grey levels that the best mean leaves over of the picture between."""
    apart: float
    """Grey levels from that to the nearer of the two: what motion leaves over when there is none."""
    before: int
    between: int
    after: int


def blended(moments: Sequence[Moment]) -> float | None:
    """How much better two pictures laid over one another explain the frames between them than motion does.

    The geometric mean of two ratios: of the whole change to what the best mean leaves over, and of what motion (dense
    optical flow from the nearer of both) leaves over to the same. 1 where motion does nearly as well everywhere: on
    every genuine clip. Cross-fades of two recordings that differ are at 3.1 and more (docs/pad-calibration.md).
    ``None`` when no two pictures differ enough.
    """
    moments = thinned(moments)
    if len(moments) < 3:
        return None
    relief = np.stack([_relief(moment.fine) for moment in moments])
    pairs = sorted(_pairs(moments, relief), key=_at_most, reverse=True)
    if not pairs:
        return None
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

    @cache
    def moved(to: int, start: int) -> float:
        return _moved(flow, moments, relief, to, start)

    largest = 1.0
    for pair in pairs[:_TRIED]:
        if _at_most(pair) <= largest:
            break
        least = min(moved(pair.between, pair.before), moved(pair.between, pair.after))
        if least >= _WORSE * pair.left_over:
            largest = max(largest, float(np.sqrt(pair.change * least)) / pair.left_over)
    return largest


def _at_most(pair: _Pair) -> float:
    """Motion leaves over no more than no motion, so that few pairs have to be tried."""
    return float(np.sqrt(pair.change * pair.apart)) / pair.left_over


def _relief(fine: Image) -> npt.NDArray[np.float32]:
    grey = fine.astype(np.float32)
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), _RELIEF_SIGMA), dtype=np.float32)


def _pairs(moments: Sequence[Moment], relief: npt.NDArray[np.float32]) -> list[_Pair]:
    """Pictures unlike each other whose frames between lie near the straight line from one to the other."""
    flat = relief.reshape(len(relief), -1)
    shape = (_LONGEST + 1, len(flat))
    products = np.zeros(shape)
    for apart in range(min(shape)):
        products[apart, : len(flat) - apart] = np.einsum("ij,ij->i", flat[: len(flat) - apart], flat[apart:])
    products /= flat.shape[1]
    size, found = products[0], []
    for apart in range(2, _LONGEST + 1):
        for first in range(len(flat) - apart):
            last = first + apart
            change = size[first] + size[last] - 2 * products[apart, first]
            alike = products[apart, first] >= _UNLIKE * np.sqrt(size[first] * size[last])
            if alike or change < _LEAST_CHANGE**2 or moments[last].at_s - moments[first].at_s > _LONGEST_S:
                continue
            steps = np.arange(1, apart)
            to_first, to_last = products[steps, first], products[apart - steps, first + steps]
            share = (to_last - to_first - products[apart, first] + size[first]) / change
            apart2 = size[first + steps] - 2 * to_first + size[first] - share**2 * change
            left_over = np.sqrt(np.maximum(apart2, _FLOOR**2))
            one_way = all(b - a > _BACK for a, b in pairwise([0.0, *share, 1.0]))
            at = int(np.abs(share - 0.5).argmin())
            middle = _MIDDLE[0] < share[at] < _MIDDLE[1]
            if one_way and middle and float(left_over.max()) < _LEFT_OVER * np.sqrt(change):
                away = min(size[first] - 2 * to_first[at], size[last] - 2 * to_last[at]) + size[first + 1 + at]
                change_, away_ = float(np.sqrt(change)), float(np.sqrt(max(away, 0.0)))
                found.append(_Pair(change_, float(left_over[at]), away_, first, first + 1 + at, last))
    return found


def _moved(
    flow: cv2.DISOpticalFlow, moments: Sequence[Moment], relief: npt.NDArray[np.float32], to: int, start: int
) -> float:
    """What is left over of one picture when another is moved onto it, in grey levels."""
    way = flow.calc(moments[to].fine, moments[start].fine, np.zeros((*relief.shape[1:], 2), dtype=np.float32))
    rows, columns = np.indices(relief.shape[1:], dtype=np.float32)
    there = cv2.remap(
        relief[start],
        columns + way[..., 0],
        rows + way[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return float(np.sqrt(np.square(there - relief[to]).mean()))
