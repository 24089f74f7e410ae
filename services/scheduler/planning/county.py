"""The plan of a county: one problem for each cadre, searched side by side, then the neighbours' help.

Joint problems of a township gave no gain at equal time, and small half-days are not worth emptying into those of
neighbours (`bench/plan/help.py`), so these are offered only what a cadre cannot serve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from os import sched_getaffinity
from queue import Empty, SimpleQueue
from threading import Barrier, Lock, Thread
from time import monotonic
from typing import Final

from services.scheduler.domain.plan_assign import assign
from services.scheduler.domain.plan_calendar import DayKind, days_between
from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_insert import insert
from services.scheduler.domain.plan_model import Cadre, PlaceVisit, Plan
from services.scheduler.domain.plan_moves import Move, moves
from services.scheduler.domain.plan_parts import CadrePlan, Season, assembled, cadre_plan, help_out, problem_of
from services.scheduler.planning.searcher import Searcher, SearchStopped

ITERATIONS_PER_SECOND: Final = 25_000
"""Iterations a second, times the stops of a cadre: less than half of what a free core does, so that the
iterations end a search before its time does, and the plan does not depend on the machine's speed."""
MOST_ITERATIONS: Final = 10_000
"""Of a cadre: a search of a village gains next to nothing after them."""
SHARE_FOR_TOLD_DAYS: Final = 0.25
"""Of the time, for keeping due dates that told days stand in the way of."""
Warned = tuple[PlanInputCode, str]
"""Code and detail."""
Progress = Callable[[int, int], None]
"""Cadres done, of how many."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a run may search."""

    seconds: float = 60
    """Wall time of all searches together, an exact limit; starting the processes adds about a second. 0: cheapest
    insertion alone."""
    seed: int = 1
    processes: int = 2
    patience: float = 1
    """Times `seconds` that the wall time may be: with more, a busy machine does the whole search, and takes longer."""


@dataclass(frozen=True, slots=True)
class PlannedCounty:
    """A plan and what is to be said of it."""

    plan: Plan
    nobody: list[PlaceVisit]
    """Visits in villages of no cadre."""
    warnings: list[Warned]
    moves: list[Move]
    """Against the plan before."""
    told: int
    """Visits of which a day was told."""


def plan_county(
    visits: Iterable[PlaceVisit],
    cadres: Sequence[Cadre],
    season: Season,
    effort: Effort,
    progress: Progress | None = None,
) -> PlannedCounty:
    """Plans; with a plan before, only cadres of whom something changed are searched, from that plan.

    Told days stay. They are given up for due dates alone, at most `Weights.max_moved_share` of all.
    """
    everybody = list(visits)
    told = sum(visit.announced_on is not None for visit in everybody)
    mine, nobody = assign(everybody, cadres, season.before)
    by_id = {cadre.cadre_id: cadre for cadre in cadres}
    parts = [cadre_plan(by_id[cadre_id], mine[cadre_id], season) for cadre_id in sorted(by_id)]
    first = replace(effort, seconds=effort.seconds * (1 - SHARE_FOR_TOLD_DAYS)) if told else effort
    warnings = _search_all([part for part in parts if part.changed], season.last, first, progress)
    help_out(parts, season)
    if told:
        second = replace(effort, seconds=effort.seconds * SHARE_FOR_TOLD_DAYS)
        warnings += _give_up_told_days(parts, season, second, ceil(told * season.weights.max_moved_share))
    warnings += [(PlanInputCode.ORDER_GIVEN_UP, half_day) for part in parts for half_day in part.orders_given_up()]
    days = days_between(season.first, season.last)
    unknown = sorted({day.year for day in days if season.kind_of(day) is DayKind.UNKNOWN})
    warnings += [(PlanInputCode.HOLIDAYS_UNKNOWN, str(year)) for year in unknown]
    plan = assembled(parts, season)
    slots = {part.cadre.cadre_id: part.problem.slots for part in parts}
    return PlannedCounty(plan, nobody, warnings, moves(season.before, plan, slots, season.first), told)


