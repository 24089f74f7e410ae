"""Ctrl-C, SIGTERM and SIGHUP end a long command in order, also when the exception that they raise is lost."""

import signal
from typing import NoReturn


class Interruption:
    """Raises KeyboardInterrupt when the process is told to end, and remembers it.

    Python drops an exception that a signal's handler raises while a finaliser runs, of an answer that was read from a
    socket for instance. Who waits in a loop asks `check` each time, so that no order to end is ever lost.
    """

    def __init__(self, *numbers: signal.Signals) -> None:
        """Handle these signals from now on; call it in the main thread."""
        self.told = False
        for number in numbers:
            signal.signal(number, self._end)

    def check(self) -> None:
        """Raise KeyboardInterrupt when a signal has come."""
        if self.told:
            raise KeyboardInterrupt

    def _end(self, _number: int, _frame: object) -> NoReturn:
        self.told = True
        raise KeyboardInterrupt
