"""Head rotation from mesh points: the rotation that carries the canonical face onto them."""

import math

import cv2
import numpy as np

from services.certify.engines.arrays import FloatArray
from services.certify.engines.canonical_face import CanonicalFace


class HeadPose:
    """Perspective-n-point on the rigid points of the canonical face (those that expressions hardly move)."""

    def __init__(self, canonical: CanonicalFace) -> None:
        self._rigid = list(canonical.rigid)
        # OpenCV's camera looks along +z with y down: turn the canonical face (y up, z to the viewer) to face it.
        self._model = canonical.points[self._rigid] * np.array([1.0, -1.0, -1.0])

    def angles(self, points: FloatArray, size: tuple[int, int]) -> tuple[float, float, float]:
        """(pitch, yaw, roll) in degrees, signs as in ``FaceMesh``; ``size`` is (width, height) of the picture in
        pixels.

        The focal length of a phone is not known; one long side (a field of view of 53°) is assumed. An error there
        scales the
        translation, hardly the rotation.
        """
        focal = float(max(size))
        camera = np.array([[focal, 0.0, size[0] / 2], [0.0, focal, size[1] / 2], [0.0, 0.0, 1.0]])
        _, turn, _ = cv2.solvePnP(self._model, points[self._rigid, :2], camera, None, flags=cv2.SOLVEPNP_SQPNP)
        matrix, _ = cv2.Rodrigues(turn)
        return _euler(np.asarray(matrix, dtype=np.float64))


def _euler(matrix: FloatArray) -> tuple[float, float, float]:
    """Tait-Bryan angles in the order yaw (y), pitch (x), roll (z), so that a turned head that nods still reads as
    pitch."""
    pitch = math.asin(max(-1.0, min(1.0, -float(matrix[1, 2]))))
    yaw = math.atan2(-float(matrix[0, 2]), float(matrix[2, 2]))
    roll = math.atan2(float(matrix[1, 0]), float(matrix[1, 1]))
    return math.degrees(pitch), math.degrees(yaw), math.degrees(roll)
