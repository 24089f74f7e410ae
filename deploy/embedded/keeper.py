"""Never gives up on a program, and never outlives its owner: an event listener under supervisord.

supervisord retries a program that dies young after 1 and 2 seconds, and then gives it up as FATAL. The keeper starts
it again after a growing, capped pause and says so in ``var/log/keeper.log``. It also ends the stack when the process
that started it is gone (kill -9 of ``onevisit up``), and what is left of the stack when supervisord itself is gone.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xmlrpc.client import Error as RpcError

from supervisor import childutils

from deploy.embedded import leftovers

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0


def pause_s(failures: int) -> float:
    """Return the pause, in seconds, before a program that was given up ``failures`` times in a row is started again."""
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))


@dataclass
class Revival:
    """Which programs were given up, how often in a row, and when each is due to start again (monotonic seconds)."""

    failures: dict[str, int] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)

    def gave_up(self, name: str, now: float) -> float:
        """Note that a program was given up; return the pause until its next start, in seconds."""
        self.failures[name] = self.failures.get(name, 0) + 1
        pause = pause_s(self.failures[name])
        self.due[name] = now + pause
        return pause

    def runs(self, name: str) -> None:
        """Note that a program runs: its next fall is a first one again."""
        self.failures.pop(name, None)
        self.due.pop(name, None)

    def take_due(self, now: float) -> list[str]:
        """Return the programs whose pause is over, each once."""
        over = [name for name, when in self.due.items() if when <= now]
        for name in over:
            del self.due[name]
        return over


def _listen(say: Callable[[str], None]) -> None:
    """Serve supervisord's events until it is gone."""
    owner = os.environ[leftovers.OWNER]
    supervisor = childutils.getRPCInterface(os.environ).supervisor
    revival = Revival()
    ending = False
    while True:
        childutils.listener.ready()
        line = sys.stdin.readline()
        if not line:
            return
        headers = childutils.get_headers(line)
        event = headers["eventname"]
        payload = childutils.get_headers(sys.stdin.read(int(headers["len"])))
        name = f"{payload.get('groupname')}:{payload.get('processname')}"
        if event == "PROCESS_STATE_FATAL":
            pause = revival.gave_up(name, time.monotonic())
            say(f"{name} keeps dying at its start; next try in {pause:.0f} s; its log says why")
        elif event == "PROCESS_STATE_RUNNING":
            revival.runs(name)
        elif event == "PROCESS_STATE_EXITED":
            say(f"{name} ended by itself and is started again")
        elif not ending and not leftovers.is_alive(owner):
            say("the process that started this stack is gone: stopping the stack")
            ending = True
            os.kill(os.getppid(), signal.SIGTERM)
        for over in [] if ending else revival.take_due(time.monotonic()):
            try:
                supervisor.startProcess(over, False)
            except RpcError as error:
                say(f"{over} could not be started: {error}")
                revival.gave_up(over, time.monotonic())
        childutils.listener.ok()


def main() -> None:
    """Keep the stack until supervisord is gone.

    The log is a file of our own and not standard error, which ends in a pipe of supervisord and breaks with it.
    """
    var = Path(os.environ[leftovers.MARK])
    with (var / "log" / "keeper.log").open("a", encoding="utf-8", buffering=1) as log:

        def say(text: str) -> None:
            with suppress(OSError):  # a full disk is no reason to end the stack
                log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")

        with suppress(OSError):  # a broken pipe says the same as the end of standard input
            _listen(say)
        say("supervisord is gone: stopping what it left")
        leftovers.stop(var)
        os._exit(0)  # not through the flushing of pipes that nobody reads any more


if __name__ == "__main__":
    main()