def _give_up_told_days(parts: Sequence[CadrePlan], season: Season, effort: Effort, at_most: int) -> list[Warned]:
    """Where a due date is still missed, or a told day has no room: searches again with told days as a cost, and takes
    it if fewer are left out."""
    missing = [part for part in parts if part.left(season.last)]
    trials = []
    for part in missing:
        problem = problem_of(part.cadre, part.problem.stops, season, fixed=False)
        routes = insert(problem, part.routes, part.left(season.last))
        trials.append(replace(part, problem=problem, routes=routes, given=set(part.given)))
    warnings = _search_all(trials, season.last, effort)
    for part, trial in zip(missing, trials, strict=True):
        moved = trial.told_moved() - part.told_moved()
        if len(trial.left(season.last)) < len(part.left(season.last)) and moved <= at_most:
            at_most -= max(0, moved)
            part.problem, part.routes = trial.problem, trial.routes
    return warnings


def _search_all(
    parts: Sequence[CadrePlan], last_day: date, effort: Effort, progress: Progress | None = None
) -> list[Warned]:
    """Searches each part from the routes it has, the largest first; the better routes stay. Returns warnings."""
    if not effort.seconds or not parts:
        return []
    processes = min(effort.processes, len(parts))
    workers = min(processes, len(sched_getaffinity(0)))  # more would only slow each other
    parts = sorted(parts, key=lambda part: -len(part.problem.stops))
    iterations = iterations_of([len(part.problem.stops) for part in parts], effort.seconds, processes)
    queue: SimpleQueue[tuple[CadrePlan, int]] = SimpleQueue()
    for task in zip(parts, iterations, strict=True):
        queue.put(task)
    left = sum(_work(*task) for task in zip(parts, iterations, strict=True))
    warnings: list[Warned] = []
    lock, done, ends = Lock(), 0, 0.0

    def begin() -> None:
        nonlocal ends
        ends = monotonic() + effort.seconds * effort.patience

    all_started = Barrier(workers, begin)

    def work() -> None:
        nonlocal left, done
        with Searcher(max(1, effort.patience)) as searcher:
            searcher.start()
            all_started.wait()
            while True:
                try:
                    part, most = queue.get_nowait()
                except Empty:
                    return
                with lock:
                    fair = (ends - monotonic()) * min(1, workers * _work(part, most) / left)
                    left -= _work(part, most)
                said = _search(part, searcher, last_day, effort.seed, most, fair)
                with lock:
                    done += 1
                    warnings.extend(said)
                    if progress:
                        progress(done, len(parts))

    threads = [Thread(target=work, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(warnings)


def iterations_of(stops: Sequence[int], seconds: float, processes: int) -> list[int]:
    """How many each search may do, of problems with so many stops, when so many processes have so many seconds.

    As many as it has stops, times what is the same for all: a larger problem wants more of them, and each takes longer.
    Equal time for each cadre gave plans that cost 1 % more.
    """
    work = seconds * ITERATIONS_PER_SECOND
    each = work * processes / max(1, sum(number**2 for number in stops))
    return [
        max(1, min(MOST_ITERATIONS, round(work / max(1, number)), round(each * number))) for number in stops
    ]  # one search runs in one process, so it has no more than the wall time


def _work(part: CadrePlan, iterations: int) -> int:
    return max(1, len(part.problem.stops)) * iterations


def _search(
    part: CadrePlan, searcher: Searcher, last_day: date, seed: int, iterations: int, seconds: float
) -> list[Warned]:
    whole, who = part.problem, part.cadre.cadre_id
    numbers = [
        stop
        for stop, costs in enumerate(whole.costs)
        if stop not in part.given and any(cost is not None for cost in costs)
    ]
    if not numbers:
        return []
    problem, inner = whole.only(numbers), {outer: number for number, outer in enumerate(numbers)}
    if seconds <= 0:
        return [(PlanInputCode.TIME_LIMIT, who)]
    start = {slot: [inner[stop] for stop in order] for slot, order in part.routes.items()}
    try:
        found = searcher.search(problem, start, seed=seed, iterations=iterations, seconds=seconds)
    except SearchStopped as error:
        return [(PlanInputCode.SEARCH_STOPPED, f"{who}: {error}")]
    if all(problem.fits(slot, order) for slot, order in found.routes.items()):
        routes = {slot: [numbers[stop] for stop in order] for slot, order in found.routes.items()}
        part.routes = part.better(routes, last_day)
    return [(PlanInputCode.TIME_LIMIT, who)] if found.ended_by_time else []
