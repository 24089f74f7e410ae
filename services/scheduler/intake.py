"""Intake: statements of agencies, as typed, become accepted statements of persons, or go back with a reason.

A batch that the relay sent twice is judged twice: what follows from it carries its moment, not the clock's, so that
both answers are the same to the byte and their readers see one.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import ValidationError

from schemas.base import Event, stable_id
from schemas.request import (
    AcceptedAmendment,
    AcceptedItem,
    AcceptedRequest,
    AcceptedWithdrawal,
    CertificationRequested,
    Origin,
    PersonalData,
    PersonRequestBatch,
    RequestAmended,
    RequestBatch,
    RequestRejected,
    RequestWithdrawn,
)
from schemas.request_row import RequestRow
from schemas.topics import REQUEST_PERSON, REQUEST_REJECTED
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.ledger import Transaction
from services.platform.sealing import Keyring, Unsealable, unseal
from services.scheduler.domain.codes import RejectionCode
from services.scheduler.domain.intake import Accepted, Fault, Rejected, assess_amendment, assess_list, read_request_id
from services.scheduler.domain.visit import RequestKey
from services.scheduler.store.intake import claim_requests, owners, save_outcomes
from services.scheduler.tags import tag_dwelling, tag_name

Change = RequestAmended | RequestWithdrawn


@dataclass(frozen=True)
class _Row:
    """One request of a batch, judged."""

    item: CertificationRequested
    result: Accepted | Rejected
    key: bytes | None
    """The person's data key; None when it was destroyed."""


class Intake:
    """Folds `RequestBatch`es. `today` gives the county's date; `partitions` those of `request.person`.

    `agencies` are those with topics of their own: an answer to another one would stop the relay. `None`: any.
    """

    def __init__(
        self,
        *,
        county_secret: bytes,
        keyring: Keyring,
        partitions: int,
        today: Callable[[], date],
        agencies: Container[str] | None = None,
    ) -> None:
        self._county_secret = county_secret
        self._keyring = keyring
        self._partitions = partitions
        self._today = today
        self._agencies = agencies

    async def fold(self, transaction: Transaction, events: Sequence[Event]) -> None:
        """Judges every statement; the good ones go on, the others go back; none stops the rest."""
        for event in events:
            assert isinstance(event, RequestBatch)
            if self._agencies is not None and event.agency not in self._agencies:
                raise UnreadableMessage(UnreadableCode.UNFOLDABLE, "agency: not in ONEVISIT_AGENCIES, has no topics")
            await self._fold_batch(transaction, event)

    async def _fold_batch(self, transaction: Transaction, batch: RequestBatch) -> None:
        rows = await self._judge(transaction, batch)
        claims: dict[RequestKey, str] = {}
        for row in rows.values():
            if isinstance(row.result, Accepted):
                key = (batch.agency, row.result.request_id)
                claims.setdefault(key, row.result.resident_id.person_key(self._county_secret))
        owned = await claim_requests(transaction.connection, claims)
        numbers = [
            read_request_id(i.request_id, today=self._today())
            for i in batch.items
            if not isinstance(i, CertificationRequested)
        ]
        changes = [(batch.agency, number) for number in numbers if isinstance(number, str)]
        owned |= await owners(transaction.connection, changes)
        good: list[AcceptedItem] = []
        bad: list[RequestRejected] = []
        taken: list[tuple[str, int, str, str]] = []
        for number, item in enumerate(batch.items):
            outcome = self._settle(batch.agency, item, rows.get(number), owned)
            if isinstance(outcome, Rejected):
                bad.append(_rejection(batch, number, item, outcome))
                continue
            good.append(outcome)
            if isinstance(item, CertificationRequested) and item.origin is not None:
                taken.append((str(item.origin.list_id), item.origin.row, batch.agency, outcome.request_id))
        await save_outcomes(transaction.connection, taken, bad)
        self._pass_on(transaction, batch, good)
        for rejection in bad:
            topic = REQUEST_REJECTED.named(batch.agency)
            transaction.emit(topic, rejection.request_id or str(rejection.event_id), rejection)

    async def _judge(self, transaction: Transaction, batch: RequestBatch) -> dict[int, _Row]:
        items = {n: item for n, item in enumerate(batch.items) if isinstance(item, CertificationRequested)}
        keys = await self._keyring.find(transaction.connection, {item.personal.key_id for item in items.values()})
        typed: list[tuple[int, RequestRow]] = []
        judged: list[tuple[int, Accepted | Rejected]] = []
        for number, item in items.items():
            try:
                typed.append((number, _row(batch.agency, item, keys)))
            except (Unsealable, ValidationError) as error:
                erased = isinstance(error, Unsealable)
                code = RejectionCode.PERSON_ERASED if erased else RejectionCode.PERSON_UNREADABLE
                known = read_request_id(item.request_id, today=self._today())
                request_id = known.request_id if isinstance(known, Rejected) else known
                judged.append((number, Rejected(request_id, (Fault(code, "id_number"),))))
        judged += assess_list(typed, today=self._today())
        return {n: _Row(items[n], result, keys.get(items[n].personal.key_id)) for n, result in judged}

    def _settle(
        self,
        agency: str,
        item: CertificationRequested | Change,
        row: _Row | None,
        owned: dict[RequestKey, str],
    ) -> AcceptedItem | Rejected:
        if row is not None:
            if isinstance(row.result, Rejected):
                return row.result
            person = row.result.resident_id.person_key(self._county_secret)
            if owned[agency, row.result.request_id] != person:
                return Rejected(row.result.request_id, (Fault(RejectionCode.REQUEST_ID_REUSED, "request_id"),))
            return self._accepted(agency, row, row.result, person)
        assert not isinstance(item, CertificationRequested)
        return self._settle_change(agency, item, owned)

    def _accepted(self, agency: str, row: _Row, result: Accepted, person: str) -> AcceptedRequest:
        return AcceptedRequest(
            person_key=person,
            agency=agency,
            request_id=result.request_id,
            programme=result.programme,
            window_start=result.window_start,
            due_date=result.due_date,
            village_code=result.village_code,
            personal=row.item.personal,
            name_tag=None if row.key is None else tag_name(row.key, result.name),
            dwelling=tag_dwelling(self._county_secret, result),
            recorded_at=row.item.recorded_at,
        )

    def _settle_change(self, agency: str, item: Change, owned: dict[RequestKey, str]) -> AcceptedItem | Rejected:
        request_id = read_request_id(item.request_id, today=self._today())
        if isinstance(request_id, Rejected):
            return request_id
        owner = owned.get((agency, request_id))
        if owner is None:
            return Rejected(request_id, (Fault(RejectionCode.REQUEST_UNKNOWN, "request_id"),))
        if isinstance(item, RequestWithdrawn):
            return AcceptedWithdrawal(
                person_key=owner, agency=agency, request_id=request_id, recorded_at=item.recorded_at
            )
        return _amendment(agency, item.model_copy(update={"request_id": request_id}), owner)

    def _pass_on(self, transaction: Transaction, cause: RequestBatch, items: Sequence[AcceptedItem]) -> None:
        by_partition: dict[int, list[AcceptedItem]] = {}
        for item in items:
            by_partition.setdefault(partition_of(item.person_key, self._partitions), []).append(item)
        for partition, together in sorted(by_partition.items()):
            batch = PersonRequestBatch(
                event_id=stable_id("person-request-batch", str(cause.event_id), str(partition)),
                recorded_at=cause.recorded_at,
                items=tuple(together),
            )
            transaction.emit(REQUEST_PERSON.name, str(partition), batch, partition=partition)


