"""What is held of faces, and when its time is over: asked of PostgreSQL, where the clock and the truth are."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.certify.domain.retention import LOG_DAYS, RetentionPolicy
from services.certify.store.consents import WITHDRAWN
from services.platform.database import Connection

_RECORDINGS = f"""
SELECT c.capture_id AS id, c.person_key, c.blob_id, c.decision AS kind,
    CASE WHEN clock.due_at > c.judged_at AND {WITHDRAWN} THEN c.judged_at ELSE clock.due_at END AS due_at
FROM certify.capture AS c CROSS JOIN LATERAL (SELECT CASE
    WHEN NOT c.told THEN NULL
    WHEN c.review_round > 0 AND c.reviewed_at IS NULL THEN NULL
    WHEN c.review_round > 0 THEN c.reviewed_at + make_interval(days => %(review_days)s)
    WHEN c.decision = 'certified' THEN c.judged_at + make_interval(days => %(certified_days)s)
    WHEN c.decision = 'retry' THEN c.judged_at + make_interval(days => %(retry_days)s)
    ELSE LEAST(c.reviewed_at, (
        SELECT GREATEST(later.judged_at, c.judged_at) FROM certify.capture AS later
        WHERE later.visit_id = c.visit_id AND coalesce(later.review_decision, later.decision) = 'certified'
        ORDER BY later.judged_at LIMIT 1
    )) + make_interval(days => %(review_days)s) END AS due_at) AS clock
WHERE c.deleted_at IS NULL
"""  # noqa: S608 (made of the constant above)

_REFERENCES = """
SELECT r.blob_id AS id, r.person_key, r.blob_id, 'reference' AS kind, CASE
    WHEN EXISTS (SELECT 1 FROM certify.visit AS v WHERE v.person_key = r.person_key AND v.status <> 'closed') THEN NULL
    ELSE GREATEST(r.kept_at, (SELECT max(c.judged_at) FROM certify.capture AS c WHERE c.person_key = r.person_key))
        + make_interval(days => %(reference_days)s) END AS due_at
FROM platform.reference AS r WHERE true
"""

_STILLS = """
SELECT s.blob_id AS id, s.person_key, s.blob_id, 'still' AS kind, CASE
    WHEN EXISTS (SELECT 1 FROM certify.visit AS v WHERE v.person_key = s.person_key AND v.status <> 'closed') THEN NULL
    ELSE s.captured_at + make_interval(days => %(reference_days)s) END AS due_at
FROM certify.still AS s WHERE true
"""

_MOTIONS = """
SELECT m.capture_id AS id, m.person_key, NULL::uuid AS blob_id, 'motion' AS kind, CASE
    WHEN EXISTS (SELECT 1 FROM certify.visit AS v WHERE v.person_key = m.person_key AND v.status <> 'closed') THEN NULL
    ELSE m.captured_at + make_interval(days => %(reference_days)s) END AS due_at
FROM certify.motion AS m WHERE true
"""

_HELD = f"""
SELECT kind, count(*), count(DISTINCT person_key), count(*) FILTER (WHERE due_at IS NULL),
    count(*) FILTER (WHERE due_at <= %(now)s), min(due_at) FILTER (WHERE due_at > %(now)s)
FROM ({_RECORDINGS} UNION ALL {_REFERENCES} UNION ALL {_STILLS} UNION ALL {_MOTIONS}) AS held GROUP BY kind
"""  # noqa: S608 (made of the constants above)

KINDS = ("certified", "retry", "review", "reference", "still", "motion")
"""What is held: recordings by what was decided on them, reference photos, stills of accepted proofs that serve as
references, and motions that later recordings are compared with."""


@dataclass(frozen=True)
class Held:
    """One kind of what is held."""

    kind: str
    held: int
    people: int
    waiting: int
    """Without a date: for a reviewer, for a visit that is not known yet, for the end of an open visit."""
    due: int
    """Whose time is over."""
    next_due_at: datetime | None
    """When the next one's time is over."""


@dataclass(frozen=True)
class Due:
    """One thing whose time is over."""

    id: UUID
    """Of the capture, also for its motion, or of the photo."""
    blob_id: UUID | None


async def read_held(connection: Connection, policy: RetentionPolicy, now: datetime) -> list[Held]:
    """Every kind, also those of which nothing is held."""
    cursor = await connection.execute(_HELD, policy.model_dump() | {"now": now})
    found = {row[0]: Held(*row) for row in await cursor.fetchall()}
    return [found.get(kind, Held(kind, 0, 0, 0, 0, None)) for kind in KINDS]


