"""Whether the face has depth: points tracked from neutral to the peak of a turn or nod move as on a plane, or not.

Two views of a flat thing differ by a homography; a nose that stands out does not follow it. What a homography leaves
over, in per cent of the distance between the eyes, is 4 and more for heads turned by 12°, 1 for tipped and up to 1.9
for bent photos (docs/pad-calibration.md). It says nothing of a replayed video, whose head was one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from services.certify.domain.observation import Series, median_of_three
from services.certify.engines.arrays import Image
from services.certify.engines.canonical_face import EYES_OF_OUTER, OUTER_EYES
from services.certify.engines.ports import FaceMesh

OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
"""The outline of the face in the mesh."""
_MESH_POINTS = 468
"""Without the irises, which the mesh does not hold in place."""

_EYES_PX = 64.0
"""Faces are scaled down to this distance between the eyes: tracking is then good to 0.2 % of it at little cost."""
_SIDE = 224
"""Pixels of the kept window, 3.5 distances between the eyes."""

_NEUTRAL_DEG = 6.0
"""The track begins within this angle of the clip's median pose."""
_ENOUGH_DEG = 25.0
"""Larger turns are no better: points vanish behind the nose."""
_SLOW_DEG_S = 7.5
"""What a second of tracking costs in degrees when the pair is chosen: tracks drift."""
_MAX_S = 1.5
_MAX_ROLL_DEG = 40.0
"""On a face that lies on its side the mesh is not to be relied on."""
_POINTS, _LEAST_POINTS = 80, 12

Places = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """The face of one frame in a window that goes with it, and the mesh there."""

    at_s: float
    grey: Image
    mesh: npt.NDArray[np.float32]
    """The mesh's points there, (468, 2)."""
    eyes_px: float
    pitch: float
    yaw: float
    upright: bool


@dataclass(frozen=True)
class Depth:
    """What was left over, and at which angle between the two views (degrees)."""

    residual: float
    angle: float


