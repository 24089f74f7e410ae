"""What the planner hears: visits that changed, and how visits went. It only notes them; mending comes after."""

from collections.abc import Sequence

from schemas.base import Event
from schemas.outcome import VisitOutcomeRecorded
from schemas.visit import VisitChanged
from services.platform.ledger import Transaction
from services.scheduler.store import plan as store


async def note_visits(transaction: Transaction, events: Sequence[Event]) -> None:
    """Visits that were opened, changed, paused or closed."""
    await _note(transaction, {str(event.visit_id) for event in events if isinstance(event, VisitChanged)})


async def note_outcomes(transaction: Transaction, events: Sequence[Event]) -> None:
    """Visits that went without a recording: nobody at home means another day."""
    await _note(transaction, {str(event.visit_id) for event in events if isinstance(event, VisitOutcomeRecorded)})


async def _note(transaction: Transaction, visit_ids: set[str]) -> None:
    if visit_ids:
        await store.note_dirty(transaction.connection, visit_ids)
        await store.tell_desk(transaction.connection, "visits", {"pending": len(visit_ids)})
