"""What the ladder's clock costs by itself: its first round over a register, and the next one, which finds nothing new.

python -m bench.merge.ladder [--sizes 100000,1000000] [--near-every 20]
"""

import asyncio
import os
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import psutil
import typer

from bench.merge.county import County
from bench.merge.register import fill
from deploy.embedded.programs import PROJECT
from deploy.embedded.stack import EmbeddedStack
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock

app = typer.Typer(add_completion=False)


def strike(clock: LadderClock) -> tuple[float, float, Counter[str]]:
    """One round: its seconds, the CPU seconds of the clock's own process, and how many of each step it made."""
    own = psutil.Process()
    before, since = sum(own.cpu_times()[:2]), time.perf_counter()
    made = asyncio.run(clock.climb())
    return time.perf_counter() - since, sum(own.cpu_times()[:2]) - before, made


@app.command()
def main(
    sizes: Annotated[str, typer.Option(help="Sizes of the register, ascending.")] = "100000,1000000",
    near_every: Annotated[int, typer.Option(help="Every so many-th person is near a lapse.")] = 20,
) -> None:
    """Measures, and prints a table as Markdown."""
    var = Path(os.environ.get("ONEVISIT_BENCH_VAR") or PROJECT / "var" / "bench" / "merge")
    var.mkdir(parents=True, exist_ok=True)
    with EmbeddedStack(var) as stack:
        stack.start(programs=[])
        typer.echo(f"{psutil.cpu_count()} processors, load before: {os.getloadavg()[0]:.1f}\n")
        typer.echo("| people | steps made | first round s (own CPU s) | next round s (own CPU s) | highest MB |")
        typer.echo("| --- | --- | --- | --- | --- |")
        for size in map(int, sizes.split(",")):
            with County.made(stack, 1) as county:
                fill(county.settings, range(size), near_every)
                clock = LadderClock(county.settings.database, LadderPolicy(), ZoneInfo(county.settings.timezone))
                (first, first_cpu, made), (then, then_cpu, _) = strike(clock), strike(clock)
            megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            steps = ", ".join(f"{number:,} {step}" for step, number in sorted(made.items()))
            rounds = f"{first:.1f} ({first_cpu:.1f}) | {then:.1f} ({then_cpu:.1f})"
            typer.echo(f"| {size:,} | {steps} | {rounds} | {megabytes:.0f} |")


if __name__ == "__main__":
    app()
