"""supervisord as the one supervisor of the stack: its configuration, and the conversation with it."""

import secrets
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from xmlrpc.client import Error, Fault, ServerProxy, Transport

from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.programs import Program

QUICK_RETRIES = 2
"""supervisord's own retries after an early death, 1 and 2 s later; from then on the keeper decides."""

LOG_BYTES = 5 * 1024 * 1024
LOG_BACKUPS = 3
ANSWER_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 90.0
WAKE_S = 0.05
"""How often a stopping supervisord is woken: by itself it looks once a second at what has ended, group by group."""


class ProgramState(StrEnum):
    """States of a supervised program, by supervisord's names."""

    STOPPED = "STOPPED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    BACKOFF = "BACKOFF"
    STOPPING = "STOPPING"
    EXITED = "EXITED"
    FATAL = "FATAL"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class ProgramStatus:
    """What is known of one program now.

    Attributes:
        name: its name.
        state: supervisord's state; FATAL means: waiting for the keeper's next try.
        pid: process number, None when it does not run.
        uptime_s: seconds since its last start, 0 when it does not run.
        address: where it can be reached, without secrets; empty when it listens nowhere.
        log: its log file.
    """

    name: str
    state: ProgramState
    pid: int | None
    uptime_s: int
    address: str
    log: Path


@dataclass(frozen=True)
class Door:
    """Where supervisord listens for us: a TCP port on 127.0.0.1 and a password made for this start."""

    port: int
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def url(self) -> str:
        """The address of the conversation. It holds the password: never log it."""
        return f"http://onevisit:{self.password}@127.0.0.1:{self.port}/RPC2"


def render(groups: Mapping[str, Sequence[Program]], *, run: Path, logs: Path, project: Path, door: Door) -> str:
    """Render ``supervisord.conf``. It holds a password: write it with mode 600.

    Groups are stopped one after the other, the last one first, so the workers end before the stores they write to.

    Args:
        groups: group name to its programs, in the order of starting.
        run: folder of supervisord's own files.
        logs: folder of the programs' logs.
        project: the folder the programs run in.
        door: where supervisord listens for the owner.
    """
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={_text(logs / 'supervisor.log')}",
        f"logfile_maxbytes={LOG_BYTES}",
        f"logfile_backups={LOG_BACKUPS}",
        f"pidfile={_text(run / 'supervisord.pid')}",
        f"childlogdir={_text(logs)}",
        "[inet_http_server]",
        f"port=127.0.0.1:{door.port}",
        "username=onevisit",
        f"password={door.password}",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        "[eventlistener:keeper]",
        f"command={_command([sys.executable, '-m', 'deploy.embedded.keeper'])}",
        f'environment=SUPERVISOR_USERNAME="onevisit",SUPERVISOR_PASSWORD="{door.password}"',
        "events=PROCESS_STATE_FATAL,PROCESS_STATE_RUNNING,PROCESS_STATE_EXITED,TICK_5",
        f"directory={_text(project)}",
        "stdout_logfile=NONE",
        f"stderr_logfile={_log(logs / 'keeper.err.log')}",
        f"stderr_logfile_maxbytes={LOG_BYTES}",
        "autorestart=true",
        "startretries=1000",
    ]
    for order, (group, programs) in enumerate(groups.items(), start=1):
        if programs:
            lines += [f"[group:{group}]", f"programs={','.join(p.name for p in programs)}", f"priority={order * 100}"]
        for program in programs:
            lines += _program(program, logs, project)
    return "\n".join(lines) + "\n"


def _program(program: Program, logs: Path, project: Path) -> list[str]:
    lines = [
        f"[program:{program.name}]",
        f"command={_command(program.argv)}",
        f"directory={_text(project)}",
        "autostart=false",
        "autorestart=true",
        f"startsecs={program.settle_s}",
        f"startretries={QUICK_RETRIES}",
        f"stopsignal={program.stop_signal}",
        f"stopwaitsecs={program.stop_wait_s}",
        "killasgroup=true",
        "redirect_stderr=true",
        f"stdout_logfile={_log(logs / f'{program.name}.log')}",
        f"stdout_logfile_maxbytes={LOG_BYTES}",
        f"stdout_logfile_backups={LOG_BACKUPS}",
    ]
    if program.env:
        pairs = (f'{key}="{_text(value)}"' for key, value in program.env.items())
        lines.append(f"environment={','.join(pairs)}")
    if program.user:
        lines.append(f"user={program.user}")
    return lines