async def count_people(connection: Connection) -> int:
    """Of how many people something with a face in it is held."""
    cursor = await connection.execute(
        "SELECT count(*) FROM (SELECT person_key FROM certify.capture WHERE deleted_at IS NULL"
        " UNION SELECT person_key FROM platform.reference UNION SELECT person_key FROM certify.still) AS people"
    )
    row: Any = await cursor.fetchone()
    return int(row[0])


async def take_due_recordings(
    connection: Connection, policy: RetentionPolicy, now: datetime, limit: int
) -> dict[str, list[Due]]:
    """Recordings whose time is over, by decision, locked until the commit; what another sweeper has is left to it."""
    return await _take(connection, f"{_RECORDINGS} FOR UPDATE OF c SKIP LOCKED", policy, now, limit)


async def take_due_references(
    connection: Connection, policy: RetentionPolicy, now: datetime, limit: int
) -> dict[str, list[Due]]:
    """The same of reference photos."""
    return await _take(connection, f"{_REFERENCES} FOR UPDATE OF r SKIP LOCKED", policy, now, limit)


async def take_due_stills(
    connection: Connection, policy: RetentionPolicy, now: datetime, limit: int
) -> dict[str, list[Due]]:
    """The same of stills."""
    return await _take(connection, f"{_STILLS} FOR UPDATE OF s SKIP LOCKED", policy, now, limit)


async def take_due_motions(
    connection: Connection, policy: RetentionPolicy, now: datetime, limit: int
) -> dict[str, list[Due]]:
    """The same of motions, which are no files."""
    return await _take(connection, f"{_MOTIONS} FOR UPDATE OF m SKIP LOCKED", policy, now, limit)


async def forget_motions(connection: Connection, capture_ids: Sequence[UUID]) -> None:
    """Deletes them."""
    await connection.execute("DELETE FROM certify.motion WHERE capture_id = ANY(%s)", (capture_ids,))


async def forget_recordings(connection: Connection, capture_ids: Sequence[UUID], now: datetime) -> None:
    """Writes down that these recordings are gone, and deletes their measurements. The decisions stay."""
    await connection.execute(
        "UPDATE certify.capture SET deleted_at = %s, blob_id = NULL WHERE capture_id = ANY(%s)", (now, capture_ids)
    )
    await connection.execute(
        "UPDATE certify.judgement SET measurements = NULL WHERE capture_id = ANY(%s)", (capture_ids,)
    )


async def forget_references(connection: Connection, blob_ids: Sequence[UUID]) -> None:
    """Writes down that these photos and stills are gone."""
    await connection.execute("DELETE FROM platform.reference WHERE blob_id = ANY(%s)", (blob_ids,))
    await connection.execute("DELETE FROM certify.still WHERE blob_id = ANY(%s)", (blob_ids,))


async def claimed(connection: Connection, blob_ids: Iterable[UUID]) -> Collection[UUID]:
    """Those of these sealed files that something points to: also recordings that wait to be judged, for as long as the
    log can still bring their event."""
    cursor = await connection.execute(
        "SELECT blob_id FROM certify.capture WHERE blob_id = ANY(%(ids)s)"
        " UNION SELECT blob_id FROM platform.reference WHERE blob_id = ANY(%(ids)s)"
        " UNION SELECT blob_id FROM certify.still WHERE blob_id = ANY(%(ids)s)"
        " UNION SELECT g.blob_id FROM gateway.capture AS g WHERE g.blob_id = ANY(%(ids)s)"
        " AND g.received_at > now() - make_interval(days => %(log_days)s)"
        " AND NOT EXISTS (SELECT 1 FROM certify.capture AS c WHERE c.capture_id = g.capture_id)",
        {"ids": list(blob_ids), "log_days": LOG_DAYS},
    )
    return {row[0] for row in await cursor.fetchall()}


async def _take(
    connection: Connection, query: str, policy: RetentionPolicy, now: datetime, limit: int
) -> dict[str, list[Due]]:
    cursor = await connection.execute(
        f"SELECT kind, id, blob_id FROM ({query}) AS held WHERE due_at <= %(now)s LIMIT %(limit)s",  # noqa: S608
        policy.model_dump() | {"now": now, "limit": limit},
    )
    found: dict[str, list[Due]] = {}
    for kind, one, blob_id in await cursor.fetchall():
        found.setdefault(kind, []).append(Due(one, blob_id))
    return found
