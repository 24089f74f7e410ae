"""A round of the ladder's clock that is killed as hard as can be: ``python -m tests.streams.killed_climb DATABASE NOW
WHERE``.

Each visit is a portion of its own. It dies by SIGKILL ``before`` the first commit, when steps are written and nothing
is told, ``between`` two portions, when the second one is as far as that, or ``after`` all of them.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from itertools import count
from unittest.mock import patch
from zoneinfo import ZoneInfo

from services.platform.ledger import Transaction
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from services.scheduler.store import ladder


async def _die(*_: object) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


_flush = Transaction.flush
_flushes = count()


async def _die_the_second_time(transaction: Transaction) -> None:
    if next(_flushes):
        await _die()
    await _flush(transaction)


def main(database: str, now: str, where: str) -> None:
    """One round that does not end."""
    clock = LadderClock(database, LadderPolicy(), ZoneInfo("Asia/Shanghai"), lambda: datetime.fromisoformat(now))
    deaths = {
        "before": (Transaction, "flush", _die),
        "between": (Transaction, "flush", _die_the_second_time),
        "after": (ladder, "keep_only", _die),
    }
    with patch.object(ladder, "PORTION", 1), patch.object(*deaths[where]):
        asyncio.run(clock.climb())


if __name__ == "__main__":
    main(*sys.argv[1:])
