"""The numbers of a face that the rules read, from its mesh. Part of ``services.certify.observe``."""

import numpy as np

from services.certify.cues.timeline import Values
from services.certify.domain.motion import Pose
from services.certify.domain.observation import FaceSigns
from services.certify.engines.blendshapes import (
    EYE_BLINK_LEFT,
    EYE_BLINK_RIGHT,
    INNER_LIP_BOTTOM,
    INNER_LIP_LEFT,
    INNER_LIP_RIGHT,
    INNER_LIP_TOP,
    JAW_OPEN,
)
from services.certify.engines.ports import FaceMesh


def face_signs(mesh: FaceMesh) -> FaceSigns:
    """The numbers that the rules read from a mesh."""
    points = mesh.points[:, :2]
    width = float(np.linalg.norm(points[INNER_LIP_LEFT] - points[INNER_LIP_RIGHT]))
    gap = float(np.linalg.norm(points[INNER_LIP_TOP] - points[INNER_LIP_BOTTOM]))
    return FaceSigns(
        pitch=mesh.pitch,
        yaw=mesh.yaw,
        roll=mesh.roll,
        jaw_open=float(mesh.blendshapes[JAW_OPEN]),
        lip_gap=gap / max(width, 1e-6),
        blink_left=float(mesh.blendshapes[EYE_BLINK_LEFT]),
        blink_right=float(mesh.blendshapes[EYE_BLINK_RIGHT]),
    )


def pose(at_s: float, signs: FaceSigns, place: Values) -> Pose:
    """``place`` as in ``Moment``: x, y and distance between the eyes come first."""
    x, y, eyes = (float(value) for value in place[:3])
    lids = (signs.blink_left + signs.blink_right) / 2
    return Pose(at_s, signs.yaw, signs.pitch, signs.roll, signs.jaw_open, signs.lip_gap, lids, x, y, eyes)
