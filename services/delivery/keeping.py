"""Keeping: what stands on an agency's topics is numbered, and goes to its webhooks, pulls and files."""

from collections.abc import Sequence

from schemas import topics
from schemas.base import Event
from schemas.delivery import Delivered, kind_of, subject_of
from services.delivery.store.items import NewItem, keep_items
from services.platform.ledger import Transaction
from services.platform.runner import Reader

BATCH = 200


async def keep(transaction: Transaction, events: Sequence[Event]) -> None:
    """Keeps each event once; one that was heard before changes nothing."""
    items = [
        NewItem(
            agency=event.agency,
            event_id=event.event_id,
            kind=kind_of(type(event)),
            subject=subject_of(event),
            content=event.model_dump_json(),
            recorded_at=event.recorded_at,
        )
        for event in events
        if isinstance(event, Delivered)
    ]
    await keep_items(transaction.connection, items)


def readers() -> tuple[Reader, ...]:
    """The agencies' topics."""
    return (
        Reader(topic=topics.CERTIFICATE, fold=keep, batch=BATCH),
        Reader(topic=topics.REQUEST_REJECTED, fold=keep, batch=BATCH),
        Reader(topic=topics.REQUEST_NOTICE, fold=keep, batch=BATCH),
        Reader(topic=topics.LIFE_EVENT_NOTICE, fold=keep, batch=BATCH),
        Reader(topic=topics.ALIGNMENT_PROPOSED, fold=keep, batch=BATCH),
    )
