"""The register: repeated, amended, clashing and suspicious rows over several lists."""

from datetime import date

from schemas.request_row import RequestRow
from services.scheduler.domain.codes import RejectionCode, RepeatCode
from services.scheduler.domain.intake import Accepted, assess
from services.scheduler.domain.register import Register

FIRST_PERSON, OTHER_PERSON = "11010519491231002X", "990101194912310044"


def request(**changes: str) -> Accepted:
    """A request of the first person to HRSS, changed."""
    typed = {
        "request_id": "R1",
        "agency": "hrss",
        "programme": "pension",
        "id_number": FIRST_PERSON,
        "name": "张三",
        "window_start": "2026-03-01",
        "due_date": "2026-04-01",
    }
    outcome = assess(RequestRow.model_validate(typed | changes), today=date(2026, 3, 1))
    assert isinstance(outcome, Accepted), outcome
    return outcome


def test_the_same_request_again_is_counted_once() -> None:
    """Also when number, name and date were typed in another form."""
    register = Register[str]()
    assert register.add(request(), "a:2") == []
    again = request(id_number="110105491231002", name=" 张 三", due_date="2026年4月1日")
    (seen,) = register.add(again, "b:7")
    assert (seen.code, seen.of) == (RepeatCode.REQUEST_REPEATED, "a:2")
    assert len(register) == 1


def test_a_changed_request_counts_as_it_was_last_sent() -> None:
    """The later row wins and says which row it changes."""
    register = Register[str]()
    register.add(request(), "a:2")
    (seen,) = register.add(request(due_date="2026-05-01"), "a:9")
    assert (seen.code, seen.of) == (RepeatCode.REQUEST_AMENDED, "a:2")
    (entry,) = register
    assert (entry.request.due_date, entry.origin) == (date(2026, 5, 1), "a:9")


def test_a_number_used_for_another_person_is_refused() -> None:
    """The first person keeps the request; nobody is confused with another."""
    register = Register[str]()
    register.add(request(), "a:2")
    (seen,) = register.add(request(id_number=OTHER_PERSON, name="李四"), "a:3")
    assert (seen.code, seen.field, seen.of) == (RejectionCode.REQUEST_ID_REUSED, "request_id", "a:2")
    (entry,) = register
    assert entry.request.resident_id.number == FIRST_PERSON


def test_two_agencies_may_use_one_number() -> None:
    """Each agency numbers for itself."""
    register = Register[str]()
    assert register.add(request(), "a:2") == []
    assert register.add(request(agency="health", id_number=OTHER_PERSON, name="李四"), "b:2") == []
    assert len(register) == 2
