"""The embedded stack: a real Kafka, a real PostgreSQL and the workers, supervised, all their data below one folder.

>>> from pathlib import Path
>>> from deploy.embedded.stack import EmbeddedStack
>>> with EmbeddedStack(Path("/tmp/trial")) as stack:  # doctest: +SKIP
...     stack.start(programs=[])
...     print(stack.kafka, stack.pid("kafka"))
"""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from deploy.embedded import clock_held, kafka, kafka_tls, leftovers, postgres, preparation, readiness, running, stores
from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.ports import Port, assign, named, named_address
from deploy.embedded.programs import PREPARE, PROJECT, WORKERS, Program
from deploy.embedded.running import Running, default_var
from deploy.embedded.supervision import Door, ProgramState, ProgramStatus, Supervisor, render

READY_TIMEOUT_S = 90.0
POLL_S = 0.1

Progress = Callable[[str], None]


def _silent(_line: str) -> None:
    """Drop the progress."""


class EmbeddedStack:
    """Starts, watches and stops the stack of one ``var`` folder. Stacks with different folders live side by side.

    A broker or a database that the user names is used as it is, and the embedded one is not started.
    """

    def __init__(
        self,
        var: Path,
        *,
        kafka: str | None = None,
        database: str | None = None,
        gateway_port: int | None = None,
        agency_kafka: tuple[str, int] | None = None,
    ) -> None:
        """Describe a stack; nothing is started yet.

        Args:
            var: folder of all data, logs and remembered ports; made when missing.
            kafka: bootstrap servers of the user's own broker; None: the embedded one.
            database: URI of the user's own PostgreSQL database; None: the embedded one.
            gateway_port: port of the gateway; None: an own free one.
            agency_kafka: host and port by which agencies reach the embedded broker; None: 127.0.0.1, an own free port.
        """
        self.var = var.resolve()
        self.logs = self.var / "log"
        self._own_kafka = kafka
        self._own_database = database
        self._gateway_port = gateway_port
        self._agency_kafka = agency_kafka
        self._ports: dict[Port, int] = {}
        self._groups: dict[str, str] = {}
        self._programs: dict[str, Program] = {}
        self._supervisor: Supervisor | None = None
        self._lock: IO[str] | None = None

    @classmethod
    def from_environment(cls) -> "EmbeddedStack":
        """Describe the stack of ``ONEVISIT_VAR``, ``_KAFKA``, ``_DATABASE``, ``_GATEWAY_PORT``, ``_AGENCY_KAFKA``.

        Raises:
            StackError: ``stack.setting-invalid`` when a port or address is none.
        """
        return cls(
            default_var(),
            kafka=os.environ.get("ONEVISIT_KAFKA") or None,
            database=os.environ.get("ONEVISIT_DATABASE") or None,
            gateway_port=named(os.environ.get("ONEVISIT_GATEWAY_PORT")),
            agency_kafka=named_address(os.environ.get("ONEVISIT_AGENCY_KAFKA")),
        )

    @property
    def kafka(self) -> str:
        """Bootstrap servers of the broker in use."""
        return self._own_kafka or f"127.0.0.1:{self._ports[Port.KAFKA]}"

    @property
    def agency_kafka(self) -> str:
        """Address by which agencies reach the embedded broker (TLS, a password each); empty with the user's own."""
        return "" if self._own_kafka else "{}:{}".format(*self._agency_address)

    @property
    def _agency_address(self) -> tuple[str, int]:
        return self._agency_kafka or ("127.0.0.1", self._ports[Port.KAFKA_AGENCIES])

    @property
    def database(self) -> str:
        """URI of the database in use. It holds the password: never log it."""
        return self._own_database or postgres.uri(self._ports[Port.POSTGRES], self._password())

    @property
    def gateway(self) -> str:
        """Address of the gateway."""
        return f"http://127.0.0.1:{self._ports[Port.GATEWAY]}"

    @property
    def alive(self) -> bool:
        """Tell whether the stack's supervisor runs."""
        return self._supervisor is not None and self._supervisor.alive

    def environment(self) -> dict[str, str]:
        """Return the environment in which a worker, or a command beside the stack, finds it."""
        return {
            **os.environ,
            "ONEVISIT_VAR": str(self.var),
            "ONEVISIT_KAFKA": self.kafka,
            **({"ONEVISIT_AGENCY_KAFKA": self.agency_kafka} if self.agency_kafka else {}),
            "ONEVISIT_DATABASE": self.database,
            "ONEVISIT_GATEWAY_PORT": str(self._ports[Port.GATEWAY]),
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
        }

    def start(
        self,
        programs: Sequence[Program] = WORKERS,
        *,
        prepare: Sequence[str] = PREPARE,
        on_progress: Progress = _silent,
    ) -> None:
        """Start Kafka and PostgreSQL, prepare them, start the programs; return when all are ready.

        Args:
            programs: what to run beside the stores; with none, only the stores run and nothing is prepared.
            prepare: command run to its end before the programs start.
            on_progress: told one line for each step.

        Raises:
            StackError: what could not be done; everything started by then is stopped again.
        """
        self._take_lock()
        try:
            if found := leftovers.stop(self.var):
                on_progress(f"stopped {found} processes that an earlier run had left behind")
            clock_held.wait_for_clock(self.var, on_progress)
            fixed = {Port.GATEWAY: self._gateway_port} if self._gateway_port else {}
            fixed |= {Port.KAFKA_AGENCIES: self._agency_kafka[1]} if self._agency_kafka else {}
            self._ports = assign(self.var / "ports.json", fixed)
            base = self._prepare_stores(on_progress)
            self._launch({"stores": base, "workers": list(programs)})
            self._start_all(base, on_progress)
            if programs:
                self._prepare(prepare, on_progress)
                self._start_all(programs, on_progress)
            running.remember(self.var, Running(self.kafka, self.database, self.gateway, self.agency_kafka))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything in order, workers first, and wait for it. Data stays; stopping twice does no harm."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None
            leftovers.stop(self.var)
            running.forget(self.var)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def status(self) -> list[ProgramStatus]:
        """Return the state of each program now, in the order of starting."""
        info = self._running().info()
        base = f"127.0.0.1:{self._ports[Port.POSTGRES]}"
        addresses = {"kafka": self.kafka, "postgres": base, "gateway": self.gateway}
        return [
            ProgramStatus(
                name=name,
                state=ProgramState(info[name]["statename"]),
                pid=info[name]["pid"] or None,
                uptime_s=info[name]["now"] - info[name]["start"] if info[name]["pid"] else 0,
                address=addresses.get(name, ""),
                log=self.logs / f"{name}.log",
            )
            for name in self._programs
        ]

    def restart(self, name: str) -> None:
        """Stop one program cleanly, start it again and wait until it is ready."""
        self._running().restart(self._full_name(name))
        self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until every program is ready, for instance after one was killed.

        Raises:
            StackError: ``stack.program-not-ready`` when one keeps ending, or takes longer than 90 s.
        """
        self._wait_for(list(self._programs.values()), _silent)

    def pid(self, name: str) -> int | None:
        """Return the process number of a program, None while it does not run."""
        self._full_name(name)
        return self._running().info()[name]["pid"] or None

    def _password(self) -> str:
        return postgres.password(self.var / stores.POSTGRES_PASSWORD)

    def _take_lock(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        lock = running.take(self.var)
        if lock is None:
            message = f"a stack with the data in {self.var} already runs"
            remedy = "use it, stop it with `onevisit down`, or set ONEVISIT_VAR to another folder"
            raise StackError(StackErrorCode.ALREADY_RUNNING, message, remedy)
        self._lock = lock

    def _prepare_stores(self, on_progress: Progress) -> list[Program]:
        stores_of_ours = {stores.prepare_kafka: self._own_kafka, stores.prepare_postgres: self._own_database}
        with ThreadPoolExecutor(max_workers=2) as pool:
            agencies = kafka.AgencyDoor(*self._agency_address, self.var / kafka_tls.FOLDER)
            wanted = [prepare for prepare, theirs in stores_of_ours.items() if not theirs]
            made = [pool.submit(prepare, self.var, self._ports, agencies, on_progress) for prepare in wanted]
            return [one.result() for one in made]

    def _launch(self, groups: dict[str, list[Program]]) -> None:
        run = self.var / "run"
        run.mkdir(exist_ok=True)
        config, door = run / "supervisord.conf", Door(port=self._ports[Port.SUPERVISOR])
        config.unlink(missing_ok=True)
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(render(groups, run=run, logs=self.logs, project=PROJECT, door=door))
        self._groups = {program.name: group for group, programs in groups.items() for program in programs}
        self._programs = {program.name: program for programs in groups.values() for program in programs}
        marks = {leftovers.MARK: str(self.var), leftovers.OWNER: leftovers.identity(psutil.Process())}
        environment, boot_log = {**self.environment(), **marks}, self.logs / "supervisor.boot.log"
        self._supervisor = Supervisor.launch(config, door, environment=environment, boot_log=boot_log)

    def _prepare(self, command: Sequence[str], on_progress: Progress) -> None:
        on_progress("preparing the database and the topics")
        environment = {**self.environment(), leftovers.MARK: str(self.var)}
        preparation.run(command, environment=environment, log=self.logs / "prepare.log")

    def _start_all(self, programs: Sequence[Program], on_progress: Progress) -> None:
        for program in programs:
            on_progress(f"starting {program.name}")
            self._running().start(self._full_name(program.name))
        self._wait_for(programs, on_progress)

    def _wait_for(self, programs: Sequence[Program], on_progress: Progress) -> None:
        began = time.monotonic()
        waiting = list(programs)
        while waiting:
            for program in [one for one in waiting if self._is_ready(one)]:
                waiting.remove(program)
                on_progress(f"{program.name} is ready after {time.monotonic() - began:.1f} s")
            info = self._running().info()
            fallen = [one for one in waiting if info[one.name]["statename"] == ProgramState.FATAL]
            late = waiting if time.monotonic() - began > READY_TIMEOUT_S else []
            for program in (fallen or late)[:1]:
                log = self.logs / f"{program.name}.log"
                verb = "keeps ending" if fallen else f"is not ready after {READY_TIMEOUT_S:.0f} s"
                message = f"{program.name} {verb}: {preparation.tail(log)}"
                raise StackError(StackErrorCode.PROGRAM_NOT_READY, message, f"see {log}")
            if waiting:
                time.sleep(POLL_S)

    def _is_ready(self, program: Program) -> bool:
        state = self._running().info()[program.name]["statename"]
        return readiness.program_ready(program, self._ports, self._password, runs=state == ProgramState.RUNNING)

    def _running(self) -> Supervisor:
        if self._supervisor is None or not self._supervisor.alive:
            message = "the stack does not run"
            raise StackError(StackErrorCode.SUPERVISOR_FAILED, message, f"start it; {self.logs} says why it ended")
        return self._supervisor

    def _full_name(self, name: str) -> str:
        if name not in self._programs:
            known = ", ".join(self._programs)
            raise StackError(StackErrorCode.PROGRAM_UNKNOWN, f"no program is called {name}", f"use one of: {known}")
        return f"{self._groups[name]}:{name}"
