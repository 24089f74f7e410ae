"""The merge: fewest visits, each request in exactly one, the same whatever the order."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduler.domain.merge import ContradictoryRequests, OpenRequest, merge

FIRST = date(2026, 3, 1)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def request(number: int, start: int, length: int, person: str = "p", recorded: int = 0) -> OpenRequest:
    """A request whose window starts ``start`` days after the first and lasts ``length`` more days."""
    return OpenRequest(
        agency=("hrss", "civil_affairs", "health")[number % 3],
        request_id=f"R{number // 3}",
        programme="pension",
        person_key=person,
        window_start=FIRST + timedelta(days=start),
        due_date=FIRST + timedelta(days=start + length),
        recorded_at=AT + timedelta(minutes=recorded),
    )


@st.composite
def request_sets(draw: st.DrawFn) -> list[OpenRequest]:
    """Up to seven requests of up to two people, with short windows so that they sometimes miss each other."""
    shapes = draw(
        st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.sampled_from("pq"), st.integers(0, 3)), max_size=7)
    )
    return [request(number, *shape) for number, shape in enumerate(shapes)]


def fewest_by_brute_force(requests: list[OpenRequest]) -> int:
    """The least number of days such that each window holds one, by trying all sets of days."""
    windows = [(r.window_start, r.due_date) for r in requests]
    days = sorted({day for window in windows for day in window})
    for count in range(len(days) + 1):
        for chosen in combinations(days, count):
            if all(any(start <= day <= end for day in chosen) for start, end in windows):
                return count
    raise AssertionError("the ends of all windows always suffice")


def persons(requests: list[OpenRequest]) -> Iterator[list[OpenRequest]]:
    for key in {r.person_key for r in requests}:
        yield [r for r in requests if r.person_key == key]


@given(request_sets())
def test_visits_are_the_fewest(requests: list[OpenRequest]) -> None:
    """Equal to brute force, person by person."""
    assert len(merge(requests)) == sum(fewest_by_brute_force(mine) for mine in persons(requests))


@given(request_sets())
def test_each_request_is_in_exactly_one_visit_of_its_person(requests: list[OpenRequest]) -> None:
    """Nothing is lost, nothing doubled, nobody is mixed with another."""
    visits = merge(requests)
    assert sorted((r for visit in visits for r in visit.requests), key=repr) == sorted(requests, key=repr)
    assert all(r.person_key == visit.person_key for visit in visits for r in visit.requests)


@given(request_sets())
def test_a_window_is_what_all_its_requests_share(requests: list[OpenRequest]) -> None:
    """The visit may be on any of its days, and never is the window empty."""
    for visit in merge(requests):
        assert visit.window_start == max(r.window_start for r in visit.requests)
        assert visit.window_end == min(r.due_date for r in visit.requests)
        assert visit.window_start <= visit.window_end


@given(request_sets())
def test_a_request_goes_to_the_earliest_ending_visit_that_it_fits(requests: list[OpenRequest]) -> None:
    """Of equally few visits the earliest is chosen: what can be done early is."""
    visits = merge(requests)
    for visit in visits:
        for r in visit.requests:
            earlier = [v for v in visits if v.person_key == r.person_key and v.window_end < visit.window_end]
            assert not any(r.window_start <= other.window_end for other in earlier)


@given(request_sets().flatmap(lambda requests: st.tuples(st.just(requests), st.permutations(requests * 2))))
def test_order_and_repetition_change_nothing(both: tuple[list[OpenRequest], list[OpenRequest]]) -> None:
    """The same set in any order, any number of times, gives the same visits under the same ids."""
    requests, shuffled = both
    assert merge(requests) == merge(shuffled)


@given(request_sets())
def test_visit_ids_are_distinct(requests: list[OpenRequest]) -> None:
    """Two visits never share an id."""
    visits = merge(requests)
    assert len({visit.visit_id for visit in visits}) == len(visits)


def test_a_later_request_joins_without_renaming_the_visit() -> None:
    """What was told to people keeps its name; the window only narrows."""
    before = merge([request(0, 0, 30)])
    after = merge([request(0, 0, 30), request(1, 10, 30, recorded=5)])
    assert len(after) == 1
    assert after[0].visit_id == before[0].visit_id
    assert (after[0].window_start, after[0].window_end) == (FIRST + timedelta(days=10), FIRST + timedelta(days=30))


def test_touching_windows_share_their_common_day() -> None:
    """Windows are of whole days with both ends inside; a day between them parts them."""
    assert len(merge([request(0, 0, 5), request(1, 5, 5)])) == 1
    assert len(merge([request(0, 0, 5), request(1, 6, 5)])) == 2


def test_two_requests_under_one_identity_are_an_error_of_the_caller() -> None:
    """Amendments are folded before the merge, never guessed in it."""
    with pytest.raises(ContradictoryRequests):
        merge([request(0, 0, 5), request(0, 1, 5)])


def test_an_inverted_window_cannot_be_made() -> None:
    """Intake has rejected it."""
    with pytest.raises(ValueError, match="before window_start"):
        request(0, 5, -1)
