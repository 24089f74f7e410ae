"""What counts as a nod, a turn, an open mouth and a blink, on made-up time series."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.verification import Action
from services.certify.domain.actions import find_actions
from services.certify.domain.observation import FaceSeries, Observation
from services.certify.policy import ChallengePolicy
from tests.unit.certify.faces import Face

POLICY = ChallengePolicy()
SWINGS = (Action.NOD, Action.TURN_LEFT, Action.TURN_RIGHT)


def found(face: Face, action: Action) -> int:
    """How often the action is found."""
    return len(find_actions(face.series(), action, POLICY))


@given(
    degrees=st.floats(14, 45),
    side=st.sampled_from([1, -1]),
    at=st.floats(0.3, 3.5),
    lasting=st.floats(0.7, 2.4),
    neutral=st.floats(-20, 20),
    yaw=st.floats(-10, 10),
    tremble=st.floats(0, 0.4),
)
def test_a_nod_is_found_wherever_the_head_rests(
    degrees: float, side: int, at: float, lasting: float, neutral: float, yaw: float, tremble: float
) -> None:
    """Up or down and back by more than the limit is one nod, at its place, and no turn."""
    face = Face(pitch=neutral, yaw=yaw, tremble=tremble).with_swing("pitch", at, side * degrees, lasting)
    spans = find_actions(face.series(), Action.NOD, POLICY)
    assert len(spans) == 1
    assert at - 0.2 <= spans[0].start_s < spans[0].end_s <= at + lasting + 0.2
    assert found(face, Action.TURN_LEFT) == found(face, Action.TURN_RIGHT) == 0


@given(degrees=st.floats(0, 10.5), at=st.floats(0, 4), lasting=st.floats(0.5, 2))
def test_small_movements_are_nothing(degrees: float, at: float, lasting: float) -> None:
    """A head that sways while its owner talks has done no action."""
    face = Face(tremble=0.3).with_swing("pitch", at, degrees, lasting).with_swing("yaw", at, degrees, lasting)
    assert [found(face, action) for action in SWINGS] == [0, 0, 0]


@given(st.floats(13, 40), st.sampled_from([1, -1]))
def test_a_nod_that_does_not_come_back_is_none(degrees: float, side: int) -> None:
    """Looking down and staying there is not a nod."""
    assert found(Face().with_ramp("pitch", 2.0, side * degrees, 0.6), Action.NOD) == 0


@given(st.floats(20, 60), st.floats(0.8, 2.5), st.sampled_from([1, -1]), st.floats(-12, 12))
def test_a_turn_is_told_from_the_other_side(degrees: float, lasting: float, side: int, neutral: float) -> None:
    """Yaw above neutral is the person's own left; a turn to one side is never one to the other, and no nod."""
    face = Face(yaw=neutral).with_swing("yaw", 2.0, side * degrees, lasting)
    asked, other = (Action.TURN_LEFT, Action.TURN_RIGHT) if side > 0 else (Action.TURN_RIGHT, Action.TURN_LEFT)
    assert (found(face, asked), found(face, other), found(face, Action.NOD)) == (1, 0, 0)


def test_two_turns_to_one_side_are_not_a_turn_to_the_other() -> None:
    """The neutral pose between two turns lies to the other side of both, and is no turn."""
    face = Face().with_swing("yaw", 1.0, -30, 1.2).with_swing("yaw", 2.2, -30, 1.2)
    assert (found(face, Action.TURN_LEFT), found(face, Action.TURN_RIGHT)) == (0, 2)


def test_turns_to_both_sides_do_not_overlap() -> None:
    """Left straight into right are two actions after each other, so that both can be asked in order."""
    face = Face().with_swing("yaw", 1.0, 30, 1.2).with_swing("yaw", 2.2, -50, 1.4)
    left, right = (find_actions(face.series(), a, POLICY) for a in (Action.TURN_LEFT, Action.TURN_RIGHT))
    assert len(left) == len(right) == 1
    assert left[0].end_s <= right[0].start_s + POLICY.overlap_s


def test_a_yawn_is_not_a_nod() -> None:
    """A head that tips back while the mouth stands open has opened its mouth, not nodded."""
    face = Face().with_swing("pitch", 2.0, -18, 1.4).with_mouth(2.1, 1.1)
    assert (found(face, Action.NOD), found(face, Action.OPEN_MOUTH)) == (0, 1)


def test_a_nod_with_a_turn_is_not_a_nod() -> None:
    """A head that goes down while it turns away looks at something; that is no nod."""
    assert found(Face().with_swing("pitch", 2.0, 15, 1.2).with_swing("yaw", 2.0, 25, 1.2), Action.NOD) == 0


