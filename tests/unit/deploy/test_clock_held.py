"""A stack does not start with a clock in doubt: Kafka would delete its log as too old before anybody set it right."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.embedded.clock_held import MARK, doubt, note_seen, wait_for_clock
from services.platform import clock


@pytest.fixture(autouse=True)
def unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time server keeps this machine's clock."""
    monkeypatch.setattr(clock, "is_set", lambda: False)


def test_a_clock_is_held_against_when_the_stack_lived_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start has nothing to lose; the database's own mark counts for who was here before the mark was made."""
    assert doubt(tmp_path) == ""
    control = tmp_path / "postgres" / "global" / "pg_control"
    control.parent.mkdir(parents=True)
    control.touch()
    assert doubt(tmp_path, datetime.now(UTC) + timedelta(days=9)) == ""
    ahead = datetime.now(UTC) + timedelta(days=3000)
    assert doubt(tmp_path, ahead).startswith("CLOCK_IN_DOUBT: the clock shows")
    monkeypatch.setattr(clock, "is_set", lambda: True)
    assert doubt(tmp_path, ahead) == ""


@pytest.mark.parametrize("days", [3000, -3000])
def test_a_start_waits_until_the_clock_is_believed(tmp_path: Path, days: int) -> None:
    """It says so once, and goes on by itself, or by the operator's word."""
    note_seen(tmp_path)
    there = time.time() + days * 86_400
    os.utime(tmp_path / MARK, (there, there))
    told: list[str] = []
    starting = threading.Thread(target=wait_for_clock, args=(tmp_path, told.append), daemon=True)
    starting.start()
    starting.join(2.5)
    assert starting.is_alive()
    assert len(told) == 1 and "onevisit clock --is-right" in told[0]
    note_seen(tmp_path)
    starting.join(10)
    assert not starting.is_alive()
