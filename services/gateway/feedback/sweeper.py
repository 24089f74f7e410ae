"""The clock of cadres' reports: what was answered long enough ago is erased, with its key.

Voice and picture end first. Then the text ends with the answer and every note, and with it which phone it was. What
stays is that a problem or an idea of that village was with this agency from when to when.
"""

import logging
from datetime import timedelta

from services.gateway.door import Door
from services.gateway.feedback.sealing import key_of
from services.gateway.store import feedback

log = logging.getLogger(__name__)

BATCH = 200
"""Erased in one transaction, so that no lock is held for long."""


async def sweep_feedback(door: Door) -> int:
    """One round; how many parts were erased."""
    policy, now, erased = door.policy, door.now(), 0
    media_before = now - timedelta(days=policy.feedback_file_days)
    texts_before = now - timedelta(days=policy.feedback_text_days)
    while True:
        async with door.pool.connection() as connection, connection.transaction():
            parts = await feedback.expired_parts(
                connection, media_before=media_before, texts_before=texts_before, limit=BATCH
            )
            await feedback.erase_parts(connection, parts)
            await door.keyring.destroy(connection, [key_of(feedback_id, part) for feedback_id, part in parts])
        erased += len(parts)
        if len(parts) < BATCH:
            break
    if erased:
        log.info("retention: erased %d parts of cadres' reports", erased)
    return erased
