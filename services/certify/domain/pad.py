"""Presentation-attack detection: the minimum of the nets' medians, then the cues. Pure."""

from collections.abc import Mapping, Sequence

import numpy as np

from schemas.verification import CueName, CueResult, MeasureName, PadResult, Reason, SeenBefore
from services.certify.domain.observation import ClipCues, FaceCheck
from services.certify.policy import PadPolicy

CUE_REASONS: Mapping[CueName, Reason] = {
    CueName.REPEATED: Reason.PICTURE_REPEATED,
    CueName.STALLED: Reason.PICTURE_STALLED,
    CueName.JUMPED: Reason.PICTURE_JUMPS,
    CueName.BLENDED: Reason.PICTURE_BLENDS,
    CueName.DEPTH: Reason.FACE_FLAT,
    CueName.DRAWN: Reason.FACE_DRAWN,
    CueName.STEADY: Reason.FACE_DRAWN,
    CueName.MOIRE: Reason.SCREEN_PATTERN,
    CueName.GRID: Reason.SCREEN_PATTERN,
    CueName.SEEN_BEFORE: Reason.SEEN_BEFORE,
}
"""What a reviewer is told when a cue speaks against a clip."""


def judge_pad(
    checks: Sequence[FaceCheck],
    nets: Sequence[str],
    cues: ClipCues,
    policy: PadPolicy,
    seen: SeenBefore | None = None,
) -> PadResult:
    """The median of each net over the judged frames, of which the lowest decides, and every cue; ``seen`` is the
    earlier recording that the clip is most like."""
    judged = [check.live for check in checks if check.live is not None]
    scores = {name: round(float(np.median([live[i] for live in judged])), 4) for i, name in enumerate(nets) if judged}
    found = judge_cues(cues, policy, seen)
    quiet = all(cue.passed for cue in found.values())
    lowest = min(scores.values(), default=None)
    alive = lowest is not None and len(judged) >= policy.min_frames and lowest >= policy.threshold
    return PadResult(
        passed=alive and quiet,
        score=lowest,
        threshold=policy.threshold,
        scores=scores,
        frames=len(judged),
        nets_passed=alive,
        cues=found,
        reported=reported(cues),
    )


def judge_cues(cues: ClipCues, policy: PadPolicy, seen: SeenBefore | None = None) -> dict[CueName, CueResult]:
    """Each cue against its bound; depth counts only where the face turned far enough to show any."""
    turned = cues.flatness_angle is not None and cues.flatness_angle >= policy.min_depth_angle_deg
    return {
        CueName.REPEATED: _at_least(cues.repeated, policy.min_repeated),
        CueName.STALLED: _at_most(cues.stalled_s, policy.max_stalled_s),
        CueName.JUMPED: _at_most(cues.jumped, policy.max_jumped),
        CueName.BLENDED: _at_most(cues.blended, policy.max_blended),
        CueName.DEPTH: _at_least(cues.flatness_residual if turned else None, policy.min_depth),
        CueName.DRAWN: _at_least(cues.drawn, policy.min_drawn),
        CueName.STEADY: _at_least(_steady(cues), policy.min_steady),
        CueName.MOIRE: _at_most(cues.moire, policy.max_moire),
        CueName.GRID: _at_most(cues.grid, policy.max_grid),
        CueName.SEEN_BEFORE: _at_most(None if seen is None else seen.likeness, policy.max_seen_before),
    }


def _steady(cues: ClipCues) -> float | None:
    """How far the skin slides for each degree, in units of what its places tremble at rest."""
    return cues.drawn / cues.trembling if cues.drawn is not None and cues.trembling else None


def reported(cues: ClipCues) -> dict[MeasureName, float]:
    """What is told without a say, where it could be measured."""
    measured = {
        MeasureName.BORDER: cues.border,
        MeasureName.HIGHLIGHTS: cues.highlights,
        MeasureName.COLOUR: cues.colour,
        MeasureName.PULSE: cues.pulse_db,
    }
    return {name: round(value, 3) for name, value in measured.items() if value is not None}


def cue_suspicions(pad: PadResult) -> tuple[Reason, ...]:
    """Reasons of the cues that speak against the clip."""
    spoken = (CUE_REASONS[name] for name in CueName if name in pad.cues and not pad.cues[name].passed)
    return tuple(dict.fromkeys(spoken))


def nets_passed(pad: PadResult) -> bool:
    """What the nets say, also of a verdict that is older than the cues."""
    return pad.passed if pad.nets_passed is None else pad.nets_passed


def _at_least(score: float | None, threshold: float) -> CueResult:
    passed = score is None or score >= threshold
    return CueResult(passed=passed, score=_rounded(score), threshold=threshold, bound="at_least")


def _at_most(score: float | None, threshold: float) -> CueResult:
    passed = score is None or score <= threshold
    return CueResult(passed=passed, score=_rounded(score), threshold=threshold, bound="at_most")


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 3)
