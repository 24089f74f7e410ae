"""Mends the draft whenever something has changed: in one transaction, so that a kill loses no change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import date, datetime

from services.platform.database import Connection, Pool
from services.scheduler.domain.plan_move_codes import StepCode, words
from services.scheduler.planner.county import CountyRules, read_county
from services.scheduler.planner.draft import Draft, difference, read_draft, save_draft
from services.scheduler.planner.mending import mended
from services.scheduler.store import plan as store
from services.scheduler.store.plan_steps import add_step

PLANNER = "planner"
"""Who mends, in the list of steps."""


async def mend(
    connection: Connection, draft: Draft, rules: CountyRules, touched: Collection[str], at: datetime
) -> None:
    """Puts into the draft, which is locked, what changed of these visits and of cadres. Parts that hold these visits
    are written even when nothing of the plan differs: pages show more of a visit than a plan has."""
    if not draft.plan.version:
        return
    county = await read_county(connection, rules)
    after, changed = await asyncio.to_thread(mended, draft, county, touched)
    changed |= after.holding(touched)
    if not changed:
        return
    was, became = difference(draft, after)
    if was:
        said = words(StepCode.MENDED, str(len(touched) or len(was)))
        await add_step(connection, "mend", PLANNER, at, said, was, became)
    await save_draft(connection, draft, after, changed, by_hand=False)


class Mender:
    """Puts what changed into the draft."""

    def __init__(self, rules: CountyRules, now: Callable[[], datetime]) -> None:
        self._rules = rules
        self._now = now
        self._day: date | None = None

    async def mend_once(self, pool: Pool) -> bool:
        """Mends what is noted; False when nothing is. When a day is over, what was not done on it is planned anew."""
        at = self._now()
        today = at.astimezone(self._rules.zone).date()
        async with pool.connection() as connection, connection.transaction():
            if self._day == today and not await store.is_dirty(connection):
                return False
            draft = await read_draft(connection, today, lock=True)
            if _has_past_days(draft):
                await store.note_all_dirty(connection)
            touched = await store.take_dirty(connection)
            if touched:
                await mend(connection, draft, self._rules, touched, at)
                await store.tell_desk(connection, "visits", {"pending": 0})
        self._day = today
        return bool(touched)


def _has_past_days(draft: Draft) -> bool:
    today = draft.today.isoformat()
    return any(route["day"] < today for document in draft.documents.values() for route in document["routes"])
