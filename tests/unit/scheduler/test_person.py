"""A person's visits follow from what was said, in whatever order and however often it was heard."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from schemas.base import Sealed, stable_id
from schemas.request import AcceptedAmendment, AcceptedItem, AcceptedRequest, AcceptedWithdrawal
from schemas.visit import ClosedBecause, VisitStatus
from services.scheduler.domain.person import Person
from services.scheduler.domain.statement import Statement

WHO = "a" * 64
START = date(2026, 3, 1)
SEALED = Sealed(key_id=stable_id("key"), box="A" * 40)
moments = st.integers(0, 30).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n))
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
names = st.tuples(st.sampled_from(["hrss", "civil_affairs", "health"]), st.sampled_from(["R-1", "R-2"]))


@st.composite
def items(draw: st.DrawFn) -> AcceptedItem:
    agency, request_id = draw(names)
    recorded_at = draw(moments)
    first, last = sorted((draw(days), draw(days)))
    match draw(st.sampled_from(["requested", "requested", "amended", "withdrawn"])):
        case "requested":
            return AcceptedRequest(
                person_key=WHO, agency=agency, request_id=request_id, programme="pension", window_start=first,
                due_date=last, personal=SEALED, recorded_at=recorded_at,
            )  # fmt: skip
        case "amended":
            return AcceptedAmendment(
                person_key=WHO, agency=agency, request_id=request_id, window_start=draw(st.none() | st.just(first)),
                due_date=draw(st.none() | st.just(last)), recorded_at=recorded_at,
            )  # fmt: skip
        case _:
            return AcceptedWithdrawal(person_key=WHO, agency=agency, request_id=request_id, recorded_at=recorded_at)


def _hear(heard: Sequence[AcceptedItem], batch: int) -> Person:
    """The person after hearing these, `batch` at a time, as the stream folds them."""
    person = Person(WHO, 0, {}, {})
    for start in range(0, len(heard), batch):
        changed: dict[tuple[str, str], Statement] = {}
        for item in heard[start : start + batch]:
            key = (item.agency, item.request_id)
            before = changed.get(key) or person.statements.get(key) or Statement.blank(item)
            changed[key] = before.hear(item)
        person, _ = person.with_statements(changed.values()).regrouped()
    return person


def _open(person: Person) -> Sequence[object]:
    visits = [v for v in person.visits.values() if v.status is VisitStatus.OPEN]
    return sorted((str(v.visit_id), v.window, v.requests, v.opened_at) for v in visits)


@given(st.lists(items(), max_size=10), st.integers(1, 4), st.integers(1, 4), st.randoms(use_true_random=False))
def test_any_order_any_repetition_any_batches_give_the_same_visits(
    said: list[AcceptedItem], batch: int, other: int, rng: random.Random
) -> None:
    """The fold is a join: shuffled, repeated and split over other batches, the open visits are the same."""
    again = rng.sample(said, len(said)) + rng.choices(said, k=len(said)) if said else []
    assert _open(_hear(said, batch)) == _open(_hear(again, other))


@given(st.lists(items(), max_size=8))
def test_the_open_visits_are_the_fewest_and_hold_each_open_request_once(said: list[AcceptedItem]) -> None:
    """As many visits as the smallest set of days that meets every window, tried out one by one."""
    person = _hear(said, 3)
    asked = [request for s in person.statements.values() if (request := s.find_open())]
    visits = [v for v in person.visits.values() if v.status is VisitStatus.OPEN]
    held = sorted((r.agency, r.request_id) for v in visits for r in v.requests)
    assert held == sorted((r.agency, r.request_id) for r in asked)
    ends = sorted({request.due_date for request in asked})

    def meets_all(chosen: Sequence[date]) -> bool:
        return all(any(r.window_start <= day <= r.due_date for day in chosen) for r in asked)

    fewest = next(n for n in range(len(ends) + 1) if any(meets_all(chosen) for chosen in combinations(ends, n)))
    assert len(visits) == fewest
    for visit in visits:
        assert all(r.window_start <= visit.window[0] <= visit.window[1] <= r.due_date for r in visit.requests)


@given(st.lists(items(), max_size=10), st.integers(1, 3))
def test_versions_grow_and_a_closed_visit_says_why(said: list[AcceptedItem], batch: int) -> None:
    """Each change of a person's visits has a version of its own; withdrawn, certified or regrouped is told."""
    person = _hear(said, batch)
    answered = [s.answered(stable_id("c", s.request_id)) for s in person.statements.values() if s.status == "open"]
    after, changed = person.with_statements(answered).regrouped()
    assert all(visit.version == after.version for visit in changed)
    assert after.version == person.version + bool(changed)
    for visit in after.visits.values():
        assert (visit.status is VisitStatus.CLOSED) == (visit.closed_because is not None)
    for visit in changed:
        if visit.status is VisitStatus.CLOSED:
            assert visit.closed_because is ClosedBecause.CERTIFIED


def test_a_visit_keeps_its_name_when_another_request_joins() -> None:
    """The name follows the earliest request, so a phone that has the visit keeps having it."""

    def request(agency: str, hours: int) -> AcceptedRequest:
        return AcceptedRequest(
            person_key=WHO, agency=agency, request_id="R", programme="p", window_start=START,
            due_date=START + timedelta(days=9), personal=SEALED,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours),
        )  # fmt: skip

    alone = _hear([request("hrss", 0)], 1)
    joined = _hear([request("hrss", 0), request("civil_affairs", 1)], 1)
    assert list(alone.visits) == list(joined.visits)
