"""What a person's proofs answer: in any order, nothing twice, and nothing that a report or a question forbids."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import stable_id
from schemas.certificate import EvidenceGrade
from schemas.visit import Reopened, VisitRequest, VisitStatus
from services.certify.domain.answering import Answered, Given, KnownVisit, RequestKey, answer, homes_of
from services.certify.domain.recognition import ProgrammePolicy, Proof, RecognitionPolicy

DAY = date(2026, 3, 10)
LAX = RecognitionPolicy(default=ProgrammePolicy(accepted=frozenset(EvidenceGrade), within_window=False))
VISITS = [stable_id("visit", str(number)) for number in range(4)]
QUESTION = stable_id("question")


def _request(name: str = "A") -> VisitRequest:
    first, last = DAY - timedelta(days=5), DAY + timedelta(days=5)
    return VisitRequest(agency="hrss", request_id=name, programme="pension", window_start=first, due_date=last)


def _visit(
    number: int = 0,
    names: str = "A",
    *,
    version: int = 1,
    status: VisitStatus = VisitStatus.OPEN,
    question: bool = False,
) -> KnownVisit:
    requests = tuple(_request(name) for name in names)
    return KnownVisit(VISITS[number], version, status, QUESTION if question else None, requests)


def _capture(visit: int | None, day: date = DAY) -> Proof:
    visit_id = None if visit is None else VISITS[visit]
    return Proof(stable_id("proof", str(visit), day.isoformat()), day, EvidenceGrade.IN_PERSON_FACE, visit_id=visit_id)


TRACE = Proof(stable_id("trace"), DAY, EvidenceGrade.DATA_TRACE)


def _answered(
    visits: Sequence[KnownVisit],
    *,
    fresh: Sequence[Proof] = (),
    proofs: Sequence[Proof] = (),
    known: Sequence[RequestKey] = (),
) -> tuple[str, str]:
    given = {key: [Given(stable_id(*key), None)] for key in known}
    found = answer(fresh, [*fresh, *proofs], visits, given, LAX)
    return _names(found)


def _names(found: Answered) -> tuple[str, str]:
    here, across = ("".join(sorted(r.request_id for r, _ in matched)) for matched in (found.here, found.across))
    return here, across


def test_a_capture_answers_its_own_visit_and_then_the_others() -> None:
    """Its own at once, the others by the policy."""
    assert _answered([_visit(0, "AB"), _visit(1, "C")], fresh=[_capture(0)]) == ("AB", "C")


def test_its_own_visit_needs_no_policy() -> None:
    """A cadre who came a day late has still seen the person; recognition is for the visits nobody made."""
    late = _capture(0, DAY + timedelta(days=30))
    found = answer([late], [late], [_visit(0), _visit(1, "B")], {}, RecognitionPolicy())
    assert _names(found) == ("A", "")


@pytest.mark.parametrize(
    ("grade", "answered"), [(EvidenceGrade.IN_PERSON_WITNESSED, ("", "A")), (EvidenceGrade.DATA_TRACE, ("", ""))]
)
def test_another_path_at_the_visit_counts_late_as_a_recording_does(
    grade: EvidenceGrade, answered: tuple[str, str]
) -> None:
    """Who cannot be filmed is no worse off in the grace; the grade is still the policy's, and other visits wait."""
    late = Proof(stable_id("seen"), DAY + timedelta(days=30), grade, visit_id=VISITS[0])
    found = answer([], [late], [_visit(0), _visit(1, "B")], {}, RecognitionPolicy())
    assert _names(found) == answered


@pytest.mark.parametrize("status", [VisitStatus.PAUSED, VisitStatus.CLOSED])
@pytest.mark.parametrize("proof", [TRACE, _capture(1)])
def test_recognition_never_outweighs_a_report_of_death(status: VisitStatus, proof: Proof) -> None:
    """Neither a trace nor an older recording answers a visit that a life event pauses or closes."""
    stopped = _visit(0, status=status)
    done = _visit(1, "B", status=VisitStatus.CLOSED)
    assert _answered([stopped, done], proofs=[proof], known=[("hrss", "B")]) == ("", "")


def test_who_is_filmed_at_a_paused_visit_is_alive() -> None:
    """It contradicts a single report, so the visit's requests have their answer; other paused visits have not."""
    paused = [_visit(0, "A", status=VisitStatus.PAUSED), _visit(1, "B", status=VisitStatus.PAUSED)]
    assert _answered(paused, fresh=[_capture(0)]) == ("A", "")


def test_after_a_confirmed_death_a_capture_answers_nothing_until_it_is_voided() -> None:
    """Then it answers by recognition, as the policy says."""
    closed = _visit(0, status=VisitStatus.CLOSED)
    assert _answered([closed], fresh=[_capture(0)]) == ("", "")
    assert _answered([_visit(0, version=2)], proofs=[_capture(0)]) == ("", "A")


def test_while_it_is_in_question_whose_it_is_a_proof_stays_at_its_visit() -> None:
    """A recording at a questioned visit answers that visit only, and nothing else answers it."""
    visits = [_visit(0, "A", question=True), _visit(1, "B"), _visit(2, "C", question=True)]
    assert _answered(visits, fresh=[_capture(0)]) == ("A", "")
    assert _answered(visits, fresh=[_capture(1)]) == ("B", "")
    assert _answered(visits, proofs=[TRACE]) == ("", "B")
    assert _answered(visits, proofs=[_capture(0), _capture(2)]) == ("", "")


