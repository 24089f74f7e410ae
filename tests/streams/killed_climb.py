"""A round of the ladder's clock that is killed as hard as can be: ``python -m tests.streams.killed_climb DATABASE NOW
WHERE``.

It dies by SIGKILL ``before`` the commit, when steps are written and nothing is told, or ``after`` it.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

from services.platform.ledger import Transaction
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from services.scheduler.store import ladder


async def _die(*_: object) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not reached")


def main(database: str, now: str, where: str) -> None:
    """One round that does not end."""
    clock = LadderClock(database, LadderPolicy(), ZoneInfo("Asia/Shanghai"), lambda: datetime.fromisoformat(now))
    deadly = patch.object(Transaction, "flush", _die) if where == "before" else patch.object(ladder, "keep_only", _die)
    with deadly:
        asyncio.run(clock.climb())


if __name__ == "__main__":
    main(*sys.argv[1:])
