"""The step between the stores and the workers: a command that is run to its end, with its own log."""

import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.programs import PROJECT

TIMEOUT_S = 120.0
TAIL_BYTES = 1500


def run(command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> None:
    """Run the preparation and return when it succeeded.

    Raises:
        StackError: ``stack.prepare-failed`` with the end of its log.
    """
    with log.open("ab") as out:
        try:
            ended = subprocess.run(
                command,
                cwd=PROJECT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=TIMEOUT_S,
                check=False,
            )
            outcome = f"exit status {ended.returncode}" if ended.returncode else ""
        except subprocess.TimeoutExpired:
            outcome = f"no end within {TIMEOUT_S:.0f} s"
    if outcome:
        message = f"the database and the topics could not be prepared, {outcome}: {tail(log)}"
        raise StackError(StackErrorCode.PREPARE_FAILED, message, f"see {log}")


def tail(log: Path) -> str:
    """Return the end of a log, for the message of an error."""
    with suppress(OSError):
        return log.read_bytes()[-TAIL_BYTES:].decode("utf-8", errors="replace").strip()
    return "no log"
