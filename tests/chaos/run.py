"""One run: two schedulers and a relay on a stack of their own, a load, and faults in the middle of it."""

import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from confluent_kafka import KafkaException
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.embedded.programs import Program
from deploy.embedded.readiness import port_open
from deploy.embedded.stack import EmbeddedStack
from services.platform.settings import Settings
from services.platform.topics_asked import log_bounds
from tests.chaos.checker import Findings, check
from tests.chaos.faults import Victims, plan, strike
from tests.chaos.feed import Feed
from tests.chaos.truth import Truth

WORKERS = ("scheduler-a", "scheduler-b")
RELAY = "relay"
SETTLE_S = 300.0
PAUSE_S = (0.0, 0.5)
"""Bounds of the pause between the first sign of work and the fault."""
WORK_S = 15.0
"""How long a fault waits for the line to be at work again after the fault before; then it strikes all the same."""
GROUP = "onevisit-scheduler"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Load:
    """What is sent and what is broken."""

    requests: int
    faults: int
    away_s: float
    seed: int
    per_message: int = 50
    """Small messages, so that there are many commits to kill between; the door sends up to 500."""


@contextmanager
def chaos_stack() -> Iterator[EmbeddedStack]:
    """A stack of its own: everything in it will be killed. Its folder stays when the run failed."""
    folder = Path(tempfile.mkdtemp(prefix="onevisit-chaos-"))
    folder.chmod(0o711)
    programs = [
        *(_program(name, "services.scheduler.app") for name in WORKERS),
        _program(RELAY, f"services.platform.{RELAY}"),
    ]
    with EmbeddedStack(folder) as stack:
        stack.start(programs=programs)
        yield stack
    shutil.rmtree(folder)


def _program(name: str, module: str) -> Program:
    return Program(name=name, argv=(sys.executable, "-m", module), env={"ONEVISIT_WORKER": name})


def run(stack: EmbeddedStack, load: Load, say: Say) -> Findings:
    """Feeds, strikes, waits until all is quiet, checks. The seed decides everything but the machine's own timing."""
    rng = random.Random(load.seed)
    settings = Settings(kafka=stack.kafka, database=stack.database, var=stack.var)
    truth = Truth.make(load.requests, load.seed)
    feed = asyncio.run(Feed.make(settings, truth, load.per_message))
    faults = plan(rng, load.faults)
    say(f"seed {load.seed}: {truth.statements:,} statements in {len(feed)} messages, {len(faults)} faults")
    victims = Victims(stack, WORKERS, RELAY, load.away_s)
    owners = Ownership(stack.kafka)
    done: Counter[str] = Counter()
    folded = 0
    began = time.monotonic()
    for number, fault in enumerate(faults, 1):
        feed.until(number / (len(faults) + 1))
        folded = _wait_for_work(stack.database, folded)
        time.sleep(rng.uniform(*PAUSE_S))
        what = strike(fault, victims, rng)
        owners.look()
        done[fault.value] += 1
        say(f"{time.monotonic() - began:6.1f} s  {number:2}/{len(faults)}  {what} ({folded} messages folded before)")
    stack.wait_ready()
    feed.until(1.0)
    _settle(settings)
    say(f"quiet after {time.monotonic() - began:.0f} s; partitions changed hands {owners.changes} times")
    for name, count in done.items():
        say(f"  {count:3} × {name}")
    secret = (stack.var / "secrets" / "county.secret").read_bytes()
    found = check(truth, kafka=stack.kafka, database=stack.database, prefix="", county_secret=secret)
    say(found.table())
    return found


class Ownership:
    """Sees partitions change hands: proof that rebalances took place."""

    def __init__(self, kafka: str) -> None:
        self._kafka = kafka
        self._before: dict[str, Any] = {}
        self.changes = 0

    def look(self) -> None:
        """Compares who has what with the last look; does nothing while the broker is away."""
        if not port_open(int(self._kafka.rpartition(":")[2])):
            return  # kafka-python 3.0.12 leaves a socket open for each time it is not let in (net/inet.py)
        try:
            admin = KafkaAdminClient(bootstrap_servers=self._kafka, request_timeout_ms=3000)
        except KafkaError:
            return
        try:
            described = admin.describe_groups([GROUP])
            now = {str(m): None for m in _members(described)}
        except (KafkaError, OSError):
            return
        finally:
            admin.close()
        if self._before and now and now.keys() != self._before.keys():
            self.changes += 1
        self._before = now or self._before


def _members(described: Any) -> list[Any]:
    groups = described.values() if isinstance(described, dict) else described
    return [(m["group_instance_id"], m["member_assignment"]) for group in groups for m in group["members"]]


def _wait_for_work(database: str, before: int) -> int:
    """Waits until something was folded since the last fault, so that the next one meets work; returns how much."""
    give_up_at = time.monotonic() + WORK_S
    while (now := _folded(database)) <= before and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return max(now, before)


def _folded(database: str) -> int:
    try:
        with psycopg.connect(database, connect_timeout=2) as connection:
            row = connection.execute("SELECT sum(next_offset) FROM platform.position").fetchone()
    except psycopg.OperationalError:
        return -1
    return int(row[0]) if row and row[0] is not None else 0


def _settle(settings: Settings) -> None:
    """Waits until everything was read and nothing is left to be sent."""
    give_up_at = time.monotonic() + SETTLE_S
    while not is_quiet(settings):
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not quiet after {SETTLE_S:.0f} s; see {settings.var / 'log'}")
        time.sleep(0.5)


def is_quiet(settings: Settings) -> bool:
    """Whether the outbox is empty and both topics are read to their ends."""
    try:
        with psycopg.connect(settings.database, connect_timeout=5) as connection:
            sql = "SELECT topic, partition, next_offset FROM platform.position WHERE reader = 'scheduler'"
            read = {(topic, number): offset for topic, number, offset in connection.execute(sql)}
            left = connection.execute("SELECT count(*) FROM platform.outbox").fetchone()
        if left != (0,) or not read:
            return False  # without asking Kafka: whoever waits asks many times, and takes the line's processor with it
        ends = {at: end for at, (_, end) in log_bounds(settings, ("request", "request.person")).items()}
    except (psycopg.OperationalError, KafkaException):
        return False
    return bool(ends) and all(read.get((at.topic, at.number)) == end for at, end in ends.items())
