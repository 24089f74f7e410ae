"""The captures of one phone by when something last changed with them: received, judged, a certificate issued,
answered by its agency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.store.keyset import Place, keyset
from services.platform.database import Connection


@dataclass(frozen=True)
class CaptureChange:
    """How far a capture is."""

    capture_id: UUID
    challenge_id: UUID
    visit_id: UUID
    received_at: datetime
    sha256: str
    decision: str | None
    reasons: list[str]
    certificates: list[dict[str, Any]]
    """{agency, request_id, issued, outcome, code, message} of each request of the visit."""
    changed_at: datetime


_CHANGES = """
SELECT c.capture_id, c.challenge_id, c.visit_id, c.received_at, c.sha256,
    CASE WHEN j.review_round > 0 AND j.reviewed_at IS NULL THEN 'review'
        ELSE coalesce(j.review_decision, j.decision) END,
    CASE WHEN j.review_decision IS NULL THEN j.reasons ELSE j.review_reasons END, n.certificates, x.changed_at
FROM gateway.capture c
LEFT JOIN certify.capture j ON j.capture_id = c.capture_id
LEFT JOIN scheduler.visit v ON v.visit_id = c.visit_id
CROSS JOIN LATERAL (
    SELECT max(t.issued_at) AS issued_at, greatest(max(p.recorded_at), max(w.revoked_at)) AS answered_at,
        coalesce(jsonb_agg(jsonb_build_object(
        'agency', e.r ->> 'agency', 'request_id', e.r ->> 'request_id', 'issued', t.certificate_id IS NOT NULL,
        'outcome', CASE WHEN w.reason IS NULL THEN p.outcome ELSE 'rejected' END,
        'code', coalesce(w.reason, p.code), 'message', CASE WHEN w.reason IS NULL THEN p.message END
    ) ORDER BY e.n), '[]') AS certificates
    FROM jsonb_array_elements(v.requests) WITH ORDINALITY AS e (r, n)
    LEFT JOIN LATERAL (
        SELECT k.certificate_id, k.issued_at FROM certify.certificate k
        WHERE k.agency = e.r ->> 'agency' AND k.request_id = e.r ->> 'request_id'
            AND NOT coalesce(e.r #> '{reopened,certificates}' ? k.certificate_id::text, false)
        ORDER BY k.number LIMIT 1
    ) AS t ON true
    LEFT JOIN LATERAL gateway.last_receipt(t.certificate_id) AS p ON true
    LEFT JOIN LATERAL gateway.revoked(t.certificate_id) AS w ON true
) AS n
CROSS JOIN LATERAL (
    SELECT greatest(c.received_at, j.judged_at, j.reviewed_at, n.issued_at, n.answered_at) AS changed_at
) AS x
WHERE c.device_id = %(device)s
    AND (%(at)s::timestamptz IS NULL OR (x.changed_at, c.capture_id) > (%(at)s, %(last)s::uuid))
ORDER BY x.changed_at, c.capture_id LIMIT %(limit)s
"""


async def page_of_changes(
    connection: Connection, device_id: UUID, *, after: Place | None, limit: int
) -> list[CaptureChange]:
    """Captures that changed after this point, in the order of their changes."""
    cursor = await connection.execute(
        _CHANGES,
        {
            "device": device_id,
            **keyset(after, limit),
        },
    )
    return [
        CaptureChange(row[0], row[1], row[2], row[3], row[4], row[5], list(row[6] or ()), row[7], row[8])
        for row in await cursor.fetchall()
    ]
