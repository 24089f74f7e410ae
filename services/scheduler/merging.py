"""Merging: all that is said of persons is folded, and what follows from it is told.

Thin on purpose: which person each event is about, the rows locked, the domain asked (`domain/person.py`), the
difference written and sent. Every fold of the scheduler that changes visits goes through here.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from schemas.base import Event
from schemas.identity import IdentityDecided
from schemas.life_event import LifeEventAcknowledged, LifeEventRecorded
from schemas.receipt import ReceiptGiven
from schemas.request import PersonRequestBatch
from schemas.revocation import RevocationOrdered
from schemas.verdict import EvidenceRecognised, VerdictReached
from schemas.visit import VisitAnnounced
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.ledger import Transaction
from services.platform.sealing import Keyring
from services.scheduler.domain.person import AnotherPersons, Heard, Person, Rules
from services.scheduler.opened_names import open_names
from services.scheduler.store.people import lock_people, note_decision, save_people
from services.scheduler.telling import tell


class Merging:
    """Folds statements, verdicts, receipts, announcements, life events and decisions on identity."""

    def __init__(self, *, keyring: Keyring, rules: Rules) -> None:
        self._keyring = keyring
        self._rules = rules

    async def fold_requests(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Folds accepted statements of any number of persons."""
        batches = [event for event in events if isinstance(event, PersonRequestBatch)]
        await self._fold(transaction, [item for batch in batches for item in batch.items])

    async def fold_verdicts(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Closes the requests that a verdict or evidence answered; notes every decision on its visit."""
        answers = [event for event in events if isinstance(event, VerdictReached | EvidenceRecognised)]
        await self._fold(transaction, answers)
        for event in answers:
            if isinstance(event, VerdictReached):
                await note_decision(transaction.connection, event.visit_id, event.decision, event.reasons)

    async def fold_announcements(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Folds the days that were told to persons."""
        await self._fold(transaction, [event for event in events if isinstance(event, VisitAnnounced)])

    async def fold_life_events(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Folds the steps of life events, and what the agencies have taken note of."""
        steps = [event for event in events if isinstance(event, LifeEventRecorded | LifeEventAcknowledged)]
        await self._fold(transaction, steps)

    async def fold_decisions(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Folds what reviewers decided on identity."""
        await self._fold(transaction, [event for event in events if isinstance(event, IdentityDecided)])

    async def fold_receipts(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Folds receipts and revocations of certificates; where another proof can help, the request is open again."""
        words = [event for event in events if isinstance(event, ReceiptGiven | RevocationOrdered)]
        await self._fold(transaction, words)

    async def _fold(self, transaction: Transaction, heard: Sequence[Heard]) -> None:
        before = await lock_people(transaction.connection, (event.person_key for event in heard))
        told = dict(before)
        for event in heard:
            told[event.person_key] = _hear(told[event.person_key], event)
        after = await self._settle(transaction, told.values())
        await save_people(transaction.connection, before, after)
        for key, person in after.items():
            tell(transaction, before[key], person)

    async def _settle(self, transaction: Transaction, people: Iterable[Person]) -> dict[str, Person]:
        people = list(people)
        questioned = [person for person in people if person.has_two_names]
        names = await open_names(transaction.connection, self._keyring, questioned)
        now = datetime.now(UTC)
        return {p.person_key: p.settled(self._rules, names.get(p.person_key), now) for p in people}


def _hear(person: Person, event: Heard) -> Person:
    try:
        return person.hear(event)
    except AnotherPersons as error:
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, str(error)) from None
