"""Numbers of one picture that tell what spoils it: light from behind, a covered mouth, a phone held sideways.

Part of ``services.certify.observe``; the rules on these numbers are in ``services.certify.domain``.
"""

from typing import NamedTuple

import cv2
import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox, FaceDetector, FaceMesh

_FACE_SIDE = 112
_MOUTH_SIDE = 112
_MOUTH_MARGIN = 8
_LIP_EDGE = 5
"""Side in pixels of the square by which the lips are widened: their blurred edge, two pixels all around, counts as
lips and not as what is around them."""

_CLIPPED = 240
"""Grey level from which a pixel holds no more light: cameras roll off before 255."""

_SURROUNDING = 1.8
"""The face box widened by this is taken off; what is left of the picture is the background."""

_SMALLEST_BACKGROUND = 0.1
"""Share of the picture; a face that fills the picture has no background to speak of."""

_LINEAR = ((np.arange(256) / 255.0) ** 2.2 + 2e-3).astype(np.float32)
"""Light of each pixel value (display gamma 2.2); the offset keeps the logarithm of black quiet."""

_COLOURLESS = 0.15
"""Skin is redder than grey by 0.2 to 1.6 in log(red / green) under any lamp; below this the picture has no colour, or a
wrong one."""

# Mesh points (MediaPipe's canonical face) around regions of the face.
_LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
_MOUTH = (2, 98, 327, 57, 287, 43, 273, 18, 200, 202, 422)
_BETWEEN_EYES = (168, 6, 8, 9, 107, 336, 55, 285, 193, 417, 122, 351)
_FOREHEAD = (67, 109, 10, 338, 297, 299, 151, 69, 104, 333, 108, 337)
_UNDER_RIGHT_EYE = (111, 117, 118, 119, 120, 121, 128, 114, 47, 100)
_UNDER_LEFT_EYE = (340, 346, 347, 348, 349, 350, 357, 343, 277, 329)

_SURE_SCORE = 0.92
"""An upright face with this score needs no second look: 7 of 8 looks on the shared clips have it."""

_TURNED_SCORE = 0.88
_BETTER_BY = 0.03
"""A turned picture must reach this score, and be so much better. By these three, in more than half of the looks, 33 of
the 34 shared clips turned each way are told from upright ones, and none of the upright ones is taken for turned (in not
one look)."""


class Light(NamedTuple):
    """How a face is lit."""

    brightness: float
    """Median grey level of the face."""
    sharpness: float
    """Variance of the Laplacian of the face at 112×112."""
    glare: float | None
    """Share of the background that is clipped; null without a background."""


class MouthColour(NamedTuple):
    """The colour of the mouth's region beside that of the upper face, in log(red / green).

    The ratio of two surfaces under one lamp is that of their pigments, whatever the lamp: lips and skin around them
    are as red as the rest of the face or redder, cloth that is white, grey, black, blue or green is not; and cloth
    has one dye where a mouth has lips and skin.
    """

    tone: float
    """90th percentile of the region less the upper face's median; at least −0.04 on 458 bare faces, at most −0.2 on
    cloth that is not reddish."""
    variety: float
    """90th less 10th percentile of the region; at least 0.13 on bare faces, about 0.04 on cloth of one dye."""
    lips: float
    """How far the lips' colour is from that around them, in log(red / green) and log(blue / green); 0.03 at most on
    most cloth, 0.01 to 0.9 on bare faces: lips of the old may be pale, but the skin about them then varies."""
    purple: float
    """How much less green is in what is around the lips than in the upper face, beside red and blue together: blood,
    beards and shade bring 0.74 at most, red and purple cloth 1.1 and more."""
    blue: float
    """How much more blue is in it, beside green: lips and shade take it to some −0.4 times the skin's tone, yellow and
    orange cloth further."""


class FaceColour(NamedTuple):
    """How much colour the camera leaves of a face."""

    skin: float
    """Median log(red / green) of the upper face; 0.2 to 1.4."""
    hues: float
    """Spread over the face (90th less 10th percentile) of log(red / green) and log(blue / green), added: 0.7 and more
    on the shared clips, 0.25 at most when they were made grey and compressed."""
    mouth: MouthColour | None
    """``None`` when the skin is no redder than grey: then nothing of a mouth's colour can be told."""


