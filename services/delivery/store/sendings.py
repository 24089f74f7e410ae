"""What is to be sent to which endpoint, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class Due:
    """One delivery whose time has come."""

    webhook_id: UUID
    agency: str
    url: str
    secret: bytes
    secret_before: bytes | None
    failing_since: datetime | None
    number: int
    subject: str
    attempts: int
    first_attempt_at: datetime | None
    event_id: UUID
    kind: str
    recorded_at: datetime
    content: str


@dataclass(frozen=True)
class Attempt:
    """What became of one attempt."""

    at: datetime
    response_code: int | None
    latency_ms: int
    fault: str | None
    """None: it was taken."""


_DUE = """
SELECT w.webhook_id, w.agency, w.url, w.secret, CASE WHEN w.before_until > %(now)s THEN w.secret_before END,
       w.failing_since, s.number, s.subject, s.attempts, s.first_attempt_at, i.event_id, i.kind, i.recorded_at,
       i.content
FROM delivery.webhook w
CROSS JOIN LATERAL (
    SELECT * FROM delivery.sending s
    WHERE s.webhook_id = w.webhook_id AND s.status = 'waiting' AND s.due_at <= %(now)s
      AND NOT EXISTS (SELECT 1 FROM delivery.sending e WHERE e.webhook_id = s.webhook_id AND e.subject = s.subject
                      AND e.status = 'waiting' AND e.number < s.number)
    ORDER BY s.due_at, s.number LIMIT CASE WHEN w.state = 'paused' THEN 1 ELSE %(most)s END
) s
JOIN delivery.item i ON i.agency = s.agency AND i.number = s.number
WHERE w.state IN ('active', 'paused') AND (w.not_before IS NULL OR w.not_before <= %(now)s)
"""


async def due_sendings(connection: Connection, now: datetime, *, most: int) -> list[Due]:
    """What is to be sent now: of each subject the oldest that waits, of a paused endpoint one as a probe.

    Args:
        most: of one endpoint; as many as may be on their way to it, because those are among what is found.
    """
    cursor = await connection.execute(_DUE, {"now": now, "most": most})
    return [Due(*row) for row in await cursor.fetchall()]


async def lock_endpoint(connection: Connection, due: Due) -> Due | None:
    """The endpoint is this transaction's alone, and what waits is as it stands now: a resume or the end of a pause may
    have come while it was on its way. None when the endpoint is there no more.

    Everybody locks the endpoint before its sendings, so that nobody waits for the other.
    """
    cursor = await connection.execute(
        "SELECT failing_since FROM delivery.webhook WHERE webhook_id = %s FOR NO KEY UPDATE", (due.webhook_id,)
    )
    if (endpoint := await cursor.fetchone()) is None:
        return None
    cursor = await connection.execute(
        "SELECT first_attempt_at FROM delivery.sending WHERE webhook_id = %s AND number = %s",
        (due.webhook_id, due.number),
    )
    sending = await cursor.fetchone()
    if sending is None:
        return None
    return replace(due, failing_since=endpoint[0], first_attempt_at=sending[0])


async def note_success(connection: Connection, due: Due, attempt: Attempt) -> None:
    """It was taken: the endpoint lives, and what waited for it goes on at once if it had been paused.

    What the endpoint has asked to wait stands: this attempt may have been on its way before it asked.
    """
    await _note(connection, due, attempt, status="delivered", due_at=attempt.at)
    cursor = await connection.execute(
        "UPDATE delivery.webhook w SET failing_since = NULL, state = 'active',"
        " not_before = CASE WHEN o.state = 'paused' THEN NULL ELSE w.not_before END"
        " FROM delivery.webhook o WHERE w.webhook_id = %s AND o.webhook_id = w.webhook_id"
        " AND w.state IN ('active', 'paused') AND (w.failing_since IS NOT NULL OR w.state = 'paused')"
        " RETURNING o.state",
        (due.webhook_id,),
    )
    row = await cursor.fetchone()
    if row is not None and row[0] == "paused":
        await _begin_anew(connection, due.webhook_id, attempt.at)


async def _begin_anew(connection: Connection, webhook_id: UUID, now: datetime) -> None:
    """Everything that waits is due now, and its time begins anew: what passed while paused does not count."""
    await connection.execute(
        "UPDATE delivery.sending SET due_at = LEAST(due_at, %s), first_attempt_at = NULL"
        " WHERE webhook_id = %s AND status = 'waiting'",
        (now, webhook_id),
    )


async def note_failure(
    connection: Connection,
    due: Due,
    attempt: Attempt,
    *,
    again_at: datetime | None,
    hold_until: datetime | None,
    state: str | None,
) -> None:
    """It was not taken.

    Args:
        again_at: when it is tried again; None: never, its time is over.
        hold_until: until when nothing goes to this endpoint; None: no change.
        state: the endpoint's new state; None: no change.
    """
    status = "failed" if again_at is None else "waiting"
    await _note(connection, due, attempt, status=status, due_at=again_at or attempt.at)
    await connection.execute(
        "UPDATE delivery.webhook SET failing_since = COALESCE(failing_since, %(at)s),"
        " not_before = COALESCE(%(hold)s, not_before), state = COALESCE(%(state)s, state)"
        " WHERE webhook_id = %(id)s AND state IN ('active', 'paused')",
        {"at": attempt.at, "hold": hold_until, "state": state, "id": due.webhook_id},
    )


async def _note(connection: Connection, due: Due, attempt: Attempt, *, status: str, due_at: datetime) -> None:
    await connection.execute(
        "UPDATE delivery.sending SET status = %(status)s, attempts = attempts + 1, due_at = %(due)s,"
        " first_attempt_at = COALESCE(first_attempt_at, %(began)s), last_attempt_at = %(at)s,"
        " response_code = %(code)s, latency_ms = %(latency)s, fault = %(fault)s"
        " WHERE webhook_id = %(id)s AND number = %(number)s",
        {
            "status": status,
            "due": due_at,
            "began": attempt.at - timedelta(milliseconds=attempt.latency_ms),
            "at": attempt.at,
            "code": attempt.response_code,
            "latency": attempt.latency_ms,
            "fault": attempt.fault,
            "id": due.webhook_id,
            "number": due.number,
        },
    )
