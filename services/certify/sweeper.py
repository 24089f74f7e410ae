"""The retention clock: deletes recordings, measurements, motions and photos whose time is over, and sealed files
that nobody knows.

A file is deleted before the database says so: a kill in between leaves a row whose file is gone, which the next round
finds again; the other order would leave a file that nothing points to. Told are numbers and kinds, never whose.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from prometheus_client import Counter as CounterMetric
from prometheus_client import Gauge

from services.certify.domain.retention import FACES_TO_FILE, FACES_TO_WARN, RetentionInvalid, RetentionPolicy
from services.certify.store import motions, retention, reviews, stills
from services.platform.blobs import BlobStore
from services.platform.clock import is_believed
from services.platform.county_files import read_county_file
from services.platform.database import Connection, Pool

log = logging.getLogger(__name__)

EVERY_S = 3600.0
"""Pause between two rounds: days need no finer clock."""
_BATCH = 200
"""Deleted in one transaction, so that no lock is held for long."""
_UNCLAIMED = "unclaimed"

DELETED = CounterMetric("onevisit_retention_deleted_total", "Deleted because their time was over, by kind", ["kind"])
HELD = Gauge("onevisit_retention_held", "Recordings, photos and motions that are held, by kind", ["kind"])
EXPIRED = Gauge("onevisit_review_sample_expired", "Drawn recordings that were deleted before reviewers had decided")
PEOPLE = Gauge("onevisit_retention_people", "People of whom something with a face is held")


def read_retention(file: Path | None) -> RetentionPolicy:
    """The county's own policy, or the default. Raises ``RetentionInvalid``."""
    return RetentionPolicy() if file is None else read_county_file(file, RetentionPolicy.from_toml, RetentionInvalid)


class Sweeper:
    """Sweeps one installation."""

    def __init__(
        self, blobs: BlobStore, policy: RetentionPolicy, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._blobs = blobs
        self._policy = policy
        self._now = now

    async def sweep_for_ever(self, pool: Pool) -> None:
        """Sweeps now and then every hour, unless the clock is in doubt; a failed round is logged and tried again."""
        while True:
            try:
                async with pool.connection() as connection:
                    if await is_believed(connection, self._now()):
                        await connection.commit()
                        await self.sweep(connection)
            except Exception as error:
                log.warning("the retention clock failed (%s); trying again later", type(error).__name__)
            await asyncio.sleep(EVERY_S)

    async def sweep(self, connection: Connection) -> Counter[str]:
        """One round; returns how many of each kind were deleted."""
        gone: Counter[str] = Counter()
        for step in (self._sweep_recordings, self._sweep_references, self._sweep_motions):
            while batch := await step(connection):
                gone += batch
        await stills.let_go_withdrawn(connection)
        await motions.let_go_withdrawn(connection)
        await stills.sweep_discarded(connection, self._blobs)
        gone += await self._sweep_unclaimed(connection)
        for kind, number in gone.items():
            DELETED.labels(kind).inc(number)
        if gone:
            log.info("retention: deleted %s", ", ".join(f"{number} {kind}" for kind, number in sorted(gone.items())))
        await self._measure(connection)
        return gone

    async def _sweep_recordings(self, connection: Connection) -> Counter[str]:
        async with connection.transaction():
            due = await retention.take_due_recordings(connection, self._policy, self._now(), _BATCH)
            await self._delete(_files(due))
            ids = [one.id for rows in due.values() for one in rows]
            await retention.forget_recordings(connection, ids, self._now())
        return Counter({kind: len(rows) for kind, rows in due.items()})

    async def _sweep_references(self, connection: Connection) -> Counter[str]:
        async with connection.transaction():
            due = await retention.take_due_references(connection, self._policy, self._now(), _BATCH)
            due |= await retention.take_due_stills(connection, self._policy, self._now(), _BATCH)
            await self._delete(_files(due))
            await retention.forget_references(connection, [one.id for rows in due.values() for one in rows])
        return Counter({kind: len(rows) for kind, rows in due.items()})

    async def _sweep_motions(self, connection: Connection) -> Counter[str]:
        async with connection.transaction():
            due = await retention.take_due_motions(connection, self._policy, self._now(), _BATCH)
            await retention.forget_motions(connection, [one.id for rows in due.values() for one in rows])
        return Counter({kind: len(rows) for kind, rows in due.items()})

    async def _sweep_unclaimed(self, connection: Connection) -> Counter[str]:
        """Files that were put so long ago that whoever put them would have said so by now."""
        before = self._now() - timedelta(days=self._policy.unclaimed_days)
        old = await asyncio.to_thread(lambda: set(self._blobs.put_before(before)))
        if not old:
            return Counter()
        async with connection.transaction():
            lost = old - set(await retention.claimed(connection, old))
        await self._delete(lost)
        return Counter({_UNCLAIMED: len(lost)}) if lost else Counter()

    async def _delete(self, blob_ids: Iterable[UUID]) -> None:
        for blob_id in blob_ids:
            await asyncio.to_thread(self._blobs.delete, blob_id)

    async def _measure(self, connection: Connection) -> None:
        expired = await reviews.count_expired_samples(connection)
        EXPIRED.set(expired)
        if expired:
            log.warning("%d recordings of the random sample were deleted before a reviewer had decided", expired)
        for held in await retention.read_held(connection, self._policy, self._now()):
            HELD.labels(held.kind).set(held.held)
        people = await retention.count_people(connection)
        PEOPLE.set(people)
        if people >= FACES_TO_WARN:
            log.warning("faces of %d people are held; from %d on this must be filed", people, FACES_TO_FILE)


def _files(due: Mapping[str, Sequence[retention.Due]]) -> list[UUID]:
    return [one.blob_id for rows in due.values() for one in rows if one.blob_id is not None]
