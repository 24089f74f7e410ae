"""A derived injection attack: one photo of the right person drawn over another's moving face, triangle by triangle of
the mesh, as a program does live behind a virtual camera. Recipes of our own, to see how the check stands against them;
see ``derive``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.verify.photo_warps import Film
from services.certify.engines.arrays import Image
from services.certify.engines.face_chart import EYES, Canvas, FaceChart
from services.certify.engines.loader import Engines
from services.certify.engines.ports import FaceMesh

_POINTS: Final = 468
_LIPS: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
"""The inner lips in the mesh."""
_NOSE: Final = 195
"""The middle of the bridge of the nose in the mesh."""
_BROWS: Final = [70, 105, 300, 334]
_SOFT_PX, _EDGE_PX = 2.0, 5


class Manner(StrEnum):
    """How the photo is fitted in."""

    TINTED = "tinted"
    """Its colours get the wearer's mean and spread."""
    LIT = "lit"
    """It gets the wearer's light and shadow, and shows his open mouth."""
    BLENDED = "blended"
    """Poisson blending; it shows the wearer's eyes and open mouth."""


class Part(StrEnum):
    """How much of the wearer's face the photo covers."""

    WHOLE = "whole"
    EYES = "eyes"
    """From the brows to the middle of the nose."""
    UPPER = "upper"
    LOWER = "lower"
    LEFT = "left"
    """As seen in the picture."""
    RIGHT = "right"


@dataclass
class FewLandmarks:
    """The wearer's face as many programs know it: by some seventy points, each of which trembles for itself."""

    chance: np.random.Generator
    smooth: float
    """How much of the place before stays in each place: 0 nothing."""
    corners: Sequence[int] = range(0, 468, 7)
    """Which of the mesh's points: evenly over the face, and others than the check's coarse chart has."""
    stray: float = 0.006
    """How far a point strays (standard deviation), in distances between the outer corners of the eyes."""
    _off: npt.NDArray[np.float64] | None = field(default=None, init=False)

    def see(self, mesh: FaceMesh) -> FaceMesh:
        """The mesh of the next picture, each point off its place."""
        wide = float(np.linalg.norm(mesh.points[33, :2] - mesh.points[263, :2]))
        now = self.chance.normal(0.0, self.stray * wide, (len(mesh.points), 2))
        self._off = now if self._off is None else self.smooth * self._off + (1 - self.smooth) * now
        points = mesh.points.copy()
        points[:, :2] += self._off
        return replace(mesh, points=points)


def drawn_over(
    film: Film,
    photo: Image,
    manner: Manner,
    engines: Engines,
    part: Part = Part.WHOLE,
    few: FewLandmarks | None = None,
) -> Film:
    """The film with the photo's face, or a part of it, over the one in it, by the whole mesh or by few landmarks;
    frames without a face stay as they are."""
    detector, landmarker, chart = engines.detector(), engines.landmarker(), engines.charts()[0]
    if few is not None:
        chart = FaceChart(chart.points.astype(np.float64), few.corners)
    found = detector.detect(photo)
    source = landmarker.trace(photo, found[0]) if found else None
    if source is None:
        raise ValueError("no face in the photo")
    drawn, mesh = [], None
    for frame in film:
        near = mesh or next(iter(detector.detect(frame)), None)
        mesh = None if near is None else landmarker.trace(frame, near)
        if mesh is None:
            drawn.append(frame)
            continue
        known = mesh if few is None else few.see(mesh)
        drawn.append(_fitted(frame, known, photo, source, manner, chart, part))
    return drawn


def _fitted(
    frame: Image, mesh: FaceMesh, photo: Image, source: FaceMesh, manner: Manner, chart: FaceChart, part: Part
) -> Image:
    points = mesh.points[:_POINTS, :2].astype(np.float32)
    face, mask = _carried((frame.shape[0], frame.shape[1]), mesh, photo, source, chart, part)
    holes = {Manner.TINTED: (), Manner.LIT: (_LIPS,), Manner.BLENDED: (_LIPS, *EYES)}[manner]
    for outline in holes:
        cv2.fillConvexPoly(mask, np.round(points[list(outline)]).astype(np.int32), 0)
    edged = cv2.erode(mask, np.ones((_EDGE_PX, _EDGE_PX), np.uint8)).astype(np.uint8)
    edged[[0, -1]] = edged[:, [0, -1]] = 0
    if not edged.any():
        return frame
    if manner is Manner.BLENDED:
        x, y, width, height = cv2.boundingRect(edged)
        centre = (x + width // 2, y + height // 2)
        return np.asarray(cv2.seamlessClone(face, frame, edged, centre, cv2.NORMAL_CLONE), dtype=np.uint8)
    under, over = frame.astype(np.float32), face.astype(np.float32)
    inside = mask > 0
    if manner is Manner.TINTED:
        spread = under[inside].std(axis=0) / np.maximum(over[inside].std(axis=0), 1.0)
        over = (over - over[inside].mean(axis=0)) * spread + under[inside].mean(axis=0)
    else:
        wide = 0.25 * float(np.linalg.norm(points[33] - points[263]))
        over *= (_smooth(under, inside, wide) + 8) / (_smooth(over, inside, wide) + 8)
    share = cv2.GaussianBlur(edged, (0, 0), _SOFT_PX)[:, :, None] / 255.0
    return np.clip(under * (1 - share) + over * share, 0, 255).astype(np.uint8)


def _carried(
    size: tuple[int, int], mesh: FaceMesh, photo: Image, source: FaceMesh, chart: FaceChart, part: Part
) -> tuple[Image, Image]:
    """The photo's face as the frame's mesh carries it, and where it lies; what is nearer covers what is behind."""
    there, here = mesh.points[:_POINTS, :2].astype(np.float32), source.points[:_POINTS, :2].astype(np.float32)
    far_first = np.argsort(-mesh.points[:_POINTS, 2][chart.triangles].mean(axis=1))
    canvas = Canvas(size, there, chart.triangles, far_first)
    face = cv2.remap(photo, *canvas.places(here), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(face, dtype=np.uint8), _covered(chart, part)[canvas.numbers].astype(np.uint8) * 255


def _covered(chart: FaceChart, part: Part) -> npt.NDArray[np.bool_]:
    """Which triangles the part holds, and at the end that there is none where there is no triangle."""
    x, y = chart.points[chart.triangles].mean(axis=1).T
    nose, brows = chart.points[_NOSE], chart.points[_BROWS, 1].min()
    inside = {
        Part.WHOLE: np.ones(len(x), dtype=bool),
        Part.EYES: (y < nose[1]) & (y > brows - 3),
        Part.UPPER: y < nose[1],
        Part.LOWER: y >= nose[1],
        Part.LEFT: x < nose[0],
        Part.RIGHT: x >= nose[0],
    }[part]
    return np.append(inside, False)


def _smooth(picture: npt.NDArray[np.float32], inside: npt.NDArray[np.bool_], wide: float) -> npt.NDArray[np.float32]:
    """Light and shadow of a face: its mean around each place, over the face alone."""
    where = inside.astype(np.float32)
    mean = cv2.GaussianBlur(picture * where[:, :, None], (0, 0), wide)
    return np.asarray(mean / np.maximum(cv2.GaussianBlur(where, (0, 0), wide), 1e-3)[:, :, None], dtype=np.float32)
