"""Alignment: which windows the agencies might widen is computed beside the folds; what all accept is amended.

The long work (`prepare`) reads the county in one statement without a lock, computes in a thread, and writes its answer
once. The folds only tell it, count answers, and hand an accepted proposal to intake, as amendments like any other.
"""

import asyncio
import logging
from collections.abc import Container, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.alignment import (
    AlignmentAsked,
    AlignmentProposed,
    ProposalAnswered,
    ProposalSettled,
    ProposalState,
    ProposedChange,
)
from schemas.base import Event, stable_id
from schemas.request import MAX_BATCH, RequestAmended, RequestBatch
from schemas.topics import ALIGNMENT_PROPOSED, REQUEST
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.database import Connection, Pool
from services.platform.ledger import Transaction
from services.scheduler.domain.align_campaigns import Campaign, Change
from services.scheduler.domain.align_effect import Amendment, Heard, amendments, answered
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.align_proposal import Decision, Proposal, ProposalError, WindowsChanged
from services.scheduler.domain.align_proposal import ProposalState as Agreed
from services.scheduler.domain.align_texts import SETTLED
from services.scheduler.store import alignment as store
from services.scheduler.store.alignment import StoredProposal
from services.scheduler.store.county import read_answered, read_county

log = logging.getLogger(__name__)

_LAST_CYCLE: Final = timedelta(days=400)
"""How far back an answered request may have been due and still bound how early the next window opens: a year's cycle,
and the month by which it may have moved."""


