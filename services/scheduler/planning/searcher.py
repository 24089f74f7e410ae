"""Searches in a process of its own, which is ended by force when a time limit is not kept.

PyVRP looks at its clock between two iterations only; so the exact limit is held from outside.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from services.scheduler.domain.plan_problem import CadreProblem
from services.scheduler.planning.search import Found, search

GRACE_SECONDS: Final = 2.0
"""What a search may take longer than its limit, for sending the problem and the answer."""
START_SECONDS: Final = 30.0
"""What the process may take to start and load its libraries."""
Task = tuple[CadreProblem, Mapping[int, Sequence[int]] | None, int, int, float]


class SearchStopped(Exception):
    """The search did not end in time, or its process died. Plan by insertion alone, or run again."""

    code = "PLAN_SEARCH_STOPPED"


class Searcher:
    """One process that searches one problem after another; a context manager."""

    def __init__(self, patience: float = 1) -> None:
        """``patience``: times START_SECONDS that the process may take to start."""
        self._start_seconds = START_SECONDS * patience
        self._context = multiprocessing.get_context("spawn")
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def start(self) -> None:
        """Starts the process now; where it does not start, the first search says so."""
        with suppress(SearchStopped):
            self._started()

    def search(
        self,
        problem: CadreProblem,
        start: Mapping[int, Sequence[int]] | None,
        *,
        seed: int,
        iterations: int,
        seconds: float,
    ) -> Found:
        """As `planning.search.search`.

        Raises:
            SearchStopped: it did not keep the time limit, or died.
        """
        pipe = self._started()
        task: Task = (problem, start, seed, iterations, seconds)
        try:
            pipe.send(task)
            if not pipe.poll(seconds + GRACE_SECONDS):
                raise SearchStopped(f"no answer {GRACE_SECONDS:.0f} s after the limit of {seconds:.1f} s")
            answer = pipe.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise SearchStopped(f"the process of the search died ({error or type(error).__name__})") from error
        except SearchStopped:
            self._end()
            raise
        if isinstance(answer, Found):
            return answer
        raise SearchStopped(str(answer))

    def _started(self) -> Connection:
        if self._pipe is None:
            try:
                return self._begin()
            except (EOFError, OSError) as error:
                self._end()
                raise SearchStopped(f"its process died at its start ({error or type(error).__name__})") from error
            except SearchStopped:
                self._end()
                raise
        return self._pipe

    def _begin(self) -> Connection:
        self._pipe, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs,), daemon=True, name="plan-search")
        process.start()
        self._process = process
        theirs.close()
        if not self._pipe.poll(self._start_seconds):
            raise SearchStopped(f"its process did not start within {self._start_seconds:.0f} s")
        self._pipe.recv()
        return self._pipe

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._pipe:
            self._pipe.close()
        self._process = self._pipe = None


def serve(pipe: Connection) -> None:
    """The life of the process: answers tasks until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, which ends this one
    logging.getLogger("pyvrp").setLevel(logging.WARNING)  # it writes its progress to the standard output
    pipe.send("ready")
    while True:
        try:
            problem, start, seed, iterations, seconds = pipe.recv()
        except EOFError:
            return
        try:
            found: Found | str = search(problem, start, seed=seed, iterations=iterations, seconds=seconds)
        except Exception as error:  # whatever it is, the plan goes on without this search
            found = f"{type(error).__name__}: {error}"
        pipe.send(found)
