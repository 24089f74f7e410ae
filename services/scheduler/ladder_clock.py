"""The clock of the ladder before a lapse: every few minutes it looks where open requests stand, and makes what is due.

Where a request stands follows from the request and the day (`domain/ladder.py`), so a round that is missed, repeated or
killed changes nothing: a step, its row and what the agency is told of it are one transaction, and a row is made once.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from prometheus_client import Counter as CounterMetric

from schemas.base import stable_id
from schemas.lapse import LapseStep, LapseStepReached, Office
from schemas.topics import REQUEST_NOTICE
from services.platform.clock import is_believed
from services.platform.database import Connection, Pool
from services.platform.ledger import Transaction
from services.scheduler.domain.ladder import Reached, Standing, stand
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.domain.ladder_texts import words_for_agency
from services.scheduler.store import ladder
from services.scheduler.store.ladder import Candidate, Lapse, MadeStep

log = logging.getLogger(__name__)

EVERY_S: Final = 600.0
"""Pause between two rounds. Steps are of days; but a due date that was amended should be seen before long."""
TOLD_TO_AGENCIES: Final = (LapseStep.GRACE, LapseStep.ESCALATE)
"""Reminders and other paths are the cadre's and the desk's; they read them where they look anyway."""

STEPS_MADE = CounterMetric("onevisit_lapse_steps_total", "Steps before a lapse that were made", ["step"])


class LadderClock:
    """Climbs for one county."""

    def __init__(
        self,
        database: str,
        policy: LadderPolicy,
        county: ZoneInfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._policy = policy
        self._county = county
        self._now = now

    async def climb_for_ever(self, pool: Pool) -> None:
        """Climbs now and then every ten minutes, unless the clock is in doubt: no agency is told of a lapse that is not
        due. A failed round is logged and tried again."""
        while True:
            try:
                async with pool.connection() as connection:
                    believed = await is_believed(connection, self._now())
                if believed:
                    await self.climb()
            except Exception as error:
                log.warning("the ladder's clock failed (%s); trying again later", type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def climb(self) -> Counter[str]:
        """One round; returns how many of each step were made. Nothing, while another clock is at it."""
        made: Counter[str] = Counter()
        async with await psycopg.AsyncConnection.connect(self._database, autocommit=True) as connection:
            if not await ladder.is_alone(connection):
                return made
            until = self._now().astimezone(self._county).date() + timedelta(days=self._policy.longest_before)
            standing: set[UUID] = set()
            async for portion in ladder.candidates(connection, until, self._county):
                found = self._standing(portion)
                standing |= found.keys()
                made += await self._make(connection, found)
            await ladder.keep_only(connection, standing)
        for step, number in made.items():
            STEPS_MADE.labels(step).inc(number)
        if made:
            log.info("ladder: %s", ", ".join(f"{number} {step}" for step, number in sorted(made.items())))
        return made

    def _standing(self, portion: Sequence[Candidate]) -> dict[UUID, "_Found"]:
        """Those that stand on a step today."""
        today = self._now().astimezone(self._county).date()
        found: dict[UUID, _Found] = {}
        for one in portion:
            rule = self._policy.of(one.programme)
            standing = stand(one.waiting, rule, today)
            if standing is not None:
                lapse = _lapse(one, standing, rule.escalate_to)
                found[lapse.lapse_id] = _Found(lapse, standing.reached)
        return found

    async def _make(self, connection: Connection, found: Mapping[UUID, "_Found"]) -> Counter[str]:
        """Writes what has changed, and tells the agencies of steps that were not made before, in one transaction.

        So the steps of what has not changed are made already: its row was committed with them.
        """
        if not found:
            return Counter()
        async with connection.transaction():
            moved = await ladder.put_standing(connection, [each.lapse for each in found.values()])
            if not moved:
                return Counter()
            now = self._now()
            changed = [each for lapse_id, each in found.items() if lapse_id in moved]
            steps = [_made(each.lapse, reached, now) for each in changed for reached in each.reached]
            new = await ladder.add_steps(connection, steps)
            transaction = Transaction(connection, source="/onevisit/scheduler")
            for step in new:
                if step.step in TOLD_TO_AGENCIES:
                    told = _told(step, Office(found[step.lapse_id].lapse.office))
                    transaction.emit(REQUEST_NOTICE.named(step.agency), step.request_id, told)
            await transaction.flush()
        return Counter(step.step for step in new)


@dataclass(frozen=True)
class _Found:
    """A matter, and the steps that it has reached."""

    lapse: Lapse
    reached: tuple[Reached, ...]


def _lapse(one: Candidate, standing: Standing, office: Office) -> Lapse:
    due_date, following = one.waiting.due_date, standing.following
    again = (one.reopened_on.isoformat(),) if one.reopened_on else ()
    return Lapse(
        lapse_id=stable_id("lapse", one.agency, one.request_id, due_date.isoformat(), *again),
        agency=one.agency,
        request_id=one.request_id,
        person_key=one.person_key,
        programme=one.programme,
        visit_id=one.visit_id,
        due_date=due_date,
        counts_until=standing.counts_until,
        step=standing.step.value,
        since=standing.since,
        next_step=following.step.value if following else None,
        next_on=following.on if following else None,
        office=office.value,
    )


def _made(lapse: Lapse, reached: Reached, now: datetime) -> MadeStep:
    return MadeStep(
        lapse_id=lapse.lapse_id,
        step=reached.step.value,
        agency=lapse.agency,
        request_id=lapse.request_id,
        programme=lapse.programme,
        due_date=lapse.due_date,
        counts_until=lapse.counts_until,
        reached_on=reached.on,
        recorded_at=now,
    )


def _told(made: MadeStep, office: Office) -> LapseStepReached:
    step = LapseStep(made.step)
    words = words_for_agency(step, made.counts_until, office)
    return LapseStepReached(
        event_id=stable_id("lapse-step", str(made.lapse_id), made.step),
        recorded_at=made.recorded_at,
        lapse_id=made.lapse_id,
        agency=made.agency,
        request_id=made.request_id,
        programme=made.programme,
        due_date=made.due_date,
        step=step,
        reached_on=made.reached_on,
        counts_until=made.counts_until,
        message=words.message,
        next_step=words.next_step,
    )
