"""Frames of a clip that may be compared with the reference, and which of two is rather compared."""

from dataclasses import dataclass

import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox

_LEAST_WORTH = 0.2
"""What closed eyes (blink score 0.72 and above) or a wide mouth (jawOpen 0.62) leave of a frame's worth; below 0.4 and
0.3 they take nothing, so that drooping lids and talking do not count."""


@dataclass(frozen=True)
class Candidate:
    """A frame that may be compared with the reference."""

    at_s: float
    image: Image
    face: FaceBox
    yaw: float
    pitch: float
    sharpness: float
    jaw_open: float
    blink: float
    """Of the eye that is closed further."""

    @property
    def worth(self) -> float:
        """Which of two frames is rather compared: sharp, frontal, with open eyes and the mouth as in an ID photo.

        A turn of 20° counts like a quarter of the sharpness. Its root is taken, so that a face a little sharper never
        outweighs closed eyes: what the matcher sees is 112 pixels wide.
        """
        eyes = min(1.0, max(_LEAST_WORTH, 2.0 - 2.5 * self.blink))
        mouth = min(1.0, max(_LEAST_WORTH, 1.75 - 2.5 * self.jaw_open))
        return float(np.sqrt(self.sharpness)) * max(0.05, 1.0 - abs(self.yaw) / 40.0) * eyes * mouth
