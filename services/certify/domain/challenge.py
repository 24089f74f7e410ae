"""Holds what was done against what was asked: the asked actions, in order, each in its window when it has one."""

from collections.abc import Mapping, Sequence

from schemas.capture import Prompt
from schemas.verification import Action, ActionResult
from services.certify.domain.actions import Span, find_actions
from services.certify.domain.observation import FaceSeries
from services.certify.policy import ChallengePolicy


def judge_challenge(
    series: FaceSeries, asked: Sequence[Action], policy: ChallengePolicy, prompts: Sequence[Prompt] = ()
) -> dict[Action, ActionResult]:
    """One result for each asked action. An action seen only out of order or out of its window is not passed, but its
    span is told.

    Args:
        prompts: one for each of ``asked``, in order; empty when the order alone counts.
    """
    found = {action: find_actions(series, action, policy) for action in asked}
    if prompts:
        return {prompt.action: answer_prompt(found[prompt.action], prompt, policy) for prompt in prompts}
    return order_actions(found, asked, policy.overlap_s)


def answer_prompt(spans: Sequence[Span], prompt: Prompt, policy: ChallengePolicy) -> ActionResult:
    """Whether the action was done within the window of its prompt, and not before.

    Done before the prompt it was not done because of the prompt: a recording of something else looks like that, and
    the answer within the window does not heal it. What follows after the window does no harm, old people nod on. The
    blink is excepted: eyes blink at any time.
    """
    opens, closes = prompt.at_s - policy.prompt_early_s, prompt.until_s + policy.prompt_late_s
    early = next((span for span in spans if span.start_s < opens and prompt.action is not Action.BLINK), None)
    inside = next((span for span in spans if span.start_s >= opens and span.end_s <= closes), None)
    shown = early or inside or min(spans, key=lambda span: abs(span.start_s - prompt.at_s), default=None)
    return ActionResult(
        passed=inside is not None and early is None,
        span_s=(shown.start_s, shown.end_s) if shown else None,
        window_s=(prompt.at_s, prompt.until_s),
    )


def order_actions(
    found: Mapping[Action, Sequence[Span]], asked: Sequence[Action], overlap_s: float
) -> dict[Action, ActionResult]:
    """Give each asked action the earliest-ending span that starts after the one before has ended.

    Taking the earliest end leaves most room for the rest, so when any assignment in order exists, this finds it.
    An action asked twice passes when both were done; its span is that of the last.
    """
    results: dict[Action, ActionResult] = {}
    free_from = float("-inf")
    for action in asked:
        spans = sorted(found.get(action, ()), key=lambda span: span.end_s)
        fitting = next((span for span in spans if span.start_s >= free_from - overlap_s), None)
        earlier = results.get(action)
        passed = fitting is not None and (earlier is None or earlier.passed)
        shown = fitting or (spans[0] if spans else None)
        results[action] = ActionResult(passed=passed, span_s=(shown.start_s, shown.end_s) if shown else None)
        if fitting is not None:
            free_from = fitting.end_s
    return results
