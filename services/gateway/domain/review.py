"""When a round of a review is decided: by one, or by two who agree, or by a third."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.review_reasons import CHOSEN_BY_NOBODY, REVIEW_REASON_TEXTS, ReviewDecision, ReviewReason


@dataclass(frozen=True)
class Opinion:
    """What one reviewer has decided."""

    reviewer: str
    decision: ReviewDecision
    reasons: tuple[ReviewReason, ...]


@dataclass(frozen=True)
class Settlement:
    """What a round has come to."""

    decision: ReviewDecision
    reasons: tuple[ReviewReason, ...]


def settle(needed: int, opinions: Sequence[Opinion]) -> Settlement | None:
    """What these opinions, in the order in which they were given, come to; None while another is needed.

    Two who do not agree call a third, and what two of the three say counts. Three decisions of three reviewers are
    nobody's word: it is filmed again, for nobody is refused by one against two.

    Example:
        >>> one, other = ReviewDecision.CERTIFIED, ReviewDecision.RETRY
        >>> [settle(2, [Opinion("a", one, ()), Opinion("b", said, ())]) is None for said in (one, other)]
        [False, True]
    """
    if len(opinions) < needed:
        return None
    if needed == 1:
        return _said(opinions[0].decision, opinions)
    for decision in ReviewDecision:
        if sum(opinion.decision is decision for opinion in opinions) >= needed:
            return _said(decision, opinions)
    if len(opinions) <= needed:
        return None
    return Settlement(ReviewDecision.RETRY, (ReviewReason.REVIEWERS_DISAGREE,))


def must_have_looked(decision: ReviewDecision, cause: str) -> bool:
    """Whether this decision needs that the reviewer has opened the recording. Only where the machine had doubts it may
    be filmed again without: that answers nothing and takes nothing back, and it is the way out when a file is lost."""
    return decision is not ReviewDecision.RETRY or cause == "sample"


def fits(decision: ReviewDecision, reasons: Sequence[ReviewReason]) -> bool:
    """Whether a reviewer may give these reasons for this decision: its own, and none that only the desk states."""
    return all(
        REVIEW_REASON_TEXTS[reason].decision is decision and reason not in CHOSEN_BY_NOBODY for reason in reasons
    )


def _said(decision: ReviewDecision, opinions: Sequence[Opinion]) -> Settlement:
    reasons = [reason for opinion in opinions if opinion.decision is decision for reason in opinion.reasons]
    return Settlement(decision, tuple(dict.fromkeys(reasons)))
