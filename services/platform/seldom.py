"""While something is away it is said once, not a thousand times."""

import logging
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

CLIENTS: Final = ("aiokafka", "faust", "kafka", "librdkafka", "mode", "psycopg")
"""Loggers of the libraries that speak with broker and database. librdkafka logs to the logger that it is given."""
AGAIN: Final = {"again": True}
"""``extra`` of a line of our own that comes again as long as something is away."""
SELDOM_S: Final = 60.0
_NUMBERS: Final = re.compile(r"\d+")
_ALIKE: Final = 100
"""Characters by which two lines are alike: what follows is mostly which partition, and why."""
_KINDS: Final = 1000


class Seldom(logging.Filter):
    """Lets a client's complaint through once a minute, with how many like it were held back.

    While a broker is away, aiokafka says so fifty times a second for each program; the lines that an operator needs
    would be rotated away within the hour. Lines that differ in their numbers only are alike.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], float] = {}
        self._held: Counter[tuple[str, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is shown. Our own lines are, each, unless they are marked with `AGAIN`."""
        if not (record.name.startswith(CLIENTS) or getattr(record, "again", False)):
            return True
        alike, now = (record.name, _NUMBERS.sub("#", record.getMessage())[:_ALIKE]), self._clock()
        if now - self._said.get(alike, -SELDOM_S) < SELDOM_S:
            self._held[alike] += 1
            return False
        if len(self._said) >= _KINDS:
            self._said.clear()
            self._held.clear()
        self._said[alike] = now
        if held := self._held.pop(alike, 0):
            record.msg, record.args = f"{record.getMessage()} (and {held} times before)", ()
        return True
