"""Which frames the mesh is laid on: few while a face rests, each beside a cut."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from services.certify.decode.reader import Frame
from services.certify.engines.arrays import Image
from services.certify.engines.face_mesh import FaceMeshTracker
from services.certify.engines.loader import Engines
from services.certify.engines.ports import FaceBox, FaceMesh
from services.certify.observe import Observer
from services.certify.policy import VerificationPolicy

FRAMES = 30


def laid_on(engines: Engines, pictures: list[Image], monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The numbers of the frames on which the mesh was laid, at 15 a second; every frame is told of."""
    looked: set[int] = set()
    trace = FaceMeshTracker.trace

    def counted(tracker: FaceMeshTracker, image: Image, near: FaceBox | FaceMesh) -> FaceMesh | None:
        looked.update(number for number, picture in enumerate(pictures) if picture is image)
        return trace(tracker, image, near)

    monkeypatch.setattr(FaceMeshTracker, "trace", counted)
    observer = Observer(engines, VerificationPolicy())
    for number, picture in enumerate(pictures):
        observer.look(Frame(number / 15, picture))
    observer.end()
    assert [one.at_s for one in observer.observations] == [number / 15 for number in range(len(pictures))]
    assert all(one.face is not None for one in observer.observations)
    return looked


@pytest.fixture
def resting(still: Callable[[str, float], bytes]) -> list[Image]:
    """One picture of a man, shown again and again with the noise of a camera."""
    jpeg = np.frombuffer(still("affinsys__vhn.mp4", 0.0), dtype=np.uint8)
    picture, chance = cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.random.default_rng(1)
    assert picture is not None
    noisy = [picture + chance.normal(0.0, 3.0, picture.shape) for _ in range(FRAMES)]
    return [np.clip(each, 0, 255).astype(np.uint8) for each in noisy]


@pytest.mark.data
def test_a_face_at_rest_is_looked_at_less_often(
    engines: Engines, resting: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of five frames: one with the detector, one between."""
    assert len(laid_on(engines, resting, monkeypatch)) <= FRAMES / 2


@pytest.mark.data
@pytest.mark.parametrize("cut", [16, 17, 18, 19, 20])
def test_beside_a_cut_every_frame_is_looked_at(
    engines: Engines, resting: list[Image], monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """The face is moved by less than counts as rest."""
    moved = [np.roll(picture, (2, 2), axis=(0, 1)) for picture in resting]
    assert {cut - 1, cut} <= laid_on(engines, resting[:cut] + moved[cut:], monkeypatch)
