"""The decision: certified only when nothing speaks against it, never a refusal."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.verification import Action, ActionResult, BundleResult, Decision, MatchResult, PadResult, Quality, Reason
from schemas.verification_reason_texts import REASON_TEXTS
from services.certify.domain.decision import Findings, decide
from services.certify.policy import PadPolicy, VerificationPolicy

POLICY = VerificationPolicy()
GOOD = Quality(
    seconds=6.0, width=1280, height=720, codec="h264", frames=90, faces_most=1, face_share=1.0, face_gap_s=0.0,
    eye_distance_px=80.0, room=2.7, brightness=120.0, sharpness=150.0, motion=2.0, identity_floor=0.8,
)  # fmt: skip


def findings(
    quality: Quality = GOOD,
    done: bool | None = True,
    span: tuple[float, float] | None = (1.0, 2.0),
    live: bool = True,
    other: float = 0.2,
    same: bool = True,
    uneven: bool = False,
    fault: Reason | None = None,
    alone: bool = True,
) -> Findings:
    """A clip of which all is well but for what is said."""
    challenge = {} if done is None else {Action.NOD: ActionResult(passed=done, span_s=span)}
    scores = {"first": 0.9, "second": 0.9} if live else {"first": other, "second": 0.1}
    pad = PadResult(passed=live, score=min(scores.values()), threshold=0.5, scores=scores, frames=9)
    score = None if fault else 0.6 if same or uneven else 0.3
    match = MatchResult(
        passed=same and not uneven and fault is None, score=score, threshold=0.4, engine="sface", frames=5
    )
    return Findings(quality, challenge, pad, match, fault, alone)


def test_all_well_is_certified_without_reasons() -> None:
    """The one way to a certificate."""
    outcome = decide(findings(), POLICY)
    assert (outcome.decision, outcome.reasons) == (Decision.CERTIFIED, ())


def test_each_flaw_has_its_code_and_decision() -> None:
    """One flaw, one code, and the decision that the code's text announces."""
    poor: dict[Reason, dict[str, object]] = {
        Reason.CLIP_TOO_SHORT: {"seconds": 0.4},
        Reason.NO_FACE: {"face_share": 0.0, "eye_distance_px": None},
        Reason.SEVERAL_FACES: {"faces_most": 2},
        Reason.FACE_LEFT: {"face_gap_s": 1.5},
        Reason.FACE_TOO_SMALL: {"eye_distance_px": 12.0},
        Reason.TOO_DARK: {"brightness": 9.0},
        Reason.TOO_BRIGHT: {"brightness": 250.0},
        Reason.BLURRED: {"sharpness": 1.0},
        Reason.BACKLIT: {"brightness": 50.0, "glare": 0.4},
        Reason.FACE_COVERED: {"covered_share": 0.9},
        Reason.PICTURE_TURNED: {"turned_share": 0.8},
        Reason.PICTURE_FROZEN: {"motion": 0.0},
        Reason.PICTURE_GREY: {"colourless_share": 0.8},
        Reason.FRAMES_MISSING: {"unseen_s": 0.24},
        Reason.FACE_CHANGED: {"identity_floor": 0.05},
    }
    cases = [(reason, findings(quality=GOOD.model_copy(update=change))) for reason, change in poor.items()]
    cases += [
        (Reason.ACTION_NOT_SEEN, findings(done=False, span=None)),
        (Reason.ACTION_OUT_OF_ORDER, findings(done=False)),
        (Reason.NO_CHALLENGE, findings(done=None)),
        (Reason.LIVENESS_LOW, findings(live=False)),
        (Reason.FACE_DIFFERS, findings(same=False)),
        (Reason.FACE_HALVES_DIFFER, findings(uneven=True)),
        (Reason.NO_REFERENCE, findings(fault=Reason.NO_REFERENCE)),
        (Reason.REFERENCE_SEVERAL_FACES, findings(fault=Reason.REFERENCE_SEVERAL_FACES)),
        (Reason.ENGINE_ALONE, findings(alone=False)),
    ]
    for reason, case in cases:
        outcome = decide(case, POLICY)
        assert outcome.reasons == (reason,)
        assert outcome.decision is REASON_TEXTS[reason].decision


@pytest.mark.parametrize("action", Action)
def test_a_signed_challenge_moves_the_head_or_a_reviewer_looks(action: Action) -> None:
    """Only what turns shows depth. Bare actions are asked by who looks himself, and a county may decide otherwise."""
    answered = BundleResult(challenge_id=UUID(int=1), longest_s=12.0, faults=())
    bare = replace(findings(), challenge={action: ActionResult(passed=True, span_s=(1.0, 2.0))})
    asked = replace(bare, bundle=answered)
    still = action in {Action.OPEN_MOUTH, Action.BLINK}
    assert decide(asked, POLICY).reasons == ((Reason.HEAD_NOT_ASKED,) if still else ())
    assert decide(bare, POLICY).decision is Decision.CERTIFIED
    assert decide(asked, VerificationPolicy(pad=PadPolicy(head_must_move=False))).decision is Decision.CERTIFIED
    both = {**asked.challenge, Action.NOD: ActionResult(passed=True, span_s=(3.0, 4.0))}
    assert decide(replace(asked, challenge=both), POLICY).decision is Decision.CERTIFIED
    undone = replace(asked, challenge={action: ActionResult(passed=False, span_s=None)})
    assert decide(undone, POLICY).reasons == (Reason.ACTION_NOT_SEEN,)


