"""Only processes of our own stack are found, and a number that is used again is not mistaken for its former bearer."""

import subprocess
import sys
from pathlib import Path

import psutil

from deploy.embedded import leftovers

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_processes_of_this_stack_are_found_and_stopped_and_others_are_not(tmp_path: Path) -> None:
    """The mark decides, not the name of the program."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    with (
        subprocess.Popen(SLEEP, env={leftovers.MARK: str(ours)}) as mine,
        subprocess.Popen(SLEEP, env={leftovers.MARK: str(theirs)}) as stranger,
    ):
        try:
            assert [process.pid for process in leftovers.find(ours)] == [mine.pid]
            assert leftovers.stop(ours) == 1
            mine.wait(timeout=60)
            assert leftovers.find(ours) == []
            assert stranger.poll() is None
        finally:
            mine.kill()
            stranger.kill()


def test_nothing_left_is_nothing_stopped(tmp_path: Path) -> None:
    """A clean folder has no leftovers."""
    assert leftovers.stop(tmp_path) == 0


def test_a_process_is_known_by_its_number_and_its_birth() -> None:
    """The same number with another birth is another process."""
    process = psutil.Process()
    assert leftovers.is_alive(leftovers.identity(process))
    assert not leftovers.is_alive(f"{process.pid}:{process.create_time() - 100:.2f}")
    assert not leftovers.is_alive("")
    assert not leftovers.is_alive("not a number:1.0")
