"""What the stack runs beside Kafka and PostgreSQL: one list, in one place.

A new worker is one line here; how it is started, restarted, logged and stopped follows from it.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.ports import Port

PROJECT = Path(__file__).resolve().parents[2]
"""The project's root: programs run in it."""


@dataclass(frozen=True)
class Program:
    """One supervised process.

    Attributes:
        name: short name; also the name of its log, ``var/log/<name>.log``.
        argv: command line; run from the project's root.
        env: environment variables of this program alone, beside those of the stack.
        ready_port: it counts as ready when this port accepts a connection; None: when it has lived ``settle_s``.
        settle_s: seconds it must live to count as started; dying earlier is retried with back-off.
        stop_signal: name of the signal that makes it stop cleanly.
        stop_wait_s: seconds it gets for that before it is killed.
        user: system user it runs as; None: ours.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_port: Port | None = None
    settle_s: int = 2
    stop_signal: str = "TERM"
    stop_wait_s: int = 20
    user: str | None = None


def module(name: str, module_name: str, ready_port: Port | None = None) -> Program:
    """Return the program that runs a Python module in the project's own environment."""
    # The name lets a killed worker take its partitions back at once (services/platform/settings.py).
    env = {"ONEVISIT_WORKER": f"{name}-1"}
    return Program(name=name, argv=(sys.executable, "-m", module_name), env=env, ready_port=ready_port)


PREPARE: tuple[str, ...] = (sys.executable, "-m", "services.platform.prepare")
"""Run to its end once Kafka and PostgreSQL are ready and before any worker: migrations, then topics."""

WORKERS: tuple[Program, ...] = (
    module("scheduler", "services.scheduler.app"),
    module("planner", "services.scheduler.planner.app"),
    module("certify", "services.certify.app"),
    module("relay", "services.platform.relay"),
    module("gateway", "services.gateway.app", ready_port=Port.GATEWAY),
)
"""The workers of the line, in the order of the table that ``onevisit up`` shows."""
