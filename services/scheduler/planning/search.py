"""One cadre's problem as PyVRP has it, and its search.

A vehicle type is a half-day on an absolute time axis; a client is a stop, optional with a prize. Costs of a stop in a
half-day lie on the way to it: a *profile*, a distance matrix of its own, for each distinct vector of such costs (23-32
in practice). One copy of a client for each half-day, in groups, looks natural and doubled the cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from pyvrp import (
    Client,
    Depot,
    IteratedLocalSearchParams,
    Location,
    ProblemData,
    Route,
    Solution,
    SolveParams,
    VehicleType,
    solve,
)
from pyvrp.search import PerturbationParams
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

from services.scheduler.domain.plan_problem import CadreProblem, Routes
from services.scheduler.domain.plan_weights import SECONDS

BLOCKED: Final = 10_000_000
"""Way to a stop in a half-day where it must not be. PyVRP's own value for a missing edge, 2**44, makes its penalties
overflow and the search run past its time limit."""
DAY: Final = 24 * 60 * SECONDS
HISTORY_SHARE: Final = 50
"""Iterations for one in the history of late acceptance, within HISTORY. With PyVRP's own 300, a search of some hundred
iterations accepts whatever is better than its start, to its end."""
HISTORY: Final = (10, 300)
MOST_PERTURBATIONS: Final = 10
"""Stops that are moved at random before a local search, at most. PyVRP's own 25 are half of a village: an iteration
takes twice the time, and leads to no better plan."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search answers."""

    routes: Routes
    iterations: int
    ended_by_time: bool
    """The time limit came before the iterations were done: another run may find another plan."""


def search(
    problem: CadreProblem, start: Mapping[int, Sequence[int]] | None, *, seed: int, iterations: int, seconds: float
) -> Found:
    """The best routes of so many iterations; equal arguments give equal routes unless the time limit comes first.

    Args:
        problem: the cadre's problem.
        start: routes to begin with, which must hold all rules; None: begin anew.
        seed: of the search.
        iterations: at most so many.
        seconds: at most so much wall time.
    """
    data = problem_data(problem)
    result = solve(
        data,
        MultipleCriteria([MaxIterations(iterations), MaxRuntime(seconds)]),
        seed=seed,
        collect_stats=False,
        display=False,
        params=search_params(iterations),
        initial_solution=_solution(data, start) if start else None,
    )
    routes: Routes = {}
    if result.best.is_feasible():
        for route in result.best.routes():
            stops = [activity.idx for activity in route if activity.is_client()]
            if stops:
                routes[route.vehicle_type()] = stops
    return Found(routes, result.num_iterations, result.num_iterations < iterations)


def search_params(iterations: int) -> SolveParams:
    """PyVRP's own, but for two that fit searches of so many iterations."""
    history = min(max(iterations // HISTORY_SHARE, HISTORY[0]), HISTORY[1])
    return SolveParams(
        ils=IteratedLocalSearchParams(history_length=history),
        perturbation=PerturbationParams(max_perturbations=MOST_PERTURBATIONS),
    )


def problem_data(problem: CadreProblem) -> ProblemData:
    """The problem in PyVRP's terms; vehicle types are the half-days, in their order."""
    zero = min((slot.day for slot in problem.slots), default=None)
    starts = [
        ((slot.day - zero).days * DAY if zero else 0) + slot.start * SECONDS for slot in problem.slots
    ]  # on one axis of seconds
    ride: Any = np.array(problem.ride, dtype=np.int64)
    profiles: dict[tuple[int, ...], int] = {}
    vehicles = [
        VehicleType(
            num_available=1,
            capacity=[problem.persons],
            fixed_cost=problem.setting_out,
            tw_early=starts[slot],
            tw_late=starts[slot] + problem.budgets[slot],
            shift_duration=problem.budgets[slot],
            profile=profiles.setdefault(_way_costs(problem, slot), len(profiles)),
        )
        for slot in range(len(problem.slots))
    ]
    clients = [_client(problem, stop, starts) for stop in range(len(problem.stops))]
    distances: list[Any] = [np.minimum(ride + np.array([0, *costs], dtype=np.int64), BLOCKED) for costs in profiles]
    for matrix in distances:
        np.fill_diagonal(matrix, 0)
    return ProblemData(
        locations=[Location(0, 0) for _ in range(len(problem.stops) + 1)],
        clients=clients,
        depots=[Depot(0)],
        vehicle_types=vehicles,
        distance_matrices=distances,
        duration_matrices=[ride] * len(distances),
    )


def _allowed(problem: CadreProblem, stop: int) -> list[int]:
    return [slot for slot, cost in enumerate(problem.costs[stop]) if cost is not None]


def _client(problem: CadreProblem, stop: int, starts: Sequence[int]) -> Client:
    allowed = _allowed(problem, stop)
    return Client(
        location=stop + 1,
        delivery=[problem.people(stop)],
        service_duration=problem.service[stop],
        tw_early=starts[allowed[0]],
        tw_late=starts[allowed[-1]] + problem.budgets[allowed[-1]],
        prize=problem.prizes[stop],
        required=False,
    )


def _way_costs(problem: CadreProblem, slot: int) -> tuple[int, ...]:
    """Cost on the way to each stop; outside of its window 0, for there the window forbids it and fewer profiles do."""
    costs = []
    for stop, of_slots in enumerate(problem.costs):
        allowed = _allowed(problem, stop)
        inside = allowed[0] <= slot <= allowed[-1]
        cost = of_slots[slot]
        costs.append(0 if not inside else BLOCKED if cost is None else cost)
    return tuple(costs)


def _solution(data: ProblemData, start: Mapping[int, Sequence[int]]) -> Solution:
    return Solution(data, [Route(data, list(stops), slot) for slot, stops in sorted(start.items()) if stops])
