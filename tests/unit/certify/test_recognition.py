"""Recognition of a recent proof: what counts, by policy, whatever the order."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.base import stable_id
from schemas.certificate import EvidenceGrade
from schemas.visit import VisitRequest
from services.certify.domain.recognition import ProgrammePolicy, Proof, RecognitionPolicy, recognise

START = date(2026, 3, 1)
days = st.integers(-200, 200).map(lambda n: START + timedelta(days=n))
proofs = st.builds(Proof, st.integers(1, 2**64).map(lambda n: UUID(int=n)), days, st.sampled_from(EvidenceGrade))


@st.composite
def requests(draw: st.DrawFn) -> VisitRequest:
    first = draw(days)
    return VisitRequest(
        agency=draw(st.sampled_from(["hrss", "health"])),
        request_id=f"R-{draw(st.integers(0, 5))}",
        programme=draw(st.sampled_from(["pension", "family_planning"])),
        window_start=first,
        due_date=first + timedelta(days=draw(st.integers(0, 60))),
    )


def _proof(day: date, grade: EvidenceGrade = EvidenceGrade.IN_PERSON_FACE) -> Proof:
    return Proof(stable_id("proof", day.isoformat(), grade), day, grade)


REQUEST = VisitRequest(
    agency="hrss", request_id="A", programme="pension", window_start=START, due_date=START + timedelta(days=30)
)


@pytest.mark.parametrize(("day", "counts"), [(-1, False), (0, True), (30, True), (31, False)])
def test_by_default_the_proof_lies_within_the_window(day: int, counts: bool) -> None:
    """First and last day included."""
    answered = recognise([_proof(START + timedelta(days=day))], [REQUEST], RecognitionPolicy())
    assert bool(answered) is counts


@pytest.mark.parametrize(("age", "counts"), [(90, True), (91, False)])
def test_a_programme_may_accept_an_older_proof(age: int, counts: bool) -> None:
    """`max_age_days` counts back from the due date; other programmes keep the default."""
    policy = RecognitionPolicy.from_toml("[programmes.pension]\nwithin_window = false\nmax_age_days = 90\n")
    proof = _proof(REQUEST.due_date - timedelta(days=age))
    assert bool(recognise([proof], [REQUEST], policy)) is counts
    other = REQUEST.model_copy(update={"programme": "family_planning"})
    assert recognise([proof], [other], policy) == []


def test_a_grade_that_is_not_accepted_answers_nothing() -> None:
    """A trace in data does not stand for a visit unless the policy says so."""
    trace = _proof(START, EvidenceGrade.DATA_TRACE)
    assert recognise([trace], [REQUEST], RecognitionPolicy()) == []
    policy = RecognitionPolicy(default=ProgrammePolicy(accepted=frozenset({EvidenceGrade.DATA_TRACE})))
    assert recognise([trace], [REQUEST], policy) == [(REQUEST, trace)]


@given(st.lists(proofs, max_size=5), st.lists(requests(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_changes_nothing_and_the_newest_proof_answers(
    some: list[Proof], asked: list[VisitRequest], rng: random.Random
) -> None:
    """Any order of proofs gives the same answers, each by an accepted proof than which none accepted is newer."""
    policy = RecognitionPolicy()
    answered = recognise(some, asked, policy)
    assert recognise(rng.sample(some, len(some)), asked, policy) == answered
    for request, proof in answered:
        accepted = [p for p in some if policy.of(request.programme).accepts(p, request)]
        assert proof in accepted
        assert proof.day == max(p.day for p in accepted)


def test_an_empty_file_is_the_default_and_a_wrong_one_names_the_field() -> None:
    """A policy is data: misspelt fields are refused."""
    assert RecognitionPolicy.from_toml("") == RecognitionPolicy()
    with pytest.raises(ValidationError, match="max_age"):
        RecognitionPolicy.from_toml("[default]\nmax_age = 3\n")
