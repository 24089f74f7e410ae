"""A full disk ends neither supervisord nor the keeper, though both write logs there."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.embedded import keeper
from deploy.embedded.leftovers import MARK, OWNER
from deploy.embedded.programs import PROJECT
from deploy.embedded.supervisord import Forgiving


def test_what_cannot_be_written_is_dropped() -> None:
    """``/dev/full`` is a disk without room; the stream's other properties are its own."""
    with open("/dev/full", "w", buffering=1, encoding="utf-8") as full:  # noqa: PTH123 (a device)
        stream = Forgiving(full)
        assert stream.write("why a log could not be written\n") > 0
        stream.flush()
        assert stream.fileno() == full.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # so that it can be closed


def test_the_keeper_goes_on_though_its_log_has_no_room(tmp_path: Path) -> None:
    """It took the error for the end of supervisord, and stopped the stack."""
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "keeper.log").symlink_to("/dev/full")
    env = os.environ | {MARK: str(tmp_path), OWNER: "nobody", "PYTHONPATH": str(PROJECT)}
    env |= {"SUPERVISOR_SERVER_URL": "http://127.0.0.1:9", "SUPERVISOR_USERNAME": "x", "SUPERVISOR_PASSWORD": "x"}
    fell = "processname:kafka groupname:stores from_state:RUNNING expected:0 pid:1"
    event = f"ver:3.0 server:x serial:1 pool:keeper poolserial:1 eventname:PROCESS_STATE_EXITED len:{len(fell)}\n{fell}"
    run = subprocess.run(
        [sys.executable, "-m", keeper.__name__],
        input=event,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout.count("READY") == 2, run.stderr
