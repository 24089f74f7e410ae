"""Solomon's and Gehring-Homberger's instances, and what is best known of them."""

import csv
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from typing import Final

SCALE: Final = 100
"""Whole units in one of the instance: distances have two decimals, like the best known costs. With three PyVRP's
penalties reach their bound on 200 customers."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Capacitated routes with time windows; customer 0 is the depot. All numbers but demand in SCALE parts."""

    name: str
    vehicles: int
    capacity: int
    demand: tuple[int, ...]
    ready: tuple[int, ...]
    due: tuple[int, ...]
    service: tuple[int, ...]
    ride: tuple[tuple[int, ...], ...]


def read_instance(path: Path) -> Instance:
    """One file as it circulates."""
    lines = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    numbers = [list(map(int, line)) for line in lines if all(cell.lstrip("-").isdigit() for cell in line)]
    (vehicles, capacity), customers = numbers[0], numbers[1:]
    at = [(row[1], row[2]) for row in customers]
    columns = list(zip(*customers, strict=True))
    return Instance(
        name=path.stem,
        vehicles=vehicles,
        capacity=capacity,
        demand=columns[3],
        ready=tuple(number * SCALE for number in columns[4]),
        due=tuple(number * SCALE for number in columns[5]),
        service=tuple(number * SCALE for number in columns[6]),
        ride=tuple(tuple(round(hypot(a - c, b - d) * SCALE) for c, d in at) for a, b in at),
    )


def best_known(folder: Path) -> dict[str, tuple[float, int, float | None]]:
    """Of each instance: cost with the fewest vehicles, these vehicles, cost when distance alone counts (if known)."""
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        return {
            row["instance"]: (
                float(row["best_cost_fewest_vehicles"]),
                int(row["vehicles"]),
                float(row["best_cost_distance_only"]) if row["best_cost_distance_only"] else None,
            )
            for row in csv.DictReader(file)
        }
