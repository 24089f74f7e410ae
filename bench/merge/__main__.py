"""`make bench-merge`: the real line beside a hand-written loop and Quix Streams, doing the same work.

python -m bench.merge [--people 10000] [--rounds 2] [--no-year] [--workers 1,2] [--growth 10000,100000,1000000]
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import psutil
import psycopg
import typer

from bench.merge.runs import AFTER, BETWEEN, LINE, LOOP, MODULES, Run, count, run_known, run_once
from bench.merge.tables import HEADER, factors, row
from deploy.embedded.programs import PROJECT
from deploy.embedded.stack import EmbeddedStack

DEFAULT_PEOPLE = 10_000
YEAR_PEOPLE = 50_000
"""Two requests for each on average: a county's year of 10^5 requests."""
GROWTH_SIZES = "10000,100000,1000000"
GROWTH_REQUESTS = 10_000
"""The smallest register holds people for twice as many."""

SETTINGS = ("synchronous_commit", "fsync", "shared_buffers", "huge_pages_status")
"""PostgreSQL's, that the figures depend on."""

app = typer.Typer(add_completion=False)


def compare(stack: EmbeddedStack, partitions: int, people: range, rounds: int, workers: int = 1) -> Iterator[str]:
    """All engines in turn, forwards and backwards, so that a slow minute of the machine meets all alike."""
    found: defaultdict[str, list[Run]] = defaultdict(list)
    for number in range(rounds):
        order = list(MODULES) if number % 2 == 0 else list(reversed(MODULES))
        for engine in order:
            found[engine].append(run_once(stack, engine, partitions, people, workers))
    for engine in MODULES:
        several = f", {workers} workers" if workers > 1 else ""
        yield row(f"{engine}, {partitions} p{several}", found[engine], found[LOOP])


def grow(stack: EmbeddedStack, sizes: Sequence[int]) -> Iterator[str]:
    """A row for each size and moment, and how much dearer a request is in the last register than in the first.

    Up to the largest and down again: the smaller ones are measured before and after it, so that a machine that becomes
    slower or faster meanwhile favours none.
    """
    run_once(stack, LINE, 4, range(GROWTH_REQUESTS // 2))  # Kafka's JVM compiles while it is young: not the first row's
    found: dict[int, dict[str, list[Run]]] = {size: {AFTER: [], BETWEEN: []} for size in sizes}
    for size in [*sizes, *sizes[-2::-1]]:
        for when, run in run_known(stack, size, GROWTH_REQUESTS).items():
            found[size][when].append(run)
    for size in sizes:
        for when, runs in found[size].items():
            yield row(f"{size:,} people, {when}", runs)
    for when in (AFTER, BETWEEN) if len(sizes) > 1 else ():
        grown = factors(found[sizes[0]][when], found[sizes[-1]][when])
        yield f"\n{sizes[0]:,} → {sizes[-1]:,} people, {when}, a request costs times {grown}"


@app.command()
def main(
    people: Annotated[int, typer.Option(help="People of a compared run; two requests for each.")] = DEFAULT_PEOPLE,
    rounds: Annotated[int, typer.Option(help="Rounds of each comparison.")] = 2,
    partitions: Annotated[str, typer.Option(help="Numbers of partitions to compare.")] = "1,2,4",
    growth: Annotated[str, typer.Option(help="Sizes of the register; a million people take minutes.")] = GROWTH_SIZES,
    year: Annotated[bool, typer.Option(help="Also a county's year, 10^5 requests, once for each engine.")] = True,
    workers: Annotated[str, typer.Option(help="Numbers of workers for the county's year.")] = "1,2",
) -> None:
    """Measures, and prints the tables as Markdown."""
    var = Path(os.environ.get("ONEVISIT_BENCH_VAR") or PROJECT / "var" / "bench" / "merge")
    var.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()
    with EmbeddedStack(var) as stack:
        stack.start(programs=[])
        with psycopg.connect(stack.database) as connection:
            told = {name: connection.execute(f"SHOW {name}").fetchone() for name in SETTINGS}
        settings = ", ".join(f"{name}={value[0]}" for name, value in told.items() if value)
        typer.echo(f"{psutil.cpu_count()} processors, load before: {load[0]:.1f}; {settings}\n")
        typer.echo(f"{count(range(people)):,} requests for {people:,} people, {rounds} rounds\n{HEADER}")
        for number in [int(text) for text in partitions.split(",") if text]:
            for line in compare(stack, number, range(people), rounds):
                typer.echo(line)
        if year:
            requests = count(range(YEAR_PEOPLE))
            typer.echo(f"\nA county's year: {requests:,} requests, 4 partitions\n{HEADER}")
            for number in [int(text) for text in workers.split(",")]:
                for line in compare(stack, 4, range(YEAR_PEOPLE), 1, number):
                    typer.echo(line)
        sizes = [int(text) for text in growth.split(",") if text]
        if sizes:
            typer.echo(f"\n{GROWTH_REQUESTS:,} requests, twice, into other registers (the line, 4 p)\n{HEADER}")
            for line in grow(stack, sizes):
                typer.echo(line)


if __name__ == "__main__":
    app()
