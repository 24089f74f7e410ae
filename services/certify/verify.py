"""The machine check of one clip: decode → faces → challenge → liveness → match → decision.

>>> verifier = Verifier(VerificationPolicy(), Path("var/models"))            # doctest: +SKIP
>>> verifier.verify(Path("clip.mp4"), [Action.NOD], reference=photo_bytes).decision   # doctest: +SKIP
<Decision.CERTIFIED: 'certified'>
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from schemas.verification import Action, Decision, MatchResult, Reason, Verification
from services.certify.decode.reader import Clip
from services.certify.domain.challenge import judge_challenge
from services.certify.domain.decision import Findings, Outcome, decide
from services.certify.domain.observation import FaceSeries
from services.certify.domain.pad import judge_pad
from services.certify.domain.summary import summarise_quality
from services.certify.engines.loader import get_engines
from services.certify.observe import Observer
from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.reference import Reference, find_reference

_BUSY = threading.Lock()
"""The nets keep state between calls, so one clip is judged at a time in a process; more processes judge more clips."""


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
        challenge: Sequence[Action],
        reference: bytes | None,
        *,
        start_s: float = 0.0,
        end_s: float | None = None,
    ) -> Verification:
        """Judge the clip, or its part from ``start_s`` to ``end_s``.

        Bad media are a verdict with a code, never an exception. Raises ``ModelError`` when a model is missing or
        wrong, and
        ``OSError`` when the path cannot be read.
        """
        data = clip.read_bytes() if isinstance(clip, Path) else clip
        fps = self._policy.decode.sample_fps_blink if Action.BLINK in challenge else self._policy.decode.sample_fps
        source = Clip(data, self._policy.decode, fps, start_s, end_s)
        with _BUSY:
            clock = _Clock()
            observer = Observer(self._engines, self._policy)
            with clock.stage("faces"):
                for frame in source.frames():
                    observer.look(frame)
            clock.move("faces", "decode", source.decode_wait_s)
            with clock.stage("cues"):
                cues = observer.cues()
            with clock.stage("match"):
                found = self._engines.detector()
                outcome = find_reference(reference, found, self._policy.match)
                match, identity_floor = self._match(observer, outcome)
        quality = summarise_quality(
            observer.observations, observer.checks, observer.motions, identity_floor, self._policy.quality
        ).model_copy(
            update={
                "width": source.width,
                "height": source.height,
                "codec": source.codec,
                "damaged_packets": source.damaged_packets,
            }
        )
        findings = Findings(
            quality=quality,
            challenge=judge_challenge(FaceSeries.of(observer.observations), challenge, self._policy.challenge),
            pad=judge_pad(observer.checks, observer.net_names, cues, self._policy.pad),
            match=match,
            reference_fault=outcome if isinstance(outcome, Reason) else None,
            engine_may_certify=self._engine is MatchEngine.SFACE,
        )
        decided = decide(findings, self._policy) if source.fault is None else Outcome(Decision.RETRY, (source.fault,))
        return Verification(
            decision=decided.decision,
            reasons=decided.reasons,
            challenge=dict(findings.challenge),
            pad=findings.pad,
            match=findings.match,
            quality=quality,
            timing_ms=clock.report(source.decode_cpu_s),
            models=self._engines.hashes(self._engine),
            policy_version=self._policy.version,
        )

    def _match(self, observer: Observer, reference: Reference | Reason) -> tuple[MatchResult, float | None]:
        """The comparison with the reference, and how alike the clip's own frames are at least."""
        limits = self._policy.match
        frames = observer.best_frames()
        identity = self._engines.matcher(MatchEngine.SFACE)
        own = [identity.embed(frame.image, frame.face) for frame in frames]
        alike = np.array([[identity.similarity(a, b) for b in own] for a in own])
        floor = float(alike[int(alike.sum(axis=0).argmax())].min()) if own else None
        score = None
        frontal = [frame for frame in frames if abs(frame.yaw) <= limits.max_yaw_deg]
        compared = sorted(frontal, key=lambda frame: frame.worth, reverse=True)[: limits.frames]
        if isinstance(reference, Reference) and compared:
            matcher = self._engines.matcher(self._engine)
            target = matcher.embed(reference.image, reference.face)
            score = float(np.median([matcher.similarity(matcher.embed(f.image, f.face), target) for f in compared]))
        threshold = limits.threshold(self._engine)
        return (
            MatchResult(
                passed=score is not None and score >= threshold,
                score=None if score is None else round(score, 4),
                threshold=threshold,
                engine=self._engine,
                frames=len(compared) if score is not None else 0,
            ),
            None if floor is None else round(min(1.0, floor), 4),
        )

    @property
    def policy(self) -> VerificationPolicy:
        """The thresholds in force."""
        return self._policy


class _Clock:
    """Wall time per stage and CPU time of it all."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
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
