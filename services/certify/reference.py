"""The reference picture: an agency's photo or a still of an accepted proof. It is a hostile file like any other."""

import io
import warnings
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from schemas.verification import Reason
from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox, FaceDetector
from services.certify.policy import MatchPolicy

_MAX_BYTES = 30_000_000
_MAX_PIXELS = 60_000_000
_MAX_OPENED_PIXELS = 16_000_000
"""Pixels that are really unpacked: a JPEG is read at a fraction of its size, other kinds only whole (4 bytes each)."""

_LONG_SIDE = 640
_SHORT_SIDE = 32
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "MPO")
_SURE_SCORE = 0.75


@dataclass(frozen=True)
class Reference:
    """The one face to compare with."""

    image: Image
    face: FaceBox


def find_reference(data: bytes | None, detector: FaceDetector, policy: MatchPolicy) -> Reference | Reason:
    """The largest face of the picture, or why there is none to compare with. Never raises on a bad picture."""
    if data is None:
        return Reason.NO_REFERENCE
    image = _read(data)
    if image is None:
        return Reason.REFERENCE_UNREADABLE
    faces = detector.detect(image)
    if not faces:
        # A photo cut close to the face has no room that the detector knows around a face: give it some.
        margin = max(image.shape[:2]) // 4
        framed = cv2.copyMakeBorder(image, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
        image = _fit(np.asarray(framed, dtype=np.uint8))
        faces = detector.detect(image)
    if not faces:
        return Reason.REFERENCE_NO_FACE
    if any(f.area >= policy.other_face_area * faces[0].area and f.score >= _SURE_SCORE for f in faces[1:]):
        return Reason.REFERENCE_SEVERAL_FACES
    return Reference(image, faces[0])


def _read(data: bytes) -> Image | None:
    if not 0 < len(data) <= _MAX_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(io.BytesIO(data), formats=_FORMATS) as picture:
                longest, shortest = max(picture.size), min(picture.size)
                if longest * shortest > _MAX_PIXELS or shortest * min(1.0, _LONG_SIDE / longest) < _SHORT_SIDE:
                    return None
                picture.draft("RGB", (2 * _LONG_SIDE, 2 * _LONG_SIDE))
                if picture.width * picture.height > _MAX_OPENED_PIXELS:
                    return None
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, MemoryError, Pillow.DecompressionBombError):
        return None
    return _fit(np.ascontiguousarray(np.asarray(upright, dtype=np.uint8)[:, :, ::-1]))


def _fit(image: Image) -> Image:
    scale = _LONG_SIDE / max(image.shape[:2])
    if scale >= 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
