"""Holds what was done against what was asked: the asked actions, in the asked order, one after the other."""

from collections.abc import Mapping, Sequence

from schemas.verification import Action, ActionResult
from services.certify.domain.actions import Span, find_actions
from services.certify.domain.observation import FaceSeries
from services.certify.policy import ChallengePolicy


def judge_challenge(series: FaceSeries, asked: Sequence[Action], policy: ChallengePolicy) -> dict[Action, ActionResult]:
    """One result for each asked action. An action seen only out of order is not passed, but its span is told."""
    found = {action: find_actions(series, action, policy) for action in asked}
    return order_actions(found, asked, policy.overlap_s)


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
