"""Of which requests agencies are asked at this moment, and what they have found of a visit's."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from schemas.base import AgencyCode
from services.gateway.domain.record_checks import RecordCheckCode
from services.gateway.door import Door
from services.gateway.store import record_checks
from services.gateway.store.record_checks import AskedRow
from services.platform.database import Connection


async def keep_asked(door: Door, today: date) -> None:
    """Works out anew of which requests agencies are asked."""
    policy = door.receipts.record_checks
    until, counts_from = today + timedelta(days=policy.ahead_days), policy.counts_from(door.now())
    async with door.pool.connection() as connection:
        await record_checks.keep_asked(connection, until=until, counts_from=counts_from)


async def read_page(
    door: Door,
    agency: AgencyCode | None,
    today: date,
    *,
    answered: bool,
    after: tuple[date, UUID] | None,
    limit: int,
) -> tuple[list[AskedRow], tuple[date, UUID] | None]:
    """Requests of visits that may be made in the policy's next days, those that are wanted first at the front, and
    after which place the next page begins.

    Args:
        agency: of this one; None: of all.
        today: in the county.
        answered: with those that have an answer which still counts.
    """
    policy = door.receipts.record_checks
    async with door.pool.connection() as connection:
        return await record_checks.page_of_asked(
            connection,
            door.settings.agencies if agency is None else (agency,),
            until=today + timedelta(days=policy.ahead_days),
            counts_from=policy.counts_from(door.now()),
            answered=answered,
            after=after,
            limit=limit,
        )


async def checks_of(
    door: Door, connection: Connection, visits: Iterable[UUID], today: date
) -> dict[UUID, list[AskedRow]]:
    """The requests of these visits, with what their agencies have found."""
    policy = door.receipts.record_checks
    until = today + timedelta(days=policy.ahead_days)
    return await record_checks.asked_of_visits(
        connection, visits, until=until, counts_from=policy.counts_from(door.now())
    )


def records_found(door: Door, asked: Iterable[AskedRow]) -> list[tuple[AgencyCode, RecordCheckCode | None]]:
    """What is to be known of a visit's records: every answer, and None where an agency that has agreed to answer was
    asked and has not."""
    answering = door.receipts.record_checks.agencies
    return [
        (row.agency, RecordCheckCode(row.found) if row.found else None)
        for row in asked
        if row.found or (row.is_asked and row.agency in answering)
    ]
