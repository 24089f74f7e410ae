"""Face matching by SFace (OpenCV Zoo, 2021dec, fp32)."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.ports import FaceBox


class SFaceMatcher:
    """SFace through ``cv2.FaceRecognizerSF``: 128 numbers a face, compared by cosine (−1…1)."""

    name = "sface"

    def __init__(self, model: Path) -> None:
        self._net = cv2.FaceRecognizerSF.create(str(model), "")

    def embed(self, image: Image, face: FaceBox) -> FloatArray:
        """The face aligned by its five points to 112×112, then 128 numbers of unit length."""
        row = np.array([face.x, face.y, face.width, face.height, *face.points.ravel(), face.score], dtype=np.float32)
        aligned = self._net.alignCrop(image, row)
        return _unit(np.asarray(self._net.feature(aligned), dtype=np.float64).ravel())

    def pool(self, templates: Sequence[FloatArray]) -> FloatArray:
        """The mean direction."""
        return _unit(np.mean(templates, axis=0))

    def similarity(self, a: FloatArray, b: FloatArray) -> float:
        """Cosine of the two templates; OpenCV Zoo's own threshold on LFW is 0.363."""
        return float(np.dot(a, b))


def _unit(vector: FloatArray) -> FloatArray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
