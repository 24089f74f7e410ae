"""Moiré: a camera that looks at a screen sees two grids beat; skin has no grid.

In the spectrum of the middle of the face (at the pixels of the judged frame, not resized: resizing kills the pattern)
a grid is a sharp peak at one frequency, while skin, hair and noise fall off evenly with frequency.
"""

from typing import Final

import cv2
import numpy as np

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.ports import FaceBox

_SIDE: Final = 128
_LOWEST: Final = 0.12
"""Cycles a pixel; coarser patterns are faces."""
_OFF_AXIS: Final = 2.5 / _SIDE
"""Frequencies along the axes are left out: edges of the picture and of compressed blocks lie there."""
_FLAT_SIGMA: Final = 4.0


def _grid() -> tuple[FloatArray, FloatArray, FloatArray]:
    y, x = np.meshgrid(np.fft.fftfreq(_SIDE), np.fft.fftfreq(_SIDE), indexing="ij")
    radius = np.hypot(y, x)
    judged = (radius > _LOWEST) & (radius < 0.5) & (np.abs(x) > _OFF_AXIS) & (np.abs(y) > _OFF_AXIS)
    ring = np.round(radius * _SIDE).astype(np.int64)
    return judged, ring, np.outer(np.hanning(_SIDE), np.hanning(_SIDE))


_JUDGED, _RING, _WINDOW = _grid()
_IN_RING = np.bincount(_RING.ravel())


def spectral_peak(image: Image, face: FaceBox) -> float | None:
    """The highest peak over the mean of its frequency ring, in natural logarithms of the amplitude: 1.0–1.9 on skin,
    2.2–3.8 on a screen whose grid shows. ``None`` when the picture is too small."""
    height, width = image.shape[:2]
    if min(height, width) < _SIDE:
        return None
    x, y = face.centre
    left = int(np.clip(x - _SIDE / 2, 0, width - _SIDE))
    top = int(np.clip(y - _SIDE / 2, 0, height - _SIDE))
    grey = cv2.cvtColor(image[top : top + _SIDE, left : left + _SIDE], cv2.COLOR_BGR2GRAY).astype(np.float32)
    flat = grey - cv2.GaussianBlur(grey, (0, 0), _FLAT_SIGMA)
    amplitude = np.log(np.abs(np.fft.fft2(flat * _WINDOW)) + 1e-3)
    usual = np.bincount(_RING.ravel(), weights=amplitude.ravel()) / _IN_RING
    above = cv2.blur(amplitude - usual[_RING], (2, 2))
    return float(np.asarray(above)[_JUDGED].max())
