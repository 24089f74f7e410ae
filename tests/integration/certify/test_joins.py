"""Recordings of real people joined by a cross-fade or where frames are missing, and files that say who made them."""

import re
from pathlib import Path

import pytest

from bench.verify.derive_presented import faded
from bench.verify.films import encode, read
from bench.verify.photo_warps import Film
from schemas.verification import Action, Decision, Reason, Trace, Verification
from services.certify.verify import Verifier
from tests.integration.certify.films import film, pattern

JOINED = {Reason.PICTURE_JUMPS, Reason.PICTURE_BLENDS, Reason.PICTURE_STALLED}


@pytest.fixture(scope="module")
def nodding(face_data: Path) -> Film:
    """He nods."""
    return read(face_data / "video" / "affinsys__vhn.mp4", 0.0, 4.3)


@pytest.fixture(scope="module")
def speaking(face_data: Path) -> Film:
    """Another recording, of another place: the mouth opens."""
    return read(face_data / "video" / "affinsys__open_mouth.mp4", 0.0, 3.9)


@pytest.fixture(scope="module")
def joinable(nodding: Film, speaking: Film) -> tuple[Film, Film]:
    """Of both what lies around the join, 2.4 s each: he still nods."""
    return nodding[-60:], speaking[:60]


def judged(verifier: Verifier, clip: bytes) -> Verification:
    """Asked for a nod, without a reference."""
    return verifier.verify(clip, [Action.NOD], None)


@pytest.mark.data
@pytest.mark.parametrize("frames", [5, 8, 12])
def test_a_cross_fade_is_shown_to_a_reviewer(verifier: Verifier, joinable: tuple[Film, Film], frames: int) -> None:
    """A fifth to half a second in which two rooms lie over one another."""
    found = judged(verifier, encode(faded(*joinable, frames)))
    assert (found.decision, Reason.PICTURE_BLENDS in found.reasons) == (Decision.REVIEW, True)


@pytest.mark.data
@pytest.mark.parametrize("missing", [4, 8, 20])
def test_a_cut_where_frames_are_missing_is_a_cut(verifier: Verifier, joinable: tuple[Film, Film], missing: int) -> None:
    """The room does not change in that time."""
    nodding, speaking = joinable
    found = judged(verifier, encode(nodding + speaking, (len(nodding), missing)))
    assert (found.decision, Reason.PICTURE_JUMPS in found.reasons) == (Decision.REVIEW, True)


@pytest.mark.data
@pytest.mark.parametrize("missing", [4, 8, 20])
def test_a_phone_that_loses_frames_is_not_suspected(verifier: Verifier, nodding: Film, missing: int) -> None:
    """The same clip, some of its frames left out while he nods."""
    found = judged(verifier, encode(nodding[:45] + nodding[45 + missing :], (45, missing)))
    assert not JOINED & set(found.reasons)


@pytest.mark.data
@pytest.mark.parametrize("missing", [5, 10])
def test_a_join_in_one_place_is_filmed_again_where_frames_are_missing(
    verifier: Verifier, face_data: Path, missing: int
) -> None:
    """Turns to both sides, put together in the other order: a head may move as far in such a time, so nothing jumps."""
    left, right = (read(face_data / "video" / "affinsys__hhn.mp4", *span) for span in ((1.0, 2.35), (2.35, 4.0)))
    found = judged(verifier, encode(right + left, (len(right), missing)))
    assert (found.decision, found.reasons) == (Decision.RETRY, (Reason.FRAMES_MISSING,))


@pytest.mark.data
def test_whole_recordings_show_no_join(verifier: Verifier, nodding: Film, speaking: Film) -> None:
    """And what has no say is told."""
    for clip in (nodding, speaking):
        found = judged(verifier, encode(clip))
        assert not JOINED & set(found.reasons)
        assert {"border", "highlights", "colour"} <= set(found.pad.reported)


def test_a_file_tells_what_kind_of_program_wrote_it(verifier: Verifier) -> None:
    """FFmpeg made the tests' films; of its name only the kind is kept."""
    found = judged(verifier, film([pattern(i) for i in range(30)]))
    assert found.quality.traces == (Trace.CONVERTER,)
    assert "Lavf" not in found.model_dump_json()


@pytest.mark.data
def test_a_virtual_camera_is_shown_to_a_reviewer(verifier: Verifier, nodding: Film) -> None:
    """Its name as OBS writes it, at the place of FFmpeg's in the file."""
    clip = re.sub(rb"Lavf[0-9.]{9}", b"OBS Studio 31", encode(nodding))
    found = judged(verifier, clip)
    assert found.quality.traces[0] is Trace.VIRTUAL_CAMERA
    assert (found.decision, Reason.FILE_NOT_FROM_CAMERA in found.reasons) == (Decision.REVIEW, True)


@pytest.mark.data
@pytest.mark.parametrize("whole", [True, False])
def test_another_face_where_faces_are_looked_at_is_shown_to_a_reviewer(
    verifier: Verifier, nodding: Film, speaking: Film, whole: bool
) -> None:
    """One picture in eight is of another recording, whole or its middle alone, and the one who nods is seen between."""
    shown = list(nodding)
    for at in range(0, len(shown), 8):
        shown[at] = speaking[at % len(speaking)].copy()
        if not whole:
            shown[at][:, :160], shown[at][:, 480:] = nodding[at][:, :160], nodding[at][:, 480:]
    found = judged(verifier, encode(shown))
    assert (found.decision, Reason.PICTURE_JUMPS in found.reasons) == (Decision.REVIEW, True)
