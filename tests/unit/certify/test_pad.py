"""Liveness: the lower of the nets' medians, then the cues."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.verification import CueName, Decision, PadResult, Reason, SeenBefore
from schemas.verification_reason_texts import REASON_TEXTS
from services.certify.domain.observation import ClipCues, FaceCheck
from services.certify.domain.pad import CUE_REASONS, cue_suspicions, judge_pad, nets_passed
from services.certify.policy import PadPolicy

POLICY = PadPolicy()
NETS = ["a", "b"]
LIVE = ClipCues(
    repeated=4.0,
    stalled_s=0.1,
    jumped=1.5,
    blended=1.6,
    flatness_residual=6.0,
    flatness_angle=20.0,
    moire=1.4,
    grid=0.4,
)
SUSPICIOUS = {
    CueName.REPEATED: replace(LIVE, repeated=0.3),
    CueName.STALLED: replace(LIVE, stalled_s=1.4),
    CueName.JUMPED: replace(LIVE, jumped=12.0),
    CueName.BLENDED: replace(LIVE, blended=5.0),
    CueName.DEPTH: replace(LIVE, flatness_residual=0.8),
    CueName.DRAWN: replace(LIVE, drawn=0.08),
    CueName.STEADY: replace(LIVE, drawn=0.2, trembling=0.9),
    CueName.MOIRE: replace(LIVE, moire=3.5),
    CueName.GRID: replace(LIVE, grid=1.7),
    CueName.SEEN_BEFORE: LIVE,
}
AGAIN = {CueName.SEEN_BEFORE: SeenBefore(earlier="a", likeness=0.9)}


def check(live: tuple[float, ...] | None = (0.9, 0.8)) -> FaceCheck:
    """One look of the detector."""
    return FaceCheck(count=1, eye_distance_px=60.0, room=2.7, brightness=100.0, sharpness=100.0, live=live)


def judge(live: tuple[float, ...], cues: ClipCues = LIVE, seen: SeenBefore | None = None) -> PadResult:
    """A clip whose frames all score the same."""
    return judge_pad([check(live)] * 5, NETS, cues, POLICY, seen)


def test_the_worse_net_decides() -> None:
    """Each net misses what the other catches."""
    pad = judge((0.9, 0.2))
    assert (pad.passed, pad.score, pad.scores) == (False, 0.2, {"a": 0.9, "b": 0.2})


def test_too_few_frames_do_not_pass() -> None:
    """A face that never looked to the camera has not been shown to be alive."""
    assert not judge_pad([check()] * 2, NETS, LIVE, POLICY).passed
    assert judge_pad([check(None)] * 9, NETS, LIVE, POLICY).score is None
    assert judge_pad([check()] * 3, NETS, LIVE, POLICY).passed


def test_what_could_not_be_measured_says_nothing() -> None:
    """A short clip in which nobody turns has no cues, and is not suspected for it."""
    pad = judge((0.9, 0.9), ClipCues())
    assert pad.passed
    assert set(pad.cues) == set(CueName)
    assert all(cue.passed and cue.score is None for cue in pad.cues.values())


@pytest.mark.parametrize("name", list(CueName))
def test_each_cue_alone_stops_a_clip_that_the_nets_let_pass(name: CueName) -> None:
    """The nets pass a loop, for it shows a living face; a reviewer is told what to look at."""
    pad = judge((0.99, 0.99), SUSPICIOUS[name], AGAIN.get(name))
    assert (pad.passed, nets_passed(pad)) == (False, True)
    assert cue_suspicions(pad) == (CUE_REASONS[name],)
    assert REASON_TEXTS[CUE_REASONS[name]].decision is Decision.REVIEW


def test_depth_is_not_judged_on_a_small_movement() -> None:
    """A head that hardly turns shows no depth either."""
    assert judge((0.9, 0.9), replace(LIVE, flatness_residual=0.8, flatness_angle=6.0)).passed


def test_what_is_only_reported_has_no_say() -> None:
    """A board behind the head has straight edges too, and not every genuine clip shows a pulse."""
    framed = replace(LIVE, border=4.0, highlights=0.4, colour=0.01, pulse_db=-12.0)
    pad = judge((0.9, 0.9), framed)
    assert pad.passed
    assert pad.reported == {"border": 4.0, "highlights": 0.4, "colour": 0.01, "pulse": -12.0}
    assert judge((0.9, 0.9)).reported == {}


def test_no_cue_overrules_a_net() -> None:
    """Depth, above all, does not: the head of a deepfake has it too."""
    assert not judge((0.999, 0.49)).passed
    assert judge((0.999, 0.5)).passed


@given(
    live=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    cues=st.sampled_from([LIVE, ClipCues(), *SUSPICIOUS.values()]),
)
def test_no_clip_passes_that_a_cue_speaks_against(live: tuple[float, float], cues: ClipCues) -> None:
    """And none whose lower net sees an attack, whatever the cues say."""
    pad = judge(live, cues)
    assert not (pad.passed and cue_suspicions(pad))
    assert not (pad.passed and min(live) < POLICY.threshold - 1e-4)


def test_a_verdict_older_than_the_cues_still_reads() -> None:
    """Its ``passed`` was what the nets said."""
    old = PadResult.model_validate_json('{"passed":true,"score":0.9,"threshold":0.5,"scores":{"a":0.9},"frames":4}')
    assert (nets_passed(old), old.cues, cue_suspicions(old)) == (True, {}, ())
    assert Reason.LIVENESS_LOW not in cue_suspicions(old)
