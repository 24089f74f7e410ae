"""From what was measured on a clip to what is said of it: the whole judgement, as a function of numbers. Pure.

The same measurements under the same policy give the same judgement, on any machine and in any year
(`services/certify/domain/replay.py`).
"""

from dataclasses import asdict, dataclass

from schemas.verification import (
    BundleResult,
    ChallengeResult,
    Decision,
    MatchResult,
    PadResult,
    Quality,
    Reason,
    SeenBefore,
)
from services.certify.domain.bundle import judge_bundle
from services.certify.domain.challenge import judge_challenge
from services.certify.domain.decision import Findings, Outcome, decide, refuse_bundle
from services.certify.domain.matching import judge_match, reference_fault
from services.certify.domain.measurements import ClipFacts, Measurements
from services.certify.domain.motion import most_alike
from services.certify.domain.observation import FaceSeries
from services.certify.domain.pad import judge_pad
from services.certify.domain.summary import summarise_quality
from services.certify.policy import MatchEngine, VerificationPolicy


@dataclass(frozen=True)
class Judgement:
    """What is said of a clip. Each field is the field of that name in ``schemas.verification.Verification``."""

    decision: Decision
    reasons: tuple[Reason, ...]
    challenge: ChallengeResult
    pad: PadResult
    match: MatchResult
    quality: Quality
    bundle: BundleResult | None
    seen: SeenBefore | None


def judge(measured: Measurements, policy: VerificationPolicy) -> Judgement:
    """The judgement of one clip. ``measured`` is rounded (`measurements.rounded`), as the verdict will carry it."""
    comparison, asked, fault = measured.comparison, measured.asked, measured.clip.fault
    quality = _quality(measured, policy)
    prompts = asked.bundle.prompts if asked.bundle is not None and asked.bundle.is_sound else ()
    match = judge_match(
        *(comparison.references, policy.match, comparison.engine),
        frames=comparison.frames,
        programmes=comparison.programmes,
    )
    seen = most_alike(measured.earlier)
    findings = Findings(
        quality=quality,
        challenge=judge_challenge(FaceSeries.of(measured.observations), asked.actions, policy.challenge, prompts),
        pad=judge_pad(measured.checks, measured.net_names, measured.cues, policy.pad, seen),
        match=match,
        reference_fault=comparison.fault or reference_fault(match, policy.match),
        engine_may_certify=comparison.engine is MatchEngine.SFACE,
        bundle=judge_bundle(asked.bundle, asked.bundle_faults, quality.seconds, fault, policy),
    )
    unread = None if fault is None else Outcome(Decision.RETRY, (fault,))
    decided = decide(findings, policy) if unread is None else refuse_bundle(unread, findings.bundle)
    return Judgement(
        decision=decided.decision,
        reasons=decided.reasons,
        challenge=dict(findings.challenge),
        pad=findings.pad,
        match=findings.match,
        quality=findings.quality,
        bundle=findings.bundle,
        seen=seen,
    )


def _quality(measured: Measurements, policy: VerificationPolicy) -> Quality:
    facts = summarise_quality(
        measured.observations, measured.checks, measured.motions, measured.comparison.identity_floor, policy.quality
    )
    unseen_s = measured.cues.unseen_s
    seen = {"unseen_s": None if unseen_s is None else round(unseen_s, 3)}
    return facts.model_copy(update=_facts_of(measured.clip) | seen | {"camera": measured.camera})


def _facts_of(clip: ClipFacts) -> dict[str, object]:
    return {name: value for name, value in asdict(clip).items() if name != "fault"}
