"""An order to end is never lost, wherever it arrives."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from services.cli.interruption import Interruption


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    """Listens to SIGUSR1 during a test."""
    before = signal.getsignal(signal.SIGUSR1)
    yield Interruption(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)


class _Answer:
    """Something that is told to end while it is cleared away."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)


def test_a_signal_interrupts_at_once(interruption: Interruption) -> None:
    """The usual case."""
    interruption.check()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGUSR1)
    assert interruption.told


def test_a_signal_whose_exception_python_drops_is_remembered(
    interruption: Interruption, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finaliser's exceptions go nowhere; the next look finds it."""
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: dropped.append(unraisable.exc_type))
    answer = _Answer()
    del answer
    assert dropped == [KeyboardInterrupt]
    with pytest.raises(KeyboardInterrupt):
        interruption.check()
