"""The gap to the best known costs, side by side: each solver alone on one core, one after the other."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Final

from bench.plan.instances import best_known, read_instance
from bench.plan.solve_pyvrp import solve_pyvrp

PROJECT: Final = Path(__file__).resolve().parents[2]
ORTOOLS_PIN: Final = "ortools==9.15.6755"


def aside(pin: str) -> list[str] | None:
    """Installs a package once, aside; returns what must be on the path, ours first. None when it cannot be had."""
    name = pin.partition("==")[0]
    folder = PROJECT / "var" / "bench" / name
    if not (folder / name).exists():
        uv = PROJECT / ".tools" / "bin" / "uv"
        command = [str(uv), "pip", "install", "-q", "--python", sys.executable, "--target", str(folder), pin]
        if not uv.exists() or subprocess.run(command, check=False).returncode:
            return None
    return [sysconfig.get_path("purelib"), str(folder)]


def compare(
    folder: Path, names: Sequence[str], seconds: float, echo: Callable[[str], None], *, alone: bool = False
) -> None:
    """Prints the table. Where the best known cost of distance alone is not given, the fleet is the fewest vehicles."""
    known, path = best_known(folder), None if alone else aside(ORTOOLS_PIN)
    if path is None and not alone:
        echo("OR-Tools could not be installed aside: its column stays empty.")
    echo(f"| instance, {seconds:g} s | vehicles at most | best known | PyVRP | gap | OR-Tools | gap |")
    echo("| --- | --- | --- | --- | --- | --- | --- |")
    gaps: dict[str, list[float]] = {"PyVRP": [], "OR-Tools": []}
    for name in names:
        instance = read_instance(folder / name)
        fewest, vehicles, distance_only = known[name]
        best, fleet = (fewest, vehicles) if distance_only is None else (distance_only, instance.vehicles)
        ours = solve_pyvrp(instance, fleet, seconds)
        theirs = _ortools(path, folder / name, fleet, seconds) if path else None
        cells = []
        for solver, cost in (("PyVRP", ours), ("OR-Tools", theirs)):
            gap = None if cost is None else cost / best - 1
            if gap is not None:
                gaps[solver].append(gap)
            missing = "not run | –" if alone and solver == "OR-Tools" else "none | –"
            cells.append(f"{cost:.2f} | {gap:+.2%}" if gap is not None else missing)
        echo(f"| {name} | {fleet} | {best:.2f} | {cells[0]} | {cells[1]} |")
    total = [f"**{mean(found):+.2%}** of {len(found)}" if found else "–" for found in gaps.values()]
    echo(f"| mean gap where a plan was found | | | | {total[0]} | | {total[1]} |")


def _ortools(path: Sequence[str], file: Path, vehicles: int, seconds: float) -> float | None:
    run = subprocess.run(
        [sys.executable, "-m", "bench.plan.solve_ortools", str(file), str(vehicles), str(seconds)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer = run.stdout.strip().splitlines()[-1]
    return None if answer == "None" else float(answer)
