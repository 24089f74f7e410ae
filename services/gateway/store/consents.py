"""Withdrawals of consent: what was said, and whether it still stands."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class WithdrawalRow:
    """One withdrawal, as it was written down first."""

    withdrawal_id: UUID
    person_key: str
    said_by: str
    withdrawn_at: datetime
    """From when on it counts."""
    recorded_by: str
    recorded_at: datetime
    said_at: datetime | None
    """When it was said, by the clock of whoever sent it; None: not kept then."""


async def add_withdrawal(connection: Connection, row: WithdrawalRow) -> WithdrawalRow | None:
    """Writes a withdrawal down.

    Returns:
        None when it is new, or else the one that was there.
    """
    cursor = await connection.execute(
        "INSERT INTO gateway.consent_withdrawal (withdrawal_id, person_key, said_by, withdrawn_at, recorded_by,"
        " recorded_at, said_at) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        astuple(row),
    )
    if cursor.rowcount == 1:
        return None
    cursor = await connection.execute(
        "SELECT withdrawal_id, person_key, said_by, withdrawn_at, recorded_by, recorded_at, said_at"
        " FROM gateway.consent_withdrawal WHERE withdrawal_id = %s",
        (row.withdrawal_id,),
    )
    before = await cursor.fetchone()
    assert before is not None, "withdrawals are never deleted"
    return WithdrawalRow(*before)


async def standing_withdrawals(connection: Connection, people: Iterable[str]) -> Mapping[str, datetime]:
    """Who of these people has withdrawn, and when; without those who have agreed anew since, in whichever order the
    two were heard. As for certify (`certify.store.consents`), a recording renews only if it cannot have been made
    before the withdrawal, though the phone's clock were ahead."""
    cursor = await connection.execute(
        "SELECT person_key, max(withdrawn_at) FROM gateway.consent_withdrawal AS w WHERE person_key = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM scheduler.visit AS v JOIN gateway.capture AS c USING (visit_id)"
        " WHERE v.person_key = w.person_key AND c.renews_consent"
        " AND coalesce(c.made_not_before, least(c.captured_at, c.received_at)) > w.withdrawn_at)"
        " GROUP BY person_key",
        (list(people),),
    )
    return dict(await cursor.fetchall())


async def last_withdrawals(connection: Connection, people: Iterable[str]) -> Mapping[str, datetime]:
    """When each of these people withdrew last, also where it was given anew since."""
    cursor = await connection.execute(
        "SELECT person_key, max(withdrawn_at) FROM gateway.consent_withdrawal WHERE person_key = ANY(%s)"
        " GROUP BY person_key",
        (list(people),),
    )
    return dict(await cursor.fetchall())
