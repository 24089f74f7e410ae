"""Finds and stops what an earlier run left behind: after a kill -9 of the supervisor nothing may block the next start.

Every process of a stack carries the stack's folder in its environment (``ONEVISIT_STACK``). That mark, and not a
remembered process number, says that a process is ours: numbers are used again, and a stranger's process is never
touched.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "ONEVISIT_STACK"
OWNER = "ONEVISIT_STACK_OWNER"
SUPERVISORS = frozenset(("deploy.embedded.supervisord", "supervisor.supervisord"))
"""Modules by which a supervisor is known: ours, and that of a stack which an older version had started."""
CLEAN_STOP_S = 45.0
KILL_WAIT_S = 10.0


def find(var: Path) -> list[psutil.Process]:
    """Return the living processes of the stack in ``var``, other than this one."""
    mark, data = str(var), str(var / "postgres")
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and (_is_server(process, data) or _is_marked(process, mark)):
                found.append(process)
    return found


def stop(var: Path) -> int:
    """Stop what is left of the stack in ``var``, cleanly where possible, and return how many processes it was.

    A supervisor that still lives stops its programs itself, in their order; without one, workers go first, and Kafka
    and PostgreSQL get time to close their files.
    """
    left = find(var)
    total = len(left)
    if not left:
        return 0
    supervisors = [process for process in left if _is_supervisor(process)]
    _signal(supervisors, signal.SIGTERM)
    psutil.wait_procs(supervisors, timeout=CLEAN_STOP_S * 2)
    left = find(var)
    stores = [process for process in left if _is_store(process)]
    workers = [process for process in left if process not in stores]
    _signal(workers, signal.SIGTERM)
    psutil.wait_procs(workers, timeout=KILL_WAIT_S)
    for process in stores:
        _signal([process], signal.SIGINT if _name(process) == "postgres" else signal.SIGTERM)
    psutil.wait_procs(stores, timeout=CLEAN_STOP_S)
    remaining = find(var)
    _signal(remaining, signal.SIGKILL)
    psutil.wait_procs(remaining, timeout=KILL_WAIT_S)
    return total


def identity(process: psutil.Process) -> str:
    """Name a process so that a later one with the same number is not mistaken for it."""
    return f"{process.pid}:{process.create_time():.2f}"


def is_alive(named: str) -> bool:
    """Tell whether the process that ``identity`` named still lives."""
    with suppress(psutil.Error, ValueError):
        process = psutil.Process(int(named.partition(":")[0]))
        return identity(process) == named and process.status() != psutil.STATUS_ZOMBIE
    return False


def _is_marked(process: psutil.Process, mark: str) -> bool:
    with suppress(psutil.Error):
        return bool(process.environ().get(MARK) == mark)
    return False


def _is_server(process: psutil.Process, data: str) -> bool:
    """PostgreSQL runs as another user, whose environment cannot always be read; its command line names its folder."""
    return process.name() == "postgres" and data in process.cmdline()


def _is_supervisor(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return not SUPERVISORS.isdisjoint(process.cmdline())
    return False


def _is_store(process: psutil.Process) -> bool:
    return _name(process) in {"postgres", "java"}


def _name(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return str(process.name())
    return ""


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)
