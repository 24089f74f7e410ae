"""The scheduler's stream agents: which topic goes to which fold."""

from schemas.topics import REQUEST, REQUEST_PERSON, VERDICT
from services.platform.runner import Reader
from services.scheduler.intake import Intake
from services.scheduler.merging import fold_requests, fold_verdicts


def readers(intake: Intake) -> tuple[Reader, ...]:
    """All subscriptions of the scheduler. Messages already carry up to 500 requests, so few are taken at once."""
    return (
        Reader(REQUEST, intake.fold, batch=4),
        Reader(REQUEST_PERSON, fold_requests, batch=8),
        Reader(VERDICT, fold_verdicts, batch=50),
    )
