"""An agency's webhooks and what was sent to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class WebhookRow:
    """An endpoint."""

    webhook_id: UUID
    url: str
    kinds: list[str]
    state: str
    failing_since: datetime | None
    not_before: datetime | None
    fault: str | None
    """Of the attempt before this, of what waits."""
    waiting: int
    """Deliveries that wait for it."""
    made_at: datetime


@dataclass(frozen=True)
class SendingRow:
    """One delivery to one endpoint."""

    number: int
    event_id: UUID
    kind: str
    recorded_at: datetime
    status: str
    attempts: int
    due_at: datetime
    first_attempt_at: datetime | None
    last_attempt_at: datetime | None
    response_code: int | None
    latency_ms: int | None
    fault: str | None


_WEBHOOKS = (
    "SELECT w.webhook_id, w.url, w.kinds, w.state, w.failing_since, w.not_before,"
    " (SELECT s.fault FROM delivery.sending s WHERE s.webhook_id = w.webhook_id AND s.status = 'waiting'"
    " AND s.fault IS NOT NULL ORDER BY s.last_attempt_at DESC LIMIT 1),"
    " (SELECT count(*) FROM delivery.sending s WHERE s.webhook_id = w.webhook_id AND s.status = 'waiting'), w.made_at"
    " FROM delivery.webhook w WHERE w.agency = %s"
)
_SENDINGS = (
    "SELECT s.number, i.event_id, i.kind, i.recorded_at, s.status, s.attempts, s.due_at, s.first_attempt_at,"
    " s.last_attempt_at, s.response_code, s.latency_ms, s.fault FROM delivery.sending s"
    " JOIN delivery.item i ON i.agency = s.agency AND i.number = s.number WHERE s.webhook_id = %s"
)


async def count_webhooks(connection: Connection, agency: str) -> int:
    """How many endpoints the agency has."""
    cursor = await connection.execute("SELECT count(*) FROM delivery.webhook WHERE agency = %s", (agency,))
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def add_webhook(
    connection: Connection, webhook_id: UUID, agency: str, url: str, kinds: Sequence[str], secret: bytes, now: datetime
) -> None:
    """A new endpoint; `secret` is sealed."""
    await connection.execute(
        "INSERT INTO delivery.webhook (webhook_id, agency, url, kinds, secret, state, made_at)"
        " VALUES (%s, %s, %s, %s, %s, 'active', %s)",
        (webhook_id, agency, url, list(kinds), secret, now),
    )


async def list_webhooks(connection: Connection, agency: str, webhook_id: UUID | None = None) -> list[WebhookRow]:
    """The agency's endpoints, the oldest first; or the one of this id, if it is the agency's."""
    cursor = await connection.execute(
        f"{_WEBHOOKS} AND (%s::uuid IS NULL OR w.webhook_id = %s) ORDER BY w.made_at, w.webhook_id",
        (agency, webhook_id, webhook_id),
    )
    return [WebhookRow(*row) for row in await cursor.fetchall()]


async def delete_webhook(connection: Connection, agency: str, webhook_id: UUID) -> bool:
    """Ends an endpoint, with its log; False when the agency has none of this id."""
    cursor = await connection.execute(
        "DELETE FROM delivery.webhook WHERE agency = %s AND webhook_id = %s", (agency, webhook_id)
    )
    return cursor.rowcount == 1


async def change_secret(
    connection: Connection, agency: str, webhook_id: UUID, secret: bytes, *, both_until: datetime
) -> bool:
    """Gives an endpoint a new sealed secret; the present one signs too until `both_until`."""
    cursor = await connection.execute(
        "UPDATE delivery.webhook SET secret_before = secret, before_until = %s, secret = %s"
        " WHERE agency = %s AND webhook_id = %s",
        (both_until, secret, agency, webhook_id),
    )
    return cursor.rowcount == 1


async def stop_webhook(connection: Connection, agency: str, webhook_id: UUID) -> bool:
    """Nothing is sent until it is resumed; what comes meanwhile waits."""
    cursor = await connection.execute(
        "UPDATE delivery.webhook SET state = 'stopped' WHERE agency = %s AND webhook_id = %s", (agency, webhook_id)
    )
    return cursor.rowcount == 1


async def resume_webhook(connection: Connection, agency: str, webhook_id: UUID, now: datetime) -> bool:
    """Sends again, at once, whatever had stopped it; the time after which a delivery is given up begins anew.

    As everybody who changes many sendings, it has locked their endpoint before, so that nobody waits for the other.
    """
    cursor = await connection.execute(
        "UPDATE delivery.webhook SET state = 'active', failing_since = NULL, not_before = NULL"
        " WHERE agency = %s AND webhook_id = %s",
        (agency, webhook_id),
    )
    await connection.execute(
        "UPDATE delivery.sending SET due_at = LEAST(due_at, %s), first_attempt_at = NULL"
        " WHERE agency = %s AND webhook_id = %s AND status = 'waiting'",
        (now, agency, webhook_id),
    )
    return cursor.rowcount == 1


async def send_from(connection: Connection, agency: str, webhook_id: UUID, *, after: int, now: datetime) -> int:
    """Everything after a number that the endpoint wants waits for it anew; returns how much that is."""
    await connection.execute("SELECT FROM delivery.webhook WHERE webhook_id = %s FOR NO KEY UPDATE", (webhook_id,))
    cursor = await connection.execute(
        "INSERT INTO delivery.sending (webhook_id, agency, number, subject, status, due_at)"
        " SELECT w.webhook_id, i.agency, i.number, i.subject, 'waiting', %(now)s FROM delivery.item i"
        " JOIN delivery.webhook w ON w.agency = i.agency AND (w.kinds = '{}' OR i.kind = ANY(w.kinds))"
        " WHERE w.webhook_id = %(id)s AND i.agency = %(agency)s AND i.number > %(after)s"
        " ON CONFLICT (webhook_id, number) DO UPDATE SET status = 'waiting', due_at = %(now)s, attempts = 0,"
        " first_attempt_at = NULL",
        {"now": now, "id": webhook_id, "agency": agency, "after": after},
    )
    return cursor.rowcount


async def send_again(connection: Connection, webhook_id: UUID, number: int, now: datetime) -> bool:
    """One delivery waits anew, due at once; its webhook-id stays. False when there is none of this number."""
    cursor = await connection.execute(
        "UPDATE delivery.sending SET status = 'waiting', due_at = %s, attempts = 0, first_attempt_at = NULL"
        " WHERE webhook_id = %s AND number = %s",
        (now, webhook_id, number),
    )
    return cursor.rowcount == 1


async def page_of_sendings(
    connection: Connection, webhook_id: UUID, *, status: str | None, before: int, limit: int
) -> list[SendingRow]:
    """What was sent to an endpoint, the newest first, numbers below `before`."""
    cursor = await connection.execute(
        f"{_SENDINGS} AND (%s::text IS NULL OR s.status = %s) AND s.number < %s ORDER BY s.number DESC LIMIT %s",
        (webhook_id, status, status, before, limit),
    )
    return [SendingRow(*row) for row in await cursor.fetchall()]


async def find_sending(connection: Connection, webhook_id: UUID, number: int) -> SendingRow | None:
    """One delivery to an endpoint."""
    cursor = await connection.execute(f"{_SENDINGS} AND s.number = %s", (webhook_id, number))
    row = await cursor.fetchone()
    return SendingRow(*row) if row else None
