"""A case as its reviewer sees it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.review_reasons import (
    APPEAL_TEXTS,
    CHOSEN_BY_NOBODY,
    REVIEW_REASON_TEXTS,
    AppealGround,
    ReviewDecision,
    ReviewReason,
)
from schemas.verification import Action
from services.gateway.phone.day_views import Stated
from services.gateway.review.signals import Signal

PhotoKind = Literal["id_photo", "accepted_proof"]


class _View(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Moment(_View):
    """One action that was asked: where to look."""

    action: Action
    zh: str
    en: str
    asked_s: tuple[float, float] | None
    """From when to when it counted, in seconds; null where the order alone was asked."""
    seen_s: tuple[float, float] | None
    """Where the machine saw it; null when it did not, or when you are blind to it."""


class PhotoView(_View):
    """A picture to compare with: GET …/photos/{kind}."""

    kind: PhotoKind
    """The agency's photo, or a still of an earlier proof."""
    taken_on: date | None
    """The day it was taken, where that is known."""
    age_days: int
    """How old it was when the clip was filmed, at least."""


class EarlierDecision(_View):
    """What another reviewer of this round has decided; never who."""

    decision: ReviewDecision
    reasons: list[Stated]


class AppealView(_View):
    """Why it is looked at again."""

    appealed_by: Literal["person", "family"]
    ground: Stated


class ReviewCase(_View):
    """A recording to decide on. It is yours until `until`; then it goes to another reviewer."""

    case_id: UUID
    """Names the case."""
    round: int
    """1, or more after appeals."""
    until: datetime
    """Until when it is yours."""
    cause: Literal["machine", "sample"] | None
    """Why it came to you: the machine would not decide, or it was drawn. Null when you are blind to it."""
    programmes: list[str]
    """For which programmes it would count."""
    captured_at: datetime
    """When it was filmed."""
    longest_s: float | None
    """How long it may be."""
    moments: list[Moment]
    """What was asked, in order."""
    photos: list[PhotoView]
    """What to compare with; empty when there is nothing."""
    signals: list[Signal] | None
    """What the machine saw, in words; null when you are blind to it."""
    machine_reasons: list[Stated] | None
    """Why the machine would not decide; null when you are blind to it."""
    earlier: list[EarlierDecision] | None
    """What others decided in this round; null when you are blind to it."""
    appeal: AppealView | None
    """The appeal that is to be decided."""
    reasons: dict[ReviewDecision, list[Stated]]
    """Which reasons may be given for which decision."""


class NextCase(_View):
    """The next case, if any."""

    case: ReviewCase | None
    waiting: int
    """How many wait, those of other reviewers included."""


class ReviewWord(BaseModel):
    """What you decide."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    decision: ReviewDecision
    """`certified`: it is the person, alive. `retry`: film again. `refused`: it is not, and filming again is no help."""
    reasons: list[ReviewReason] = Field(default_factory=list, max_length=5)
    """Why; at least one unless certified."""


class ReviewTaken(_View):
    """Your decision was taken in. Repeating it changes nothing."""

    case_id: UUID
    decision: ReviewDecision
    settled: bool
    """False: another reviewer is asked first."""
    outcome: ReviewDecision | None
    """What the case has come to; null while it is not settled."""
    note: Stated | None
    """What it means, and what it does not."""


def reason_texts(decision: ReviewDecision) -> list[Stated]:
    """The reasons that a reviewer may give for a decision, in one sentence each."""
    return [
        Stated(code=reason.value, zh=_first(text.chinese, "。"), en=_first(text.english, ". "))
        for reason, text in REVIEW_REASON_TEXTS.items()
        if text.decision is decision and reason not in CHOSEN_BY_NOBODY
    ]


def _first(text: str, end: str) -> str:
    """What was seen, without what to do next: that is for the cadre."""
    return text.partition(end)[0] + end.strip()


def review_reason(reason: ReviewReason) -> Stated:
    """A reviewer's reason in words."""
    text = REVIEW_REASON_TEXTS[reason]
    return Stated(code=reason.value, zh=text.chinese, en=text.english)


def ground_stated(ground: str) -> Stated:
    """The ground of an appeal in words."""
    english, chinese = APPEAL_TEXTS[AppealGround(ground)]
    return Stated(code=ground, zh=chinese, en=english)


NOTES: dict[ReviewDecision, Stated] = {
    ReviewDecision.CERTIFIED: Stated(
        code="answers_all", zh="每个部门的申请随即得到证明。", en="Each agency's request gets its certificate at once."
    ),
    ReviewDecision.RETRY: Stated(
        code="film_again", zh="村干部会看到原因，可立即重新拍摄。", en="The cadre sees why, and can film again at once."
    ),
    ReviewDecision.REFUSED: Stated(
        code="stops_nothing",
        zh="不予通过不会停发任何待遇，也不会代部门结案：走访仍未完成。本人或家属可以申诉，由另一名复核员决定。",
        en="A refusal stops no payment and closes nothing at an agency: the visit stays open. The person or the family"
        " may appeal, and another reviewer decides.",
    ),
}
"""What each outcome means."""
