"""Alignments in PostgreSQL: what was found, the windows it is about, the proposals and their answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from schemas.alignment import AlignmentAsked, ProposalAnswered, ProposalState, ProposedChange
from services.platform.database import Connection
from services.scheduler.domain.align_campaigns import Campaign
from services.scheduler.domain.align_effect import Heard, Placed
from services.scheduler.domain.align_proposal import Decision
from services.scheduler.domain.merge import OpenRequest
from services.scheduler.store.county import NO_MOMENT, PORTION, in_portions

_RIVALS: Final = (
    "WITH mine AS MATERIALIZED"
    " (SELECT DISTINCT person_key FROM scheduler.alignment_concerned WHERE proposal_id = %(id)s)"
    " SELECT p.proposal, a.asked, p.state FROM scheduler.alignment_proposal p JOIN scheduler.alignment a"
    " USING (alignment_id) WHERE p.state = 'proposed' AND p.proposal_id <> %(id)s AND EXISTS"
    " (SELECT 1 FROM scheduler.alignment_concerned c WHERE c.proposal_id = p.proposal_id"
    " AND c.person_key IN (SELECT person_key FROM mine)) ORDER BY p.proposal_id"
)
_KEEP_WINDOWS: Final = timedelta(days=90)
"""How long a proposal can wait for its agencies; afterwards its windows are unknown, and it is outdated."""


@dataclass(frozen=True)
class StoredAlignment:
    """What was found."""

    asked: AlignmentAsked
    requests: int
    people: int
    visits: int
    trips: int
    overdue: int
    exact: bool
    campaigns: list[dict[str, Any]]
    """As in the JSON answer of `onevisit align`."""
    made_at: datetime
    proposals: list[ProposedChange]
    """The best first."""


@dataclass(frozen=True)
class StoredProposal:
    """One proposal with what has become of it."""

    proposed: ProposedChange
    asked: AlignmentAsked
    state: ProposalState


async def is_computed(connection: Connection, alignment_id: UUID) -> bool:
    """Whether the answer is there."""
    cursor = await connection.execute("SELECT 1 FROM scheduler.alignment WHERE alignment_id = %s", (alignment_id,))
    return await cursor.fetchone() is not None


async def save_alignment(connection: Connection, found: StoredAlignment, windows: Sequence[Placed]) -> None:
    """Writes what was found, with the windows concerned; the first answer to a question stays."""
    alignment_id = found.asked.alignment_id
    cursor = await connection.execute(
        "INSERT INTO scheduler.alignment (alignment_id, asked, requests, people, visits, trips, overdue, exact,"
        " campaigns, made_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            *(alignment_id, Jsonb(found.asked.model_dump(mode="json")), found.requests, found.people, found.visits),
            *(found.trips, found.overdue, found.exact, Jsonb(found.campaigns), found.made_at),
        ),
    )
    if cursor.rowcount == 0:
        return
    await connection.execute(
        "DELETE FROM scheduler.alignment_window WHERE alignment_id IN"
        " (SELECT alignment_id FROM scheduler.alignment WHERE made_at < %s)",
        (found.made_at - _KEEP_WINDOWS,),
    )
    for first in range(0, len(windows), PORTION):
        await _save_windows(connection, alignment_id, windows[first : first + PORTION])
    for rank, proposed in enumerate(found.proposals):
        await connection.execute(
            "INSERT INTO scheduler.alignment_proposal (proposal_id, alignment_id, rank, proposal, agencies)"
            " VALUES (%s, %s, %s, %s, %s)",
            (
                *(proposed.proposal_id, alignment_id, rank),
                *(Jsonb(proposed.model_dump(mode="json")), list(proposed.agencies)),
            ),
        )


async def _save_windows(connection: Connection, alignment_id: UUID, windows: Sequence[Placed]) -> None:
    await connection.execute(
        "INSERT INTO scheduler.alignment_window SELECT %b::uuid, * FROM unnest(%b::text[], %b::text[], %b::text[],"
        " %b::text[], %b::date[], %b::date[])",
        (
            alignment_id,
            [w.campaign.agency for w in windows],
            [w.request.request_id for w in windows],
            [w.campaign.programme for w in windows],
            [w.campaign.area for w in windows],
            [w.request.window_start for w in windows],
            [w.request.due_date for w in windows],
        ),
    )


async def take_untold(connection: Connection, alignment_id: UUID) -> StoredAlignment | None:
    """What was found, the first time that it is asked for; then None."""
    cursor = await connection.execute(
        "UPDATE scheduler.alignment SET told = true WHERE alignment_id = %s AND NOT told RETURNING asked, requests,"
        " people, visits, trips, overdue, exact, campaigns, made_at",
        (alignment_id,),
    )
    if (row := await cursor.fetchone()) is None:
        return None
    cursor = await connection.execute(
        "SELECT proposal FROM scheduler.alignment_proposal WHERE alignment_id = %s ORDER BY rank", (alignment_id,)
    )
    proposals = [ProposedChange.model_validate(p, strict=False) for (p,) in await cursor.fetchall()]
    asked, requests, people, visits, trips, overdue, exact, campaigns, made_at = row
    return StoredAlignment(
        asked=AlignmentAsked.model_validate(asked, strict=False),
        requests=requests,
        people=people,
        visits=visits,
        trips=trips,
        overdue=overdue,
        exact=exact,
        campaigns=campaigns,
        made_at=made_at,
        proposals=proposals,
    )


async def lock_proposals(connection: Connection) -> None:
    """Lets only this transaction change proposals until its commit: two that exclude each other cannot both apply."""
    await connection.execute("LOCK TABLE scheduler.alignment_proposal IN EXCLUSIVE MODE")


async def find_proposal(connection: Connection, proposal_id: UUID) -> StoredProposal | None:
    """A proposal by its id."""
    cursor = await connection.execute(
        "SELECT p.proposal, a.asked, p.state FROM scheduler.alignment_proposal p JOIN scheduler.alignment a"
        " USING (alignment_id) WHERE p.proposal_id = %s",
        (proposal_id,),
    )
    row = await cursor.fetchone()
    return _stored(*row) if row else None


async def find_rivals(connection: Connection, proposal_id: UUID) -> list[StoredProposal]:
    """The waiting proposals with a person in common: what they promise is not true any more once this one applies."""
    cursor = await connection.execute(_RIVALS, {"id": proposal_id})
    return [_stored(*row) for row in await cursor.fetchall()]


def _stored(proposal: Any, asked: Any, state: str) -> StoredProposal:
    return StoredProposal(
        ProposedChange.model_validate(proposal, strict=False),
        AlignmentAsked.model_validate(asked, strict=False),
        ProposalState(state),
    )


async def read_answers(connection: Connection, proposal_id: UUID) -> dict[str, Heard]:
    """The answers so far, by agency."""
    cursor = await connection.execute(
        "SELECT agency, accepted, decided_by, decided_at, reason, event_id FROM scheduler.alignment_answer"
        " WHERE proposal_id = %s",
        (proposal_id,),
    )
    return {row[0]: Heard(Decision(*row[1:5]), row[5]) for row in await cursor.fetchall()}


async def save_answer(connection: Connection, event: ProposalAnswered, heard: Heard) -> None:
    """Keeps the answer that counts for the agency."""
    said = heard.decision
    await connection.execute(
        "INSERT INTO scheduler.alignment_answer VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (proposal_id, agency)"
        " DO UPDATE SET accepted = excluded.accepted, decided_by = excluded.decided_by,"
        " decided_at = excluded.decided_at, reason = excluded.reason, event_id = excluded.event_id",
        (
            *(event.proposal_id, event.agency, said.accepted, said.decided_by, said.decided_at, said.reason),
            heard.event_id,
        ),
    )


async def settle(connection: Connection, proposal_id: UUID, state: ProposalState, at: datetime) -> None:
    """Writes what has become of a proposal."""
    await connection.execute(
        "UPDATE scheduler.alignment_proposal SET state = %s, settled_at = %s WHERE proposal_id = %s",
        (state.value, None if state is ProposalState.PROPOSED else at, proposal_id),
    )


async def read_windows(connection: Connection, alignment_id: UUID, agencies: Iterable[str]) -> list[Placed]:
    """The windows that these agencies were asked about."""
    cursor = await connection.execute(
        "SELECT agency, request_id, programme, area, window_start, due_date FROM scheduler.alignment_window"
        " WHERE alignment_id = %s AND agency = ANY(%s)",
        (alignment_id, sorted(agencies)),
    )
    return [
        Placed(
            OpenRequest(agency, number, programme, "", first, last, NO_MOMENT),
            Campaign(agency, programme, area),
        )
        async for agency, number, programme, area, first, last in in_portions(cursor)
    ]
