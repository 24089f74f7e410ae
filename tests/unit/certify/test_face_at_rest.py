"""Which frames may be left out between two looks at a face, and what then stands for them."""

from dataclasses import replace

import numpy as np
import pytest

from services.certify.engines.blendshapes import EYE_BLINK_LEFT, JAW_OPEN
from services.certify.engines.ports import FaceMesh
from services.certify.face_at_rest import between, rests


def mesh(shift: float = 0.0, pitch: float = 2.0, yaw: float = -3.0, roll: float = 0.5) -> FaceMesh:
    """A face whose eyes are 100 pixels apart."""
    points = np.random.default_rng(1).uniform(0, 200, (478, 3))
    points[33, :2], points[263, :2] = (50, 80), (150, 80)
    return FaceMesh(points + shift, 0.9, np.zeros(52), pitch, yaw, roll)


def with_sign(at: int, value: float) -> FaceMesh:
    """One blendshape raised."""
    shapes = np.zeros(52)
    shapes[at] = value
    return replace(mesh(), blendshapes=shapes)


@pytest.mark.parametrize(
    "other",
    [
        mesh(shift=8.0),
        mesh(pitch=4.0),
        mesh(yaw=-5.0),
        mesh(roll=3.0),
        with_sign(JAW_OPEN, 0.1),
        with_sign(EYE_BLINK_LEFT, 0.3),
    ],
)
def test_whatever_moves_is_looked_at(other: FaceMesh) -> None:
    """Long before it is an action."""
    assert not rests(mesh(), other)
    assert not rests(other, mesh())


def test_between_two_looks_at_rest_lies_their_mean() -> None:
    """Noise of a reading is no movement."""
    one, other = mesh(), mesh(shift=1.0, pitch=3.0, yaw=-2.0)
    assert rests(one, other)
    middle = between(one, other)
    assert (middle.pitch, middle.yaw, middle.roll) == (2.5, -2.5, 0.5)
    np.testing.assert_allclose(middle.points, one.points + 0.5)
    assert middle.presence == 0.9


def test_two_frames_between_two_looks_lie_a_third_of_the_way_apart() -> None:
    """In all that moves."""
    one, other = mesh(), mesh(shift=0.9, pitch=2.9, yaw=-2.1, roll=0.8)
    third, two_thirds = (between(one, other, share) for share in (1 / 3, 2 / 3))
    assert (third.pitch, two_thirds.pitch) == pytest.approx((2.3, 2.6))
    np.testing.assert_allclose(two_thirds.points - third.points, 0.3)
