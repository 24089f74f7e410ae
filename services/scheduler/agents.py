"""The scheduler's stream agents: which topic goes to which fold."""

from schemas.topics import (
    ALIGNMENT,
    IDENTITY,
    LIFE_EVENT,
    RECEIPT,
    REQUEST,
    REQUEST_PERSON,
    REVOCATION,
    VERDICT,
    VISIT_ANNOUNCED,
)
from services.platform.runner import Reader
from services.scheduler.alignment import Alignment
from services.scheduler.intake import Intake
from services.scheduler.merging import Merging


def readers(intake: Intake, merging: Merging, alignment: Alignment) -> tuple[Reader, ...]:
    """All subscriptions of the scheduler. Messages already carry up to 500 requests, so few are taken at once."""
    return (
        Reader(REQUEST, intake.fold, batch=4),
        Reader(REQUEST_PERSON, merging.fold_requests, batch=8),
        Reader(VERDICT, merging.fold_verdicts, batch=50),
        Reader(RECEIPT, merging.fold_receipts, batch=50),
        Reader(REVOCATION, merging.fold_receipts, batch=50),
        Reader(VISIT_ANNOUNCED, merging.fold_announcements, batch=50),
        Reader(LIFE_EVENT, merging.fold_life_events, batch=50),
        Reader(IDENTITY, merging.fold_decisions, batch=50),
        Reader(ALIGNMENT, alignment.fold, batch=4, prepare=alignment.prepare),
    )