def view(at_s: float, image: Image, mesh: FaceMesh, scale: float) -> View:
    """Cut the face out of a BGR frame. ``scale`` is one for the whole clip, see ``scale_for``."""
    points = mesh.points[:, :2]
    centre = points[list(OUTER_EYES)].mean(axis=0) * 0.5 + points[list(OVAL)].mean(axis=0) * 0.5
    shift = _SIDE / 2 - scale * centre
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    window = cv2.warpAffine(grey, matrix, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    there = (points[:_MESH_POINTS] * scale + shift).astype(np.float32)
    small = window.astype(np.uint8, copy=False)
    return View(at_s, small, there, scale * _eyes(mesh), mesh.pitch, mesh.yaw, abs(mesh.roll) <= _MAX_ROLL_DEG)


def poses(views: Sequence[View]) -> Series:
    """Pitch and yaw of each, (n, 2) degrees, without spikes of single pictures."""
    return np.stack([median_of_three(np.array([getattr(v, name) for v in views])) for name in ("pitch", "yaw")], axis=1)


def spread(numbers: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """So many of them, evenly spread."""
    return numbers[np.unique(np.linspace(0, len(numbers) - 1, count).astype(int))] if len(numbers) else numbers


def scale_for(mesh: FaceMesh) -> float:
    """The scale of a clip, from its first face."""
    return min(1.0, _EYES_PX / max(_eyes(mesh), 1.0))


def measure_depth(views: Sequence[View]) -> Depth | None:
    """``None`` when the face hardly moves, or too few points could be followed."""
    ends = _two_views(views) if all(v.upright for v in views) else None
    if ends is None:
        return None
    start, end = ends
    tracked = _track(views[start : end + 1] if start < end else views[end : start + 1][::-1])
    if tracked is None:
        return None
    first, last = tracked
    plane, _ = cv2.findHomography(first, last, 0)
    if plane is None:
        return None
    moved = cv2.perspectiveTransform(first[:, None].astype(np.float64), plane)[:, 0]
    left_over = float(np.median(np.linalg.norm(moved - last, axis=1)))
    return Depth(100.0 * left_over / views[start].eyes_px, _angle(views[start], views[end]))


def _two_views(views: Sequence[View]) -> tuple[int, int] | None:
    """A neutral view and one far turned from it, close in time."""
    if len(views) < 5:
        return None
    t = np.array([v.at_s for v in views])
    pitch, yaw = poses(views).T
    neutral = np.hypot(pitch - np.median(pitch), yaw - np.median(yaw)) <= _NEUTRAL_DEG
    best: tuple[float, int, int] | None = None
    for apart in range(1, len(views)):
        gap = t[apart:] - t[:-apart]
        if float(gap.min()) > _MAX_S:
            break
        angle = np.hypot(pitch[apart:] - pitch[:-apart], yaw[apart:] - yaw[:-apart])
        worth = np.minimum(angle, _ENOUGH_DEG) - _SLOW_DEG_S * gap
        worth[(gap > _MAX_S) | ~(neutral[apart:] | neutral[:-apart])] = -np.inf
        at = int(worth.argmax())
        if np.isfinite(worth[at]) and (best is None or worth[at] > best[0]):
            best = (float(worth[at]), at, at + apart) if neutral[at] else (float(worth[at]), at + apart, at)
    return None if best is None else best[1:]


def _track(views: Sequence[View]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None:
    """Corners of the first view and where they are in the last; what does not come back to its origin is dropped."""
    eyes = views[0].eyes_px
    first = corners_of(views[0], _POINTS, 0.07 * eyes, rim=0.06)
    here, kept = first.copy(), np.ones(len(first), dtype=bool)
    side = int(max(9, round(0.25 * eyes))) | 1
    for before, after in pairwise(views):
        here, found = follow(before.grey, after.grey, here, side, 0.03 * eyes + 0.3)
        kept &= found
    if int(kept.sum()) < _LEAST_POINTS:
        return None
    return first[kept], here[kept]


def corners_of(look: View, most: int, apart_px: float, rim: float) -> Places:
    """At most so many places (n, 2) on the face that can be known again, inside of its outline by ``rim`` distances
    between the eyes."""
    mask = np.zeros(look.grey.shape, dtype=np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(look.mesh[list(OVAL)]).astype(np.int32), 255)
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=max(1, int(rim * look.eyes_px))).astype(np.uint8)
    corners = cv2.goodFeaturesToTrack(look.grey, most, 0.005, apart_px, mask=inner)
    return np.zeros((0, 2), np.float32) if corners is None else np.asarray(corners, dtype=np.float32).reshape(-1, 2)


def follow(
    before: Image, after: Image, places: Places, side: int, back_px: float, levels: int = 2
) -> tuple[Places, npt.NDArray[np.bool_]]:
    """Where places (n, 2) of one grey picture lie in another, and which of them were found there and, from there, back
    within ``back_px`` of their origin; ``side``: pixels of the square by which a place is known again."""
    there, found = _flow(before, after, places, side, levels)
    back, found_back = _flow(after, before, there, side, levels)
    return there, found & found_back & (np.linalg.norm(back - places, axis=1) < back_px)


def _flow(before: Image, after: Image, places: Places, side: int, levels: int) -> tuple[Places, npt.NDArray[np.bool_]]:
    start = np.ascontiguousarray(places.reshape(-1, 1, 2))
    if not len(start):
        return places, np.zeros(0, dtype=bool)
    size = (side, side)
    moved, status, _ = cv2.calcOpticalFlowPyrLK(before, after, start, start.copy(), winSize=size, maxLevel=levels)
    return np.asarray(moved, dtype=np.float32).reshape(-1, 2), np.asarray(status).ravel() == 1


def _angle(a: View, b: View) -> float:
    return float(np.hypot(a.pitch - b.pitch, a.yaw - b.yaw))


def _eyes(mesh: FaceMesh) -> float:
    right, left = mesh.points[OUTER_EYES[0], :2], mesh.points[OUTER_EYES[1], :2]
    return EYES_OF_OUTER * float(np.linalg.norm(right - left))
