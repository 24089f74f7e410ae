"""Liveness by ``fr_liveness``, a file of ONNX, under OpenCV.

Not under ONNX Runtime: since 1.29 its package looks up and calls a telemetry host some seconds after it was imported,
before any switch in its interface can be reached. OpenCV gives the same scores (to five digits) and asks nobody.
"""

from pathlib import Path

import cv2
import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.liveness_crop import crop_for_liveness
from services.certify.engines.minifasnet import softmax
from services.certify.engines.ports import FaceBox

_SIDE = 128
_LIVE = 0


class FrLiveness:
    """128×128, BGR, 0–255, channels first."""

    name = "fr_liveness"

    def __init__(self, model: Path) -> None:
        self._net = cv2.dnn.readNetFromONNX(str(model))

    def live_score(self, image: Image, face: FaceBox) -> float:
        """Probability of the class ``live``."""
        crop = crop_for_liveness(image, face, _SIDE).astype(np.float32).transpose(2, 0, 1)[None]
        self._net.setInput(np.ascontiguousarray(crop))
        return softmax(np.asarray(self._net.forward(), dtype=np.float32)[0])[_LIVE]
