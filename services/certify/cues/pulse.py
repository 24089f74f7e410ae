"""The pulse in the colour of the skin: blood takes up green light, and each beat brings some.

Plane-orthogonal-to-skin projection (Wang, den Brinker, Stuijk, de Haan: Algorithmic principles of remote PPG, IEEE
Trans. Biomed. Eng. 64, 2017) of the mean colour of the skin, and how far its strongest rhythm between 42 and 180 beats
a minute stands out. It needs some seconds, and movement and compression drown it; a replayed recording has the pulse
of whom it shows. So it is told and decides nothing (docs/pad-calibration.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from services.certify.cues.timeline import RATE
from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceMesh

_SKIN = (
    (111, 117, 118, 119, 120, 128, 114, 47, 126, 203, 206, 205, 50),
    (340, 346, 347, 348, 349, 357, 343, 277, 355, 423, 426, 425, 280),
    (67, 109, 10, 338, 297, 299, 151, 69, 104, 333, 108, 337),
)
"""Both cheeks and the forehead, in the mesh: skin that moves little in talking."""
_LEAST_S = 5.0
"""Four beats of a slow heart, and some."""
_LEAST_RATE = 10.0
"""Colours a second: more than three a beat of a fast heart."""
_WINDOW_S = 1.6
"""Length of the windows that are made alike before they are added, as in the paper."""
_BEATS_HZ = (0.7, 3.0)
_PEAK_HZ = 0.15
"""Half the width of the peak: a heart does not beat evenly."""
_PADDED = 8


@dataclass(frozen=True)
class SkinColour:
    """Mean blue, green and red of the skin in one frame."""

    at_s: float
    bgr: tuple[float, float, float]


def skin_colour(at_s: float, small: Image, mesh: FaceMesh, scale: float) -> SkinColour | None:
    """``small`` is the whole frame in colour, made smaller by ``scale`` by averaging, which keeps the colour; ``None``
    where no skin is in it."""
    mask = np.zeros(small.shape[:2], dtype=np.uint8)
    points = mesh.points[:, :2] * scale
    for outline in _SKIN:
        cv2.fillConvexPoly(mask, cv2.convexHull(points[list(outline)].astype(np.float32)).astype(np.int32), 255)
    blue, green, red, _ = cv2.mean(small, mask)
    return SkinColour(at_s, (blue, green, red)) if min(blue, green, red) > 0.0 else None


def pulse_db(colours: Sequence[SkinColour]) -> float | None:
    """Power of the strongest rhythm over that of all others, in decibels; ``None`` when the clip is too short."""
    if len(colours) < 2 or colours[-1].at_s - colours[0].at_s < _LEAST_S:
        return None
    t = np.array([colour.at_s for colour in colours])
    if len(t) < _LEAST_RATE * (t[-1] - t[0]):
        return None
    even = np.arange(t[0], t[-1], 1 / RATE)
    trace = np.stack([np.interp(even, t, [colour.bgr[channel] for colour in colours]) for channel in (2, 1, 0)])
    beat = _projected(trace)
    power = np.abs(np.fft.rfft(beat * np.hanning(len(beat)), _PADDED * len(beat))) ** 2
    rhythm = np.fft.rfftfreq(_PADDED * len(beat), 1 / RATE)
    judged = (rhythm >= _BEATS_HZ[0]) & (rhythm <= _BEATS_HZ[1])
    peak = judged & (np.abs(rhythm - rhythm[judged][power[judged].argmax()]) <= _PEAK_HZ)
    rest = float(power[judged & ~peak].sum())
    return None if rest <= 0.0 else float(10 * np.log10(power[peak].sum() / rest))


def _projected(trace: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What is left of red, green and blue when brightness is taken out, window by window."""
    long = round(_WINDOW_S * RATE)
    beat = np.zeros(trace.shape[1])
    for first in range(trace.shape[1] - long + 1):
        part = trace[:, first : first + long]
        red, green, blue = part / part.mean(axis=1, keepdims=True)
        one, other = green - blue, green + blue - 2 * red
        found = one + other * float(one.std()) / max(float(other.std()), 1e-9)
        beat[first : first + long] += found - found.mean()
    return beat