def test_a_proof_whose_visit_is_not_known_yet_waits() -> None:
    """Whether its visit is in question is not known either."""
    assert _answered([_visit(0, "A")], proofs=[_capture(3)]) == ("", "")


def test_a_recording_at_a_visit_that_was_regrouped_answers_where_its_requests_went() -> None:
    """The cadre was under way; the request is answered at its new home, unless that is in question or closed."""
    left = _visit(0, "A", version=5, status=VisitStatus.CLOSED)
    late = _capture(0, DAY + timedelta(days=30))
    assert _answered([left, _visit(1, "AB", version=5)], fresh=[late]) == ("A", "")
    assert _answered([left, _visit(1, "AB", version=5, question=True)], fresh=[late]) == ("", "")
    dead = _visit(1, "AB", version=6, status=VisitStatus.CLOSED)
    assert _answered([left, dead], fresh=[late]) == ("", "")
    assert _answered([left], fresh=[late]) == ("", "")


@st.composite
def known_visits(draw: st.DrawFn) -> list[KnownVisit]:
    """Up to four visits of one person, of which any may have the same requests: they arrive in any order."""
    made = []
    for number in range(draw(st.integers(0, 4))):
        status = draw(st.sampled_from(VisitStatus))
        names = "".join(sorted(draw(st.sets(st.sampled_from("ABC"), min_size=1))))
        version = draw(st.integers(1, 3))
        question = draw(st.booleans())
        made.append(_visit(number, names, version=version, status=status, question=question))
    return made


some_proofs = st.lists(
    st.builds(
        Proof,
        st.integers(1, 50).map(lambda n: UUID(int=n)),
        st.integers(-10, 10).map(lambda n: DAY + timedelta(days=n)),
        st.sampled_from(EvidenceGrade),
        visit_id=st.sampled_from([None, *VISITS]),
    ),
    max_size=5,
    unique_by=lambda proof: proof.proof_id,
)


@given(known_visits(), some_proofs, st.integers(0, 5), st.sets(st.sampled_from("ABC")), st.data())
def test_whatever_comes_in_whatever_order_nothing_forbidden_is_answered(
    visits: list[KnownVisit], proofs: list[Proof], fresh: int, known: set[str], data: st.DataObject
) -> None:
    """Each request once, never one that has a certificate, never a paused, closed or questioned one by recognition."""
    rng: random.Random = data.draw(st.randoms(use_true_random=False))
    keys = {("hrss", name): [Given(stable_id(name), None)] for name in known}
    found = answer(proofs[:fresh], proofs, visits, keys, LAX)
    again = answer(rng.sample(proofs[:fresh], len(proofs[:fresh])), proofs[::-1], visits[::-1], keys, LAX)
    assert sorted(found.across, key=str) == sorted(again.across, key=str)
    assert sorted(found.here, key=str) == sorted(again.here, key=str)
    names = [request.request_id for request, _ in (*found.here, *found.across)]
    assert len(names) == len(set(names))
    assert not set(names) & known
    by_id = {visit.visit_id: visit for visit in visits}
    homes = homes_of(visits)
    for request, proof in found.across:
        home = homes["hrss", request.request_id].visit
        assert home.status is VisitStatus.OPEN
        assert home.question_id is None
        assert proof.visit_id is None or by_id[proof.visit_id].question_id is None
    for request, proof in found.here:
        home = homes["hrss", request.request_id].visit
        assert home.status is not VisitStatus.CLOSED
        assert proof.visit_id is not None
        if home.question_id or by_id[proof.visit_id].question_id:
            assert home.visit_id == proof.visit_id


def _again(at: datetime, *turned_down: UUID) -> KnownVisit:
    """The visit of a request that its agency did not take as answered by these certificates."""
    why = Reopened(certificates=turned_down, at=at, on=at.date(), code="PERSON_DOUBTED")
    request = _request().model_copy(update={"reopened": why})
    return KnownVisit(VISITS[1], 3, VisitStatus.OPEN, None, (request,))


def test_what_the_agency_did_not_take_answers_no_more() -> None:
    """Neither the proof that was rejected nor one from before the rejection; a later one does, and then it is done."""
    first, second = stable_id("first"), stable_id("second")
    rejected_at = datetime.combine(DAY, time(12), UTC)
    old = replace(_capture(0), seen_at=rejected_at - timedelta(hours=3))
    earlier = replace(old, proof_id=stable_id("earlier"), seen_at=rejected_at - timedelta(hours=2))
    new = replace(_capture(1), seen_at=rejected_at + timedelta(hours=3))
    visits = [_visit(0, status=VisitStatus.CLOSED), _again(rejected_at, first)]
    given = {("hrss", "A"): [Given(first, old.proof_id)]}
    assert _names(answer([], [old, earlier], visits, given, LAX)) == ("", "")
    assert _names(answer([earlier], [old, earlier], visits, given, LAX)) == ("", "")
    assert _names(answer([], [replace(TRACE, proof_id=old.proof_id)], visits, given, LAX)) == ("", "")
    assert _names(answer([], [old, TRACE], visits, given, LAX)) == ("", "A")
    assert _names(answer([new], [old, new], visits, given, LAX)) == ("A", "")
    twice = {("hrss", "A"): [Given(first, old.proof_id), Given(second, new.proof_id)]}
    assert _names(answer([new], [old, new], visits, twice, LAX)) == ("", "")
    assert _names(answer([], [old, new], [_again(rejected_at, first, second)], twice, LAX)) == ("", "")
