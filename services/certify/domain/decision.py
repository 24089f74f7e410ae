"""From findings to a decision: certified, retry (one thing the cadre can put right) or review. Never a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schemas.verification import Action, ActionResult, BundleResult, Decision, MatchResult, PadResult, Quality, Reason
from schemas.verification_reason_texts import REASON_TEXTS
from services.certify.domain.pad import cue_suspicions, nets_passed
from services.certify.policy import QualityPolicy, VerificationPolicy

_MOVES_HEAD: Final = frozenset({Action.NOD, Action.TURN_LEFT, Action.TURN_RIGHT})
"""Actions in which a face shows its depth."""


@dataclass(frozen=True)
class Findings:
    """All that the engines and rules found in a readable clip."""

    quality: Quality
    challenge: Mapping[Action, ActionResult]
    pad: PadResult
    match: MatchResult
    reference_fault: Reason | None
    """Why there is no comparison, when there is none."""
    engine_may_certify: bool
    """Whether the match engine may decide alone."""
    bundle: BundleResult | None = None
    """The signed challenge that was answered, and what is wrong with it."""


@dataclass(frozen=True)
class Outcome:
    """The decision with its reasons, the most telling first."""

    decision: Decision
    reasons: tuple[Reason, ...]


def decide(findings: Findings, policy: VerificationPolicy) -> Outcome:
    """What the clip says, under what is wrong with the bundle that it answers."""
    return refuse_bundle(_decide_on_sight(findings, policy), findings.bundle)


def refuse_bundle(outcome: Outcome, bundle: BundleResult | None) -> Outcome:
    """The faults of a bundle come before all that the clip shows, and none of them leaves it certified."""
    if bundle is None or not bundle.faults:
        return outcome
    reasons = tuple(dict.fromkeys((*bundle.faults, *outcome.reasons)))
    review = any(REASON_TEXTS[reason].decision is Decision.REVIEW for reason in reasons)
    return Outcome(Decision.REVIEW if review else Decision.RETRY, reasons)


def _decide_on_sight(findings: Findings, policy: VerificationPolicy) -> Outcome:
    """Certified only when nothing at all speaks against it.

    The order of the questions: can it be judged (else film again)? does something look wrong (then a person looks,
    also when an action is missing)? is it one piece, and was the action done (else ask again)? is anything missing
    that the cadre cannot give (then a person decides)?
    """
    fault = quality_fault(findings.quality, policy)
    if fault is not None:
        return Outcome(Decision.RETRY, (fault,))
    suspicions = _suspicions(findings, policy)
    undone = _gap_fault(findings.quality, policy) or _challenge_fault(findings.challenge)
    missing = _missing(findings, policy)
    poor = liveness_doubt(findings, policy)
    if suspicions == (Reason.LIVENESS_LOW,) and poor is not None:
        return Outcome(Decision.RETRY, (poor,))
    if suspicions:
        return Outcome(Decision.REVIEW, (*suspicions, *missing, *((undone,) if undone else ())))
    if undone is not None:
        return Outcome(Decision.RETRY, (undone,))
    if missing:
        return Outcome(Decision.REVIEW, missing)
    return Outcome(Decision.CERTIFIED, ())


def quality_fault(quality: Quality, policy: VerificationPolicy) -> Reason | None:
    """The one thing to put right before the clip can be judged; ``None`` when it can be.

    Causes come before what they cause, so that the next recording is not spoilt by the same: a phone held wrongly,
    darkness, blur or a far face make the face go unnoticed; a black mask makes it dark.
    """
    limits = policy.quality
    share, gap, eyes = quality.face_share or 0.0, quality.face_gap_s or 0.0, quality.eye_distance_px or 0.0
    no_face = share <= limits.no_face_share or eyes <= 0.0
    covered, row = quality.covered_share or 0.0, quality.covered_looks or 0
    unclear, sharp = quality.unclear_gap_s or 0.0, quality.sharpness
    questions = (
        (quality.seconds is not None and quality.seconds < policy.decode.min_seconds, Reason.CLIP_TOO_SHORT),
        ((quality.turned_share or 0.0) > limits.max_turned_share, Reason.PICTURE_TURNED),
        (no_face and quality.light is not None and quality.light < limits.min_brightness, Reason.TOO_DARK),
        (no_face, Reason.NO_FACE),
        (quality.faces_most > 1, Reason.SEVERAL_FACES),
        (eyes < limits.min_eye_distance_px, Reason.FACE_TOO_SMALL),
        (covered > limits.max_covered_share or row > limits.max_covered_looks, Reason.FACE_COVERED),
        *((True, light) for light in (_light_fault(quality, limits),) if light is not None),
        (sharp is not None and sharp < limits.min_sharpness, Reason.BLURRED),
        ((quality.colourless_share or 0.0) > limits.max_colourless_share, Reason.PICTURE_GREY),
        (unclear > limits.max_unclear_gap_s, Reason.FACE_COVERED),
        (share < limits.min_face_share or gap > limits.max_face_gap_s, Reason.FACE_LEFT),
    )
    return next((reason for wrong, reason in questions if wrong), None)


def _light_fault(quality: Quality, limits: QualityPolicy) -> Reason | None:
    face = quality.brightness
    if face is None:
        return None
    if face < limits.backlit_brightness and (quality.glare or 0.0) >= limits.backlit_glare:
        return Reason.BACKLIT
    if face < limits.min_brightness:
        return Reason.BACKLIT if (quality.light or 0.0) >= limits.backlit_light else Reason.TOO_DARK
    return Reason.TOO_BRIGHT if face > limits.max_brightness else None


def liveness_doubt(findings: Findings, policy: VerificationPolicy) -> Reason | None:
    """What to put right when one net sees a live face and the other does not, and the recording explains why.

    When both see an attack there is no doubt, and a reviewer looks.
    """
    limits, quality = policy.pad, findings.quality
    if nets_passed(findings.pad) or max(findings.pad.scores.values(), default=0.0) < limits.threshold:
        return None
    if quality.room is not None and quality.room < limits.doubt_room:
        return Reason.FACE_TOO_CLOSE
    if quality.brightness is not None and quality.brightness < limits.doubt_brightness:
        return Reason.TOO_DARK
    return None


def _suspicions(findings: Findings, policy: VerificationPolicy) -> tuple[Reason, ...]:
    quality = findings.quality
    found: list[Reason] = []
    if quality.motion is not None and quality.motion < policy.pad.min_motion:
        found.append(Reason.PICTURE_FROZEN)
    if not nets_passed(findings.pad):
        found.append(Reason.LIVENESS_LOW)
    found += cue_suspicions(findings.pad)
    if set(quality.traces) & set(policy.pad.refused_traces):
        found.append(Reason.FILE_NOT_FROM_CAMERA)
    if quality.camera is not None and quality.camera.kind in policy.pad.refused_cameras:
        found.append(Reason.SOURCE_NOT_CAMERA)
    if quality.identity_floor is not None and quality.identity_floor < policy.pad.min_identity:
        found.append(Reason.FACE_CHANGED)
    if findings.reference_fault is None and not findings.match.passed:
        found.append(_difference(findings.match))
    return tuple(found)


def _difference(match: MatchResult) -> Reason:
    """A match that was not reached although the face as a whole is alike enough failed in one of its halves."""
    alike = match.score is not None and match.score >= match.threshold
    return Reason.FACE_HALVES_DIFFER if alike else Reason.FACE_DIFFERS


def _gap_fault(quality: Quality, policy: VerificationPolicy) -> Reason | None:
    """Where something happened unseen it is not shown that the actions were done in one piece."""
    return Reason.FRAMES_MISSING if (quality.unseen_s or 0.0) > policy.quality.max_unseen_s else None


def _challenge_fault(challenge: Mapping[Action, ActionResult]) -> Reason | None:
    undone = [result for result in challenge.values() if not result.passed]
    if not undone:
        return None
    if any(result.span_s is None for result in undone):
        return Reason.ACTION_NOT_SEEN
    timed = any(result.window_s is not None for result in undone)
    return Reason.ACTION_WRONG_TIME if timed else Reason.ACTION_OUT_OF_ORDER


def _missing(findings: Findings, policy: VerificationPolicy) -> tuple[Reason, ...]:
    found = []
    if not findings.challenge:
        found.append(Reason.NO_CHALLENGE)
    elif policy.pad.head_must_move and findings.bundle is not None and not _MOVES_HEAD & findings.challenge.keys():
        found.append(Reason.HEAD_NOT_ASKED)
    if findings.reference_fault is not None:
        found.append(findings.reference_fault)
    elif not findings.engine_may_certify:
        found.append(Reason.ENGINE_ALONE)
    return tuple(found)