def partition_of(person_key: str, partitions: int) -> int:
    """The partition of `request.person` on which this person's statements travel."""
    return int(person_key[:8], 16) % partitions


def _row(agency: str, item: CertificationRequested, keys: Mapping[UUID, bytes]) -> RequestRow:
    personal = PersonalData.model_validate_json(unseal(keys, item.personal))
    return RequestRow(
        request_id=item.request_id,
        agency=agency,
        programme=item.programme,
        window_start=item.window_start,
        due_date=item.due_date,
        village_code=item.village_code,
        **personal.model_dump(),
    )


def _amendment(agency: str, item: RequestAmended, owner: str) -> AcceptedAmendment | Rejected:
    row = RequestRow(
        request_id=item.request_id,
        programme=item.programme,
        window_start=item.window_start,
        due_date=item.due_date,
        village_code=item.village_code,
    )
    result = assess_amendment(row)
    if isinstance(result, Rejected):
        return result
    return AcceptedAmendment(
        person_key=owner,
        agency=agency,
        request_id=item.request_id,
        programme=result.programme,
        window_start=result.window_start,
        due_date=result.due_date,
        village_code=result.village_code,
        recorded_at=item.recorded_at,
    )


def _rejection(
    batch: RequestBatch, number: int, item: CertificationRequested | Change, rejected: Rejected
) -> RequestRejected:
    origin: Origin | None = item.origin if isinstance(item, CertificationRequested) else None
    chinese, english = rejected.first.explain("zh"), rejected.first.explain("en")
    return RequestRejected(
        event_id=stable_id("request-rejected", str(batch.event_id), str(number)),
        recorded_at=batch.recorded_at,
        agency=batch.agency,
        request_id=rejected.request_id,
        origin=origin,
        code=rejected.first.code.value,
        field=rejected.first.field,
        message=f"{chinese.message} {english.message}",
        next_step=f"{chinese.next_step} {english.next_step}",
    )
