"""Alignments as the door shows them: the question it took in, and what the scheduler has found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from schemas.alignment import AlignmentAsked, ProposalAnswered, ProposalState, ProposedChange
from services.gateway.store.keyset import Place, keyset
from services.platform.database import Connection


@dataclass(frozen=True)
class FoundRow:
    """What the scheduler has found for a question."""

    requests: int
    people: int
    visits: int
    trips: int
    overdue: int
    exact: bool
    campaigns: list[dict[str, Any]]
    made_at: datetime


@dataclass(frozen=True)
class ProposalRow:
    """A proposal with what has become of it."""

    proposed: ProposedChange
    alignment_id: UUID
    rank: int
    state: ProposalState
    settled_at: datetime | None
    made_at: datetime
    answers: list[dict[str, Any]]


async def note_question(connection: Connection, asked: AlignmentAsked) -> AlignmentAsked:
    """Keeps a question; the one that was kept first under its id when there is one already."""
    await connection.execute(
        "INSERT INTO gateway.alignment_question VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (asked.alignment_id, Jsonb(asked.model_dump(mode="json")), asked.recorded_at),
    )
    kept = await find_question(connection, asked.alignment_id)
    assert kept is not None
    return kept


async def find_question(connection: Connection, alignment_id: UUID) -> AlignmentAsked | None:
    """A question by its id."""
    cursor = await connection.execute(
        "SELECT asked FROM gateway.alignment_question WHERE alignment_id = %s", (alignment_id,)
    )
    row = await cursor.fetchone()
    return AlignmentAsked.model_validate(row[0], strict=False) if row else None


async def page_of_questions(connection: Connection, limit: int) -> list[tuple[AlignmentAsked, FoundRow | None, int]]:
    """The last questions, the newest first: what was asked, what was found, and how many proposals."""
    cursor = await connection.execute(
        "SELECT q.asked, a.requests, a.people, a.visits, a.trips, a.overdue, a.exact, a.campaigns, a.made_at,"
        " (SELECT count(*) FROM scheduler.alignment_proposal p WHERE p.alignment_id = q.alignment_id)"
        " FROM gateway.alignment_question q LEFT JOIN scheduler.alignment a"
        " ON a.alignment_id = q.alignment_id AND a.told ORDER BY q.recorded_at DESC, q.alignment_id LIMIT %s",
        (limit,),
    )
    return [
        (
            AlignmentAsked.model_validate(row[0], strict=False),
            FoundRow(*row[1:9]) if row[8] is not None else None,
            row[9],
        )
        for row in await cursor.fetchall()
    ]


async def find_found(connection: Connection, alignment_id: UUID) -> FoundRow | None:
    """What was found; None while the scheduler has not looked."""
    cursor = await connection.execute(
        "SELECT requests, people, visits, trips, overdue, exact, campaigns, made_at FROM scheduler.alignment"
        " WHERE alignment_id = %s AND told",
        (alignment_id,),
    )
    row = await cursor.fetchone()
    return FoundRow(*row) if row else None


async def proposals_of(connection: Connection, alignment_id: UUID, agency: str | None) -> list[ProposalRow]:
    """The proposals of an alignment, the best first; of an agency those that concern it."""
    cursor = await connection.execute(
        "SELECT proposal, alignment_id, rank, state, settled_at, made_at, answers FROM scheduler.alignment_told"
        " WHERE alignment_id = %s AND (%s::text IS NULL OR %s = ANY(agencies)) ORDER BY rank",
        (alignment_id, agency, agency),
    )
    return [_row(row) for row in await cursor.fetchall()]


async def find_proposal(connection: Connection, proposal_id: UUID, agency: str) -> ProposalRow | None:
    """A proposal that concerns this agency."""
    cursor = await connection.execute(
        "SELECT proposal, alignment_id, rank, state, settled_at, made_at, answers FROM scheduler.alignment_told"
        " WHERE proposal_id = %s AND %s = ANY(agencies)",
        (proposal_id, agency),
    )
    row = await cursor.fetchone()
    return _row(row) if row else None


async def waiting_for(connection: Connection, agency: str, *, after: Place | None, limit: int) -> list[ProposalRow]:
    """The proposals that wait for this agency's answer, by alignment, the oldest first."""
    cursor = await connection.execute(
        "SELECT proposal, alignment_id, rank, state, settled_at, made_at, answers FROM scheduler.alignment_told p"
        " WHERE state = 'proposed' AND %(agency)s = ANY(agencies) AND NOT EXISTS"
        " (SELECT 1 FROM gateway.proposal_answer g WHERE g.proposal_id = p.proposal_id AND g.agency = %(agency)s)"
        " AND (%(at)s::timestamptz IS NULL OR (made_at, proposal_id) > (%(at)s, %(last)s::uuid))"
        " ORDER BY made_at, proposal_id LIMIT %(limit)s",
        {"agency": agency, **keyset(after, limit)},
    )
    return [_row(row) for row in await cursor.fetchall()]


async def note_answer(connection: Connection, event: ProposalAnswered) -> bool:
    """Keeps an agency's answer; False when it has answered before."""
    cursor = await connection.execute(
        "INSERT INTO gateway.proposal_answer VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (event.proposal_id, event.agency, event.accepted, event.recorded_at),
    )
    return cursor.rowcount == 1


async def find_answer(connection: Connection, proposal_id: UUID, agency: str) -> tuple[bool, datetime] | None:
    """What the agency has answered, and when."""
    cursor = await connection.execute(
        "SELECT accepted, recorded_at FROM gateway.proposal_answer WHERE proposal_id = %s AND agency = %s",
        (proposal_id, agency),
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else None


def _row(row: Sequence[Any]) -> ProposalRow:
    proposal, alignment_id, rank, state, settled_at, made_at, answers = row
    return ProposalRow(
        ProposedChange.model_validate(proposal, strict=False),
        alignment_id,
        rank,
        ProposalState(state),
        settled_at,
        made_at,
        answers,
    )
