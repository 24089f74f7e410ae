"""Border, highlights, colour and pulse, on made-up pictures whose truth is known."""

import cv2
import numpy as np
import pytest

from services.certify.cues.border import straight_sides
from services.certify.cues.pulse import SkinColour, pulse_db
from services.certify.cues.surface import measure_surface
from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox
from tests.unit.certify.test_cues import texture

FACE = FaceBox(260, 180, 120, 150, 0.9, np.zeros((5, 2)))
"""In a frame of 640 × 480."""
SCALE = 0.25
BLOOD = np.array([0.33, 0.77, 0.53])
"""How much of a pulse is seen in red, green and blue, relative to each channel (de Haan and van Leest, Improved motion
robustness of remote PPG, Physiol. Meas. 35, 2014)."""


def held(sides: int, slant_deg: float = 0.0) -> Image:
    """A wall with a bright sheet behind the face, small and grey; of its sides only some are seen, the others lie
    outside of the picture."""
    left, top, right, bottom = 200, 110, (440 if sides > 2 else 700), (400 if sides > 3 else 520)
    sheet = np.full((480, 640), 60, dtype=np.uint8)
    sheet[top if sides > 1 else 0 : bottom, left:right] = 170
    turn = cv2.getRotationMatrix2D((320, 255), slant_deg, 1.0)
    turned = cv2.warpAffine(sheet, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(turned, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_AREA), dtype=np.uint8)


@pytest.mark.parametrize("slant_deg", [0.0, 7.0, -12.0])
@pytest.mark.parametrize("sides", [1, 2, 3, 4])
def test_the_sides_of_a_sheet_are_counted(sides: int, slant_deg: float) -> None:
    """Also when it is not held upright."""
    assert straight_sides(held(sides, slant_deg), FACE, SCALE) == sides


def test_a_room_without_straight_edges_is_not_framed() -> None:
    """A wall has none; among blobs of all sizes chance lines up one or two, which is why a few say nothing."""
    assert np.mean([straight_sides(texture(seed), FACE, SCALE) for seed in range(20)]) < 2.0
    assert straight_sides(np.full((120, 160), 90, dtype=np.uint8), FACE, SCALE) == 0


def test_edges_of_the_face_itself_do_not_count() -> None:
    """A fringe, glasses and a collar lie within it."""
    small = np.full((120, 160), 120, dtype=np.uint8)
    cv2.line(small, (65, 55), (95, 55), 20, 2)
    cv2.line(small, (65, 50), (65, 80), 20, 2)
    assert straight_sides(small, FACE, SCALE) == 0


def skin(spots: float, spread: float) -> Image:
    """A face of brown skin, white spots on a share of it, its red varied."""
    chance = np.random.default_rng(0)
    frame = np.full((480, 640, 3), (90, 120, 180), dtype=np.float64)
    frame[..., 2] *= np.exp(cv2.GaussianBlur(chance.normal(0, 1, (480, 640)), (0, 0), 6) * 12 * spread)
    frame[180 : 180 + int(150 * spots), 260:380] = 250
    return np.clip(frame, 0, 255).astype(np.uint8)


def test_white_spots_are_counted_in_per_cent_of_the_face() -> None:
    """The lower and the upper seventh of the box are left out: hair and neck."""
    assert measure_surface(skin(0.0, 0.0), FACE).highlights == 0.0
    assert measure_surface(skin(0.29, 0.0), FACE).highlights == pytest.approx(20.0, abs=3)


def test_the_spread_of_colour_is_that_of_the_pigments() -> None:
    """Whatever the light: half of it takes both channels alike."""
    flat, varied = measure_surface(skin(0.0, 0.0), FACE), measure_surface(skin(0.0, 0.1), FACE)
    dim = measure_surface((skin(0.0, 0.1) * 0.5).astype(np.uint8), FACE)
    assert flat.colour < 0.01
    assert varied.colour > 0.05
    assert dim.colour == pytest.approx(varied.colour, rel=0.25)


def colours(seconds: float, beat: float, light: float = 0.0, fps: float = 15.0) -> list[SkinColour]:
    """Skin whose blood beats 72 times a minute, in light that flickers at 1.9 Hz, with the noise of a camera."""
    chance = np.random.default_rng(1)
    made = []
    for at_s in np.arange(0, seconds, 1 / fps):
        pulse = 1 + beat * BLOOD * np.sin(2 * np.pi * 1.2 * at_s)
        red, green, blue = np.array([170.0, 120.0, 95.0]) * pulse * (1 + light * np.sin(2 * np.pi * 1.9 * at_s))
        noise = chance.normal(0, 0.05, 3)
        made.append(SkinColour(float(at_s), (blue + noise[0], green + noise[1], red + noise[2])))
    return made


def test_a_pulse_stands_out_from_the_noise() -> None:
    """One per cent of the light, as skin shows it."""
    beating, still = pulse_db(colours(8, 0.01)), pulse_db(colours(8, 0.0))
    assert beating is not None and still is not None
    assert beating > 6.0
    assert still < 3.0


def test_flicker_of_the_lamp_is_no_pulse() -> None:
    """It is in all colours alike and is taken out; the pulse beneath it is left."""
    flicker, both = pulse_db(colours(8, 0.0, light=0.02)), pulse_db(colours(8, 0.01, light=0.02))
    assert flicker is not None and both is not None
    assert flicker < 3.0 < both


def test_a_short_or_slow_clip_shows_no_pulse() -> None:
    """Some beats are needed, and some frames for each."""
    assert pulse_db([]) is None
    assert pulse_db(colours(4, 0.01)) is None
    assert pulse_db(colours(8, 0.01, fps=5.0)) is None
