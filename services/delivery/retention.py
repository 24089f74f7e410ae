"""Deliveries go when their time is over, with what is known of their sending: as the topics do."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from services.delivery.store.items import forget_items
from services.platform.clock import is_believed
from services.platform.database import Pool
from services.platform.worker import Chore

log = logging.getLogger(__name__)
EVERY_S = 3600.0


def forget_for_ever(keep_days: int, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Chore:
    """The chore that deletes, every hour, what was kept for so many days, unless the clock is in doubt."""

    async def forget(pool: Pool) -> None:
        while True:
            try:
                now = clock()
                async with pool.connection() as connection:
                    batch = int(await is_believed(connection, now))
                before, gone = now - timedelta(days=keep_days), 0
                while batch:
                    async with pool.connection() as connection:
                        batch = await forget_items(connection, before=before)
                    gone += batch
                if gone:
                    log.info("retention: forgot %d deliveries", gone)
            except Exception as error:
                log.warning("deliveries could not be forgotten (%s); trying again later", type(error).__name__)
            await asyncio.sleep(EVERY_S)

    return forget
