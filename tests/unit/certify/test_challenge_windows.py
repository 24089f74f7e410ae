"""An asked action counts in the window of its prompt, and not when it was done before."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.capture import Prompt
from schemas.verification import Action
from services.certify.domain.actions import Span
from services.certify.domain.challenge import answer_prompt, judge_challenge
from services.certify.policy import ChallengePolicy
from tests.unit.certify.bundles import bundle
from tests.unit.certify.faces import Face

NOD, MOUTH = Action.NOD, Action.OPEN_MOUTH
POLICY = ChallengePolicy()
ASKED = Prompt(action=NOD, at_s=3.0, until_s=8.0)


@given(st.floats(2.85, 7.0), st.floats(0.3, 1.15))
def test_within_the_window_it_passes(starts: float, lasts: float) -> None:
    """From a moment before the prompt (the clocks of phone and recorder differ) to a moment after the window."""
    result = answer_prompt([Span(starts, starts + lasts)], ASKED, POLICY)
    assert (result.passed, result.window_s) == (True, (3.0, 8.0))


@given(st.floats(0.0, 2.75) | st.floats(7.3, 12.0))
def test_outside_of_the_window_it_does_not_but_is_told(starts: float) -> None:
    """Too early or too late: the span says when it was."""
    result = answer_prompt([Span(starts, starts + 1.0)], ASKED, POLICY)
    assert (result.passed, result.span_s) == (False, (starts, starts + 1.0))


def test_what_was_done_before_the_prompt_is_not_healed_by_doing_it_again() -> None:
    """A recording of somebody who nods all the time was not made for this prompt; the early span is shown."""
    result = answer_prompt([Span(0.5, 1.5), Span(4.0, 5.0)], ASKED, POLICY)
    assert (result.passed, result.span_s) == (False, (0.5, 1.5))


def test_what_goes_on_after_the_window_does_no_harm() -> None:
    """Old people nod on."""
    result = answer_prompt([Span(4.0, 5.0), Span(7.5, 8.6), Span(9.0, 10.0)], ASKED, POLICY)
    assert (result.passed, result.span_s) == (True, (4.0, 5.0))


def test_eyes_may_blink_before_they_are_asked() -> None:
    """Nobody can help it."""
    asked = Prompt(action=Action.BLINK, at_s=3.0, until_s=8.0)
    assert answer_prompt([Span(1.0, 1.2), Span(4.0, 4.2)], asked, POLICY).passed
    assert not answer_prompt([Span(1.0, 1.2)], asked, POLICY).passed


def test_who_does_nothing_is_told_so() -> None:
    """No span, but the window."""
    result = answer_prompt([], ASKED, POLICY)
    assert (result.passed, result.span_s, result.window_s) == (False, None, (3.0, 8.0))


def test_each_prompt_is_answered_in_its_own_window() -> None:
    """The same clip answers one bundle, not one with the windows the other way round, and not bare bad timing."""
    series = Face(seconds=12).with_swing("pitch", 2.0, 20, 1.2).with_mouth(8.0, 1.0).series()

    def passed(*prompts: tuple[Action, float, float]) -> list[bool]:
        asked = bundle(*prompts)
        return [r.passed for r in judge_challenge(series, asked.actions, POLICY, asked.prompts).values()]

    assert passed((NOD, 1.0, 6.0), (MOUTH, 7.0, 12.0)) == [True, True]
    assert passed((MOUTH, 1.0, 6.0), (NOD, 7.0, 12.0)) == [False, False]
    assert passed((NOD, 2.5, 7.5), (MOUTH, 7.5, 12.0)) == [False, True]
    assert passed((NOD, 1.0, 2.6), (MOUTH, 3.0, 8.5)) == [False, False]
