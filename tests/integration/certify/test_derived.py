"""Clips made from stills of real people (derived media): photos as videos, two people spliced into one clip."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.verify.derive_presented import on_screen
from bench.verify.films import encode, read
from bench.verify.photo_warps import fit
from schemas.verification import Action, CueName, Decision, Reason
from services.certify.engines.arrays import Image
from services.certify.verify import Verifier
from tests.integration.certify.films import film

pytestmark = pytest.mark.data

SIDE = 480


def portrait(face_data: Path, name: str) -> Image:
    """A still, fitted into a square."""
    image = cv2.imread(str(face_data / "image" / "face_recognition" / name))
    assert image is not None
    scale = SIDE / max(image.shape[:2])
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    below, right = SIDE - small.shape[0], SIDE - small.shape[1]
    square = cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(90, 90, 90))
    return np.asarray(square, dtype=np.uint8)


def shaken(picture: Image, frames: int, seed: int) -> list[Image]:
    """The still held by a hand that is not steady: moved by a few pixels from frame to frame."""
    moves = np.cumsum(np.random.default_rng(seed).normal(0, 1.2, (frames, 2)), axis=0)
    return [
        np.asarray(
            cv2.warpAffine(picture, np.array([[1, 0, x], [0, 1, y]]), (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE),
            dtype=np.uint8,
        )
        for x, y in moves
    ]


def test_a_photo_as_a_video_is_frozen(verifier: Verifier, face_data: Path) -> None:
    """The same picture sixty times."""
    found = verifier.verify(film([portrait(face_data, "obama.jpg")] * 60), [Action.NOD], None)
    assert found.decision is Decision.REVIEW
    assert Reason.PICTURE_FROZEN in found.reasons


def test_a_screen_that_is_filmed_straight_shows_its_grid(verifier: Verifier, face_data: Path) -> None:
    """Its lines lie along the sides of the picture, where those of a room do, but all over it and over the face."""
    session = read(face_data / "video" / "affinsys__vhn.mp4", 0.0, 2.4)
    shown = on_screen([fit(frame) for frame in session], np.random.default_rng(1), askew_deg=0.0)
    real, copied = (verifier.verify(encode(clip), [Action.NOD], None) for clip in (session, shown))
    assert (real.pad.cues[CueName.GRID].passed, copied.pad.cues[CueName.GRID].passed) == (True, False)
    assert (copied.decision, copied.reasons.count(Reason.SCREEN_PATTERN)) == (Decision.REVIEW, 1)


def test_one_frame_is_too_short(verifier: Verifier, face_data: Path) -> None:
    """A photo in the clothes of a video."""
    found = verifier.verify(film([portrait(face_data, "obama.jpg")]), [Action.NOD], None)
    assert (found.decision, found.reasons) == (Decision.RETRY, (Reason.CLIP_TOO_SHORT,))


def test_a_shaken_photo_does_nothing(verifier: Verifier, face_data: Path) -> None:
    """Movement of the paper is not movement of the head; the photo is its own best reference."""
    photo = portrait(face_data, "obama.jpg")
    reference = cv2.imencode(".png", photo)[1].tobytes()
    found = verifier.verify(film(shaken(photo, 90, 1)), [Action.NOD, Action.OPEN_MOUTH], reference)
    assert found.match.passed
    assert not any(result.passed for result in found.challenge.values())
    assert found.decision is not Decision.CERTIFIED


def test_two_people_in_one_clip_are_noticed(verifier: Verifier, face_data: Path) -> None:
    """The reference matches the first; the second did the action: cut together."""
    first, second = portrait(face_data, "obama.jpg"), portrait(face_data, "biden.jpg")
    clip = film(shaken(first, 75, 1) + shaken(second, 75, 2))
    found = verifier.verify(clip, [Action.NOD], cv2.imencode(".png", first)[1].tobytes())
    assert found.decision is Decision.REVIEW
    assert Reason.FACE_CHANGED in found.reasons


def test_a_dark_and_a_blurred_clip_are_filmed_again(verifier: Verifier, face_data: Path) -> None:
    """One reason each."""
    photo = portrait(face_data, "obama.jpg")
    dark = [(picture * 0.06).astype(np.uint8) for picture in shaken(photo, 45, 1)]
    blurred = [np.asarray(cv2.GaussianBlur(p, (0, 0), 9), dtype=np.uint8) for p in shaken(photo, 45, 1)]
    small = [np.full_like(picture, 90) for picture in blurred]
    for canvas, picture in zip(small, shaken(photo, 45, 1), strict=True):
        canvas[192:288, 192:288] = cv2.resize(picture, (96, 96), interpolation=cv2.INTER_AREA)
    reasons = [verifier.verify(film(clip), [Action.NOD], None).reasons for clip in (dark, blurred, small)]
    assert reasons[0] in ((Reason.TOO_DARK,), (Reason.NO_FACE,))
    assert reasons[1] == (Reason.BLURRED,)
    assert reasons[2] == (Reason.FACE_TOO_SMALL,)
