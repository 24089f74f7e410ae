"""`make bench-merge`: the real line beside a hand-written loop and Quix Streams, doing the same work.

python -m bench.merge [--people 10000] [--rounds 2] [--year] [--growth 10000,100000,1000000]
"""

import asyncio
import os
import statistics
import subprocess
import sysconfig
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import psutil
import typer

from bench.merge.county import RELAY, Cost, County
from bench.merge.load import AGENCIES, encode_requests, wanted
from bench.merge.register import fill
from deploy.embedded.programs import PROJECT
from deploy.embedded.stack import EmbeddedStack

LINE, LOOP, QUIX = "the line (Faust)", "hand-written aiokafka loop", "Quix Streams"
MODULES = {LINE: "services.scheduler.app", LOOP: "bench.merge.loop", QUIX: "bench.merge.quix"}
QUIX_PIN = "quixstreams==3.28.1"
"""It pins another confluent-kafka than the project, so it lies in a folder of its own behind the project's."""
GROWTH_REQUESTS = 20_000
DEFAULT_PEOPLE = 10_000
YEAR_PEOPLE = 50_000
"""Two requests for each on average: a county's year of 10^5 requests."""

app = typer.Typer(add_completion=False)


def quix_path() -> list[str]:
    """Installs Quix Streams once, aside; returns what must be on the path, the project's own packages first."""
    folder = PROJECT / "var" / "bench" / "quix"
    if not (folder / "quixstreams").exists():
        uv = PROJECT / ".tools" / "bin" / "uv"
        subprocess.run([uv, "pip", "install", "-q", "--target", folder, QUIX_PIN], check=True)
    return [sysconfig.get_path("purelib"), str(folder)]


def run_once(stack: EmbeddedStack, engine: str, partitions: int, people: range, register: range | None = None) -> Cost:
    """One engine, once, in a fresh county."""
    with County.made(stack, partitions) as county:
        if register is not None:
            fill(county.settings, register)
        messages = asyncio.run(encode_requests(county.settings, people))
        county.start(RELAY)
        county.start(MODULES[engine], quix_path() if engine == QUIX else ())
        county.wait_until_reading()
        return county.measure(messages, count(people))


def count(people: range) -> int:
    """How many requests the load holds."""
    return sum(1 for agency in AGENCIES for _ in wanted(people, agency))


def row(name: str, costs: list[Cost], requests: int, base: list[Cost] | None = None) -> str:
    """One line of the table; ratios are medians of the pairs of the same round."""
    cost = sorted(costs, key=lambda c: c.seconds)[len(costs) // 2]
    micro = {part: 1e6 * statistics.median(c.cpu_s[part] for c in costs) / requests for part in cost.cpu_s}
    ratios = [b.seconds / c.seconds for b, c in zip(base or costs, costs, strict=True)]
    cpu = [sum(c.cpu_s.values()) / sum(b.cpu_s.values()) for b, c in zip(base or costs, costs, strict=True)]
    return (
        f"| {name} | {requests / statistics.median(c.seconds for c in costs):,.0f} | {statistics.median(ratios):.2f} |"
        f" {sum(micro.values()):.0f} | {statistics.median(cpu):.2f} |"
        f" {micro['worker']:.0f} / {micro['relay']:.0f} / {micro['postgres']:.0f} / {micro['kafka']:.0f} |"
        f" {cost.log_bytes / requests:,.0f} / {cost.wal_bytes / requests:,.0f} / {cost.table_bytes / requests:,.0f} |"
        f" {max(c.worker_rss_mb for c in costs):.0f} |"
    )


HEADER = (
    "| run | requests/s | rate ÷ loop | CPU µs/request | CPU ÷ loop | worker / relay / postgres / kafka |"
    " bytes/request: Kafka / WAL / tables | worker MB |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def compare(stack: EmbeddedStack, partitions: int, people: range, rounds: int) -> Iterator[str]:
    """All engines in turn, forwards and backwards, so that a slow minute of the machine meets all alike."""
    costs: defaultdict[str, list[Cost]] = defaultdict(list)
    for number in range(rounds):
        order = list(MODULES) if number % 2 == 0 else list(reversed(MODULES))
        for engine in order:
            costs[engine].append(run_once(stack, engine, partitions, people))
    for engine in MODULES:
        yield row(f"{engine}, {partitions} p", costs[engine], count(people), costs[LOOP])


@app.command()
def main(
    people: Annotated[int, typer.Option(help="People of a compared run; two requests for each.")] = DEFAULT_PEOPLE,
    rounds: Annotated[int, typer.Option(help="Rounds of each comparison.")] = 2,
    partitions: Annotated[str, typer.Option(help="Numbers of partitions to compare.")] = "1,2,4",
    growth: Annotated[str, typer.Option(help="Sizes of the register; 1000000 takes minutes more.")] = "10000,100000",
    year: Annotated[bool, typer.Option(help="Also a county's year, 10^5 requests, once for each engine.")] = True,
) -> None:
    """Measures, and prints the tables as Markdown."""
    var = Path(os.environ.get("ONEVISIT_BENCH_VAR") or PROJECT / "var" / "bench" / "merge")
    var.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()
    typer.echo(f"{psutil.cpu_count()} processors, load before: {load[0]:.1f}; synchronous_commit=on, fsync=on\n")
    with EmbeddedStack(var) as stack:
        stack.start(programs=[])
        typer.echo(f"{count(range(people)):,} requests for {people:,} people, {rounds} rounds\n{HEADER}")
        for number in [int(text) for text in partitions.split(",") if text]:
            for line in compare(stack, number, range(people), rounds):
                typer.echo(line)
        if year:
            requests = count(range(YEAR_PEOPLE))
            typer.echo(f"\nA county's year: {requests:,} requests, 4 partitions\n{HEADER}")
            for line in compare(stack, 4, range(YEAR_PEOPLE), 1):
                typer.echo(line)
        sizes = [int(text) for text in growth.split(",") if text]
        typer.echo(f"\nThe same {GROWTH_REQUESTS:,} requests into registers of other sizes (the line, 4 p)\n{HEADER}")
        for size in sizes:
            known = range(0, size, max(1, size // (GROWTH_REQUESTS // 2)))
            cost = run_once(stack, LINE, 4, known, range(size))
            typer.echo(row(f"{size:,} people known", [cost], count(known)))


if __name__ == "__main__":
    app()
