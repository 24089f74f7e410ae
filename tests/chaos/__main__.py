"""`make chaos`: a long load with many faults, and the checker's table.

python -m tests.chaos --requests 100000 --faults 50 --away 60
"""

import random
import sys
import time
from typing import Annotated

import typer

from tests.chaos.run import Load, chaos_stack, run


def main(
    requests: Annotated[int, typer.Option(help="Requests of the load.")] = 100_000,
    faults: Annotated[int, typer.Option(help="Faults in the middle of it.")] = 50,
    away: Annotated[float, typer.Option(help="Seconds for which the broker is away.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Repeats a run's load and faults; 0: a new one.")] = 0,
) -> None:
    """Runs once; the exit status says whether the checker found anything."""
    chosen = seed or random.SystemRandom().randrange(1, 2**31)
    began = time.monotonic()
    with chaos_stack() as stack:
        found = run(stack, Load(requests, faults, away, chosen), typer.echo)
    typer.echo(f"seed {chosen}: {'right' if found.right else 'WRONG'} after {time.monotonic() - began:.0f} s")
    sys.exit(0 if found.right else 1)


if __name__ == "__main__":
    typer.run(main)
