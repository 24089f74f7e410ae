"""Face detection by YuNet (OpenCV Zoo, 2023mar)."""

from pathlib import Path

import cv2
import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox

_LONG_SIDE = 320
"""Pixels: the picture is scaled to this before the net. 3.1 ms at 320×240; finds faces down to about 1/20 of the
long side."""

_SCORE, _NMS = 0.6, 0.3
"""Confidence floor (0.9 is OpenCV's default and loses bowed, old and covered faces) and overlap at which boxes are
one."""


class YuNetDetector:
    """YuNet through ``cv2.FaceDetectorYN``; its five points also align the face for SFace."""

    def __init__(self, model: Path, long_side: int = _LONG_SIDE) -> None:
        self._long_side = long_side
        self._net = cv2.FaceDetectorYN.create(str(model), "", (long_side, long_side), _SCORE, _NMS, 50)

    def detect(self, image: Image) -> list[FaceBox]:
        """All faces, the largest first."""
        height, width = image.shape[:2]
        scale = min(1.0, self._long_side / max(height, width))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1.0 else image
        self._net.setInputSize((small.shape[1], small.shape[0]))
        _, rows = self._net.detect(small)
        if rows is None:
            return []
        boxes = [_box(np.asarray(row, dtype=np.float64) / np.array([scale] * 14 + [1.0])) for row in rows]
        return sorted(boxes, key=lambda box: box.area, reverse=True)


def _box(row: np.ndarray) -> FaceBox:
    x, y, width, height = (float(v) for v in row[:4])
    return FaceBox(x=x, y=y, width=width, height=height, score=float(row[14]), points=row[4:14].reshape(5, 2))
