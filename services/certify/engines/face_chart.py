"""A chart of the face: every look at it, from whatever side, laid out as seen from the front, by the mesh."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.canonical_face import EYES_OF_OUTER, OUTER_EYES

SIDE: Final = 160
"""Pixels of a chart's side: the face is as high but for the border."""
_BORDER: Final = 2
_RIM, _EYE, _MOUTH = 8, 5, 4
"""Pixels that are left out inside the rim, around the eyes and around the mouth."""
EYES: Final = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
"""Outlines of the person's right and left eye in the mesh."""
COARSE: Final = (
    *(162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389),
    *(71, 63, 105, 66, 107, 336, 296, 334, 293, 301),
    *(168, 197, 5, 4, 75, 97, 2, 326, 305),
    *(33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380),
    *(61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87),
)
"""The mesh's points that lie where the 68 landmarks of iBUG 300-W do, which many programs know a face by: jaw, brows,
nose, eyes, lips."""
_LEFT_OUT: Final = (
    (EYES[0], _EYE),
    (EYES[1], _EYE),
    ((61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185), _MOUTH),
)
"""Both eyes and the lips in the mesh."""
_SEEN: Final = 0.4
"""A triangle of the mesh is seen when it keeps this share of the area that most keep."""
_AROUND: Final = 12.0
"""Pixels around a place against which its light is measured."""

Mask = npt.NDArray[np.bool_]
Points = npt.NDArray[np.float32]


class Canvas:
    """A picture of so many (rows, columns) on which triangles lie: what is drawn later covers what is below it.

    ``points`` (k, 2) pixels, ``triangles`` (n, 3) indices of them, ``order`` in which they are drawn.
    """

    def __init__(
        self,
        size: tuple[int, int],
        points: Points,
        triangles: npt.NDArray[np.intp],
        order: npt.NDArray[np.intp] | None = None,
    ) -> None:
        drawn = np.full(size, -1.0, dtype=np.float32)
        corners = np.round(points[triangles] * 16).astype(np.int32)
        for number in np.arange(len(triangles)) if order is None else order:
            cv2.fillConvexPoly(drawn, corners[number], float(number), shift=4)
        self.numbers = drawn.astype(np.intp)
        """Of the triangle at each pixel, -1 without one."""
        self._at = np.nonzero(self.numbers >= 0)
        self._corners = triangles[self.numbers[self._at]]
        self._weights = _barycentric(points[self._corners], self._at[1], self._at[0])

    def places(self, mesh: Points) -> tuple[Points, Points]:
        """Where each pixel lies when the triangles' points lie as in ``mesh``: x and y, -1 without a triangle."""
        place = np.einsum("nkd,nk->nd", mesh[self._corners], self._weights)
        x, y = (np.full(self.numbers.shape, -1.0, dtype=np.float32) for _ in range(2))
        x[self._at], y[self._at] = place[:, 0], place[:, 1]
        return x, y


class FaceChart:
    """``front``: (468, 2) points of the canonical face as seen from the front, x to the image's right and y down;
    ``corners``: which of them its triangles lie between."""

    def __init__(self, front: FloatArray, corners: Sequence[int] = range(468)) -> None:
        low, high = front.min(axis=0), front.max(axis=0)
        scale = (SIDE - 2 * _BORDER) / float((high - low).max())
        points = ((front - (low + high) / 2) * scale + SIDE / 2).astype(np.float32)
        self.points = points
        """(468, 2) of the mesh on the chart."""
        self.eyes_px = EYES_OF_OUTER * float(np.linalg.norm(points[OUTER_EYES[0]] - points[OUTER_EYES[1]]))
        """Distance between the eyes on the chart."""
        spanned = np.asarray(corners, dtype=np.intp)
        self.triangles = spanned[_triangulate(points[spanned])]
        """(n, 3) indices of points that span the face."""
        self._canvas = Canvas((SIDE, SIDE), points, self.triangles)
        self._areas = _areas(points[self.triangles])
        self.skin = _skin(self._canvas.numbers >= 0, points)
        """Where there is skin of the face: neither eyes nor mouth nor the rim."""

    def lay_out(self, picture: Image, mesh: Points) -> Image:
        """A grey picture of a face on the chart, evenly lit: brightness and contrast of a place say nothing."""
        x, y = self._canvas.places(mesh)
        grey = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
        rest = grey - cv2.GaussianBlur(grey, (0, 0), _AROUND)
        spread = np.sqrt(cv2.GaussianBlur(rest * rest, (0, 0), _AROUND)) + 3
        return np.asarray(np.clip(128 + 40 * rest / spread, 0, 255), dtype=np.uint8)

    def seen(self, mesh: Points) -> Mask:
        """Which places of the chart that look at the face shows."""
        kept = _areas(mesh[self.triangles]) / self._areas
        shown = kept > _SEEN * np.median(kept)
        numbers = self._canvas.numbers
        places = np.where(numbers >= 0, shown[numbers], False).astype(np.uint8)
        return np.asarray(cv2.erode(places, np.ones((3, 3), np.uint8), iterations=3) > 0)


def _skin(face: Mask, points: Points) -> Mask:
    square = np.ones((3, 3), np.uint8)
    inner = cv2.erode(face.astype(np.uint8), square, iterations=_RIM, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    for outline, grow in _LEFT_OUT:
        hole = np.zeros((SIDE, SIDE), dtype=np.uint8)
        cv2.fillConvexPoly(hole, cv2.convexHull(points[list(outline)]).astype(np.int32), 1)
        inner &= ~(cv2.dilate(hole, square, iterations=grow) > 0)
    return np.asarray(inner)


def _triangulate(points: Points) -> npt.NDArray[np.intp]:
    """Delaunay's triangles of the points, as (n, 3) indices; those that are hardly wider than a line are left out."""
    low, high = np.floor(points.min(axis=0)) - 2, np.ceil(points.max(axis=0)) + 2
    net = cv2.Subdiv2D((int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])))
    index: dict[tuple[float, float], int] = {}
    for number, (x, y) in enumerate(points.tolist()):
        net.insert((x, y))
        index.setdefault((x, y), number)
    corners = np.asarray(net.getTriangleList(), dtype=np.float32).reshape(-1, 3, 2).tolist()
    named = [[index[x, y] for x, y in triangle if (x, y) in index] for triangle in corners]
    found = np.array([each for each in named if len(each) == 3], dtype=np.intp)
    return found[np.abs(_areas(points[found])) > 0.1]


def _areas(triangles: Points) -> FloatArray:
    """Twice the signed areas of (n, 3, 2) triangles."""
    u, v = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    return np.asarray(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], dtype=np.float64)


def _barycentric(triangles: Points, x: npt.NDArray[np.intp], y: npt.NDArray[np.intp]) -> Points:
    """Where in its triangle each pixel lies: (n, 3) weights of the corners."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    whole = (b[:, 1] - c[:, 1]) * (a[:, 0] - c[:, 0]) + (c[:, 0] - b[:, 0]) * (a[:, 1] - c[:, 1])
    whole = np.where(np.abs(whole) < 1e-3, 1e-3, whole)
    one = ((b[:, 1] - c[:, 1]) * (x - c[:, 0]) + (c[:, 0] - b[:, 0]) * (y - c[:, 1])) / whole
    two = ((c[:, 1] - a[:, 1]) * (x - c[:, 0]) + (a[:, 0] - c[:, 0]) * (y - c[:, 1])) / whole
    return np.stack([one, two, 1 - one - two], axis=1).astype(np.float32)
