"""How much waits for reviewers and how long decisions take: of all together, never of one reviewer."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.gateway.store import reviews
from services.platform.database import Connection

DAYS = 30
"""Over how many days decisions are counted."""

_FIGURES = """
SELECT count(*), count(*) FILTER (WHERE r.decision = 'certified'), count(*) FILTER (WHERE r.decision = 'retry'),
    count(*) FILTER (WHERE r.decision = 'refused'), count(*) FILTER (WHERE r.round > 1),
    count(*) FILTER (WHERE c.cause = 'sample' AND r.round = 1),
    count(*) FILTER (WHERE c.cause = 'sample' AND r.round = 1 AND r.decision <> 'certified'),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.settled_at - r.opened_at)),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM r.settled_at - r.opened_at))
FROM gateway.review_round AS r JOIN certify.review_case AS c USING (case_id) WHERE r.settled_at > %s
"""

_EXPIRED = """
SELECT count(*) FILTER (WHERE k.deleted_at > %s), count(*)
FROM certify.review_case AS c JOIN certify.capture AS k USING (capture_id)
WHERE c.open AND c.cause = 'sample' AND k.deleted_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM gateway.review_round AS r WHERE r.case_id = c.case_id AND r.settled_at IS NOT NULL)
"""


class ReviewFigures(BaseModel):
    """The last 30 days."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    waiting: int
    """Cases that wait."""
    decided: int
    """Rounds that were decided."""
    certified: int
    retry: int
    refused: int
    appeals_decided: int
    """Rounds that an appeal had opened."""
    sampled: int
    """Cases of the random sample that were decided …"""
    sample_contradicted: int
    """… and of which a person did not certify what the machine had."""
    sample_expired: int
    """Cases of the random sample whose recording was deleted before anybody had decided …"""
    sample_expired_ever: int
    """… and all of them since the beginning: what was drawn and never looked at."""
    median_s: float | None
    """Seconds from the opening of a round to its decision: half of them took no longer …"""
    p90_s: float | None
    """… and nine in ten no longer than this."""


async def read_figures(connection: Connection, now: datetime) -> ReviewFigures:
    """The figures of the last 30 days."""
    since = now - timedelta(days=DAYS)
    row: Any = await (await connection.execute(_FIGURES, (since,))).fetchone()
    gone: Any = await (await connection.execute(_EXPIRED, (since,))).fetchone()
    decided, certified, retry, refused, appeals, sampled, contradicted, median, p90 = row
    return ReviewFigures(
        waiting=await reviews.count_waiting(connection),
        decided=decided,
        certified=certified,
        retry=retry,
        refused=refused,
        appeals_decided=appeals,
        sampled=sampled,
        sample_contradicted=contradicted,
        sample_expired=gone[0],
        sample_expired_ever=gone[1],
        median_s=median,
        p90_s=p90,
    )
