"""What the surface of the face gives back: highlights, and how much its colour varies.

A lamp is mirrored on the oily parts of skin as white spots; paper scatters light, and a screen shines by itself but may
mirror the lamp as a whole. Skin varies in colour with the blood beneath; print and screens have fewer reds.
"""

from typing import NamedTuple

import cv2
import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox

_SIDE = 64
_INNER = 0.15
"""Of the box's width left out on each side, so that no background is in it."""
_WHITE = 225
"""Grey level of the darkest channel from which a spot is a highlight: the colour of skin is gone."""
_LINEAR = ((np.arange(256) / 255.0) ** 2.2 + 2e-3).astype(np.float32)
"""Light of each pixel value (display gamma 2.2); the offset keeps the logarithm of black quiet."""


class Surface(NamedTuple):
    """One face."""

    highlights: float
    """Per cent of the face that are white spots."""
    colour: float
    """Spread (standard deviation) of log(red / green) over the face."""


def measure_surface(image: Image, face: FaceBox) -> Surface:
    """Of the middle of the face box in a BGR frame."""
    height, width = image.shape[:2]
    left, right = face.x + _INNER * face.width, face.x + (1 - _INNER) * face.width
    top, bottom = face.y + _INNER * face.height, face.y + (1 - _INNER) * face.height
    rows = slice(min(max(0, int(top)), height - 2), min(height, max(int(bottom), int(top) + 2)))
    columns = slice(min(max(0, int(left)), width - 2), min(width, max(int(right), int(left) + 2)))
    small = cv2.resize(image[rows, columns], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    linear = _LINEAR[small]
    redness = np.log(linear[..., 2] / linear[..., 1])
    return Surface(100.0 * float((small.min(axis=2) >= _WHITE).mean()), float(redness.std()))