def measure_light(image: Image, face: FaceBox) -> Light:
    """Light and sharpness of the face, and of what is behind."""
    height, width = image.shape[:2]
    left, top = min(max(0, int(face.x)), width - 2), min(max(0, int(face.y)), height - 2)
    right, bottom = min(width, int(face.x + face.width)), min(height, int(face.y + face.height))
    crop = image[top : max(bottom, top + 2), left : max(right, left + 2)]
    grey = cv2.cvtColor(cv2.resize(crop, (_FACE_SIDE, _FACE_SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    return Light(
        brightness=float(np.median(grey)),
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        glare=_glare(image, face),
    )


def measure_colour(image: Image, mesh: FaceMesh) -> FaceColour | None:
    """The colour of the face and of its mouth; ``None`` when parts of it lie outside of the picture."""
    points = mesh.points[:, :2]
    low = points.min(axis=0)
    scale = (_MOUTH_SIDE - 2 * _MOUTH_MARGIN) / max(1.0, float((points.max(axis=0) - low).max()))
    shift = _MOUTH_MARGIN - scale * low
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    size = (_MOUTH_SIDE, _MOUTH_SIDE)
    small = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    linear = _LINEAR[cv2.GaussianBlur(small, (3, 3), 0)]
    redness = np.log(linear[:, :, 2] / linear[:, :, 1])
    blueness = np.log(linear[:, :, 0] / linear[:, :, 1])
    placed = (points * scale + shift).astype(np.int32)

    def region(*outlines: tuple[int, ...]) -> Image:
        mask = np.zeros(size, dtype=np.uint8)
        for outline in outlines:
            cv2.fillConvexPoly(mask, cv2.convexHull(placed[list(outline)]), 255)
        return mask

    upper = [region(_BETWEEN_EYES), region(_FOREHEAD), region(_UNDER_RIGHT_EYE, _UNDER_LEFT_EYE)]
    mouth = region(_MOUTH, _LIPS) > 0
    lips = cv2.dilate(region(_LIPS), np.ones((_LIP_EDGE, _LIP_EDGE), np.uint8)) > 0
    around = mouth & ~lips
    if not around.any() or not lips.any() or not all(part.any() for part in upper):
        return None
    # The middle one of three: a hat, a scarf or tinted glasses may cover one of them.
    skin, skin_blue = (
        float(np.median([np.median(colour[part > 0]) for part in upper])) for colour in (redness, blueness)
    )
    hues = sum(float(np.ptp(np.percentile(colour, (10, 90)))) for colour in (redness, blueness))
    if skin < _COLOURLESS:
        return FaceColour(skin, hues, None)
    tenth, ninetieth = np.percentile(redness[mouth], (10, 90))
    beside, beside_blue = float(np.median(redness[around])), float(np.median(blueness[around]))
    seen = MouthColour(
        tone=float(ninetieth) - skin,
        variety=float(ninetieth - tenth),
        lips=float(np.hypot(np.median(redness[lips]) - beside, np.median(blueness[lips]) - beside_blue)),
        purple=beside - skin + beside_blue - skin_blue,
        blue=beside_blue - skin_blue,
    )
    return FaceColour(skin, hues, seen)


def find_turns(detector: FaceDetector, image: Image, upright: FaceBox | None) -> int:
    """Quarter turns (1–3, to the left) after which a face is surely seen that is not upright in the picture; else 0.

    ``upright`` is the face found without turning: YuNet finds lying faces too, but with a low score and as if they
    were upright.
    """
    score = 0.0 if upright is None else upright.score
    if score >= _SURE_SCORE:
        return 0
    least = max(_TURNED_SCORE, score + _BETTER_BY)
    found = [(turns, detector.detect(np.ascontiguousarray(np.rot90(image, turns)))) for turns in (1, 2, 3)]
    best = max(found, key=lambda each: each[1][0].score if each[1] else 0.0)
    return best[0] if best[1] and best[1][0].score >= least else 0


def _glare(image: Image, face: FaceBox) -> float | None:
    scale, small = _FACE_SIDE / max(image.shape[:2]), image
    while max(small.shape[:2]) >= 2 * _FACE_SIDE:
        # OpenCV halves by quick instructions; any other factor takes it several times as long.
        small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    rest = _FACE_SIDE / max(small.shape[:2])
    small = np.asarray(cv2.resize(small, None, fx=rest, fy=rest, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    outside = np.ones(grey.shape, dtype=bool)
    (x, y), half_width, half_height = face.centre, _SURROUNDING * face.width / 2, _SURROUNDING * face.height / 2
    top, bottom = max(0, int((y - half_height) * scale)), max(0, int((y + half_height) * scale))
    left, right = max(0, int((x - half_width) * scale)), max(0, int((x + half_width) * scale))
    outside[top:bottom, left:right] = False
    if outside.mean() < _SMALLEST_BACKGROUND:
        return None
    return float((grey[outside] >= _CLIPPED).mean())
