"""Made-up measurements of a clip, and the verdict on them, for the tests of rules and of replay."""

from collections.abc import Sequence

from schemas.capture import Challenge
from schemas.verification import Action, Reason, ReferenceOrigin, ReferenceScore, Verification
from services.certify.domain.judgement import judge
from services.certify.domain.measurements import Asked, ClipFacts, Comparison, Measurements, pack, rounded
from services.certify.domain.observation import FaceCheck, Observation
from services.certify.policy import MatchEngine, VerificationPolicy
from tests.unit.certify.faces import Face

NETS = ("minifasnet-v2", "fr-liveness")


def measured(
    observations: Sequence[Observation],
    asked: tuple[Action, ...] = (Action.NOD,),
    live: tuple[float, float] = (0.98765432, 0.87654321),
    score: float = 0.61234567,
    bundle: Challenge | None = None,
    fault: Reason | None = None,
    reference: Reason | None = None,
) -> Measurements:
    """A clip with all its looks of the detector, three a second, as the observer gives them: not rounded yet."""
    checks = tuple(
        FaceCheck(1, 81.234567, 2.7, 121.0, 154.32109, live) for number, _ in enumerate(observations) if number % 5 == 0
    )
    return Measurements(
        asked=Asked(asked, bundle),
        clip=ClipFacts(fault, 1280, 720, "h264", 0),
        net_names=NETS,
        observations=tuple(observations),
        checks=checks,
        motions=tuple(1.0 + 0.123456789 * (number % 7) for number in range(1, len(observations))),
        comparison=Comparison(
            engine=MatchEngine.SFACE,
            fault=reference,
            references=() if reference else (ReferenceScore(origin=ReferenceOrigin.ID_PHOTO, score=score),),
            frames=5,
            programmes=("pension",),
            identity_floor=0.7123456,
        ),
    )


def verdict_on(raw: Measurements, policy: VerificationPolicy | None = None) -> Verification:
    """As the verifier gives it."""
    policy = policy or VerificationPolicy()
    kept = rounded(raw)
    judged = judge(kept, policy)
    return Verification(
        decision=judged.decision,
        reasons=judged.reasons,
        challenge=judged.challenge,
        pad=judged.pad,
        match=judged.match,
        quality=judged.quality,
        timing_ms={"total": 700.0, "cpu": 650.0},
        models=dict.fromkeys(NETS, "0" * 64),
        policy_version=policy.version,
        policy=policy.as_json(),
        measurements=pack(kept),
        bundle=judged.bundle,
        seen=judged.seen,
    )


def nodding() -> list[Observation]:
    """A trembling face that nods once."""
    return Face(tremble=0.3).with_swing("pitch", 2.0, 20.0, 1.2).observations()
