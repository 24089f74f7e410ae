"""Moves a still as a hand would, and other simple changes of pictures, for ``derive``."""

from typing import Final

import cv2
import numpy as np

from services.certify.engines.arrays import Image

SIDE: Final = 480
_LONGEST = 640
Film = list[Image]


def mirrored(film: Film) -> Film:
    """Left and right changed over."""
    return [np.ascontiguousarray(frame[:, ::-1]) for frame in film]


def fit(image: object) -> Image:
    """A picture in a grey square."""
    picture = np.asarray(image, dtype=np.uint8)
    scale = SIDE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    square = np.full((SIDE, SIDE, 3), 90, dtype=np.uint8)
    top, left = (SIDE - small.shape[0]) // 2, (SIDE - small.shape[1]) // 2
    square[top : top + small.shape[0], left : left + small.shape[1]] = small
    return square


def fitted(picture: Image) -> Image:
    """A picture no longer than the check looks at."""
    scale = _LONGEST / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    return np.asarray(small, dtype=np.uint8)


def shaken(picture: Image, chance: np.random.Generator) -> Film:
    """A photo in an unsteady hand."""
    moves = np.cumsum(chance.normal(0, 1.2, (80, 2)), axis=0)
    return [_affine(picture, np.array([[1, 0, x], [0, 1, y]])) for x, y in moves]


def tilted(picture: Image, chance: np.random.Generator) -> Film:
    """A photo tipped forwards by up to 40° and back, twice, in an unsteady hand."""
    film = []
    for index, still in enumerate(shaken(picture, chance)):
        angle = np.radians(40) * max(0.0, float(np.sin(2 * np.pi * index / 40)))
        depth = 1 + 0.5 * float(np.sin(angle)) * np.array([-1, -1, 1, 1])
        height = float(np.cos(angle))
        corners = np.array([[-1, -height], [1, -height], [1, height], [-1, height]]) / depth[:, None]
        source = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], dtype=np.float32)
        target = ((corners + 1) * SIDE / 2).astype(np.float32)
        matrix = cv2.getPerspectiveTransform(source, target)
        turned = cv2.warpPerspective(still, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
        film.append(np.asarray(turned, dtype=np.uint8))
    return film


def jawed(picture: Image, chance: np.random.Generator) -> Film:
    """A photo whose lower third is pulled down, as if cut at the mouth, twice."""
    film = []
    cut = int(0.62 * SIDE)
    for index, still in enumerate(shaken(picture, chance)):
        gap = int(0.09 * SIDE * max(0.0, float(np.sin(2 * np.pi * index / 40))))
        opened = still.copy()
        if gap:
            opened[cut + gap :] = still[cut:-gap]
            opened[cut : cut + gap] = 20
        film.append(opened)
    return film


def _affine(picture: Image, matrix: object) -> Image:
    moved = cv2.warpAffine(picture, np.asarray(matrix, dtype=np.float64), (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, dtype=np.uint8)
