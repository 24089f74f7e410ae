"""A screen's pixels seen as a grid: fine lines along the sides of the picture, of one width all over it.

Rooms have fine lines, too (blinds, bricks, shelves), but not over most of the picture *and* over the face. A grid that
stands askew is found as moiré in the face (`moire`); one along the sides is left out there, for the edges of a room and
of compressed blocks lie along them.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.ports import FaceBox

_SIDE: Final = 128
_MOST_TILES: Final = 4
"""Along each side of the picture."""
_LOWEST, _HIGHEST = 0.12, 0.49
"""Cycles a pixel; coarser lines are things in a room."""
_BLOCK, _BLOCK_WIDTH = 1 / 8, 1.6 / _SIDE
"""Encoders work on squares of 8 pixels, whose edges are such lines, too."""
_NEAREST, _FARTHEST = 3, 8
"""Steps of frequency from here to there, on both sides, are what a line stands out from."""
_PERSPECTIVE: Final = 1
"""Steps of frequency by which lines may be wider at one side of the picture than at the other."""

_FREQUENCIES: Final = np.arange(_SIDE // 2) / _SIDE
_JUDGED: Final = (
    (_FREQUENCIES > _LOWEST)
    & (_FREQUENCIES < _HIGHEST)
    & (np.abs(_FREQUENCIES - _BLOCK * np.round(_FREQUENCIES / _BLOCK)) > _BLOCK_WIDTH)
)
_WINDOW: Final = np.hanning(_SIDE).astype(np.float32)
_WAVES: Final = 2 * np.pi * np.outer((0, 1, 2), np.arange(_SIDE)) / _SIDE
_LEAN: Final = (_WINDOW * np.stack([np.cos(_WAVES), np.sin(_WAVES)], axis=1)).reshape(6, _SIDE).astype(np.float32)
"""Lines that are upright, or lean by one or two waves over a tile: cosine and sine of each."""
_NOTHING: Final = np.empty((0, 0), dtype=np.float32)
_SHIFTS: Final = [sign * step for sign in (-1, 1) for step in range(_NEAREST, _FARTHEST + 1)]


def pixel_grid(image: Image, face: FaceBox) -> float | None:
    """How much lines of one width stand out in half of the picture and in the face, in natural logarithms of the
    amplitude: 0.7 at most in rooms, 0.8–3.9 where a grid can be seen. ``None`` when the picture is too small."""
    height, width = image.shape[:2]
    if min(height, width) < _SIDE:
        return None
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    x, y = face.centre
    at_face = (int(np.clip(y - _SIDE / 2, 0, height - _SIDE)), int(np.clip(x - _SIDE / 2, 0, width - _SIDE)))
    places = [at_face, *((top, left) for top in _starts(height) for left in _starts(width))]
    tiles = [grey[top : top + _SIDE, left : left + _SIDE] for top, left in places]
    found = []
    for lines in (_lines(tiles), _lines([tile.T for tile in tiles])):
        found.append(np.minimum(lines[0], np.median(lines[1:], axis=0))[_JUDGED].max())
    return float(max(found))


def _starts(length: int) -> list[int]:
    number = min(_MOST_TILES, max(2, round(length / _SIDE)))
    return [int(start) for start in np.linspace(0, length - _SIDE, number)]


def _lines(tiles: Sequence[Image]) -> FloatArray:
    """For each tile and frequency, how much lines down it stand out; shape (tiles, frequencies)."""
    side_by_side = np.hstack(tiles).astype(np.float32)
    # OpenCV's product stays in this thread; NumPy's starts others for so little.
    leaning = np.asarray(cv2.gemm(_LEAN, side_by_side, 1.0, _NOTHING, 0.0)).reshape(3, 2, len(tiles), _SIDE)
    cosine, sine = np.fft.rfft(leaning * _WINDOW, axis=3)[..., : _SIDE // 2].transpose(1, 0, 2, 3)
    spectrum = np.maximum(np.abs(cosine + 1j * sine), np.abs(cosine - 1j * sine)).max(axis=0)
    amplitude = np.log(spectrum + 1e-3)
    padded = np.pad(amplitude, ((0, 0), (_FARTHEST, _FARTHEST)), mode="reflect")
    starts = [_FARTHEST + shift for shift in _SHIFTS]
    usual = np.median([padded[:, start : start + amplitude.shape[1]] for start in starts], axis=0)
    above = np.where(_JUDGED, amplitude - usual, 0.0)
    wide = np.max([np.roll(above, step, axis=1) for step in range(-_PERSPECTIVE, _PERSPECTIVE + 1)], axis=0)
    return np.asarray(wide)