def _text(value: object) -> str:
    return str(value).replace("%", "%%")


def _log(file: Path) -> str:
    """Escape the log of a program or a listener: supervisord 4.3.0 expands this one setting twice."""
    return _text(_text(file))


def _command(argv: Sequence[str]) -> str:
    return _text(shlex.join(argv))


class _PatientTransport(Transport):
    """HTTP to supervisord that does not wait for ever: whoever listens on the port may never answer."""

    def make_connection(self, host: tuple[str, dict[str, str]] | str) -> HTTPConnection:
        """Connect as always, with a time limit for each answer."""
        connection = super().make_connection(host)
        connection.timeout = STOP_TIMEOUT_S
        return connection


class Supervisor:
    """One running supervisord and the conversation with it."""

    def __init__(self, process: "subprocess.Popen[bytes]", proxy: ServerProxy, port: int) -> None:
        self._process = process
        self._port = port
        self._proxy = proxy
        self._rpc: Any = proxy.supervisor

    @classmethod
    def launch(cls, config: Path, door: Door, *, environment: Mapping[str, str], boot_log: Path) -> "Supervisor":
        """Start supervisord with a rendered configuration and wait until it answers.

        It gets a session of its own, so that Ctrl-C in the terminal reaches only the owner, which then stops it in
        order.

        Raises:
            StackError: ``stack.supervisor-failed`` when it ends or does not answer.
        """
        with boot_log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.embedded.supervisord", "-c", str(config)],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        supervisor = cls(process, ServerProxy(door.url, transport=_PatientTransport()), door.port)
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(StackError):
                supervisor.info()
                return supervisor
            time.sleep(0.05)
        process.kill()
        supervisor.stop()
        told = boot_log.read_text(encoding="utf-8", errors="replace").strip()[-1000:]
        message = f"supervisord did not start: {told or 'no answer'}"
        raise StackError(StackErrorCode.SUPERVISOR_FAILED, message, f"see {boot_log.parent}, then start again")

    @property
    def alive(self) -> bool:
        """Tell whether supervisord still runs."""
        return self._process.poll() is None

    def start(self, name: str) -> None:
        """Start a program (``group:name``) without waiting for it.

        Raises:
            StackError: ``stack.supervisor-failed`` when it cannot even be tried, for instance without the executable.
        """
        try:
            self._rpc.startProcess(name, False)
        except Fault as error:
            message = f"{name} cannot be started: {error.faultString}"
            raise StackError(StackErrorCode.SUPERVISOR_FAILED, message, "check its command line") from error

    def restart(self, name: str) -> None:
        """Stop a program, wait for its end, and start it again."""
        with suppress(Error):
            self._rpc.stopProcess(name, True)
        self.start(name)

    def info(self) -> dict[str, dict[str, Any]]:
        """Return supervisord's own record of each program, by the program's name.

        Raises:
            StackError: ``stack.supervisor-failed`` when it does not answer. The cause's own words hold the password.
        """
        try:
            return {record["name"]: record for record in self._rpc.getAllProcessInfo()}
        except (OSError, Error) as error:
            message = f"supervisord does not answer: {type(error).__name__}"
            raise StackError(StackErrorCode.SUPERVISOR_FAILED, message, "stop the stack, then start it again") from None

    def stop(self) -> None:
        """Stop all programs in order, then supervisord; kill it when it takes longer than 90 s."""
        self._process.terminate()
        give_up_at = time.monotonic() + STOP_TIMEOUT_S
        try:
            while self.alive and time.monotonic() < give_up_at:
                with suppress(OSError):
                    socket.create_connection(("127.0.0.1", self._port), timeout=WAKE_S).close()
                time.sleep(WAKE_S)
            if self.alive:
                self._process.kill()
            self._process.wait()
        finally:
            self._proxy("close")()
