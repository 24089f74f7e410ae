"""When a review is decided, whatever reviewers say."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.review_reasons import CHOSEN_BY_NOBODY, REVIEW_REASON_TEXTS, ReviewDecision, ReviewReason
from services.gateway.domain.review import Opinion, fits, settle

C, R, X = ReviewDecision.CERTIFIED, ReviewDecision.RETRY, ReviewDecision.REFUSED
opinions = st.lists(st.sampled_from(list(ReviewDecision)), max_size=3).map(
    lambda said: [Opinion(f"reviewer-{n}", decision, ()) for n, decision in enumerate(said)]
)


def outcome(needed: int, *said: ReviewDecision) -> ReviewDecision | None:
    settled = settle(needed, [Opinion(f"r{n}", decision, ()) for n, decision in enumerate(said)])
    return settled.decision if settled else None


def test_one_two_or_three_decide() -> None:
    """One where one is asked; two who agree; else a third; three different words are nobody's."""
    assert [outcome(1), outcome(1, X)] == [None, X]
    assert [outcome(2, C), outcome(2, C, C), outcome(2, C, X)] == [None, C, None]
    assert [outcome(2, C, X, X), outcome(2, X, C, C), outcome(2, R, C, R)] == [X, C, R]
    assert outcome(2, C, R, X) is R


@given(opinions)
def test_where_two_are_asked_nobody_is_refused_by_one(said: list[Opinion]) -> None:
    """Nor certified: at least two of them have said so."""
    settled = settle(2, said)
    if settled is not None and settled.decision is not R:
        assert sum(opinion.decision is settled.decision for opinion in said) >= 2
    assert (settled is None) == (len(said) < 2 or (len(said) == 2 and said[0].decision is not said[1].decision))


def test_reasons_are_those_of_who_decided_so() -> None:
    """Each once, in the order in which they were given; the third's other word is left out."""
    one, other = ReviewReason.ANOTHER_PERSON, ReviewReason.NOT_A_LIVING_FACE
    said = [Opinion("a", X, (one,)), Opinion("b", C, (ReviewReason.LIFE_SEEN,)), Opinion("c", X, (other, one))]
    settled = settle(2, said)
    assert settled is not None
    assert settled.reasons == (one, other)


def test_every_reason_fits_one_decision_and_says_what_to_do() -> None:
    """In both languages; what the desk itself states is no reviewer's to give; each decision has reasons."""
    assert set(REVIEW_REASON_TEXTS) == set(ReviewReason)
    for reason, text in REVIEW_REASON_TEXTS.items():
        fitting = {decision for decision in ReviewDecision if fits(decision, [reason])}
        assert fitting == (set() if reason in CHOSEN_BY_NOBODY else {text.decision})
        assert len(text.english) > 20 and len(text.chinese) > 8
        if text.decision is X:
            assert "appeal" in text.english and "申诉" in text.chinese
