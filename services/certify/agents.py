"""The stream agents of certify: which topic goes to which fold."""

from schemas.topics import CAPTURE, CONSENT, EVIDENCE, REVIEW, REVOCATION, VISIT
from services.certify.certifying import Certifier
from services.certify.engines.errors import ModelError
from services.certify.judging import Judge
from services.certify.revoking import fold_revocations
from services.certify.withdrawing import fold_withdrawals
from services.platform.runner import Reader


def readers(judge: Judge, certifier: Certifier) -> tuple[Reader, ...]:
    """All subscriptions of certify. One capture at a time: looking at it takes longer than everything else."""
    return (
        Reader(VISIT, certifier.fold_visits, batch=200),
        Reader(EVIDENCE, certifier.fold_evidence, batch=200),
        Reader(REVOCATION, fold_revocations, batch=50),
        Reader(CONSENT, fold_withdrawals, batch=50),
        Reader(REVIEW, certifier.fold_reviews, batch=1),
        Reader(CAPTURE, certifier.fold_captures, batch=1, prepare=judge.prepare, unready=(ModelError,)),
    )
