"""The faults: what is killed or frozen, how often, and for how long."""

import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import psutil

from deploy.embedded.stack import EmbeddedStack

SESSION_S = 8.0
"""After this long without a sign of life the broker gives a worker's partitions to the other one (see worker.py)."""
GONE_WITHIN_S = 30.0


class Fault(StrEnum):
    """One way to break the line."""

    KILL_WORKER = "kill -9 of a worker"
    FREEZE_WORKER = "worker frozen for longer than its session: rebalance in the middle of a batch, then a zombie"
    KILL_RELAY = "kill -9 of the relay"
    KILL_DATABASE = "kill -9 of the database"
    KILL_BROKER = "kill -9 of the broker"
    FREEZE_DATABASE = "database frozen for some seconds"
    BROKER_AWAY = "broker away"


SHARES = {
    Fault.KILL_WORKER: 18,
    Fault.FREEZE_WORKER: 4,
    Fault.KILL_RELAY: 12,
    Fault.KILL_DATABASE: 7,
    Fault.KILL_BROKER: 6,
    Fault.FREEZE_DATABASE: 2,
    Fault.BROKER_AWAY: 1,
}
"""How often each comes among 50."""


@dataclass(frozen=True)
class Victims:
    """Whom the faults meet."""

    stack: EmbeddedStack
    workers: Sequence[str]
    relay: str
    away_s: float
    """How long the broker is away."""


def plan(rng: random.Random, count: int) -> list[Fault]:
    """This many faults in random order: each kind at least once, otherwise by its share."""
    kinds = list(SHARES)
    rest = rng.choices(kinds[:-1], [SHARES[kind] for kind in kinds[:-1]], k=max(0, count - len(kinds)))
    faults = [*kinds, *rest]
    rng.shuffle(faults)
    return faults


def strike(fault: Fault, victims: Victims, rng: random.Random) -> str:
    """Does it; returns what was done. Whoever restarts what was killed is the supervisor."""
    stack = victims.stack
    match fault:
        case Fault.KILL_WORKER:
            done = _kill(stack, rng.choice(victims.workers))
        case Fault.FREEZE_WORKER:
            done = _freeze(stack, rng.choice(victims.workers), SESSION_S + rng.uniform(1, 4))
        case Fault.KILL_RELAY:
            done = _kill(stack, victims.relay)
        case Fault.KILL_DATABASE:
            done = _kill(stack, "postgres")
        case Fault.KILL_BROKER:
            done = _kill(stack, "kafka")
        case Fault.FREEZE_DATABASE:
            done = _freeze(stack, "postgres", rng.uniform(2, 5))
        case Fault.BROKER_AWAY:
            done = _freeze(stack, "kafka", victims.away_s)
    return done


def _kill(stack: EmbeddedStack, name: str) -> str:
    """Kills, and waits until it is gone: a broker that dies still lets clients in for a moment."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(_wait_for_pid(stack, name))
        process.kill()
        process.wait(GONE_WITHIN_S)
    return f"kill -9 {name}"


def _freeze(stack: EmbeddedStack, name: str, seconds: float) -> str:
    pid = _wait_for_pid(stack, name)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
    return f"{name} frozen for {seconds:.0f} s"


def _wait_for_pid(stack: EmbeddedStack, name: str) -> int:
    """The program's process; waits while the supervisor is bringing it back from the fault before."""
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        pid = stack.pid(name)
        if pid is not None:
            return pid
        time.sleep(0.1)
    raise AssertionError(f"{name} does not come back; see {stack.logs}")
