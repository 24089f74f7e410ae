"""What the door said last of a visit or a question, so that only a change is passed on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.platform.database import Connection


async def note_change(
    connection: Connection, topic: str, subject: UUID, said: dict[str, Any], now: datetime
) -> datetime | None:
    """Writes down what is said now; None when it was the last word already.

    Returns:
        The moment under which to pass it on: `now`, or just after the last word when that has a later clock. So what is
        said last is also later for those who read it. The row is locked until the commit.
    """
    cursor = await connection.execute(
        "INSERT INTO gateway.last_word (topic, subject, said, recorded_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (topic, subject, Jsonb(said), now),
    )
    if cursor.rowcount == 1:
        return now
    cursor = await connection.execute(
        "SELECT said, recorded_at FROM gateway.last_word WHERE topic = %s AND subject = %s FOR UPDATE", (topic, subject)
    )
    row = await cursor.fetchone()
    assert row is not None
    last, recorded_at = row
    if last == said:
        return None
    moment: datetime = max(now, recorded_at + timedelta(microseconds=1))
    await connection.execute(
        "UPDATE gateway.last_word SET said = %s, recorded_at = %s WHERE topic = %s AND subject = %s",
        (Jsonb(said), moment, topic, subject),
    )
    return moment
