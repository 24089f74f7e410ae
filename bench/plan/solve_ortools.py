"""OR-Tools on a published instance: its usual set-up for time windows, guided local search.

python -m bench.plan.solve_ortools INSTANCE.txt VEHICLES SECONDS    # prints the distance, or none
"""

import sys
from pathlib import Path
from time import process_time
from typing import Final

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from bench.plan.instances import SCALE, Instance, read_instance

MOST_WALL: Final = 20
"""Wall seconds at most for each CPU second, on a busy machine."""


def solve_ortools(instance: Instance, vehicles: int, seconds: float) -> float | None:
    """The distance found in so many CPU seconds with at most so many vehicles; None when no plan was found."""
    manager = pywrapcp.RoutingIndexManager(len(instance.demand), vehicles, 0)
    routing = pywrapcp.RoutingModel(manager)
    distance = routing.RegisterTransitMatrix([list(row) for row in instance.ride])
    routing.SetArcCostEvaluatorOfAllVehicles(distance)
    demand = routing.RegisterUnaryTransitVector(list(instance.demand))
    routing.AddDimension(demand, 0, instance.capacity, True, "load")
    pace = [[leg + instance.service[a] for leg in row] for a, row in enumerate(instance.ride)]
    routing.AddDimension(
        routing.RegisterTransitMatrix(pace), instance.due[0], instance.due[0] + max(instance.service), False, "time"
    )
    time = routing.GetDimensionOrDie("time")
    for customer in range(1, len(instance.demand)):
        time.CumulVar(manager.NodeToIndex(customer)).SetRange(instance.ready[customer], instance.due[customer])
    for vehicle in range(vehicles):
        time.CumulVar(routing.End(vehicle)).SetMax(instance.due[0])
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromSeconds(round(seconds * MOST_WALL))  # its own limit is wall time
    ends = process_time() + seconds
    routing.AddSearchMonitor(routing.solver().CustomLimit(lambda: process_time() >= ends))
    found = routing.SolveWithParameters(parameters)
    return found.ObjectiveValue() / SCALE if found else None


if __name__ == "__main__":
    file, most, limit = sys.argv[1:]
    sys.stdout.write(f"{solve_ortools(read_instance(Path(file)), int(most), float(limit))}\n")
