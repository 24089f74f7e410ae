"""Where the CPU time of a check goes: `python -m bench.verify.speed --stages`.

The functions of each stage are wrapped, and what one of them spends is its own time without that of the stages it
calls. A wrapper costs some microseconds, so a stage that is called often reads a little dearer than it is.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import typer

from schemas.verification import Verification
from services.certify import observe, verify
from services.certify.decode import reader
from services.certify.engines.face_mesh import FaceMeshTracker
from services.certify.engines.fr_liveness import FrLiveness
from services.certify.engines.head_pose import HeadPose
from services.certify.engines.minifasnet import MiniFasNet
from services.certify.engines.sface import SFaceMatcher
from services.certify.engines.yunet import YuNetDetector
from services.certify.policy import DecodePolicy

START: Final = "decoding process: start of Python and FFmpeg"
DECODE: Final = "decoding process: decode, scale, send"
REST: Final = "everything else"
STAGES: Final[Sequence[tuple[str, ModuleType | type, Sequence[str]]]] = (
    ("frames taken from the decoding process", reader, ("_TimedPipe.take", "_upright")),
    ("mesh: crop and net", FaceMeshTracker, ("_points_in",)),
    ("mesh: blendshapes", FaceMeshTracker, ("_blendshapes",)),
    ("mesh: pose, region", HeadPose, ("angles",)),
    ("mesh: pose, region", FaceMeshTracker, ("trace",)),
    ("detector (YuNet)", YuNetDetector, ("detect",)),
    ("liveness net 1 (MiniFASNet)", MiniFasNet, ("live_score",)),
    ("liveness net 2 (fr_liveness)", FrLiveness, ("live_score",)),
    ("matcher (SFace)", SFaceMatcher, ("embed", "halves")),
    ("matching: reference photo and the rest", verify, ("compare",)),
    ("each frame: small pictures, view, skin", observe, ("Observer._measure_motion", "moment", "view", "skin_colour")),
    ("each look: light, mouth, turns", observe, ("measure_light", "measure_colour", "find_turns")),
    ("each look: moiré, surface, sides", observe, ("spectral_peak", "pixel_grid", "measure_surface", "straight_sides")),
    ("cues of the clip: cross-fade", observe, ("blended",)),
    ("cues of the clip: drawn on the mesh", observe, ("drawn", "trembling")),
    (
        "cues of the clip: the others",
        observe,
        ("repeated", "stalled_s", "unseen_s", "cut", "measure_depth", "pulse_db"),
    ),
    ("verdict: rules, measurements", verify, ("judge", "pack", "rounded")),
    (REST, verify, ("Verifier.examine",)),
)


class Tally:
    """CPU seconds and calls of each stage of this process."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._open: list[list[Any]] = []

    def wrap(self, stage: str, owner: ModuleType | type, name: str) -> None:
        """Count the calls of a function, or of a class's method written ``Class.method``, under a stage."""
        holder, _, last = name.rpartition(".")
        place = getattr(owner, holder) if holder else owner
        setattr(place, last, self._counted(stage, getattr(place, last)))

    def _counted(self, stage: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            if self._open:
                self._spend(began)
            self._open.append([stage, began])
            try:
                return inner(*args, **kwargs)
            finally:
                ended = time.process_time()
                self._spend(ended)
                self._open.pop()
                self.calls[stage] = self.calls.get(stage, 0) + 1
                if self._open:
                    self._open[-1][1] = ended

        return counted

    def _spend(self, now: float) -> None:
        stage, since = self._open[-1]
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since


def measure(judge: Callable[[Path], Verification], clips: Sequence[Path]) -> dict[str, Any]:
    """CPU milliseconds of each stage for a second of video, and calls a second; the models are loaded before."""
    judge(clips[0])
    tally = Tally()
    for stage, owner, names in STAGES:
        for name in names:
            tally.wrap(stage, owner, name)
    start = _decoder_start()
    found = [judge(clip) for clip in clips]
    video = sum(one.quality.seconds or 0.0 for one in found)
    cpu = sum(one.timing_ms["cpu"] for one in found) / 1000
    inside = sum(tally.seconds.values())
    seconds = {START: start * len(clips), DECODE: cpu - inside - start * len(clips)} | tally.seconds
    return {
        "ms": {stage: 1000 * spent / video for stage, spent in seconds.items()},
        "calls": {stage: count / video for stage, count in ({START: len(clips)} | tally.calls).items()},
    }


def _decoder_start() -> float:
    """What the decoding process costs that finds nothing to decode; the median of five."""
    spent = []
    for _ in range(5):
        clip = reader.Clip(b"GIF89a", DecodePolicy(), 15.0)
        list(clip.frames())
        spent.append(clip.decode_cpu_s)
    return sorted(spent)[2]


def table(measured: dict[str, Any]) -> None:
    """As Markdown, the dearest first."""
    ms, calls = measured["ms"], measured["calls"]
    whole = sum(ms.values())
    typer.echo("| stage | CPU ms a video s | share | calls a video s |\n| --- | --- | --- | --- |")
    for stage, spent in sorted(ms.items(), key=lambda each: -each[1]):
        count = f"{calls[stage]:.1f}" if stage in calls else ""
        typer.echo(f"| {stage} | {spent:.1f} | {spent / whole:.0%} | {count} |")
    typer.echo(f"| all | {whole:.0f} | | |")
