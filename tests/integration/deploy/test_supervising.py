"""What the supervisor does with programs that die, and what becomes of the stack when the supervisor or its owner dies.

The stacks here name a broker and a database that nobody asks, so nothing but the small programs of the test is started.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.embedded import leftovers, running
from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.programs import PROJECT, Program
from deploy.embedded.stack import EmbeddedStack
from deploy.embedded.supervision import ProgramState

PATIENCE_S = 120.0
DONE = [sys.executable, "-c", ""]
SLEEPER = Program("sleeper", (sys.executable, "-c", "import time; time.sleep(600)"), settle_s=1)


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, "not so within the time"
        time.sleep(0.05)


def _supervisor(stack: EmbeddedStack) -> psutil.Process:
    pid = stack.pid("sleeper")
    assert pid is not None
    parent = psutil.Process(pid).parent()
    assert parent is not None
    return parent


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[EmbeddedStack]:
    """A stack of small programs alone."""
    with EmbeddedStack(tmp_path / "var", kafka="127.0.0.1:9", database="postgresql://127.0.0.1:9/none") as own:
        yield own


def test_a_killed_program_is_started_again(stack: EmbeddedStack) -> None:
    """Another process takes its place; `restart` does the same on request."""
    stack.start(programs=[SLEEPER], prepare=DONE)
    first = stack.pid("sleeper")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _until(lambda: stack.pid("sleeper") not in {None, first})
    second = stack.pid("sleeper")
    stack.restart("sleeper")
    assert stack.pid("sleeper") not in {None, first, second}


def test_a_program_that_keeps_dying_is_never_given_up(stack: EmbeddedStack, tmp_path: Path) -> None:
    """Past supervisord's own retries it is tried on, and runs again once its cause is gone."""
    flag, script = tmp_path / "flag", tmp_path / "needs_flag.py"
    flag.touch()
    script.write_text("import os, sys, time\nwhile os.path.exists(sys.argv[1]): time.sleep(0.05)\n", encoding="utf-8")
    stack.start(programs=[Program("needy", (sys.executable, str(script), str(flag)), settle_s=1)], prepare=DONE)
    flag.unlink()
    _until(lambda: stack.status()[0].state is ProgramState.FATAL)
    flag.touch()
    _until(lambda: stack.status()[0].state is ProgramState.RUNNING)
    assert "needy keeps dying" in (stack.logs / "keeper.log").read_text(encoding="utf-8")


def test_a_program_that_cannot_start_is_named_with_its_reason(stack: EmbeddedStack) -> None:
    """The error carries the end of the program's log, and everything else is stopped."""
    broken = Program("broken", (sys.executable, "-c", "raise SystemExit('no such weights')"), settle_s=1)
    with pytest.raises(StackError, match="broken keeps ending: no such weights") as refused:
        stack.start(programs=[SLEEPER, broken], prepare=DONE)
    assert refused.value.code is StackErrorCode.PROGRAM_NOT_READY
    assert leftovers.find(stack.var) == []


def test_workers_do_not_start_before_the_preparation_succeeded(stack: EmbeddedStack) -> None:
    """A failed migration stops the start and tells its reason."""
    prepare = [sys.executable, "-c", "raise SystemExit('migration 0007 failed')"]
    with pytest.raises(StackError, match="migration 0007 failed") as refused:
        stack.start(programs=[SLEEPER], prepare=prepare)
    assert refused.value.code is StackErrorCode.PREPARE_FAILED
    assert leftovers.find(stack.var) == []


def test_programs_are_told_where_the_stack_is(stack: EmbeddedStack, tmp_path: Path) -> None:
    """Settings reach the workers by environment variables."""
    out = tmp_path / "seen"
    names = "('ONEVISIT_KAFKA', 'ONEVISIT_DATABASE', 'ONEVISIT_VAR', 'ONEVISIT_GATEWAY_PORT')"
    tell = f"import os, pathlib; pathlib.Path({str(out)!r}).write_text('|'.join(os.environ[n] for n in {names}))"
    stack.start(programs=[SLEEPER], prepare=[sys.executable, "-c", tell])
    assert out.read_text(encoding="utf-8").split("|") == [
        "127.0.0.1:9",
        "postgresql://127.0.0.1:9/none",
        str(stack.var),
        stack.gateway.rpartition(":")[2],
    ]


def test_nothing_outlives_a_killed_supervisor(stack: EmbeddedStack) -> None:
    """The keeper notices and stops the programs; the next start works."""
    stack.start(programs=[SLEEPER], prepare=DONE)
    _supervisor(stack).kill()
    _until(lambda: leftovers.find(stack.var) == [])
    stack.stop()
    stack.start(programs=[SLEEPER], prepare=DONE)
    assert stack.status()[0].state is ProgramState.RUNNING


def test_a_start_stops_what_was_left_when_keeper_and_supervisor_were_killed(stack: EmbeddedStack) -> None:
    """Even with both gone nothing blocks the next start, and nothing runs twice."""
    stack.start(programs=[SLEEPER], prepare=DONE)
    supervisor, orphan = _supervisor(stack), stack.pid("sleeper")
    assert orphan is not None
    others = [one for one in supervisor.children() if one.pid != orphan]
    for process in others:
        process.suspend()  # the keeper hears at once of the supervisor's end
    for process in (supervisor, *others):
        process.kill()
    assert psutil.pid_exists(orphan)
    stack.stop()
    stack.start(programs=[SLEEPER], prepare=DONE)
    assert not psutil.pid_exists(orphan)


@contextmanager
def _owner(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that runs a stack in ``folder / "var"``, up when this is entered."""
    script = folder / "owner.py"
    script.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from deploy.embedded.programs import Program\n"
        "from deploy.embedded.stack import EmbeddedStack\n"
        "stack = EmbeddedStack(Path(sys.argv[1]), kafka='127.0.0.1:9', database='postgresql://127.0.0.1:9/none')\n"
        "sleeper = Program('sleeper', (sys.executable, '-c', 'import time; time.sleep(600)'), settle_s=1)\n"
        "stack.start(programs=[sleeper], prepare=[sys.executable, '-c', ''])\n"
        "time.sleep(600)\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen([sys.executable, str(script), str(folder / "var")], env=environment) as owner:
        _until(lambda: running.find(folder / "var") is not None)
        assert running.owner(folder / "var") == owner.pid
        yield owner


def test_the_stack_ends_with_its_owner(tmp_path: Path) -> None:
    """kill -9 of the process that started the stack stops it within seconds, and nobody finds it any more."""
    with _owner(tmp_path) as owner:
        owner.kill()
    assert running.find(tmp_path / "var") is None
    _until(lambda: leftovers.find(tmp_path / "var") == [])


def test_a_stack_that_runs_elsewhere_can_be_stopped(tmp_path: Path) -> None:
    """`onevisit down` ends the owner with its stack, and says when there was nothing."""
    with _owner(tmp_path) as owner:
        try:
            assert running.stop(tmp_path / "var")
            assert owner.wait(timeout=PATIENCE_S) == -signal.SIGTERM
        finally:
            owner.kill()
    assert leftovers.find(tmp_path / "var") == []
    assert not running.stop(tmp_path / "var")


def test_a_stopped_stack_has_no_owner(stack: EmbeddedStack) -> None:
    """Its former owner lives on and is not taken for one: it would be sent a signal."""
    stack.start(programs=[SLEEPER], prepare=DONE)
    assert running.owner(stack.var) == os.getpid()
    stack.stop()
    assert running.owner(stack.var) is None
    assert running.find(stack.var) is None
