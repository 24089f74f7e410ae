"""Face matching by ``face_recognition`` (dlib's ResNet): a second opinion, never the only one.

At its default tolerance of 0.6 it takes more than half of the pairs of different East Asian men for one person, so the
threshold stands at a distance of 0.4 and the policy never certifies on it alone (docs/models.md). The 68-point model it can align with is
non-commercial; the 5-point model, which is free, is used.
"""

import numpy as np

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.ports import FaceBox


class FaceRecognitionMatcher:
    """``face_recognition`` with the boxes of our own detector."""

    name = "face_recognition"

    def __init__(self) -> None:
        import face_recognition  # noqa: PLC0415 - loads 100 MB of dlib models; only who asks for this engine pays

        self._library = face_recognition

    def embed(self, image: Image, face: FaceBox) -> FloatArray:
        """128 numbers; compared by Euclidean distance."""
        rgb = np.ascontiguousarray(image[:, :, ::-1])
        height, width = image.shape[:2]
        top, right = max(0, int(face.y)), min(width, int(face.x + face.width))
        bottom, left = min(height, int(face.y + face.height)), max(0, int(face.x))
        encodings = self._library.face_encodings(rgb, [(top, right, bottom, left)], model="small")
        return np.asarray(encodings[0], dtype=np.float64)

    def similarity(self, a: FloatArray, b: FloatArray) -> float:
        """One minus the Euclidean distance, so that larger is more alike: tolerance 0.4 is a similarity of 0.6."""
        return 1.0 - float(np.linalg.norm(a - b))
