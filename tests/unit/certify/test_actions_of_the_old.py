"""Old people nod little, slowly and often, tremble, and turn too far; phones drop frames; some talk all the time."""

from copy import deepcopy

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.verification import Action
from services.certify.domain.actions import find_actions
from services.certify.domain.observation import FaceSeries, calmed
from services.certify.policy import ChallengePolicy
from tests.unit.certify.faces import Face

POLICY = ChallengePolicy()
NOD, LEFT, RIGHT, MOUTH = Action.NOD, Action.TURN_LEFT, Action.TURN_RIGHT, Action.OPEN_MOUTH
rates = st.sampled_from([10.0, 12.0, 15.0, 24.0, 30.0])
sides = st.sampled_from([1, -1])


def count(series: FaceSeries, action: Action) -> int:
    """How often the action is found."""
    return len(find_actions(series, action, POLICY))


@example(15.0, 1, 14.2327, 0.98126, 0.20912, 83)
@example(24.0, 1, 15.59917, 1.07523, 1.37932, 34)
@given(rates, sides, st.floats(13.5, 16), st.floats(0.8, 1.4), st.floats(0, 1.4), st.integers(0, 99))
def test_a_small_slow_nod_of_a_still_head_is_found(
    fps: float, side: int, degrees: float, way: float, held: float, seed: int
) -> None:
    """Once, also when the head rests at the far end, and is read with some noise: that may have two peaks there as high
    as each other."""
    face = Face(seconds=8, fps=fps, tremble=0.3, seed=seed).with_held_swing("pitch", 2.0, side * degrees, way, held)
    assert count(face.series(), NOD) == 1


@given(rates, st.floats(18, 30), st.floats(0.6, 1.2), st.floats(0.7, 1.2), st.integers(2, 4))
def test_nods_in_a_row_are_nods(fps: float, degrees: float, lasting: float, fading: float, times: int) -> None:
    """Each found where it is, however many, also when they fade."""
    face = Face(seconds=8, fps=fps)
    for number in range(times):
        face.with_swing("pitch", 1.5 + number * lasting, degrees * min(1.0, fading) ** number, lasting)
    spans = find_actions(face.series(), NOD, POLICY)
    assert spans
    assert spans[0].start_s >= 1.2
    assert spans[-1].end_s <= 1.8 + times * lasting


@given(rates, sides, st.floats(14, 30), st.floats(0.8, 1.3), st.floats(0, 0.8))
def test_looking_up_and_down_once_slowly_is_a_nod(
    fps: float, side: int, degrees: float, way: float, held: float
) -> None:
    """In either order."""
    face = Face(seconds=9, fps=fps).with_held_swing("pitch", 1.0, side * degrees, way, held)
    face.with_held_swing("pitch", 1.0 + 2 * way + held, -side * degrees, way, held)
    assert count(face.series(), NOD) >= 1
    assert count(face.series(), LEFT) == count(face.series(), RIGHT) == 0


@given(st.sampled_from([15.0, 30.0]), st.floats(1.0, 2.0), st.floats(4, 6), st.floats(17, 30), st.floats(1.0, 2.0))
def test_a_trembling_head_can_nod_and_its_trembling_is_no_action(
    fps: float, tremor: float, hertz: float, degrees: float, lasting: float
) -> None:
    """Essential tremor: 4–6 times a second, mostly sideways."""
    still = Face(seconds=7, fps=fps).with_tremor(tremor, hertz)
    assert [count(still.series(), action) for action in (NOD, LEFT, RIGHT)] == [0, 0, 0]
    assert count(deepcopy(still).with_swing("pitch", 2.0, degrees, lasting).series(), NOD) >= 1


@given(st.floats(17, 35), st.floats(1.0, 2.4), st.floats(0, 0.3), st.integers(0, 99))
def test_dropped_frames_hide_no_nod(degrees: float, lasting: float, dropped: float, seed: int) -> None:
    """Cheap phones drop up to a third of them."""
    face = Face(seconds=7, fps=15, seed=seed, tremble=0.2).with_swing("pitch", 2.0, degrees, lasting)
    assert count(face.series(dropped=dropped), NOD) == 1


@given(rates, sides, st.floats(20.5, 24), st.floats(0.7, 1.3), st.floats(0, 1.5))
def test_a_stiff_neck_turns_little(fps: float, side: int, degrees: float, way: float, held: float) -> None:
    """On a head that is otherwise still."""
    face = Face(seconds=8, fps=fps, tremble=0.3).with_held_swing("yaw", 2.0, side * degrees, way, held)
    asked, other = (LEFT, RIGHT) if side > 0 else (RIGHT, LEFT)
    assert (count(face.series(), asked), count(face.series(), other)) == (1, 0)


