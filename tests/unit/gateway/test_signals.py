"""What a reviewer reads of the camera that filmed."""

import pytest

from schemas.camera import CameraAbility, CameraFacts, CameraKind, Facing
from schemas.generate.specimens.verifications import PASSED
from services.gateway.review.signals import Signal, signals_of


def camera_signals(camera: CameraFacts | None) -> list[Signal]:
    """Of a recording with that camera."""
    quality = PASSED.quality.model_copy(update={"camera": camera})
    signals = signals_of(PASSED.model_copy(update={"quality": quality}))
    return [signal for signal in signals if signal.code == "camera"]


@pytest.mark.parametrize("kind", CameraKind)
def test_what_is_no_camera_speaks_against_the_recording(kind: CameraKind) -> None:
    """In both languages, whatever else the browser says."""
    (signal,) = camera_signals(CameraFacts(kind=kind, facing=Facing.ENVIRONMENT))
    assert (signal.tone, bool(signal.zh), bool(signal.en)) == ("against", True, True)


def test_a_camera_unlike_a_phones_leaves_the_question_open() -> None:
    """No side, no light, no zoom, no focus: a computer's, or a browser that says little."""
    assert [signal.tone for signal in camera_signals(CameraFacts(kind=None))] == ["open"]


@pytest.mark.parametrize(
    "camera",
    [
        None,
        CameraFacts(kind=None, facing=Facing.ENVIRONMENT),
        CameraFacts(kind=None, offers=(CameraAbility.TORCH,)),
    ],
)
def test_nothing_is_said_for_a_recording(camera: CameraFacts | None) -> None:
    """A browser can be made to describe a phone's camera."""
    assert camera_signals(camera) == []
