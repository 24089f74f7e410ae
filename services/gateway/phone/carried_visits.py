"""Visits that a phone carried into the mountains, and that have meanwhile changed at the door.

What a cadre wrote down without a signal is of the person who stood there, wherever that person's visit is by now: moved
to a village that is not the phone's, or become part of another visit. That this phone had the visit shows in the
challenges that it drew for it: every phone does so for each visit that it may see. It may speak of it as long as it may
still send a recording that answers one of these.
"""

from datetime import timedelta
from uuid import UUID

from services.gateway.access.callers import Principal, visits_seen
from services.gateway.door import Door
from services.gateway.store import visits
from services.gateway.store.visits import Sight, VisitRow
from services.platform.database import Connection


async def find_carried(door: Door, connection: Connection, caller: Principal, visit_id: UUID) -> VisitRow | None:
    """The visit of which a caller speaks; None when there is none that the caller sees, or has carried of late.

    Instead of one that was closed because its requests went to other visits, the earliest of those.
    """
    named = await visits.find_visit(connection, visit_id, visits_seen(caller))
    if named is None and caller.device is not None:
        since = door.now() - timedelta(days=door.policy.challenge_grace_days)
        if not await visits.was_carried(connection, visit_id, caller.device.device_id, since):
            return None
        named = await visits.find_visit(connection, visit_id, Sight())
    if named is None or named.closed_because != "regrouped":
        return named
    successor = await visits.find_successor(connection, visit_id)
    sight = Sight() if caller.device is not None else visits_seen(caller)
    return await visits.find_visit(connection, successor, sight) if successor else named
