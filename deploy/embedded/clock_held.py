"""A start waits for its clock: in 2035 Kafka would delete its log as 400 days old, before anybody could set it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

MARK: Final = "clock-seen"
"""Below ``var``: its time is when the clock was believed last."""
_LIVED: Final = (MARK, "postgres/global/pg_control")
POLL_S: Final = 1.0
AGAIN_S: Final = 60.0


def last_seen(var: Path) -> datetime | None:
    """When this folder's stack was last known to live; None: never."""
    times = [(var / name).stat().st_mtime for name in _LIVED if (var / name).exists()]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def note_seen(var: Path) -> None:
    """The clock is believed now."""
    (var / MARK).touch()


def doubt(var: Path, now: datetime | None = None) -> str:
    """What is wrong with the clock, and what to do; empty while it is believed."""
    from services.platform.clock import doubt_in_words, is_plausible  # noqa: PLC0415 (slow to import)

    now, seen = now or datetime.now(UTC), last_seen(var)
    return "" if seen is None or is_plausible(seen, now) else doubt_in_words(seen, now)


def wait_for_clock(var: Path, tell: Callable[[str], None]) -> None:
    """Returns when the clock is believed; tells what is wrong once a minute."""
    told = -AGAIN_S
    while words := doubt(var):
        if time.monotonic() - told >= AGAIN_S:
            tell(words)
            told = time.monotonic()
        time.sleep(POLL_S)
    note_seen(var)
