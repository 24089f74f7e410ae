"""The search in its own process: bounded, and no more lost than one search."""

import os
from multiprocessing.connection import Connection

import pytest

from services.scheduler.domain.plan_parts import cadre_plan
from services.scheduler.domain.plan_problem import CadreProblem
from services.scheduler.planning import searcher
from services.scheduler.planning.searcher import Searcher, SearchStopped
from tests.unit.scheduler.planning.plans import cadre, season, visit


def problem() -> CadreProblem:
    """Eight houses on one road."""
    return cadre_plan(cadre(), [visit(f"n{n}", 0, 4, north=n + 1.0) for n in range(8)], season()).problem


def test_a_search_that_does_not_keep_its_limit_is_ended_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is held from outside; a new process takes the place of the one that was ended."""
    with Searcher() as one:
        monkeypatch.setattr(searcher, "GRACE_SECONDS", -9.9)
        with pytest.raises(SearchStopped, match="no answer"):
            one.search(problem(), None, seed=1, iterations=10_000_000, seconds=10)
        monkeypatch.undo()
        found = one.search(problem(), None, seed=1, iterations=50, seconds=60)
    assert found.iterations == 50 and not found.ended_by_time
    assert sorted(stop for order in found.routes.values() for stop in order) == list(range(8))


def test_a_search_says_that_its_time_was_over() -> None:
    """Iterations without end, a tenth of a second."""
    with Searcher() as one:
        assert one.search(problem(), None, seed=1, iterations=10_000_000, seconds=0.1).ended_by_time


def test_a_task_that_cannot_be_searched_is_said_and_the_process_lives_on() -> None:
    """Routes to begin with that name a stop that is not there."""
    with Searcher() as one:
        with pytest.raises(SearchStopped):
            one.search(problem(), {0: [99]}, seed=1, iterations=10, seconds=60)
        assert one.search(problem(), {0: [0, 1]}, seed=1, iterations=10, seconds=60).iterations == 10


def test_equal_seeds_give_equal_routes() -> None:
    """The whole answer, in two processes."""
    answers = []
    for _ in range(2):
        with Searcher() as one:
            answers.append(one.search(problem(), None, seed=7, iterations=80, seconds=60))
    assert answers[0] == answers[1]


def dies(_: Connection) -> None:
    """The life of a process that is ended while it starts, as by a machine without memory."""
    os._exit(1)


def test_a_process_that_dies_at_its_start_stops_one_search_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever started it beside others goes on to where they wait for each other; the first search says what was."""
    monkeypatch.setattr(searcher, "serve", dies)
    with Searcher() as one:
        one.start()
        with pytest.raises(SearchStopped, match="died"):
            one.search(problem(), None, seed=1, iterations=10, seconds=60)
        monkeypatch.undo()
        assert one.search(problem(), None, seed=1, iterations=10, seconds=60).iterations == 10
