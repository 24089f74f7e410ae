"""Liveness by MiniFASNetV2 2.7 (Minivision, Silent-Face-Anti-Spoofing) under LiteRT."""

from pathlib import Path

import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.litert import open_interpreter
from services.certify.engines.liveness_crop import crop_for_liveness
from services.certify.engines.ports import FaceBox

_SIDE = 80
_LIVE = 1
"""Classes: 0 print or mask, 1 live, 2 screen."""


class MiniFasNet:
    """80×80, BGR, 0–255 (divided by 255 it answers one class for everything)."""

    name = "minifasnet_v2"

    def __init__(self, model: Path) -> None:
        self._net = open_interpreter(model.read_bytes())
        self._input = self._net.get_input_details()[0]["index"]
        self._output = self._net.get_output_details()[0]["index"]

    def live_score(self, image: Image, face: FaceBox) -> float:
        """Probability of the class ``live``."""
        crop = crop_for_liveness(image, face, _SIDE).astype(np.float32)
        self._net.set_tensor(self._input, crop[None])
        self._net.invoke()
        return softmax(self._net.get_tensor(self._output)[0])[_LIVE]


def softmax(values: np.ndarray) -> list[float]:
    """Probabilities from logits; what already sums to one stays as it is."""
    numbers = np.asarray(values, dtype=np.float64)
    if abs(float(numbers.sum()) - 1.0) < 1e-3 and float(numbers.min()) >= 0.0:
        return [float(v) for v in numbers]
    raised = np.exp(numbers - numbers.max())
    return [float(v) for v in raised / raised.sum()]
