"""Whose consent was withdrawn, and until when: what a recording rests on decides how long it is held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString

from schemas.capture import LegalBasis
from schemas.consent import ConsentWithdrawn
from services.platform.database import Connection

WITHDRAWN: Final[LiteralString] = (
    "(c.legal_basis = 'separate_consent' AND EXISTS (SELECT 1 FROM certify.consent_withdrawal AS w"
    " WHERE w.person_key = c.person_key AND w.withdrawn_at"
    " >= coalesce(c.made_not_before, least(c.captured_at, c.received_at))))"
)
"""Of a recording `c`: it rests on consent that was withdrawn after it was made, or may have been. The order in which
the two were heard does not matter, and no phone's clock that is ahead makes a recording younger than it is."""


async def keep_withdrawals(connection: Connection, withdrawals: Sequence[ConsentWithdrawn]) -> None:
    """Keeps each withdrawal once."""
    await connection.execute(
        "INSERT INTO certify.consent_withdrawal (withdrawal_id, person_key, withdrawn_at)"
        " SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING",
        (
            [one.withdrawal_id for one in withdrawals],
            [one.person_key for one in withdrawals],
            [one.withdrawn_at for one in withdrawals],
        ),
    )


async def is_withdrawn(connection: Connection, person: str, basis: LegalBasis, made_at: datetime) -> bool:
    """Whether a recording that comes to be judged rests on consent that was withdrawn since it was made."""
    if basis is not LegalBasis.SEPARATE_CONSENT:
        return False
    cursor = await connection.execute(
        "SELECT 1 FROM certify.consent_withdrawal WHERE person_key = %s AND withdrawn_at >= %s LIMIT 1",
        (person, made_at),
    )
    return await cursor.fetchone() is not None
