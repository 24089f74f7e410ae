"""The machine check of one clip: decode → faces → liveness → match → judgement. Here it is measured; what is said of it
is a function of what was measured (`domain/judgement.py`).

>>> verifier = Verifier(VerificationPolicy(), Path("var/models"))            # doctest: +SKIP
>>> verifier.verify(Path("clip.mp4"), [Action.NOD], reference=photo_bytes).decision   # doctest: +SKIP
<Decision.CERTIFIED: 'certified'>
"""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.camera import CameraFacts
from schemas.capture import Challenge
from schemas.verification import Action, Reason, Verification
from services.certify.candidate import Candidate
from services.certify.decode.reader import Clip
from services.certify.domain.judgement import judge
from services.certify.domain.measurements import Asked, ClipFacts, Measurements, pack, rounded
from services.certify.domain.motion import Motion, compare_motion
from services.certify.domain.observation import ClipCues, FaceCheck, Observation
from services.certify.engines.loader import get_engines
from services.certify.matching import Photo, compare
from services.certify.observe import Observer
from services.certify.policy import MatchEngine, VerificationPolicy

_BUSY = threading.Lock()
"""The nets keep state between calls, so one clip is judged at a time in a process; more processes judge more clips."""


@dataclass(frozen=True)
class Seen:
    """What is in the pictures of one part of a clip, whatever is asked and whoever it should be."""

    clip: ClipFacts
    net_names: tuple[str, ...]
    observations: tuple[Observation, ...]
    checks: tuple[FaceCheck, ...]
    motions: tuple[float, ...]
    cues: ClipCues
    motion: Motion
    """How the person moved: what other recordings are compared with."""
    best: list[Candidate]
    """The best frame of each second, to compare faces by."""
    decode_cpu_s: float


@dataclass(frozen=True)
class Examined:
    """What comes of a look at a clip."""

    verification: Verification
    still: Candidate | None
    """The frame that may become a reference, when there is one good enough."""
    motion: Motion
    """What later recordings of the person are compared with."""


