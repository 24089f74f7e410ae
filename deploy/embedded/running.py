"""How other processes find the stack that runs in a ``var`` folder, and how only one can run there at a time."""

import fcntl
import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import psutil

from deploy.embedded import leftovers
from deploy.embedded.programs import PROJECT

LOCK = "stack.lock"
STOP_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Running:
    """Where a running stack can be reached.

    Attributes:
        kafka: bootstrap servers.
        database: PostgreSQL URI; it holds the password.
        gateway: address of the gateway.
        agency_kafka: where agencies reach the embedded broker; empty with the user's own.
    """

    kafka: str
    database: str = field(repr=False)
    gateway: str
    agency_kafka: str = ""


def default_var() -> Path:
    """Return the folder of the user's own stack: ``ONEVISIT_VAR``, else ``var`` of the project."""
    return Path(os.environ.get("ONEVISIT_VAR") or PROJECT / "var").resolve()


def take(var: Path) -> IO[str] | None:
    """Take the stack's lock, held until the file is closed or we die, however we die; None when another holds it."""
    lock = (var / LOCK).open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    lock.truncate(0)
    lock.write(leftovers.identity(psutil.Process()))
    lock.flush()
    return lock


def owner(var: Path) -> int | None:
    """Return the number of the process that runs the stack in ``var``, None when none does.

    The lock says whether there is one; what the file tells may be old.
    """
    with suppress(OSError), (var / LOCK).open("r", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            named = lock.read()
            return int(named.partition(":")[0]) if leftovers.is_alive(named) else None
    return None


def remember(var: Path, addresses: Running) -> None:
    """Write down where the stack is reached, for our own user alone."""
    file = _file(var)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(asdict(addresses), out)


def forget(var: Path) -> None:
    """Remove what ``remember`` wrote."""
    _file(var).unlink(missing_ok=True)


def find(var: Path) -> Running | None:
    """Return where the stack that runs in ``var`` is reached, None when none runs or it is still starting."""
    if owner(var) is None:
        return None
    try:
        return Running(**json.loads(_file(var).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def stop(var: Path) -> bool:
    """Stop the stack of ``var``, whoever runs it, and what an earlier one left; return whether there was any."""
    pid = owner(var)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while owner(var) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
    left = leftovers.stop(var)
    forget(var)
    return pid is not None or left > 0


def _file(var: Path) -> Path:
    return var / "run" / "stack.json"
