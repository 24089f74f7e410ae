"""The annual plan: what agencies have announced, and what the joint group has said to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from schemas.base import AgencyCode
from services.platform.database import Connection


@dataclass(frozen=True)
class CampaignRow:
    """One campaign."""

    campaign_id: UUID
    agency: AgencyCode
    programme: str
    year: int
    first_day: date
    last_day: date
    why: str
    stated_by: str
    stated_at: datetime
    state: str
    reason: str
    decided_by: str | None
    decided_at: datetime | None


_SELECT: Final = (
    "SELECT campaign_id, agency, programme, year, first_day, last_day, why, stated_by, stated_at, state, reason,"
    " decided_by, decided_at FROM gateway.campaign"
)


async def state_campaign(connection: Connection, row: CampaignRow) -> CampaignRow:
    """Keeps a campaign. Stated again it is the same one: what waits takes the new reason; what was rejected waits anew
    when the reason is another; what was accepted stays."""
    await connection.execute(
        "INSERT INTO gateway.campaign AS c (campaign_id, agency, programme, year, first_day, last_day, why, stated_by,"
        " stated_at, state) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'proposed')"
        " ON CONFLICT (campaign_id) DO UPDATE SET why = excluded.why, stated_by = excluded.stated_by,"
        " stated_at = excluded.stated_at, state = 'proposed', reason = '', decided_by = NULL, decided_at = NULL"
        " WHERE c.state <> 'accepted' AND c.why <> excluded.why",
        (
            *(row.campaign_id, row.agency, row.programme, row.year, row.first_day, row.last_day, row.why),
            *(row.stated_by, row.stated_at),
        ),
    )
    kept = await lock_campaign(connection, row.campaign_id)
    assert kept is not None, "it was written in this transaction"
    return kept


async def lock_campaign(connection: Connection, campaign_id: UUID) -> CampaignRow | None:
    """One of them, locked until the commit."""
    cursor = await connection.execute(f"{_SELECT} WHERE campaign_id = %s FOR UPDATE", (campaign_id,))
    row = await cursor.fetchone()
    return CampaignRow(*row) if row else None


async def page_of_campaigns(
    connection: Connection,
    *,
    agency: AgencyCode | None,
    year: int | None,
    state: str | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[CampaignRow]:
    """In the order of their first days; of an agency its own."""
    day, last = after or (None, None)
    cursor = await connection.execute(
        f"{_SELECT} WHERE (%(agency)s::text IS NULL OR agency = %(agency)s)"
        " AND (%(year)s::int IS NULL OR year = %(year)s) AND (%(state)s::text IS NULL OR state = %(state)s)"
        " AND (%(day)s::date IS NULL OR (first_day, campaign_id) > (%(day)s, %(last)s::uuid))"
        " ORDER BY first_day, campaign_id LIMIT %(limit)s",
        {"agency": agency, "year": year, "state": state, "day": day, "last": last, "limit": limit},
    )
    return [CampaignRow(*row) for row in await cursor.fetchall()]


async def decide(
    connection: Connection, campaign_id: UUID, *, accepted: bool, reason: str, by: str, now: datetime
) -> None:
    """Writes down what the joint group said."""
    await connection.execute(
        "UPDATE gateway.campaign SET state = %s, reason = %s, decided_by = %s, decided_at = %s WHERE campaign_id = %s",
        ("accepted" if accepted else "rejected", reason, by, now, campaign_id),
    )
