"""A person, rule by rule; that all rules hold together in any order is `test_person_stateful`."""

from schemas.visit import ClosedBecause
from services.scheduler.domain.person import Person
from tests.unit.scheduler.person_world import certified, request, told_all, withdrawn

HRSS, CIVIL_AFFAIRS = ("hrss", "R-1"), ("civil_affairs", "R-1")


def test_a_visit_keeps_its_name_when_another_request_joins() -> None:
    """The name follows the earliest request, so a phone that has the visit keeps having it."""
    alone = told_all([request(0, 9, 0, key=HRSS)])
    joined = told_all([request(0, 9, 1, key=CIVIL_AFFAIRS)], person=alone)
    assert list(alone.visits) == list(joined.visits)
    assert len(next(iter(joined.visits.values())).requests) == 2


def test_nothing_new_changes_nothing() -> None:
    """Heard again, a request makes no version: a batch folded twice sends nothing."""
    once = told_all([request(0, 9, 0)])
    assert told_all([request(0, 9, 0)], person=once) == once


def test_a_closed_visit_says_why() -> None:
    """Certified and withdrawn are told apart."""
    for end, because in (
        (certified([HRSS], 4), ClosedBecause.CERTIFIED),
        (withdrawn(HRSS, 4), ClosedBecause.WITHDRAWN),
    ):
        (visit,) = told_all([end], person=told_all([request(0, 9, 0, key=HRSS)])).visits.values()
        assert visit.closed_because is because


def test_who_was_never_heard_of_has_no_visit() -> None:
    """An empty person settles to nothing."""
    assert told_all([]) == Person(told_all([]).person_key)
