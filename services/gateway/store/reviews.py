"""The reviewers' queue in PostgreSQL: cases of certify, with who has them and what was decided at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from schemas.base import AgencyCode
from schemas.review_reasons import ReviewDecision, ReviewReason
from services.gateway.domain.review import Opinion, Settlement
from services.platform.database import Connection


@dataclass(frozen=True)
class CaseRow:
    """A case as it stands."""

    case_id: UUID
    capture_id: UUID
    visit_id: UUID
    person_key: str
    cause: str
    programmes: Sequence[str]
    reviewers: int
    blind_to_machine: bool
    blind_to_first: bool
    opened_at: datetime
    """When the round that is open began."""
    round: int
    settled_at: datetime | None
    decision: str | None
    """Of the last round, when that is settled."""
    ground: str | None
    appealed_by: str | None
    captured_at: datetime
    blob_id: UUID | None
    verification: str
    """What the machine found, as JSON."""
    waits: bool
    """Whether a reviewer's word is wanted: undecided, its recording held, and no other one has settled it."""


@dataclass(frozen=True)
class Lease:
    """That a case is on a reviewer's desk."""

    leased_at: datetime
    expires_at: datetime
    clip_opened_at: datetime | None
    """When this reviewer opened the recording."""


_WAITING = """
    c.open AND r.settled_at IS NULL AND k.deleted_at IS NULL
    AND NOT (coalesce(r.round, 1) = 1 AND c.cause = 'machine' AND EXISTS (
        SELECT 1 FROM certify.capture AS later WHERE later.visit_id = c.visit_id
        AND later.capture_id <> c.capture_id AND coalesce(later.review_decision, later.decision) = 'certified'))
"""
"""A doubt about a visit that was certified by another recording needs nobody any more."""
_SEEN = """(%(areas)s::text[] IS NULL OR EXISTS (
    SELECT 1 FROM scheduler.visit AS v WHERE v.visit_id = c.visit_id AND v.village_code ^@ ANY(%(areas)s::text[])))
"""
"""A reviewer of a part of the county gets the visits of that part."""

_CASES = f"""
SELECT c.case_id, c.capture_id, c.visit_id, c.person_key, c.cause, c.programmes, c.reviewers, c.blind_to_machine,
    c.blind_to_first, coalesce(r.opened_at, c.opened_at), coalesce(r.round, 1), r.settled_at, r.decision, r.ground,
    r.appealed_by, k.captured_at, k.blob_id, j.verification::text, ({_WAITING})
FROM certify.review_case AS c
JOIN certify.capture AS k USING (capture_id)
JOIN certify.judgement AS j USING (capture_id)
LEFT JOIN LATERAL (
    SELECT * FROM gateway.review_round WHERE case_id = c.case_id ORDER BY round DESC LIMIT 1
) AS r ON true
"""  # noqa: S608 (made of the constant above)

_UNTOUCHED = """
    NOT EXISTS (SELECT 1 FROM gateway.review_opinion AS o WHERE o.case_id = c.case_id AND o.reviewer = %(me)s)
    AND NOT EXISTS (SELECT 1 FROM gateway.review_round AS w WHERE w.case_id = c.case_id AND w.recorded_by = %(me)s)
"""
"""Cases in which this reviewer has neither decided nor taken an appeal in, in whatever round."""

_NEXT = f"""{_CASES} WHERE {_WAITING} AND {_SEEN} AND {_UNTOUCHED}
    AND NOT EXISTS (SELECT 1 FROM gateway.review_declined AS d WHERE d.case_id = c.case_id AND d.reviewer = %(me)s
        AND d.declined_at > %(now)s - interval '1 day')
    AND NOT EXISTS (SELECT 1 FROM gateway.review_lease AS l WHERE l.case_id = c.case_id AND l.expires_at > %(now)s)
ORDER BY coalesce(r.round, 1) DESC, coalesce(r.opened_at, c.opened_at), c.case_id LIMIT 1
FOR UPDATE OF c SKIP LOCKED
"""  # noqa: S608 (made of the constants above)


_LEASE = """
INSERT INTO gateway.review_lease (case_id, reviewer, leased_at, expires_at)
VALUES (%(case)s, %(me)s, %(now)s, %(until)s)
ON CONFLICT (case_id) DO UPDATE SET reviewer = excluded.reviewer, leased_at = excluded.leased_at,
    expires_at = excluded.expires_at, clip_opened_at = NULL WHERE gateway.review_lease.expires_at <= %(now)s
"""