def test_a_trembling_reading_is_not_a_nod() -> None:
    """A hand before the face throws the pose about: the yaw goes as far as the pitch, to and fro."""
    face = Face().with_swing("pitch", 2.0, 14, 1.6)
    for at in np.arange(2.0, 3.6, 0.4):
        face.with_swing("yaw", float(at), 9.0, 0.4)
    assert found(face, Action.NOD) == 0


@given(st.floats(0.6, 2.5), st.floats(0.38, 0.9), st.floats(0, 0.15))
def test_a_held_open_mouth_is_found(lasting: float, jaw: float, closed: float) -> None:
    """Once, at its place, whatever the person's closed mouth reads."""
    spans = find_actions(Face(jaw=closed).with_mouth(2.0, lasting, jaw).series(), Action.OPEN_MOUTH, POLICY)
    assert len(spans) == 1
    assert spans[0].start_s == pytest.approx(2.0, abs=0.1)
    assert spans[0].end_s == pytest.approx(2.0 + lasting, abs=0.1)


@given(st.lists(st.tuples(st.floats(0.05, 0.28), st.floats(0.05, 0.6)), min_size=4, max_size=16))
def test_talking_is_not_an_open_mouth(syllables: list[tuple[float, float]]) -> None:
    """However wide, syllables are short, and the mouth closes between them."""
    face, at = Face(seconds=9.0), 0.7
    for lasting, jaw in syllables:
        face.with_mouth(at, lasting, jaw)
        at += lasting + 0.15
    assert found(face, Action.OPEN_MOUTH) == 0


def test_a_vowel_drawn_out_is_not_an_open_mouth() -> None:
    """An asked opening is wider than what the same mouth does in talking; a talking head has not been asked."""
    face = Face(seconds=8)
    for at in np.arange(0.5, 3.0, 0.4):
        face.with_mouth(float(at), 0.2, jaw=0.45)
    vowel, opened = (deepcopy(face).with_mouth(4.0, 0.6, jaw) for jaw in (0.48, 0.75))
    assert (found(vowel, Action.OPEN_MOUTH), found(opened, Action.OPEN_MOUTH)) == (0, 1)


def test_a_mouth_open_from_the_first_frame_is_not_an_action() -> None:
    """A photo of an open mouth never was closed."""
    assert found(Face().with_mouth(0.0, 1.0), Action.OPEN_MOUTH) == 0
    assert found(Face(jaw=0.7), Action.OPEN_MOUTH) == 0


def test_a_mouth_is_not_judged_on_a_turned_face() -> None:
    """A turned photo raises jawOpen."""
    assert found(Face(yaw=25).with_mouth(2.0, 1.0), Action.OPEN_MOUTH) == 0


@given(st.floats(0.1, 0.42), st.floats(0.5, 5.0))
def test_a_blink_is_found(lasting: float, at: float) -> None:
    """At 30 frames a second."""
    assert found(Face(fps=30).with_blink(at, lasting), Action.BLINK) == 1


@pytest.mark.parametrize(("fps", "lasting"), [(30, 1.5), (30, 0.02), (12, 0.3)])
def test_closed_eyes_and_slow_films_are_no_blink(fps: float, lasting: float) -> None:
    """Eyes closed for long, for one frame, or a film too slow to see a blink."""
    assert found(Face(fps=fps).with_blink(2.0, lasting), Action.BLINK) == 0


def test_a_bowed_head_is_no_blink() -> None:
    """Looking down lowers the lids."""
    assert found(Face(fps=30).with_swing("pitch", 1.8, 25, 0.7).with_blink(2.0, 0.3), Action.BLINK) == 0


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("frames", [0, 1, 2, 3, 4])
def test_few_frames_hold_no_action(action: Action, frames: int) -> None:
    """And raise nothing."""
    face = Face(seconds=frames / 15 - 0.01) if frames else Face(seconds=0.0)
    assert find_actions(face.series(), action, POLICY) == []


def test_a_face_that_is_lost_in_mid_action_has_not_done_it() -> None:
    """Half a nod before a gap and half after it may be two clips put together."""
    face = Face().with_swing("pitch", 1.5, 25, 2.0)
    seen = [o if not 1.9 < o.at_s < 2.9 else Observation(o.at_s, seen=False, face=None) for o in face.observations()]
    assert find_actions(FaceSeries.of(seen), Action.NOD, POLICY) == []


def test_a_clip_may_begin_with_a_turned_head() -> None:
    """The neutral pose is then that of the rest of the clip."""
    face = Face(seconds=8, yaw=30).with_ramp("yaw", 1.0, -30, 0.4).with_swing("yaw", 4.0, 30, 1.2)
    left = find_actions(face.series(), Action.TURN_LEFT, POLICY)
    assert [span for span in left if span.start_s > 3.5] == left
    assert len(left) == 1
    assert found(face, Action.TURN_RIGHT) == 0
