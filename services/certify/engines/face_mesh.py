"""The 478-point face mesh and its 52 blendshapes, run under LiteRT straight from MediaPipe's ``.task`` file.

Why not MediaPipe itself: it looks up a telemetry host when a task is created (face.md finding 5). The steps below
are those of its
``face_landmarks_detector_graph`` and ``face_blendshapes_graph``.
"""

import math
import zipfile
from pathlib import Path

import cv2
import numpy as np

from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.blendshapes import MODEL_POINTS
from services.certify.engines.canonical_face import OUTER_EYES, read_canonical_face
from services.certify.engines.head_pose import HeadPose
from services.certify.engines.litert import open_interpreter
from services.certify.engines.ports import FaceBox, FaceMesh

_SIDE = 256
_POINTS = 478
_UNIT = np.arange(256, dtype=np.float32) / 255.0
"""What the net is given for each value of a pixel."""
_WIDEN = 1.5
"""The region given to the net is this times the face's long side (MediaPipe's value, for a detection and for a
tracked face)."""

_MIN_PRESENCE = 0.5
"""MediaPipe's ``min_face_presence_confidence``."""


class FaceMeshTracker:
    """Mesh, blendshapes and head pose of one face."""

    def __init__(self, task: Path) -> None:
        with zipfile.ZipFile(task) as archive:
            self._mesh = open_interpreter(archive.read("face_landmarks_detector.tflite"))
            self._shapes = open_interpreter(archive.read("face_blendshapes.tflite"))
            canonical = read_canonical_face(archive.read("geometry_pipeline_metadata_landmarks.binarypb"))
        self._pose = HeadPose(canonical)
        self._front: FloatArray = np.asarray(canonical.points[:, :2] * np.array([1.0, -1.0]))
        self._mesh_in = self._mesh.get_input_details()[0]["index"]
        outputs = {tuple(o["shape"]): o["index"] for o in self._mesh.get_output_details()}
        self._mesh_out, self._presence_out = outputs[(1, 1, 1, 3 * _POINTS)], outputs[(1, 1, 1, 1)]
        self._shapes_in = self._shapes.get_input_details()[0]["index"]
        self._shapes_out = self._shapes.get_output_details()[0]["index"]

    @property
    def front(self) -> FloatArray:
        """The canonical face of the mesh, seen from the front."""
        return self._front

    def trace(self, image: Image, near: FaceBox | FaceMesh) -> FaceMesh | None:
        """The mesh of the face at ``near``. A detection is traced twice: the net's own points give a better region
        than the box."""
        if isinstance(near, FaceBox):
            found = self._points_in(image, _region_of_box(near))
            if found is None:
                return None
            points, _ = found
        else:
            points = near.points
        found = self._points_in(image, _region_of_points(points))
        if found is None:
            return None
        points, presence = found
        pitch, yaw, roll = self._pose.angles(points, (image.shape[1], image.shape[0]))
        return FaceMesh(points, presence, self._blendshapes(points), pitch, yaw, roll)

    def _points_in(self, image: Image, region: "_Region") -> tuple[FloatArray, float] | None:
        to_crop = region.to_square(_SIDE)
        crop = cv2.warpAffine(image, to_crop, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        rgb = cv2.LUT(cv2.cvtColor(crop, cv2.COLOR_BGR2RGB), _UNIT)
        self._mesh.set_tensor(self._mesh_in, rgb[None])
        self._mesh.invoke()
        presence = 1.0 / (1.0 + math.exp(-float(self._mesh.get_tensor(self._presence_out).ravel()[0])))
        if presence < _MIN_PRESENCE:
            return None
        raw = self._mesh.get_tensor(self._mesh_out).reshape(_POINTS, 3).astype(np.float64)
        back = cv2.invertAffineTransform(to_crop)
        points = np.empty_like(raw)
        points[:, :2] = raw[:, :2] @ back[:, :2].T + back[:, 2]
        points[:, 2] = raw[:, 2] * region.side / _SIDE
        return points, presence

    def _blendshapes(self, points: FloatArray) -> FloatArray:
        self._shapes.set_tensor(self._shapes_in, points[None, list(MODEL_POINTS), :2].astype(np.float32))
        self._shapes.invoke()
        return np.asarray(self._shapes.get_tensor(self._shapes_out), dtype=np.float64).ravel()


class _Region:
    """A rotated square of the picture: centre, side in pixels, rotation in radians (clockwise on the screen)."""

    def __init__(self, x: float, y: float, side: float, rotation: float) -> None:
        self.x, self.y, self.side, self.rotation = x, y, max(side, 1.0), rotation

    def to_square(self, side: int) -> FloatArray:
        """The 2×3 matrix that carries the region onto a ``side`` × ``side`` square."""
        scale = side / self.side
        cos, sin = math.cos(self.rotation) * scale, math.sin(self.rotation) * scale
        half = side / 2
        return np.array(
            [[cos, sin, half - cos * self.x - sin * self.y], [-sin, cos, half + sin * self.x - cos * self.y]]
        )


def _region_of_box(box: FaceBox) -> _Region:
    (right_x, right_y), (left_x, left_y) = box.points[0], box.points[1]
    x, y = box.centre
    return _Region(x, y, _WIDEN * max(box.width, box.height), math.atan2(left_y - right_y, left_x - right_x))


def _region_of_points(points: FloatArray) -> _Region:
    right, left = points[OUTER_EYES[0]], points[OUTER_EYES[1]]  # their line sets the region's rotation
    rotation = math.atan2(left[1] - right[1], left[0] - right[0])
    cos, sin = math.cos(rotation), math.sin(rotation)
    turned = points[:, :2] @ np.array([[cos, -sin], [sin, cos]])
    low, high = turned.min(axis=0), turned.max(axis=0)
    middle = (low + high) / 2
    x, y = cos * middle[0] - sin * middle[1], sin * middle[0] + cos * middle[1]
    return _Region(float(x), float(y), _WIDEN * float((high - low).max()), rotation)
