"""Face matching by SFace (OpenCV Zoo, 2021dec, fp32): whole faces and halves of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.ports import FaceBox

_SIDE, _GREY = 112, 127.0
_NOSE: Final = (56, 66)
"""Column of its ridge and row of its middle in an aligned face."""
_SOFT: Final = 4.0
"""Pixels over which a half fades into the grey: an edge would be a feature."""


class SFaceMatcher:
    """SFace through ``cv2.FaceRecognizerSF``: 128 numbers a face, compared by cosine (−1…1)."""

    name = "sface"

    def __init__(self, model: Path) -> None:
        self._net = cv2.FaceRecognizerSF.create(str(model), "")

    def embed(self, image: Image, face: FaceBox) -> FloatArray:
        """The face aligned by its five points to 112×112, then 128 numbers of unit length."""
        return self._feature(self._align(image, face))

    def halves(self, image: Image, face: FaceBox) -> tuple[FloatArray, ...]:
        """Templates of the left, the right and the lower half of the aligned face, the rest of each grey."""
        aligned = self._align(image, face).astype(np.float32) - _GREY
        halves = (np.rint(aligned * half[:, :, None] + _GREY) for half in _HALVES)
        return tuple(self._feature(half.astype(np.uint8)) for half in halves)

    def pool(self, templates: Sequence[FloatArray]) -> FloatArray:
        """The mean direction."""
        return _unit(np.mean(templates, axis=0))

    def similarity(self, a: FloatArray, b: FloatArray) -> float:
        """Cosine of the two templates; OpenCV Zoo's own threshold on LFW is 0.363."""
        return float(np.dot(a, b))

    def _align(self, image: Image, face: FaceBox) -> Image:
        row = np.array([face.x, face.y, face.width, face.height, *face.points.ravel(), face.score], dtype=np.float32)
        return np.asarray(self._net.alignCrop(image, row), dtype=np.uint8)

    def _feature(self, aligned: Image) -> FloatArray:
        return _unit(np.asarray(self._net.feature(aligned), dtype=np.float64).ravel())


def _halves() -> tuple[FloatArray, ...]:
    """How much of each pixel is kept: left, right and lower half."""
    across, down = np.meshgrid(*(np.arange(_SIDE) - middle for middle in _NOSE))
    return tuple(np.clip(0.5 + inwards / _SOFT, 0.0, 1.0) for inwards in (-across, across, down))


_HALVES: Final = _halves()


def _unit(vector: FloatArray) -> FloatArray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
