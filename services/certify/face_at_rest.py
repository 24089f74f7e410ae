"""Whether a face rests from one look at it to the next, and what lies between two looks at a face at rest.

The mesh costs most of a check (5 ms a frame), and most of the time a filmed person waits or listens. Where the look
before some frames and the look behind them hardly differ, they hold nothing but what lies between; where the looks do
differ all are looked at after all, so that nothing that moves is ever taken from some of the frames.

Part of ``services.certify.observe``.
"""

from typing import Final

import numpy as np

from services.certify.engines.blendshapes import EYE_BLINK_LEFT, EYE_BLINK_RIGHT, JAW_OPEN
from services.certify.engines.ports import FaceMesh

_ANGLE_DEG: Final = 1.5
"""Twice the noise of a reading; the least action is 12°."""
_JAW: Final = 0.08
"""The least opening of a mouth is 0.3; who talks moves the jaw by 0.05 all the time."""
_LIDS: Final = 0.15
"""An eye closes from 0.35 to 0.5 and more."""
_WAY: Final = 0.04
"""Distances between the eyes: twice what counts as rest for a cut (`cues.timeline`)."""
_SIGNS: Final = ((JAW_OPEN, _JAW), (EYE_BLINK_LEFT, _LIDS), (EYE_BLINK_RIGHT, _LIDS))
_OUTER_EYES: Final = (33, 263)


def rests(before: FaceMesh, after: FaceMesh) -> bool:
    """Whether place, size, pose, mouth and lids are the same in both, to within little more than noise."""
    turned = max(abs(a - b) for a, b in zip(_angles(before), _angles(after), strict=True))
    if turned > _ANGLE_DEG or any(abs(before.blendshapes[at] - after.blendshapes[at]) > most for at, most in _SIGNS):
        return False
    eyes = [mesh.points[list(_OUTER_EYES), :2] for mesh in (before, after)]
    return float(np.linalg.norm(eyes[1] - eyes[0], axis=1).max()) <= _WAY * float(
        np.linalg.norm(eyes[0][1] - eyes[0][0])
    )


def between(before: FaceMesh, after: FaceMesh, share: float = 0.5) -> FaceMesh:
    """What lies between two looks at a face at rest, ``share`` of the way from the first to the second."""
    pitch, yaw, roll = (a + share * (b - a) for a, b in zip(_angles(before), _angles(after), strict=True))
    return FaceMesh(
        points=before.points + share * (after.points - before.points),
        presence=min(before.presence, after.presence),
        blendshapes=before.blendshapes + share * (after.blendshapes - before.blendshapes),
        pitch=pitch,
        yaw=yaw,
        roll=roll,
    )


def _angles(mesh: FaceMesh) -> tuple[float, float, float]:
    return mesh.pitch, mesh.yaw, mesh.roll
