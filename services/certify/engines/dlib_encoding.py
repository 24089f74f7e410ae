"""Face matching by ``face_recognition`` (dlib's ResNet): a second opinion, never the only one.

At its default tolerance of 0.6 it takes more than half of the pairs of different East Asian men for one person, and
at 0.4 still a few, so the policy never certifies on it alone (docs/matching.md). The 68-point model it can align with
is non-commercial; the 5-point model, which is free, is used.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

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

    def pool(self, templates: Sequence[FloatArray]) -> FloatArray:
        """The mean: dlib's own advice for several pictures of one person."""
        return np.asarray(np.mean(templates, axis=0), dtype=np.float64)

    def similarity(self, a: FloatArray, b: FloatArray) -> float:
        """One minus the Euclidean distance, so that larger is more alike: a tolerance of 0.38 is 0.62."""
        return 1.0 - float(np.linalg.norm(a - b))


def model_hashes() -> dict[str, str]:
    """Name and SHA-256 of the two dlib files that take part; they come with an installed package, so they are hashed
    where they lie."""
    import face_recognition_models  # type: ignore[import-untyped]  # noqa: PLC0415

    files = {
        "dlib-resnet-v1": face_recognition_models.face_recognition_model_location(),
        "dlib-5-points": face_recognition_models.pose_predictor_five_point_model_location(),
    }
    return {name: hashlib.sha256(Path(file).read_bytes()).hexdigest() for name, file in files.items()}