def test_a_suspicion_goes_to_review_even_when_the_action_is_missing() -> None:
    """Asking an attacker to try again teaches him; a person looks."""
    outcome = decide(findings(live=False, done=False, span=None), POLICY)
    assert outcome.decision is Decision.REVIEW
    assert outcome.reasons[0] is Reason.LIVENESS_LOW


def test_a_missing_action_is_asked_again_before_a_missing_photo_is_reviewed() -> None:
    """The cadre is still there; the reviewer is not."""
    outcome = decide(findings(done=False, span=None, fault=Reason.NO_REFERENCE), POLICY)
    assert (outcome.decision, outcome.reasons) == (Decision.RETRY, (Reason.ACTION_NOT_SEEN,))


def test_nets_that_disagree_over_a_poor_recording_ask_for_a_better_one() -> None:
    """Too close or too dark explains the doubt; when both nets see an attack nothing explains it away."""
    close, dark = GOOD.model_copy(update={"room": 1.5}), GOOD.model_copy(update={"brightness": 45.0})
    assert decide(findings(close, live=False, other=0.9), POLICY).reasons == (Reason.FACE_TOO_CLOSE,)
    assert decide(findings(dark, live=False, other=0.9), POLICY).reasons == (Reason.TOO_DARK,)
    for case in (findings(close, live=False), findings(live=False, other=0.9)):
        outcome = decide(case, POLICY)
        assert (outcome.decision, outcome.reasons) == (Decision.REVIEW, (Reason.LIVENESS_LOW,))
    assert decide(findings(close, live=False, other=0.9, same=False), POLICY).decision is Decision.REVIEW
    assert decide(findings(close), POLICY).decision is Decision.CERTIFIED


def test_the_cause_is_told_before_what_it_causes() -> None:
    """Each clip has several faults; putting right the first one named puts right, or uncovers, the others."""
    several: list[tuple[Reason, dict[str, object]]] = [
        (Reason.PICTURE_TURNED, {"turned_share": 0.9, "face_share": 0.0, "eye_distance_px": None, "brightness": None}),
        (Reason.TOO_DARK, {"light": 8.0, "face_share": 0.0, "eye_distance_px": None, "brightness": None}),
        (Reason.NO_FACE, {"light": 80.0, "face_share": 0.0, "eye_distance_px": None, "brightness": None}),
        (Reason.FACE_TOO_SMALL, {"eye_distance_px": 12.0, "face_gap_s": 1.5, "sharpness": 2.0}),
        (Reason.TOO_DARK, {"brightness": 12.0, "light": 14.0, "face_gap_s": 1.5, "sharpness": 2.0}),
        (Reason.BACKLIT, {"brightness": 12.0, "light": 90.0, "face_gap_s": 1.5}),
        (Reason.FACE_COVERED, {"covered_share": 0.9, "brightness": 19.0, "sharpness": 2.0}),
        (Reason.TOO_DARK, {"unclear_gap_s": 1.2, "brightness": 12.0}),
        (Reason.FACE_COVERED, {"unclear_gap_s": 1.2, "face_gap_s": 1.2}),
        (Reason.BLURRED, {"unclear_gap_s": 1.2, "face_gap_s": 1.2, "sharpness": 2.0}),
        (Reason.FACE_COVERED, {"covered_share": 0.15, "covered_looks": 3}),
        (Reason.BLURRED, {"colourless_share": 0.9, "sharpness": 2.0}),
        (Reason.TOO_DARK, {"colourless_share": 0.9, "brightness": 12.0}),
    ]
    for reason, change in several:
        assert decide(findings(GOOD.model_copy(update=change)), POLICY).reasons == (reason,)


def test_light_behind_a_face_that_is_bright_enough_is_no_fault() -> None:
    """A window in the picture alone spoils nothing; nor does a dark face before a dark wall that can be seen."""
    for change in ({"brightness": 90.0, "glare": 0.6}, {"brightness": 45.0, "glare": 0.1, "light": 90.0}):
        assert decide(findings(GOOD.model_copy(update=change)), POLICY).decision is Decision.CERTIFIED


flags = st.booleans()


@given(
    flags, flags, flags, flags, flags,
    st.sampled_from([None, Reason.NO_REFERENCE, Reason.REFERENCE_NO_FACE]),
    st.sampled_from(
        [{}, {"faces_most": 2}, {"face_share": 0.0}, {"covered_share": 1.0}, {"motion": 0.0}, {"identity_floor": None}]
    ),
)  # fmt: skip
def test_any_flaw_prevents_a_certificate(
    asked: bool, done: bool, live: bool, same: bool, alone: bool, fault: Reason | None, change: dict[str, object]
) -> None:
    """Certified exactly when everything is well; a retry has exactly one reason; the first reason decides."""
    case = findings(
        GOOD.model_copy(update=change), done if asked else None, None, live, same=same, fault=fault, alone=alone
    )
    outcome = decide(case, POLICY)
    flawless = asked and done and live and same and alone and fault is None and change in ({}, {"identity_floor": None})
    assert (outcome.decision is Decision.CERTIFIED) == flawless
    assert flawless or REASON_TEXTS[outcome.reasons[0]].decision is outcome.decision
    assert outcome.decision is not Decision.RETRY or len(outcome.reasons) == 1
