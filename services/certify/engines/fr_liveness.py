"""Liveness by ``fr_liveness`` under ONNX Runtime."""

from pathlib import Path

import numpy as np
import onnxruntime

from services.certify.engines.arrays import Image
from services.certify.engines.liveness_crop import crop_for_liveness
from services.certify.engines.minifasnet import softmax
from services.certify.engines.ports import FaceBox

_SIDE = 128
_LIVE = 0
_ERRORS_ONLY = 3


class FrLiveness:
    """128×128, BGR, 0–255, channels first."""

    name = "fr_liveness"

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        self._net = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def live_score(self, image: Image, face: FaceBox) -> float:
        """Probability of the class ``live``."""
        crop = crop_for_liveness(image, face, _SIDE).astype(np.float32).transpose(2, 0, 1)[None]
        return softmax(self._net.run(None, {"input": np.ascontiguousarray(crop)})[0][0])[_LIVE]
