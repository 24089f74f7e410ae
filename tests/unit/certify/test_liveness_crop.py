"""The crop of the liveness nets is pinned: fed with another one they lie."""

import numpy as np
import pytest

from services.certify.engines.liveness_crop import crop_for_liveness
from services.certify.engines.ports import FaceBox


def box(x: float, y: float, width: float, height: float) -> FaceBox:
    """A detection without points of interest."""
    return FaceBox(x, y, width, height, 0.9, np.zeros((5, 2)))


# Blue holds the column, green the row, so that the crop tells where it was taken. Values follow from CropImage of
# Minivision's Silent-Face-Anti-Spoofing, worked out by hand: box × 2.7 about its centre, shifted back into the picture.
@pytest.mark.parametrize(
    ("face", "left", "top", "width", "height"),
    [
        (box(90, 70, 40, 50), 56, 27, 108, 135),
        (box(0, 0, 40, 50), 0, 0, 108, 135),
        (box(200, 150, 40, 50), 131, 64, 108, 135),
        (box(20, 20, 200, 160), 0, 4, 238, 191),
    ],
)
def test_the_widened_box_stays_inside_the_picture(face: FaceBox, left: int, top: int, width: int, height: int) -> None:
    """In the middle, in two corners, and when the picture is too small for the widening."""
    image = np.zeros((200, 240, 3), dtype=np.uint8)
    image[:, :, 0] = np.arange(240)[None, :]
    image[:, :, 1] = np.arange(200)[:, None]
    crop = crop_for_liveness(image, face, 80)
    assert crop.shape == (80, 80, 3)
    columns, rows = crop[0, :, 0].astype(int), crop[:, 0, 1].astype(int)
    assert columns[0] == pytest.approx(left, abs=1)
    assert columns[-1] == pytest.approx(left + width, abs=2)
    assert rows[0] == pytest.approx(top, abs=1)
    assert rows[-1] == pytest.approx(top + height, abs=2)


def test_the_channels_stay_as_they_are() -> None:
    """Blue first: with red first the second net loses half its sight."""
    image = np.zeros((100, 100, 3), dtype=np.uint8)
    image[:, :, 2] = 200
    assert crop_for_liveness(image, box(40, 40, 20, 20), 80)[40, 40].tolist() == [0, 0, 200]