class Verifier:
    """Judges clips under one policy. Engines are loaded at the first clip and shared by all verifiers of the
    process."""

    def __init__(self, policy: VerificationPolicy, models_dir: Path, engine: MatchEngine = MatchEngine.SFACE) -> None:
        self._policy = policy
        self._engines = get_engines(models_dir)
        self._engine = engine

    def verify(
        self,
        clip: Path | bytes,
        challenge: Sequence[Action] | Challenge,
        reference: bytes | Sequence[Photo] | None,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        bundle_faults: Sequence[Reason] = (),
        programmes: Iterable[str] | None = (),
        earlier: Mapping[str, Motion] | None = None,
        camera: CameraFacts | None = None,
    ) -> Verification:
        """Judge the clip, or its part from ``start_s`` to ``end_s``, for a visit that answers these ``programmes``
        (codes; ``None``: not known which).

        Args:
            challenge: bare actions, of which the order counts, or a bundle with windows, which the whole clip answers.
            bundle_faults: what was wrong with the bundle before anybody looked.
            earlier: how the same person moved in earlier recordings (``motion``), by what they are called.
            camera: what the browser said of its camera.

        Bad media are a verdict with a code, never an exception. Raises ``ModelError`` when a model is missing or
        wrong, and
        ``OSError`` when the path cannot be read.
        """
        return self.examine(
            clip,
            challenge,
            reference,
            start_s=start_s,
            end_s=end_s,
            bundle_faults=bundle_faults,
            programmes=programmes,
            earlier=earlier,
            camera=camera,
        ).verification

    def examine(
        self,
        clip: Path | bytes,
        challenge: Sequence[Action] | Challenge,
        reference: bytes | Sequence[Photo] | None,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
        bundle_faults: Sequence[Reason] = (),
        programmes: Iterable[str] | None = (),
        earlier: Mapping[str, Motion] | None = None,
        camera: CameraFacts | None = None,
    ) -> Examined:
        """As ``verify``, with what is kept of a recording."""
        photos = [Photo(reference)] if isinstance(reference, bytes) else list(reference or ())
        data = clip.read_bytes() if isinstance(clip, Path) else clip
        bundle: Challenge | None = None
        if isinstance(challenge, Challenge):
            bundle, challenge = challenge, challenge.actions
        fps = self._policy.decode.sample_fps_blink if Action.BLINK in challenge else self._policy.decode.sample_fps
        with _BUSY:
            clock = Clock()
            seen = self.see(data, fps, (start_s, end_s), clock)
            with clock.stage("cues"):
                copies = tuple(compare_motion(seen.motion, old, name) for name, old in (earlier or {}).items())
            with clock.stage("match"):
                codes = None if programmes is None else tuple(sorted(set(programmes)))
                comparison, still = compare(seen.best, photos, self._engines, self._policy, self._engine, codes)
        measured = rounded(
            Measurements(
                asked=Asked(tuple(challenge), bundle, tuple(bundle_faults)),
                clip=seen.clip,
                net_names=seen.net_names,
                observations=seen.observations,
                checks=seen.checks,
                motions=seen.motions,
                cues=seen.cues,
                comparison=comparison,
                earlier=copies,
                camera=camera,
            )
        )
        judged = judge(measured, self._policy)
        verification = Verification(
            decision=judged.decision,
            reasons=judged.reasons,
            challenge=judged.challenge,
            pad=judged.pad,
            match=judged.match,
            quality=judged.quality,
            timing_ms=clock.report(seen.decode_cpu_s),
            models=self._engines.hashes(self._engine),
            policy_version=self._policy.version,
            policy=self._policy.as_json(),
            measurements=pack(measured),
            bundle=judged.bundle,
            seen=judged.seen,
        )
        return Examined(verification, still, seen.motion)

    def motion(self, clip: bytes, *, start_s: float = 0.0, end_s: float | None = None) -> Motion:
        """How the person moved in an earlier recording, whatever is to be said of it otherwise."""
        with _BUSY:
            return self.see(clip, self._policy.decode.sample_fps, (start_s, end_s), Clock()).motion

    def see(self, data: bytes, fps: float, part: tuple[float, float | None], clock: "Clock") -> Seen:
        """Looks at the pictures of a part (seconds); ``fps``: how many of them."""
        source = Clip(data, self._policy.decode, fps, *part)
        observer = Observer(self._engines, self._policy)
        with clock.stage("faces"), closing(source.frames()) as frames:
            for frame in frames:
                observer.look(frame)
            observer.end()
        clock.move("faces", "decode", source.decode_wait_s)
        with clock.stage("cues"):
            cues, motion = observer.cues(), observer.motion()
        return Seen(
            clip=ClipFacts(
                source.fault, source.width, source.height, source.codec, source.damaged_packets, source.traces
            ),
            net_names=observer.net_names,
            observations=tuple(observer.observations),
            checks=tuple(observer.checks),
            motions=tuple(observer.motions),
            cues=cues,
            motion=motion,
            best=observer.best_frames(),
            decode_cpu_s=source.decode_cpu_s,
        )

    @property
    def policy(self) -> VerificationPolicy:
        """The thresholds in force."""
        return self._policy


class Clock:
    """Wall time per stage and CPU time of it all."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of the block under this name."""
        began = time.perf_counter()
        yield
        self._stages[name] = self._stages.get(name, 0.0) + time.perf_counter() - began

    def move(self, source: str, target: str, seconds: float) -> None:
        """Count seconds of one stage under another."""
        self._stages[source] -= seconds
        self._stages[target] = self._stages.get(target, 0.0) + seconds

    def report(self, other_cpu_s: float) -> dict[str, float]:
        """Milliseconds; ``cpu`` includes the decoding process."""
        total = {"total": time.perf_counter() - self._began, "cpu": time.process_time() - self._cpu + other_cpu_s}
        return {name: round(1000 * max(0.0, seconds), 1) for name, seconds in (self._stages | total).items()}
