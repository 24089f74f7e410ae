"""What the planner is offered: the open visits by dwelling, those that one ride can serve together as one stop.

Nothing is kept: a stop follows from the visits as they are at this moment, so it never contradicts them.
"""

from dataclasses import dataclass

from services.platform.database import Connection
from services.scheduler.domain.stops import PlacedVisit, Stop, group_stops, trips_saved


@dataclass(frozen=True)
class Offer:
    """The open visits of a county or a village, as rides."""

    visits: int
    """Open visits; paused ones are not counted, for nobody is sent."""
    placed: int
    """Those of which the dwelling is known."""
    stops: tuple[Stop, ...]
    """Stops of two or more visits; every other visit is a ride of its own."""

    @property
    def trips_saved(self) -> int:
        """Rides fewer than visits; what the merge saves is counted apart."""
        return trips_saved(self.stops)


async def offer_stops(connection: Connection, village_code: str | None = None) -> Offer:
    """All stops of the open visits, of one village when it is given. A stop of an announced visit is on its day."""
    cursor = await connection.execute(
        "SELECT visit_id, window_first, window_last, announced_on, dwelling, village_code FROM scheduler.visit"
        " WHERE status = 'open' AND (%(village)s::text IS NULL OR village_code = %(village)s)",
        {"village": village_code},
    )
    rows = await cursor.fetchall()
    placed = [
        PlacedVisit(visit_id, (told or first, told or last), (dwelling,), village)
        for visit_id, first, last, told, dwelling, village in rows
        if dwelling is not None
    ]
    return Offer(visits=len(rows), placed=len(placed), stops=tuple(group_stops(placed)))
