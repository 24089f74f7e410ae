"""A recording that a reviewer refuses, the family's appeal, and the decision of another reviewer."""

from schemas.base import Event
from schemas.generate.specimens.story import CAPTURE, PERSON, VISIT, at, example_id
from schemas.review import ReviewAppealed, ReviewDecided
from schemas.review_reasons import AppealGround, ReviewDecision, ReviewReason

CASE = example_id("review case")


def review_events() -> dict[str, Event]:
    """By the name of the example."""
    return {
        "refused": _decided(1, ReviewDecision.REFUSED, (ReviewReason.ANOTHER_PERSON,), ("reviewer-1", "reviewer-2")),
        "certified-on-appeal": _decided(2, ReviewDecision.CERTIFIED, (), ("reviewer-3",)),
        "appealed-by-the-family": ReviewAppealed(
            event_id=example_id("appeal"),
            recorded_at=at(5),
            case_id=CASE,
            capture_id=CAPTURE,
            person_key=PERSON,
            round=2,
            appealed_by="family",
            ground=AppealGround.SAME_PERSON,
            recorded_by="agency-hrss-1",
        ),
    }


def _decided(
    number: int, decision: ReviewDecision, reasons: tuple[ReviewReason, ...], reviewers: tuple[str, ...]
) -> ReviewDecided:
    return ReviewDecided(
        event_id=example_id(f"review {number}"),
        recorded_at=at(4, number),
        case_id=CASE,
        capture_id=CAPTURE,
        visit_id=VISIT,
        person_key=PERSON,
        round=number,
        decision=decision,
        reasons=reasons,
        decided_by=reviewers,
        waited_s=3720,
    )
