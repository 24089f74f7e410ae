"""Two made-up judgements of a clip, for the examples of a verdict: one that passed and one to be filmed again."""

import hashlib

from schemas.camera import CameraAbility, CameraFacts, Facing
from schemas.generate.specimens.story import example_id
from schemas.verification import (
    Action,
    ActionResult,
    BundleResult,
    CueName,
    CueResult,
    Decision,
    MatchResult,
    MeasureName,
    PadResult,
    Quality,
    Reason,
    ReferenceOrigin,
    ReferenceScore,
    SeenBefore,
    Trace,
    Verification,
)


def _verification(decision: Decision, reasons: tuple[Reason, ...], mouth: ActionResult) -> Verification:
    return Verification(
        decision=decision,
        reasons=reasons,
        challenge={
            Action.NOD: ActionResult(passed=True, span_s=(2.2, 3.6), window_s=(1.4, 6.4)),
            Action.OPEN_MOUTH: mouth,
        },
        pad=PadResult(
            passed=True,
            score=0.91,
            threshold=0.6,
            scores={"minifasnet_v2": 0.97, "fr_liveness": 0.91},
            frames=8,
            nets_passed=True,
            cues={
                CueName.BLENDED: CueResult(passed=True, score=1.4, threshold=2.7, bound="at_most"),
                CueName.DEPTH: CueResult(passed=True, score=6.2, threshold=2.8, bound="at_least"),
                CueName.DRAWN: CueResult(passed=True, score=0.31, threshold=0.14, bound="at_least"),
                CueName.MOIRE: CueResult(passed=True, score=None, threshold=2.4, bound="at_most"),
                CueName.GRID: CueResult(passed=True, score=None, threshold=0.9, bound="at_most"),
                CueName.SEEN_BEFORE: CueResult(passed=True, score=0.21, threshold=0.75, bound="at_most"),
            },
            reported={MeasureName.BORDER: 1.2, MeasureName.HIGHLIGHTS: 0.0, MeasureName.COLOUR: 0.24},
        ),
        match=MatchResult(
            passed=True,
            score=0.58,
            threshold=0.45,
            engine="sface",
            frames=5,
            reference=ReferenceOrigin.ID_PHOTO,
            compared=(ReferenceScore(origin=ReferenceOrigin.ID_PHOTO, score=0.58, age_days=1460, halves_apart=0.07),),
            programmes=("pension", "senior_subsidy"),
        ),
        quality=Quality(
            seconds=13.0,
            width=720,
            height=1280,
            codec="h264",
            frames=195,
            traces=(Trace.CONVERTER,),
            camera=CameraFacts(kind=None, facing=Facing.ENVIRONMENT, offers=(CameraAbility.TORCH,)),
            faces_most=1,
            face_share=0.99,
            face_gap_s=0.1,
            eye_distance_px=141.0,
            brightness=128.0,
            sharpness=210.0,
            motion=2.4,
            identity_floor=0.71,
        ),
        timing_ms={"decode": 212.0, "faces": 430.5, "reference": 41.0, "total": 702.5, "cpu": 688.0},
        models={name: hashlib.sha256(name.encode()).hexdigest() for name in ("sface", "yunet")},
        policy_version="example+fa723957d568",
        policy={"name": "example", "pad": {"threshold": 0.6}, "match": {"sface_threshold": 0.363}},
        seen=SeenBefore(
            earlier=str(example_id("earlier capture")),
            likeness=0.21,
            speed=1.05,
            span_s=(7.6, 10.6),
            earlier_span_s=(2.1, 5.25),
        ),
        bundle=BundleResult(challenge_id=example_id("challenge"), longest_s=13.2, faults=()),
    )


PASSED = _verification(Decision.CERTIFIED, (), ActionResult(passed=True, span_s=(8.4, 9.1), window_s=(7.7, 12.7)))
FILM_AGAIN = _verification(
    Decision.RETRY,
    (Reason.ACTION_WRONG_TIME,),
    ActionResult(passed=False, span_s=(0.3, 1.1), window_s=(7.7, 12.7)),
)