@given(st.sampled_from([15.0, 30.0]), sides, st.floats(60, 85), st.floats(0.6, 1.2), st.floats(0, 0.4))
def test_a_turn_into_profile_is_a_turn(fps: float, side: int, degrees: float, way: float, held: float) -> None:
    """No mesh fits a head seen from the side: the face is lost there, and found again on the same side."""
    face = Face(seconds=8, fps=fps).with_held_swing("yaw", 2.0, side * degrees, way, held)
    asked, other = (LEFT, RIGHT) if side > 0 else (RIGHT, LEFT)
    assert (count(face.series(lost_beyond=50.0), asked), count(face.series(lost_beyond=50.0), other)) == (1, 0)


def test_a_face_lost_for_long_in_profile_has_not_turned() -> None:
    """Somebody else may have come back."""
    face = Face(seconds=9).with_held_swing("yaw", 2.0, 80, 0.6, 2.5)
    assert count(face.series(lost_beyond=50.0), LEFT) == 0


@given(rates, st.lists(st.tuples(st.floats(0.1, 0.3), st.floats(0.4, 0.8)), max_size=2), st.floats(0.7, 3.0))
def test_a_wide_mouth_is_found_after_a_hasty_try(fps: float, tries: list[tuple[float, float]], lasting: float) -> None:
    """One or two short openings are no speech that an asked one would have to outdo."""
    face, at = Face(seconds=9, fps=fps), 1.0
    for short, jaw in tries:
        face.with_mouth(at, short, jaw)
        at += short + 0.6
    assert count(face.with_mouth(4.0, lasting, 0.5).series(), MOUTH) >= 1


@given(rates, st.floats(-9, 9), st.floats(-9, 9), st.floats(0.6, 2.0))
def test_a_wide_mouth_may_tilt_the_head(fps: float, pitch: float, yaw: float, lasting: float) -> None:
    """Nobody holds still with the mouth wide open; it is not a nod either."""
    face = Face(seconds=7, fps=fps).with_swing("pitch", 1.8, pitch, lasting + 0.4)
    series = face.with_swing("yaw", 1.8, yaw, lasting + 0.4).with_mouth(2.0, lasting, 0.55).series()
    assert (count(series, MOUTH), count(series, NOD)) == (1, 0)


@given(rates, st.floats(1.0, 3.5), st.floats(10, 30), st.floats(0.45, 0.9), st.floats(-0.2, 0.2))
def test_a_yawn_is_never_a_nod(fps: float, lasting: float, degrees: float, jaw: float, later: float) -> None:
    """At any length and rate; the head tips back while the mouth stands open."""
    face = Face(seconds=8, fps=fps).with_held_swing("pitch", 2.0, -degrees, 0.4 * lasting, 0.2 * lasting)
    assert count(face.with_mouth(2.0 + later * lasting, lasting, jaw).series(), NOD) == 0


@given(st.integers(0, 9999), rates)
def test_a_person_who_keeps_talking_opens_no_mouth_and_turns_to_nobody(seed: int, fps: float) -> None:
    """Twelve seconds of syllables of any width, the head swaying."""
    chance = np.random.default_rng(seed)
    face, at = Face(seconds=12, fps=fps, tremble=0.3, seed=seed), 0.4
    while at < 11.0:
        lasting = chance.uniform(0.08, 0.28)
        face.with_mouth(at, lasting, chance.uniform(0.05, 0.55))
        at += lasting + chance.uniform(0.1, 0.3)
    for start in range(0, 12, 2):
        face.with_swing("yaw", start + chance.uniform(0, 1), chance.uniform(-7, 7), chance.uniform(0.8, 2.5))
        face.with_swing("pitch", start + chance.uniform(0, 1), chance.uniform(-4, 4), chance.uniform(0.8, 2.5))
    assert [count(face.series(), action) for action in (MOUTH, NOD, LEFT, RIGHT)] == [0, 0, 0, 0]


def test_a_restless_head_must_nod_plainly() -> None:
    """Thirteen degrees are a nod of a still head, nothing on one that goes about by ten; twenty are a nod on both."""
    restless = Face(seconds=12)
    for start, degrees in ((0.5, 9), (6.5, -5), (9.0, 9)):
        restless.with_swing("pitch", start, degrees, 2.4)
    small, plain = (deepcopy(restless).with_swing("pitch", 4.0, degrees, 1.2) for degrees in (13.5, 20))
    assert count(Face(seconds=12).with_swing("pitch", 4.0, 13.5, 1.2).series(), NOD) == 1
    assert (count(small.series(), NOD), count(plain.series(), NOD)) == (0, 1)


@pytest.mark.parametrize("fps", [8.0, 10.0, 15.0, 25.0, 30.0, 60.0])
def test_calming_keeps_what_does_not_move(fps: float) -> None:
    """And the length of the series."""
    t = np.arange(0.0, 3.0, 1.0 / fps)
    assert calmed(t, np.full_like(t, 7.0), 0.2) == pytest.approx(np.full_like(t, 7.0))
    assert len(calmed(t[:2], t[:2], 0.2)) == 2
