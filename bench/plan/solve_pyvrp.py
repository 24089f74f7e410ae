"""PyVRP on a published instance: the search of our plans, without what is ours."""

import time
from typing import Any, Final

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve

from bench.plan.instances import SCALE, Instance
from services.scheduler.planning.search import search_params

MANY: Final = 20_000
"""Iterations that 100 customers have in 10 s, and more: what the parameters of our search depend on."""


def solve_pyvrp(instance: Instance, vehicles: int, seconds: float) -> float | None:
    """The distance found in so many CPU seconds with at most so many vehicles; None when no plan was found."""
    ride: list[Any] = [np.array(instance.ride, dtype=np.int64)]  # PyVRP's stubs give an array's shape as int
    data = ProblemData(
        locations=[Location(0, 0) for _ in instance.demand],
        clients=[
            Client(
                location=number,
                delivery=[instance.demand[number]],
                service_duration=instance.service[number],
                tw_early=instance.ready[number],
                tw_late=instance.due[number],
            )
            for number in range(1, len(instance.demand))
        ],
        depots=[Depot(0)],
        vehicle_types=[VehicleType(vehicles, [instance.capacity], tw_early=0, tw_late=instance.due[0])],
        distance_matrices=ride,
        duration_matrices=ride,
    )
    ends = time.process_time() + seconds
    best = solve(
        data,
        lambda _: time.process_time() >= ends,
        seed=1,
        collect_stats=False,
        display=False,
        params=search_params(MANY),
    ).best
    return best.distance() / SCALE if best.is_feasible() and best.is_complete() else None
