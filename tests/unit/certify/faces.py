"""Builds time series of made-up faces: a neutral face, to which movements are added."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from services.certify.domain.observation import FaceSeries, FaceSigns, Observation, Series


@dataclass
class Face:
    """A face filmed for ``seconds`` at ``fps``; each ``with_…`` adds one movement and returns the face."""

    seconds: float = 6.0
    fps: float = 15.0
    pitch: float = 0.0
    yaw: float = 0.0
    jaw: float = 0.03
    tremble: float = 0.0
    seed: int = 0
    _signs: dict[str, Series] = field(init=False, repr=False)
    t: Series = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.t = np.arange(0.0, self.seconds, 1.0 / self.fps)
        noise = np.random.default_rng(self.seed)
        level = {"pitch": self.pitch, "yaw": self.yaw, "roll": 0.0, "jaw_open": self.jaw, "lip_gap": 0.05, "blink": 0.1}
        self._signs = {name: np.full_like(self.t, value) for name, value in level.items()}
        for name in ("pitch", "yaw"):
            self._signs[name] += noise.normal(0.0, self.tremble, len(self.t)) if self.tremble else 0.0

    def with_swing(self, sign: str, at_s: float, degrees: float, lasting_s: float) -> "Face":
        """Out and back along a cosine."""
        return self._add(sign, at_s, lasting_s, lambda x: degrees * 0.5 * (1.0 - np.cos(2.0 * np.pi * x)))

    def with_ramp(self, sign: str, at_s: float, degrees: float, lasting_s: float) -> "Face":
        """Out, and staying there."""
        along = np.clip((self.t - at_s) / lasting_s, 0.0, 1.0)
        self._signs[sign] = self._signs[sign] + degrees * 0.5 * (1.0 - np.cos(np.pi * along))
        return self

    def with_held_swing(self, sign: str, at_s: float, degrees: float, way_s: float, held_s: float) -> "Face":
        """Out along a cosine, held there, and back in the same time."""
        there = self.t - at_s
        along = np.clip(np.minimum(there, 2.0 * way_s + held_s - there) / way_s, 0.0, 1.0)
        self._signs[sign] = self._signs[sign] + degrees * 0.5 * (1.0 - np.cos(np.pi * along))
        return self

    def with_tremor(self, degrees: float, hertz: float) -> "Face":
        """The head trembles sideways, and half as much up and down."""
        for sign, share in (("yaw", 1.0), ("pitch", 0.5)):
            self._signs[sign] = self._signs[sign] + share * degrees * np.sin(2.0 * np.pi * hertz * self.t + share)
        return self

    def with_mouth(self, at_s: float, lasting_s: float, jaw: float = 0.6) -> "Face":
        """Opened at once, held, closed at once."""
        self._add("lip_gap", at_s, lasting_s, lambda x: np.full_like(x, jaw))
        return self._add("jaw_open", at_s, lasting_s, lambda x: np.full_like(x, jaw))

    def with_blink(self, at_s: float, lasting_s: float, closed: float = 0.6) -> "Face":
        """Both eyes."""
        return self._add("blink", at_s, lasting_s, lambda x: np.full_like(x, closed))

    def observations(self, lost_beyond: float = 180.0, dropped: float = 0.0) -> list[Observation]:
        """Frame by frame, as the observer gives them; no mesh on a head turned far, some frames missing at random."""
        chance = np.random.default_rng(self.seed).random(len(self.t))
        kept = [look for look, lot in zip(self._looks(), chance, strict=True) if lot >= dropped]
        turned = [look.face is not None and abs(look.face.yaw) > lost_beyond for look in kept]
        return [
            Observation(look.at_s, seen=True, face=None) if away else look
            for look, away in zip(kept, turned, strict=True)
        ]

    def _looks(self) -> list[Observation]:
        s = self._signs
        return [
            Observation(
                float(at),
                seen=True,
                face=FaceSigns(
                    pitch=float(s["pitch"][i]),
                    yaw=float(s["yaw"][i]),
                    roll=0.0,
                    jaw_open=float(s["jaw_open"][i]),
                    lip_gap=float(s["lip_gap"][i]),
                    blink_left=float(s["blink"][i]),
                    blink_right=float(s["blink"][i]),
                ),
            )
            for i, at in enumerate(self.t)
        ]

    def series(self, lost_beyond: float = 180.0, dropped: float = 0.0) -> FaceSeries:
        """As the rules read it."""
        return FaceSeries.of(self.observations(lost_beyond, dropped))

    def _add(self, sign: str, at_s: float, lasting_s: float, shape: Callable[[Series], Series]) -> "Face":
        inside = (self.t >= at_s) & (self.t < at_s + lasting_s)
        self._signs[sign] = self._signs[sign].copy()
        self._signs[sign][inside] += shape((self.t[inside] - at_s) / lasting_s)
        return self
