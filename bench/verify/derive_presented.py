"""Derived presentation attacks: prints held and bent before the camera, a replay on a screen with its grid, a cut-out
mask, paused and looped sessions. Recipes of our own, to see how the check stands against them; see ``derive``.
"""

from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.verify.photo_warps import SIDE, Film
from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox, FaceDetector

_FRAMES: Final = 80
_WALL: Final = (150, 160, 165)
_PRINT: Final = 0.62
"""Side of the print over the side of the picture: its border is seen."""


def held(picture: Image, chance: np.random.Generator) -> Film:
    """A print in a hand: on a wall, moved about, tipped to each side by up to 35° and back."""
    moves = np.cumsum(chance.normal(0, 1.0, (_FRAMES, 2)), axis=0)
    film = []
    for index, move in enumerate(moves):
        swing = float(np.sin(2 * np.pi * index / 40))
        film.append(_placed(picture, np.radians(35) * swing, np.radians(12) * float(np.cos(index / 9)), move))
    return film


def bent(picture: Image, chance: np.random.Generator) -> Film:
    """A print bent about its upright axis, now more, now less, in an unsteady hand."""
    moves = np.cumsum(chance.normal(0, 1.0, (_FRAMES, 2)), axis=0)
    across, down = np.meshgrid(np.linspace(-1, 1, SIDE), np.linspace(-1, 1, SIDE))
    film = []
    for index, move in enumerate(moves):
        bow = 0.9 * float(np.sin(2 * np.pi * index / 40))
        turned = np.radians(25) * float(np.sin(2 * np.pi * index / 40))
        angle = np.clip(across / _PRINT, -1.2, 1.2)
        # A sheet on a cylinder: the further from the middle, the further back and the narrower.
        depth = 1.0 + 0.35 * abs(bow) * angle**2 + 0.4 * float(np.sin(turned)) * angle
        source_x = (angle * (1.0 + 0.25 * abs(bow) * angle**2) / float(np.cos(turned)) * depth + 1) * SIDE / 2
        source_y = (down / _PRINT * depth + 1) * SIDE / 2
        grid_x, grid_y = (source_x - move[0]).astype(np.float32), (source_y - move[1]).astype(np.float32)
        sheet = cv2.remap(picture, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=_WALL)
        film.append(np.asarray(sheet, dtype=np.uint8))
    return film


def on_screen(film: Film, chance: np.random.Generator, askew_deg: float = 2.0) -> Film:
    """A session shown on a screen with red, green and blue stripes and filmed again by a hand-held phone."""
    stripes, shown = 3, 3 * SIDE
    mask = np.full((shown, shown, 3), 0.35, dtype=np.float32)
    for channel in range(3):
        mask[:, channel::stripes, 2 - channel] = 1.0
    mask[::stripes] *= 0.5
    moves = np.cumsum(chance.normal(0, 0.4, (len(film), 2)), axis=0)
    filmed = []
    for frame, (x, y) in zip(film, moves, strict=True):
        square = cv2.resize(frame, (shown, shown), interpolation=cv2.INTER_LINEAR).astype(np.float32)
        lit = np.clip(square * mask * 1.5, 0, 255)
        matrix = cv2.getRotationMatrix2D((shown / 2, shown / 2), askew_deg, 0.82 * SIDE / shown)
        matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + (SIDE - shown) / 2 + np.array([x, y])])
        caught = cv2.warpAffine(lit, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=(18, 16, 16))
        filmed.append(np.asarray(cv2.GaussianBlur(caught, (0, 0), 0.5), dtype=np.uint8))
    return filmed


def masked(picture: Image, film: Film, detector: FaceDetector) -> Film:
    """The print of one person, with holes for eyes and mouth, before the face of another who does what is asked."""
    found = detector.detect(picture)
    if not found:
        raise ValueError("no face in the picture that is to be the mask; choose another.")
    holes = _holes(picture, found[0])
    worn, last = [], None
    for frame in film:
        faces = detector.detect(frame)
        last = faces[0] if faces else last
        if last is None:
            worn.append(frame)
            continue
        matrix, _ = cv2.estimateAffinePartial2D(found[0].points[:3].astype(float), last.points[:3].astype(float))
        size = (frame.shape[1], frame.shape[0])
        over = cv2.warpAffine(picture, matrix, size).astype(np.float32)
        cover = cv2.warpAffine(holes, matrix, size)[..., None]
        worn.append(np.asarray(over * cover + frame * (1 - cover), dtype=np.uint8))
    return worn


def paused(film: Film, at: int, frames: int) -> Film:
    """A player that is stopped until the prompt comes, and then goes on."""
    return [*film[:at], *[film[at]] * frames, *film[at:]]


def faded(film: Film, other: Film, frames: int) -> Film:
    """Two sessions put together with a cross-fade, which hides the cut."""
    mixed = [
        np.asarray(a * (1 - share) + b * share, dtype=np.uint8)
        for a, b, share in zip(film[-frames:], other[:frames], np.linspace(0, 1, frames), strict=True)
    ]
    return [*film[:-frames], *mixed, *other[frames:]]


def stuttered(film: Film, chance: np.random.Generator) -> Film:
    """A weak phone: runs of up to four frames are one picture. A genuine fault, not an attack."""
    shown, left = list(film), 0
    for before, after in pairwise(range(len(film))):
        if left == 0 and chance.random() < 0.06:
            left = int(chance.integers(1, 5))
        if left:
            shown[after], left = shown[before], left - 1
    return shown


def _placed(picture: Image, yaw: float, pitch: float, move: npt.NDArray[np.float64]) -> Image:
    """The print in space, seen by a camera two and a half of its sides away."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], dtype=np.float64)
    around_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    turned = corners @ (around_y @ around_x).T
    seen = turned[:, :2] / (1 + turned[:, 2:] / 5) * _PRINT
    target = ((seen + 1) * SIDE / 2 + move).astype(np.float32)
    source = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    return np.asarray(cv2.warpPerspective(picture, matrix, (SIDE, SIDE), borderValue=_WALL), dtype=np.uint8)


def _holes(picture: Image, face: FaceBox) -> npt.NDArray[np.float32]:
    """1 where there is paper, 0 beside it and in the holes."""
    cover = np.zeros(picture.shape[:2], dtype=np.float32)
    x, y = face.centre
    eyes = float(np.linalg.norm(face.points[0] - face.points[1]))
    cv2.ellipse(cover, (int(x), int(y)), (int(0.56 * face.width), int(0.6 * face.height)), 0, 0, 360, 1.0, -1)
    for px, py in face.points[:2]:
        cv2.ellipse(cover, (int(px), int(py)), (int(0.27 * eyes), int(0.15 * eyes)), 0, 0, 360, 0.0, -1)
    mouth = face.points[3:].mean(axis=0)
    cv2.ellipse(cover, (int(mouth[0]), int(mouth[1])), (int(0.38 * eyes), int(0.22 * eyes)), 0, 0, 360, 0.0, -1)
    return cover
