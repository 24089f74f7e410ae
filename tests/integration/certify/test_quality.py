"""Real clips spoilt as cadres spoil them (derived): each is told its one reason, and none is certified."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.verify.faults import FAULTS, beside, masked
from bench.verify.films import encode, read
from bench.verify.photo_warps import Film
from schemas.verification import Action, Decision, Reason
from services.certify.engines.loader import Engines
from services.certify.engines.ports import FaceBox
from services.certify.picture_quality import find_turns, measure_colour, measure_light
from services.certify.policy import QualityPolicy
from services.certify.verify import Verifier
from tests.integration.certify.films import film, pattern

pytestmark = pytest.mark.data
POLICY = QualityPolicy()

NODDING = ("lv_krzysiek__real.mp4", 4.3, 6.7)
"""A man with a beard looks up and down: certified as it is (test_clips)."""


@pytest.fixture(scope="module")
def nodding(face_data: Path) -> Film:
    """At a quarter of 1080p."""
    name, start, end = NODDING
    frames = read(face_data / "video" / name, start, end)
    return [np.asarray(cv2.resize(f, (480, 270), interpolation=cv2.INTER_AREA), dtype=np.uint8) for f in frames]


@pytest.fixture(scope="module")
def guest(face_data: Path) -> Film:
    """Another person."""
    return read(face_data / "video" / "videoretalking__5.mp4", 0.0, 2.0)


TOLD_ALIKE = {"mask, black", "mask, green", "mask, orange", "mask, beige"}
"""By the same rule as white, blue, red and pink cloth: `bench.verify.faults` counts them."""


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in TOLD_ALIKE])
def test_a_spoilt_clip_is_told_what_to_put_right(
    verifier: Verifier, engines: Engines, nodding: Film, guest: Film, fault: str
) -> None:
    """He nods and is the man of the photo, behind a mask or not: never certified."""
    spoil, right = FAULTS[fault]
    found = verifier.verify(encode(spoil(nodding, engines, guest)), [Action.NOD], _png(nodding))
    assert found.decision is Decision.RETRY
    assert found.reasons[0] in right


def test_the_same_clip_unspoilt_has_no_such_fault(verifier: Verifier, nodding: Film) -> None:
    """A beard is not a mask."""
    found = verifier.verify(encode(nodding), [Action.NOD], _png(nodding))
    assert not set(found.reasons) & {reason for _, right in FAULTS.values() for reason in right}
    assert found.quality.covered_share == 0.0


def test_a_mask_that_is_pulled_down_was_worn(verifier: Verifier, engines: Engines, face_data: Path) -> None:
    """In the first fifth of the time, less than a third of the looks; then he nods with a bare face."""
    bare = read(face_data / "video" / "affinsys__vhn.mp4", 0.0, 4.3)
    worn = len(bare) // 5
    found = verifier.verify(encode(masked(bare[:worn], engines, "white") + bare[worn:]), [Action.NOD], _png(bare))
    assert (found.decision, found.reasons) == (Decision.RETRY, (Reason.FACE_COVERED,))
    assert (found.quality.covered_share or 0.0) < POLICY.max_covered_share


def test_a_bystander_far_behind_is_no_second_face(
    verifier: Verifier, engines: Engines, nodding: Film, guest: Film
) -> None:
    """Somebody across the room."""
    found = verifier.verify(encode(beside(nodding, engines, guest, 0.4)), [Action.NOD], _png(nodding))
    assert Reason.SEVERAL_FACES not in found.reasons


def test_wherever_the_box_lies_there_are_numbers(engines: Engines) -> None:
    """A detector may put a box over, or beyond, the edge of the picture."""
    picture = pattern(0)
    for x, y, width, height in ((-50, -50, 40, 40), (310, 230, 80, 80), (400, 300, 20, 20), (-9, -9, 900, 900)):
        box = FaceBox(x, y, width, height, 0.5, np.full((5, 2), 10.0))
        light = measure_light(picture, box)
        assert 0 <= light.brightness <= 255
        assert light.glare is None or 0 <= light.glare <= 1
        assert all(0.0 <= net.live_score(picture, box) <= 1.0 for net in engines.liveness_nets())
    assert find_turns(engines.detector(), picture, None) == 0


def test_a_grey_picture_says_nothing_of_the_mouth(engines: Engines, nodding: Film) -> None:
    """Night cameras have no colour: no ground to call a face covered."""
    grey = np.repeat(nodding[0].mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    faces = engines.detector().detect(grey)
    mesh = engines.landmarker().trace(grey, faces[0])
    assert mesh is not None
    without, coloured = measure_colour(grey, mesh), measure_colour(nodding[0], mesh)
    assert without is not None
    assert coloured is not None
    assert (without.mouth, without.hues < 0.2) == (None, True)
    assert coloured.mouth is not None
    assert coloured.mouth.tone > 0


def test_films_without_people_have_no_face(verifier: Verifier) -> None:
    """Whichever way up."""
    found = verifier.verify(film([pattern(i) for i in range(45)]), [Action.NOD], None)
    assert found.reasons == (Reason.NO_FACE,)


def _png(frames: Film) -> bytes:
    return cv2.imencode(".png", frames[0])[1].tobytes()
