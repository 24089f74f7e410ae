"""Overtime: counted by hand in a small case."""

from schemas.plan import HalfDay
from services.scheduler.domain.plan_model import Stop
from services.scheduler.domain.plan_overtime import overtime
from services.scheduler.domain.plan_parts import problem_of
from tests.unit.scheduler.planning.plans import MONDAY, cadre, season, visit

MORNING = (HalfDay.MORNING, 510, 600)
"""90 minutes."""


def test_what_finds_no_room_is_counted_in_minutes_beyond_the_hours() -> None:
    """Six visits of 10 minutes at the door fill 60 of 90; six more at the home make 120: 30 over. Of two mornings the
    second has room for three without any."""
    stops = tuple(Stop((visit(f"v{n:02d}", 0, 0, north=0.0),)) for n in range(12))
    problem = problem_of(cadre(hours=(MORNING,)), stops, season(1))
    assert problem.slots[0].day == MONDAY
    assert overtime(problem, {0: list(range(6))}, range(6, 12)) == [30.0]
    assert overtime(problem, {0: list(range(6))}, range(6, 9)) == []
    assert overtime(problem, {0: list(range(6))}, []) == []
    either = tuple(Stop((visit(f"v{n:02d}", 0, 1, north=0.0),)) for n in range(19))
    problem = problem_of(cadre(hours=(MORNING,)), either, season(2))
    assert overtime(problem, {0: list(range(9)), 1: list(range(9, 15))}, range(15, 18)) == []
    assert overtime(problem, {0: list(range(9)), 1: list(range(9, 15))}, range(15, 19)) == [10.0]


def test_what_no_working_day_suits_is_no_overtime() -> None:
    """Nobody would ride on a day on which the person is not there."""
    stops = (Stop((visit("a", 0, 0, away=frozenset({MONDAY})),)),)
    assert overtime(problem_of(cadre(hours=(MORNING,)), stops, season(1)), {}, [0]) == []
