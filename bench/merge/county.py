"""One county for one run: its own database and topics on the bench's servers, and what a run costs it."""

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
from confluent_kafka import Producer
from kafka.admin import KafkaAdminClient
from psycopg import sql

from bench.merge.load import Sent
from deploy.embedded.programs import PROJECT
from deploy.embedded.stack import EmbeddedStack
from services.platform.prepare import prepare
from services.platform.settings import Settings
from services.platform.topics_admin import wanted_topics
from services.platform.topics_asked import log_bounds

RELAY = "services.platform.relay"
POLL_S = 0.1
PATIENCE_S = 900.0


class BenchFailed(Exception):
    """A run did not finish, so it has no figure."""

    code = "BENCH_FAILED"


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    seconds: float
    cpu_s: dict[str, float]
    """CPU seconds of worker, relay, postgres, kafka."""
    memory_mb: dict[str, float]
    """Worker, relay, kafka: highest resident memory; postgres: its processes at the end, shared pages counted once."""
    wal_bytes: int
    table_bytes: int
    log_bytes: int
    """What Kafka's topics grew by."""

    @property
    def cpu_in_all_s(self) -> float:
        """CPU seconds of everything together."""
        return sum(self.cpu_s.values())


@dataclass
class County:
    """A database and topics of their own."""

    stack: EmbeddedStack
    settings: Settings
    name: str
    processes: dict[str, psutil.Popen] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def made(cls, stack: EmbeddedStack, partitions: int, **changes: object) -> Iterator["County"]:
        """Makes the county; removes its database and topics in the end: what lies about would slow the next ones."""
        name = f"bench{uuid4().hex[:8]}"
        with psycopg.connect(stack.database, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        given = {
            "kafka": stack.kafka,
            "database": stack.database.rpartition("/")[0] + f"/{name}",
            "var": stack.var,
            "topic_prefix": f"{name}.",
            "partitions": partitions,
        }
        county = cls(stack, Settings.model_validate(given | changes), name)
        try:
            prepare(county.settings)
            yield county
        finally:
            county.stop_all()
            with psycopg.connect(stack.database, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            delete_topics(county.settings)

    def start(self, module: str, extra_path: Sequence[str] = (), *, number: int = 1) -> None:
        """Starts one program of the line; `number` tells several of one kind apart."""
        env = os.environ | self.settings.model_copy(update={"worker": f"bench-{number}"}).to_env()
        env["PYTHONPATH"] = os.pathsep.join([str(PROJECT), *extra_path])
        name = f"{module}-{number}"
        with (self.stack.logs / f"{self.name}-{name}.log").open("wb") as log:
            self.processes[name] = psutil.Popen(
                [sys.executable, "-m", module], cwd=PROJECT, env=env, stdout=log, stderr=log
            )

    def stop_all(self) -> None:
        """Stops the programs of this county."""
        for process in self.processes.values():
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired):
                process.wait(10)
            if process.is_running():
                process.kill()
                process.wait()
        self.processes.clear()

    def query(self, text: str) -> int:
        """One number from the county's database."""
        with psycopg.connect(self.settings.database, autocommit=True) as connection:
            row = connection.execute(text.encode()).fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    def wait_until_reading(self) -> None:
        """Waits until the worker has joined its group: a message without meaning to any fold is read at once."""
        producer = Producer({"bootstrap.servers": self.settings.kafka})
        parts = range(self.settings.partitions)
        for part in parts:
            producer.produce(self.settings.topic_prefix + "request", b"no event", partition=part)
        producer.flush(30)
        dead = "SELECT count(*) FROM platform.position WHERE topic = 'request' AND next_offset > 0"
        self._wait(lambda: self.query(dead) == len(parts) and not self.query("SELECT count(*) FROM platform.outbox"))

    def measure(self, messages: Sequence[Sent], requests: int) -> Cost:
        """Sends the load and waits until every event of every request has been acknowledged by Kafka."""
        before, wal, size, log = self._cpu(), self._wal(), self._tables(), self._log_bytes()
        outcomes = "SELECT sum(next_offset) FROM platform.position WHERE topic = 'request'"
        read = self.query(outcomes)
        known = self.query("SELECT count(*) FROM scheduler.request")
        began = time.monotonic()
        producer = Producer({"bootstrap.servers": self.settings.kafka, "message.max.bytes": 8 * 1024 * 1024})
        parts = self.settings.partitions
        for number, message in enumerate(messages):
            producer.produce(
                self.settings.topic_prefix + "request",
                message.value,
                key=message.agency,
                partition=number % parts,
                headers=list(message.headers),
            )
            producer.poll(0)
        producer.flush(60)
        self._wait(lambda: self.query(outcomes) == read + len(messages))
        self._wait(lambda: not self.query("SELECT EXISTS (SELECT FROM platform.outbox)::int") and self._all_merged())
        seconds = time.monotonic() - began
        after = self._cpu()
        if self.query("SELECT count(*) FROM scheduler.request") - known != requests:
            raise BenchFailed(f"{BenchFailed.code}: {requests} requests were sent, others are there; see {self.name}")
        return Cost(
            seconds=seconds,
            cpu_s={name: after[name] - before[name] for name in after},
            memory_mb=self._memory_mb(),
            wal_bytes=self._wal() - wal,
            table_bytes=self._tables() - size,
            log_bytes=self._log_bytes() - log,
        )

    def _wait(self, done: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + PATIENCE_S
        while not done():
            for module, process in self.processes.items():
                if process.poll() is not None:
                    raise BenchFailed(
                        f"{BenchFailed.code}: {module} ended; see {self.stack.logs}/{self.name}-{module}.log"
                    )
            if time.monotonic() > give_up_at:
                raise BenchFailed(f"{BenchFailed.code}: not done within {PATIENCE_S:.0f} s; see {self.stack.logs}")
            time.sleep(POLL_S)

    def _all_merged(self) -> bool:
        bounds = log_bounds(self.settings, ["request.person"])
        done = "SELECT sum(next_offset) FROM platform.position WHERE topic = 'request.person'"
        return self.query(done) == sum(end for _, end in bounds.values()) and not self.query(
            "SELECT EXISTS (SELECT FROM platform.outbox)::int"
        )

    def checkpoint(self) -> None:
        """Has PostgreSQL write its pages out: whatever page is changed next goes to the WAL whole, once."""
        with psycopg.connect(self.settings.database, autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def _pids(self) -> dict[str, list[int]]:
        """The processes by what they do; there may be several workers."""
        pids: defaultdict[str, list[int]] = defaultdict(list)
        for name, process in self.processes.items():
            pids["relay" if name.startswith(RELAY) else "worker"].append(process.pid)
        return {**pids, **{name: [self.stack.pid(name) or 0] for name in ("postgres", "kafka")}}

    def _cpu(self) -> dict[str, float]:
        return {
            name: sum(_seconds(pid, with_children=name == "postgres") for pid in pids)
            for name, pids in self._pids().items()
        }

    def _memory_mb(self) -> dict[str, float]:
        return {
            name: sum(_together_mb(pid) if name == "postgres" else _peak_mb(pid) for pid in pids)
            for name, pids in self._pids().items()
        }

    def _wal(self) -> int:
        return self.query("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")

    def _tables(self) -> int:
        return self.query("SELECT pg_database_size(current_database())")

    def _log_bytes(self) -> int:
        folders = (self.stack.var / "kafka").rglob(f"{self.settings.topic_prefix}*/*.log")
        return sum(file.stat().st_size for file in folders)


def _peak_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/status").read_text("utf-8").partition("VmHWM:")[2].split()[0]) / 1024


def _together_mb(pid: int) -> float:
    """Proportional set sizes of a process and its children: each counts its share of the pages they have in common."""
    total = 0
    for process in (psutil.Process(pid), *psutil.Process(pid).children()):
        with suppress(OSError):  # a backend may have ended
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text("utf-8")
            total += int(rollup.partition("\nPss:")[2].split()[0])
    return total / 1024


def _seconds(pid: int, *, with_children: bool = False) -> float:
    process = psutil.Process(pid)
    times = process.cpu_times()
    total = times.user + times.system
    if with_children:  # backends that have ended count with the postmaster
        total += times.children_user + times.children_system
        for child in process.children():
            with suppress(psutil.NoSuchProcess):
                total += sum(child.cpu_times()[:2])
    return float(total)


def delete_topics(settings: Settings) -> None:
    """Removes all topics of a county."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka, client_id="bench")
    try:
        admin.delete_topics(sorted(wanted_topics(settings)))
    finally:
        admin.close()