class Alignment:
    """Folds the topic `alignment`. `agencies` are those with topics of their own; ``None``: any."""

    def __init__(self, *, policy: AlignmentPolicy | None = None, agencies: Container[str] | None = None) -> None:
        self._policy = policy or AlignmentPolicy()
        self._agencies = agencies

    async def prepare(self, pool: Pool, events: Sequence[Event]) -> None:
        """Computes and keeps the answer to each question; one that is there already is not computed again."""
        for event in events:
            if isinstance(event, AlignmentAsked):
                await self._compute(pool, event)

    async def _compute(self, pool: Pool, asked: AlignmentAsked) -> None:
        from services.scheduler.aligned_county import align_county  # noqa: PLC0415 (needs NumPy)

        async with pool.connection() as connection:
            if await store.is_computed(connection, asked.alignment_id):
                return
            county = await read_county(connection)
            before = await read_answered(connection, asked.as_of - _LAST_CYCLE)
        found, windows = await asyncio.to_thread(
            align_county, asked, county, before, self._policy.narrowed(asked.limits), datetime.now(UTC)
        )
        log.info("alignment %s: %d requests, %d proposals", asked.alignment_id, found.requests, len(found.proposals))
        async with pool.connection() as connection, connection.transaction():
            await store.save_alignment(connection, found, windows)

    async def fold(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Tells the agencies what was found, and what follows from their answers."""
        for event in events:
            if isinstance(event, AlignmentAsked):
                await self._tell(transaction, event)
            elif isinstance(event, ProposalAnswered):
                await self._hear(transaction, event)

    async def _tell(self, transaction: Transaction, asked: AlignmentAsked) -> None:
        found = await store.take_untold(transaction.connection, asked.alignment_id)
        if found is None:
            return
        for agency in sorted({agency for proposed in found.proposals for agency in proposed.agencies}):
            mine = tuple(proposed for proposed in found.proposals if agency in proposed.agencies)
            event = AlignmentProposed(
                event_id=stable_id("alignment-proposed", str(asked.alignment_id), agency),
                recorded_at=found.made_at,
                agency=agency,
                alignment_id=asked.alignment_id,
                objective=asked.objective,
                as_of=asked.as_of,
                requests=found.requests,
                people=found.people,
                visits=found.visits,
                trips=found.trips,
                proposals=mine,
            )
            self._send(transaction, agency, event)

    async def _hear(self, transaction: Transaction, event: ProposalAnswered) -> None:
        connection = transaction.connection
        await store.lock_proposals(connection)
        stored = await store.find_proposal(connection, event.proposal_id)
        if stored is None or stored.asked.alignment_id != event.alignment_id:
            raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "proposal_id: no such proposal of this alignment")
        if stored.state in (ProposalState.APPLIED, ProposalState.OUTDATED):
            return
        answers = await store.read_answers(connection, event.proposal_id)
        decision = Decision(event.accepted, event.decided_by, event.recorded_at, event.reason)
        answers[event.agency] = Heard(decision, event.event_id).first(answers.get(event.agency))
        proposal = answered(_domain_proposal(stored.proposed), answers)
        await store.save_answer(connection, event, answers[event.agency])
        match proposal.state:
            case Agreed.ACCEPTED:
                await self._apply(transaction, stored, answers, event)
            case Agreed.DECLINED if stored.state is not ProposalState.DECLINED:
                await self._settle(transaction, stored, ProposalState.DECLINED, event)
            case Agreed.PROPOSED if stored.state is not ProposalState.PROPOSED:
                await store.settle(connection, event.proposal_id, ProposalState.PROPOSED, event.recorded_at)

    async def _apply(
        self, transaction: Transaction, stored: StoredProposal, answers: dict[str, Heard], cause: ProposalAnswered
    ) -> None:
        try:
            found = await _amendments(transaction.connection, stored, answers)
        except WindowsChanged:
            await self._settle(transaction, stored, ProposalState.OUTDATED, cause)
            return
        except ProposalError as error:
            raise UnreadableMessage(UnreadableCode.UNFOLDABLE, str(error)) from None
        for batch in _batches(stored, found, cause):
            transaction.emit(REQUEST.name, batch.agency, batch)
        await self._settle(transaction, stored, ProposalState.APPLIED, cause, found)
        for rival in await store.find_rivals(transaction.connection, stored.proposed.proposal_id):
            await self._settle(transaction, rival, ProposalState.OUTDATED, cause)

    async def _settle(
        self,
        transaction: Transaction,
        stored: StoredProposal,
        state: ProposalState,
        cause: ProposalAnswered,
        amended: Sequence[Amendment] = (),
    ) -> None:
        proposal_id = stored.proposed.proposal_id
        await store.settle(transaction.connection, proposal_id, state, cause.recorded_at)
        text = SETTLED[state]
        for agency in stored.proposed.agencies:
            event = ProposalSettled(
                event_id=stable_id("proposal-settled", str(proposal_id), agency, state, str(cause.event_id)),
                recorded_at=cause.recorded_at,
                agency=agency,
                alignment_id=stored.asked.alignment_id,
                proposal_id=proposal_id,
                state=state,
                amended=len({one.request_id for one in amended if one.agency == agency}),
                code=text.code.value,
                message=text.message,
                next_step=text.next_step,
            )
            self._send(transaction, agency, event)

    def _send(self, transaction: Transaction, agency: str, event: AlignmentProposed | ProposalSettled) -> None:
        if self._agencies is None or agency in self._agencies:
            transaction.emit(ALIGNMENT_PROPOSED.named(agency), str(event.alignment_id), event)


async def _amendments(connection: Connection, stored: StoredProposal, answers: dict[str, Heard]) -> list[Amendment]:
    agencies = stored.proposed.agencies
    asked = await store.read_windows(connection, stored.asked.alignment_id, agencies)
    if not asked:
        raise WindowsChanged("the windows asked about are not kept any more: run the alignment again and ask anew")
    county = await read_county(connection, agencies)
    proposal = answered(_domain_proposal(stored.proposed), answers)
    return await asyncio.to_thread(amendments, proposal, asked, county.standing, stored.asked.as_of)


def _batches(stored: StoredProposal, found: Sequence[Amendment], cause: ProposalAnswered) -> Iterator[RequestBatch]:
    """The amendments as their agencies would send them, each agency's in batches; the ids follow from the proposal."""
    for agency in stored.proposed.agencies:
        mine = [one for one in found if one.agency == agency]
        for first in range(0, len(mine), MAX_BATCH):
            yield RequestBatch(
                event_id=stable_id("alignment-amendments", str(stored.proposed.proposal_id), agency, str(first)),
                recorded_at=cause.recorded_at,
                agency=agency,
                items=tuple(_item(one) for one in mine[first : first + MAX_BATCH]),
            )


def _item(one: Amendment) -> RequestAmended:
    return RequestAmended(
        request_id=one.request_id,
        window_start=one.window_start.isoformat() if one.window_start else None,
        due_date=one.due_date.isoformat() if one.due_date else None,
        recorded_at=one.said_at,
    )


def _domain_proposal(proposed: ProposedChange) -> Proposal:
    """The proposal as the domain has it, without answers."""
    changes = {
        Campaign(one.agency, one.programme, one.area or ""): Change(one.days_earlier, one.days_later)
        for one in proposed.changes
    }
    return Proposal(changes, proposed.basis)
