"""Whether a face rests from one look at it to the next, and what lies between two looks at a face at rest.

The mesh costs most of a check (5 ms a frame), and most of the time a filmed person waits or listens. Where the look
before a frame and the look behind it hardly differ, the frame between them holds nothing but their mean; where they do
differ it is looked at after all, so that nothing that moves is ever taken from every other frame.

Part of ``services.certify.observe``.
"""

from typing import Final

import numpy as np

from services.certify.engines.blendshapes import EYE_BLINK_LEFT, EYE_BLINK_RIGHT, JAW_OPEN
from services.certify.engines.ports import FaceMesh

_ANGLE_DEG: Final = 1.5
"""Twice the noise of a reading; the least action is 12°."""
_JAW: Final = 0.04
"""The least opening of a mouth is 0.3."""
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


def between(before: FaceMesh, after: FaceMesh) -> FaceMesh:
    """The mean of two looks at a face at rest."""
    pitch, yaw, roll = ((a + b) / 2 for a, b in zip(_angles(before), _angles(after), strict=True))
    return FaceMesh(
        points=(before.points + after.points) / 2,
        presence=min(before.presence, after.presence),
        blendshapes=(before.blendshapes + after.blendshapes) / 2,
        pitch=pitch,
        yaw=yaw,
        roll=roll,
    )


def _angles(mesh: FaceMesh) -> tuple[float, float, float]:
    return mesh.pitch, mesh.yaw, mesh.roll
