"""Straight edges about the face: a photo and a screen end, with four straight sides.

Lines as long as the face that lie beside it are counted side by side. So are doors, windows and boards behind a living
person, which is why nothing is decided by it alone (docs/pad-calibration.md).
"""

import cv2
import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox

_CANNY = (40, 120)
"""Grey levels: half and one and a half of the contrast of grey paper before a wall."""
_SLANT_DEG = 20.0
"""A thing held before a camera leans by less than this."""
_LENGTH = 0.8
"""Of the face's height; shorter lines are hair, collars and glasses."""
_BROKEN = 0.1
"""Gaps in a line, of the same: fingers, and pixels that the edge detector misses."""
_NEAR, _FAR = 0.55, 2.5
"""Where a side may lie, in heights of the face from its middle: beside the face, not in it."""


def straight_sides(small: Image, face: FaceBox, scale: float) -> int:
    """On how many of its four sides the face has a straight edge, 0 to 4.

    ``small`` is the whole frame, grey, made smaller by ``scale``; ``face`` is in pixels of the frame.
    """
    height = face.height * scale
    x, y = (value * scale for value in face.centre)
    if height < 8.0:
        return 0
    edges = cv2.Canny(small, *_CANNY)
    found = cv2.HoughLinesP(
        edges,
        1.0,
        np.pi / 90,
        threshold=max(8, int(0.6 * _LENGTH * height)),
        minLineLength=_LENGTH * height,
        maxLineGap=max(1.0, _BROKEN * height),
    )
    if found is None:
        return 0
    sides = set()
    for x1, y1, x2, y2 in np.asarray(found, dtype=np.float64).reshape(-1, 4):
        slant = float(np.degrees(np.arctan2(abs(x2 - x1), abs(y2 - y1))))
        across, down = ((x1 + x2) / 2 - x) / height, ((y1 + y2) / 2 - y) / height
        if slant <= _SLANT_DEG and _NEAR <= abs(across) <= _FAR and abs(down) <= 1.0:
            sides.add("left" if across < 0 else "right")
        elif slant >= 90.0 - _SLANT_DEG and _NEAR <= abs(down) <= _FAR and abs(across) <= 1.0:
            sides.add("above" if down < 0 else "below")
    return len(sides)
