"""A person, rule by rule; that all rules hold together in any order is `test_person_stateful`."""

from schemas.visit import ClosedBecause, VisitStatus
from services.scheduler.domain.person import Person
from services.scheduler.domain.question import Question
from tests.unit.scheduler.person_world import LI, ZHANG, certified, decided, request, told_all, withdrawn

HRSS, CIVIL_AFFAIRS, HEALTH = ("hrss", "R-1"), ("civil_affairs", "R-1"), ("health", "R-1")
TWO_NAMES = [request(0, 9, 0, key=HRSS, name=ZHANG), request(0, 9, 0, key=CIVIL_AFFAIRS, name=LI)]
NAMELESS = request(0, 9, 1, key=HEALTH)


def apart(person: Person) -> list[list[str]]:
    """The agencies of each open visit."""
    visits = [visit for visit in person.visits.values() if visit.status is VisitStatus.OPEN]
    return sorted(sorted(request.agency for request in visit.requests) for visit in visits)


def standing(person: Person) -> Question:
    """The question that stands."""
    (found,) = (question for question in person.questions.values() if question.standing)
    return found


def test_who_was_decided_to_be_one_person_stays_so_when_a_row_without_a_name_comes_and_goes() -> None:
    """Only the row is asked about; nothing that a reviewer has decided is undone without a word."""
    person = told_all(TWO_NAMES)
    names = standing(person)
    person = told_all([decided(names.question_id, True, 2)], person=person)
    assert apart(person) == [["civil_affairs", "hrss"]]
    person = told_all([NAMELESS], person=person)
    assert apart(person) == [["civil_affairs", "hrss"], ["health"]]
    assert (standing(person).waits, standing(person).sides) == (True, ((CIVIL_AFFAIRS, HRSS), (HEALTH,)))
    refused = told_all([decided(standing(person).question_id, False, 3)], person=person)
    assert (apart(refused), standing(refused).waits) == ([["civil_affairs", "hrss"], ["health"]], False)
    person = told_all([withdrawn(HEALTH, 4)], person=refused)
    assert (apart(person), standing(person)) == (
        [["civil_affairs", "hrss"]],
        told_all([decided(names.question_id, True, 2)], person=told_all(TWO_NAMES)).questions[names.question_id],
    )


def test_what_was_decided_with_the_row_without_a_name_holds_without_it() -> None:
    """One person, all of them; later two after all: the last word on the names stands, also when the row is back."""
    person = told_all([*TWO_NAMES, NAMELESS])
    assert len(apart(person)) == 3
    person = told_all([decided(standing(person).question_id, True, 2)], person=person)
    assert len(apart(person)) == 1
    person = told_all([withdrawn(HEALTH, 3)], person=person)
    assert (apart(person), standing(person).waits) == ([["civil_affairs", "hrss"]], False)
    person = told_all([decided(standing(person).question_id, False, 4)], person=person)
    assert apart(person) == [["civil_affairs"], ["hrss"]]
    person = told_all([request(0, 9, 5, key=HEALTH)], person=person)
    assert len(apart(person)) == 3


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