async def take_next(
    connection: Connection, reviewer: str, now: datetime, minutes: int, *, areas: Sequence[str] | None = None
) -> CaseRow | None:
    """The case that this reviewer has, or the next one that nobody has: appeals first, then the oldest.

    It is the reviewer's for so many minutes; two who ask at once get two cases. What nobody has to decide any more is
    taken off the desk.

    Args:
        areas: division codes of the villages that the reviewer sees; None: all.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", (f"review-lease:{reviewer}",))
    await connection.execute(
        "DELETE FROM gateway.review_lease WHERE reviewer = %s AND expires_at <= %s", (reviewer, now)
    )
    cursor = await connection.execute("SELECT case_id FROM gateway.review_lease WHERE reviewer = %s", (reviewer,))
    if (held := await cursor.fetchone()) is not None:
        own = await find_case(connection, held[0])
        if own is not None and own.waits:
            return own
        await end_lease(connection, held[0], reviewer)
    until = now + timedelta(minutes=minutes)
    asked = {"me": reviewer, "now": now, "areas": None if areas is None else list(areas)}
    while (row := await (await connection.execute(_NEXT, asked)).fetchone()) is not None:
        case = CaseRow(*row)
        cursor = await connection.execute(_LEASE, {"case": case.case_id, "me": reviewer, "now": now, "until": until})
        if cursor.rowcount == 1:  # else somebody took it between the look and the lock
            return case
    return None


async def find_case(connection: Connection, case_id: UUID, *, lock: bool = False) -> CaseRow | None:
    """A case by its id; with `lock` nobody else decides on it until the commit."""
    query = f"{_CASES} WHERE c.case_id = %s" + (" FOR UPDATE OF c" if lock else "")
    row = await (await connection.execute(query.encode(), (case_id,))).fetchone()
    return CaseRow(*row) if row else None


async def find_lease(connection: Connection, case_id: UUID, reviewer: str) -> Lease | None:
    """Whether a case is this reviewer's. What ran out stays the reviewer's until another one takes it."""
    cursor = await connection.execute(
        "SELECT leased_at, expires_at, clip_opened_at FROM gateway.review_lease WHERE case_id = %s AND reviewer = %s",
        (case_id, reviewer),
    )
    row = await cursor.fetchone()
    return Lease(*row) if row else None


async def note_opened(connection: Connection, case_id: UUID, reviewer: str, now: datetime) -> None:
    """Remembers that the reviewer who has a case has opened its recording."""
    await connection.execute(
        "UPDATE gateway.review_lease SET clip_opened_at = coalesce(clip_opened_at, %s)"
        " WHERE case_id = %s AND reviewer = %s",
        (now, case_id, reviewer),
    )


async def end_lease(connection: Connection, case_id: UUID, reviewer: str) -> bool:
    """Gives a case back; False when this reviewer does not have it."""
    cursor = await connection.execute(
        "DELETE FROM gateway.review_lease WHERE case_id = %s AND reviewer = %s", (case_id, reviewer)
    )
    return cursor.rowcount > 0


async def end_leases_of(connection: Connection, reviewer: str) -> None:
    """Takes whatever a reviewer has on his desk: he may see something else from now on."""
    await connection.execute("DELETE FROM gateway.review_lease WHERE reviewer = %s", (reviewer,))


async def decline(connection: Connection, case_id: UUID, reviewer: str, now: datetime) -> None:
    """Remembers that a reviewer gave a case back: for a day it is for others."""
    await connection.execute(
        "INSERT INTO gateway.review_declined (case_id, reviewer, declined_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (case_id, reviewer) DO UPDATE SET declined_at = excluded.declined_at",
        (case_id, reviewer, now),
    )


async def opinions_of(connection: Connection, case_id: UUID, number: int) -> list[Opinion]:
    """What was decided in a round, in the order in which it was."""
    cursor = await connection.execute(
        "SELECT reviewer, decision, reasons FROM gateway.review_opinion WHERE case_id = %s AND round = %s"
        " ORDER BY decided_at, reviewer",
        (case_id, number),
    )
    return [
        Opinion(reviewer, ReviewDecision(decision), tuple(ReviewReason(reason) for reason in reasons))
        for reviewer, decision, reasons in await cursor.fetchall()
    ]


async def find_own(connection: Connection, case_id: UUID, reviewer: str) -> tuple[int, Opinion] | None:
    """What this reviewer has decided of a case, and in which round."""
    cursor = await connection.execute(
        "SELECT round, decision, reasons FROM gateway.review_opinion WHERE case_id = %s AND reviewer = %s",
        (case_id, reviewer),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return row[0], Opinion(reviewer, ReviewDecision(row[1]), tuple(ReviewReason(reason) for reason in row[2]))


async def add_opinion(
    connection: Connection, case: CaseRow, opinion: Opinion, leased_at: datetime, now: datetime
) -> None:
    """Writes down what a reviewer decided; the first word on a case begins its first round."""
    if case.round == 1:
        await connection.execute(
            "INSERT INTO gateway.review_round (case_id, round, opened_at) VALUES (%s, 1, %s) ON CONFLICT DO NOTHING",
            (case.case_id, case.opened_at),
        )
    await connection.execute(
        "INSERT INTO gateway.review_opinion (case_id, round, reviewer, decision, reasons, leased_at, decided_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (
            case.case_id,
            case.round,
            opinion.reviewer,
            opinion.decision.value,
            [reason.value for reason in opinion.reasons],
            leased_at,
            now,
        ),
    )


async def settle_round(connection: Connection, case: CaseRow, settled: Settlement, now: datetime) -> None:
    """Ends a round."""
    await connection.execute(
        "UPDATE gateway.review_round SET decision = %s, reasons = %s, settled_at = %s"
        " WHERE case_id = %s AND round = %s",
        (settled.decision.value, [reason.value for reason in settled.reasons], now, case.case_id, case.round),
    )


async def open_round(
    connection: Connection, case: CaseRow, *, appealed_by: str, ground: str, recorded_by: str, now: datetime
) -> None:
    """Begins another round: an appeal."""
    await connection.execute(
        "INSERT INTO gateway.review_round (case_id, round, opened_at, appealed_by, ground, recorded_by)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (case.case_id, case.round + 1, now, appealed_by, ground, recorded_by),
    )


async def last_case(
    connection: Connection, *, person: str, visit_id: UUID | None = None, request: tuple[AgencyCode, str] | None = None
) -> CaseRow | None:
    """The case that an appeal of this person is about, locked: of recordings made at a visit, or at a visit for a
    request, or on which a certificate of that request rests. One that is appealed already comes first, else the newest
    that reviewers did not certify, else the newest that anybody looks at."""
    agency, request_id = request or (None, None)
    said = {"agency": agency, "request": request_id, "asked": Jsonb([{"agency": agency, "request_id": request_id}])}
    row = await (await connection.execute(_APPEALED, {"person": person, "visit": visit_id, **said})).fetchone()
    return await find_case(connection, row[0]) if row else None  # who waited for the lock reads it as it stands now


_APPEALED = f"""{_CASES} WHERE c.person_key = %(person)s AND (%(visit)s::uuid IS NULL OR c.visit_id = %(visit)s)
    AND (%(agency)s::text IS NULL
        OR EXISTS (SELECT 1 FROM scheduler.visit AS v WHERE v.visit_id = c.visit_id AND v.requests @> %(asked)s)
        OR EXISTS (SELECT 1 FROM certify.certificate AS t
            WHERE t.proof_id = c.capture_id AND t.agency = %(agency)s AND t.request_id = %(request)s))
ORDER BY (r.round > 1 AND r.settled_at IS NULL) IS TRUE DESC, coalesce(r.decision, '') IN ('retry', 'refused') DESC,
    k.captured_at DESC, c.case_id LIMIT 1
FOR UPDATE OF c
"""  # noqa: S608 (made of the constants above)


async def count_waiting(connection: Connection, *, areas: Sequence[str] | None = None) -> int:
    """How many cases wait for a reviewer (of these areas)."""
    asked = {"areas": None if areas is None else list(areas)}
    row: Any = await (await connection.execute(_COUNT, asked)).fetchone()
    return int(row[0])


_COUNT = f"SELECT count(*) FROM ({_CASES} WHERE {_WAITING} AND {_SEEN}) AS waiting"  # noqa: S608 (made of the constants above)
