"""Consent withdrawn: what rests on it alone is due at once, and the retention clock deletes it (docs/privacy.md)."""

from collections.abc import Sequence

from schemas.base import Event
from schemas.consent import ConsentWithdrawn
from services.certify.store import consents, motions, stills
from services.platform.ledger import Transaction


async def fold_withdrawals(transaction: Transaction, events: Sequence[Event]) -> None:
    """Keeps each withdrawal, and lets go of stills and motions that no recording may be held to any more."""
    withdrawals = [event for event in events if isinstance(event, ConsentWithdrawn)]
    await consents.keep_withdrawals(transaction.connection, withdrawals)
    await stills.let_go_withdrawn(transaction.connection)
    await motions.let_go_withdrawn(transaction.connection)
