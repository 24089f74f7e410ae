"""The asked actions must come one after the other, in the asked order."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.verification import Action
from services.certify.domain.actions import Span
from services.certify.domain.challenge import judge_challenge, order_actions
from services.certify.policy import ChallengePolicy
from tests.unit.certify.faces import Face

NOD, MOUTH = Action.NOD, Action.OPEN_MOUTH


def test_done_in_order_passes() -> None:
    """Each with its own span."""
    face = Face(seconds=8).with_swing("pitch", 1.5, 20, 1.2).with_mouth(4.0, 1.0)
    results = judge_challenge(face.series(), [NOD, MOUTH], ChallengePolicy())
    assert list(results) == [NOD, MOUTH]
    assert all(result.passed for result in results.values())


def test_done_in_the_other_order_does_not_pass_but_is_told() -> None:
    """The span of the action that came too early is shown."""
    face = Face(seconds=8).with_swing("pitch", 1.5, 20, 1.2).with_mouth(4.0, 1.0)
    results = judge_challenge(face.series(), [MOUTH, NOD], ChallengePolicy())
    assert results[MOUTH].passed
    assert not results[NOD].passed
    assert results[NOD].span_s is not None


def test_what_was_not_done_has_no_span() -> None:
    """And the rest still counts."""
    results = judge_challenge(Face().with_mouth(2.0, 1.0).series(), [NOD, MOUTH], ChallengePolicy())
    assert (results[NOD].passed, results[NOD].span_s, results[MOUTH].passed) == (False, None, True)


def test_an_action_asked_twice_must_be_done_twice() -> None:
    """One nod does not answer two."""
    once = Face(seconds=8).with_swing("pitch", 1.5, 20, 1.2)
    assert not judge_challenge(once.series(), [NOD, NOD], ChallengePolicy())[NOD].passed
    twice = once.with_swing("pitch", 4.0, 20, 1.2)
    assert judge_challenge(twice.series(), [NOD, NOD], ChallengePolicy())[NOD].passed


spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 5)).map(lambda pair: Span(pair[0], pair[0] + pair[1])), max_size=5
)


@given(spans, spans, spans)
def test_an_order_is_found_whenever_there_is_one(first: list[Span], second: list[Span], third: list[Span]) -> None:
    """The greedy choice agrees with trying all."""
    asked = [Action.NOD, Action.OPEN_MOUTH, Action.TURN_LEFT]
    found = dict(zip(asked, (first, second, third), strict=True))
    results = order_actions(found, asked, overlap_s=0.0)
    possible = any(a.end_s <= b.start_s and b.end_s <= c.start_s for a in first for b in second for c in third)
    assert all(result.passed for result in results.values()) == possible
