"""A month of the burden index, as it was frozen or as it is known at this moment."""

import asyncio
from dataclasses import dataclass
from datetime import date

from services.gateway.domain.burden import Behind, Standing, figures_of, standings, what_lies_behind
from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.store import burden
from services.gateway.store.burden import Closed
from services.gateway.store.burden_rows import plan_of_campaigns, rows_of_month
from services.platform.database import Connection, Pool
from services.platform.settings import Settings


@dataclass(frozen=True)
class Counted:
    """A month as it is known at this moment."""

    standings: list[Standing]
    behind: list[Behind]


@dataclass(frozen=True)
class MonthSeen:
    """How agencies stand in a month."""

    month: date
    closed: Closed | None
    """None while its figures still move."""
    policy: BurdenPolicy
    """By which rules: of a closed month those of then."""
    standings: list[Standing]

    @property
    def ranked(self) -> int:
        """How many agencies are ranked."""
        return sum(one.rank is not None for one in self.standings)


async def count_month(connection: Connection, month: date, settings: Settings, policy: BurdenPolicy) -> Counted:
    """Counts a month (its first day) that is not closed."""
    rows = await rows_of_month(connection, month, settings.timezone)
    plan = await plan_of_campaigns(connection)

    def work_out() -> Counted:
        behind = what_lies_behind(month, rows, plan, policy)
        return Counted(standings(figures_of(settings.agencies, rows.people, behind), policy), behind)

    return await asyncio.to_thread(work_out)


class OpenMonths:
    """Counts open months for the door, one at a time: a count reads all that a month has, and whoever asks while one
    runs shares the next, so that many callers cost no more than one. Every answer was begun after it was asked for.
    """

    def __init__(self) -> None:
        self._waiting: dict[date, asyncio.Task[Counted]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def count(self, pool: Pool, month: date, settings: Settings, policy: BurdenPolicy) -> Counted:
        """A month (its first day) as it is known at a moment from now on."""

        async def run() -> Counted:
            async with self._one_at_a_time:
                del self._waiting[month]
                async with pool.connection() as connection:
                    return await count_month(connection, month, settings, policy)

        if month not in self._waiting:
            self._waiting[month] = asyncio.create_task(run())
        return await asyncio.shield(self._waiting[month])


async def look_at_month(connection: Connection, month: date, settings: Settings, policy: BurdenPolicy) -> MonthSeen:
    """A month, closed or not."""
    closed = await burden.find_month(connection, month)
    if closed is not None:
        return MonthSeen(month, closed, closed.policy, await burden.standings_of(connection, closed))
    counted = await count_month(connection, month, settings, policy)
    return MonthSeen(month, None, policy, counted.standings)
