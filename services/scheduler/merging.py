"""Merging: accepted statements and verdicts are folded into persons; the visits that changed are told."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from schemas.base import Event, stable_id
from schemas.request import PersonRequestBatch
from schemas.topics import VISIT
from schemas.verdict import VerdictReached
from schemas.visit import VisitChanged
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.ledger import Transaction
from services.scheduler.domain.person import Person, Visit
from services.scheduler.domain.statement import Statement
from services.scheduler.store.people import lock_people, note_decision, save_statements, save_visits


async def fold_requests(transaction: Transaction, events: Sequence[Event]) -> None:
    """Folds accepted statements of any number of persons."""
    items = [item for event in events if isinstance(event, PersonRequestBatch) for item in event.items]
    people = await lock_people(transaction.connection, (item.person_key for item in items))
    changed: dict[tuple[str, str], Statement] = {}
    for item in items:
        key = (item.agency, item.request_id)
        before = changed.get(key) or people[item.person_key].statements.get(key) or Statement.blank(item)
        if before.person_key != item.person_key:
            raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "items: a request of another person")
        changed[key] = before.hear(item)
    await _regroup(transaction, people, changed.values())


async def fold_verdicts(transaction: Transaction, events: Sequence[Event]) -> None:
    """Closes the requests that a verdict answered; notes the other decisions on the visit."""
    verdicts = [event for event in events if isinstance(event, VerdictReached)]
    people = await lock_people(transaction.connection, (verdict.person_key for verdict in verdicts))
    changed: dict[tuple[str, str], Statement] = {}
    for verdict in verdicts:
        statements = people[verdict.person_key].statements
        for answer in verdict.answers:
            key = (answer.agency, answer.request_id)
            if key not in statements:
                raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "answers: a request that this person does not have")
            changed[key] = changed.get(key, statements[key]).answered(answer.certificate_id)
        found = verdict.verification
        await note_decision(
            transaction.connection, verdict.visit_id, found.decision.value, [reason.value for reason in found.reasons]
        )
    await _regroup(transaction, people, changed.values())


async def _regroup(transaction: Transaction, people: dict[str, Person], statements: Iterable[Statement]) -> None:
    by_person: dict[str, list[Statement]] = {}
    for statement in statements:
        by_person.setdefault(statement.person_key, []).append(statement)
    if not by_person:
        return
    await save_statements(transaction.connection, [s for together in by_person.values() for s in together])
    outcomes = [people[key].with_statements(together).regrouped() for key, together in by_person.items()]
    moved = [visit for _, visits in outcomes for visit in visits]
    if not moved:
        return
    await save_visits(transaction.connection, [person for person, visits in outcomes if visits], moved)
    for visit in moved:
        transaction.emit(VISIT.name, str(visit.visit_id), _told(visit))


def _told(visit: Visit) -> VisitChanged:
    return VisitChanged(
        event_id=stable_id("visit-changed", str(visit.visit_id), str(visit.version)),
        recorded_at=datetime.now(UTC),
        visit_id=visit.visit_id,
        person_key=visit.person_key,
        version=visit.version,
        status=visit.status,
        closed_because=visit.closed_because,
        window=visit.window,
        requests=visit.requests,
        village_code=visit.village_code,
        opened_at=visit.opened_at,
    )
