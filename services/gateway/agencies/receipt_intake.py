"""Receipts that come in by the door: each is taken or refused by itself, and told to the scheduler once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from schemas.base import UtcDateTime, stable_id
from schemas.id_in_text import holds_id_number
from schemas.receipt import ReceiptGiven
from schemas.receipt_codes import ReceiptCode
from schemas.topics import RECEIPT
from services.gateway.access import audited
from services.gateway.access.callers import Principal
from services.gateway.door import Door
from services.gateway.errors import Code
from services.gateway.store import receipts
from services.gateway.store.receipts import Issued, ReceiptRow
from services.platform.audit_chain import Act
from services.platform.database import Connection

SKEW: Final = timedelta(minutes=5)
"""How far an agency's clock may go ahead of ours."""


def _storable(text: object) -> object:
    """Without what no database can hold: NUL, and halves of characters; an empty text says nothing."""
    if not isinstance(text, str):
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip() or None


Text64 = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(_storable)]
Text400 = Annotated[Annotated[str, Field(max_length=400)] | None, BeforeValidator(_storable)]


class ReceiptItem(BaseModel):
    """What your agency says of one of its certificates."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    certificate_id: UUID
    """The certificate."""
    outcome: Literal["accepted", "rejected"]
    """Whether it is in your records now."""
    code: ReceiptCode | None = None
    """Why it was rejected (docs/codes.md says what follows from each)."""
    message: Text400 = None
    """Your own words, without personal data: the cadre and the township read them."""
    record: Text64 = None
    """Your reference of the record or file, without personal data."""
    receipt_id: Text64 = None
    """Your own id of this receipt: the same id is the same receipt, however often it is sent. Without it, a receipt
    that says of the certificate what was said of it before is that one; to return to an earlier answer, give an id."""
    decided_at: UtcDateTime | None = None
    """When you decided; default: now. Of several receipts for one certificate the last one decided counts."""


@dataclass(frozen=True)
class Judgement:
    """What becomes of one item: taken as a row, or refused with a code."""

    row: ReceiptRow | None = None
    code: Code | None = None
    fields: tuple[str, ...] = ()
    """The fields that do not have the expected form."""
    revoked: bool = False
    """Whether its certificate is revoked: then nothing follows from a receipt."""


async def receive_receipts(door: Door, caller: Principal, items: Sequence[Any]) -> list[Judgement]:
    """Takes in what can be taken, in one transaction; the same receipt again is taken again and changes nothing.

    Args:
        items: as parsed from JSON; each is checked against `ReceiptItem` here, so that a bad one stops no other.

    Returns:
        One judgement for each item, in their order.
    """
    read = [_read(door, item) for item in items]
    sound = [item for item in read if isinstance(item, ReceiptItem)]
    certificate_ids = {item.certificate_id for item in sound}
    async with door.pool.connection() as connection, connection.transaction():
        await receipts.lock_receipts(connection, caller.own_agency)
        issued = await receipts.certificates_of(connection, caller.own_agency, certificate_ids)
        known = await receipts.receipts_known(connection, caller.own_agency, {_id_of(item) for item in sound})
        count = await receipts.last_sequences(connection, certificate_ids)
        new: list[ReceiptRow] = []
        judged: list[Judgement] = []
        for item in read:
            judgement = item if isinstance(item, Judgement) else _judge(door, caller, item, issued, known)
            row = judgement.row
            if row is not None and row.receipt_id not in known:
                count[row.certificate_id] = count.get(row.certificate_id, 0) + 1
                row = replace(row, sequence=count[row.certificate_id])
                known[row.receipt_id] = row
                new.append(row)
                judgement = replace(judgement, row=row)
            judged.append(judgement)
        await _tell(door, connection, new)
        for row in new:
            said = {"outcome": row.outcome} | ({"code": row.code} if row.code else {})
            await audited.note_officer(
                connection, caller, Act.RECEIPT_GIVEN, f"certificate:{row.certificate_id}", **said
            )
    return judged


def _read(door: Door, item: Any) -> ReceiptItem | Judgement:
    try:
        parsed = ReceiptItem.model_validate(item)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]} & ReceiptItem.model_fields.keys()
        return Judgement(code=Code.MALFORMED, fields=tuple(sorted(wrong)))
    code = _find_refusal(door, parsed)
    return parsed if code is None else Judgement(code=code)


def _find_refusal(door: Door, item: ReceiptItem) -> Code | None:
    if (item.outcome == "rejected") is not (item.code is not None):
        return Code.RECEIPT_CODE_MISSING if item.code is None else Code.RECEIPT_CODE_NEEDLESS
    if any(text and holds_id_number(text) for text in (item.message, item.record, item.receipt_id)):
        return Code.RECEIPT_HAS_ID_NUMBER
    if item.decided_at is not None and item.decided_at > door.now() + SKEW:
        return Code.RECEIPT_IN_FUTURE
    return None


def _id_of(item: ReceiptItem) -> str:
    return item.receipt_id or f"{item.certificate_id} {item.outcome} {item.code or ''}".strip()


def _judge(
    door: Door,
    caller: Principal,
    item: ReceiptItem,
    issued: Mapping[UUID, Issued],
    known: Mapping[str, ReceiptRow],
) -> Judgement:
    certificate = issued.get(item.certificate_id)
    if certificate is None:
        return Judgement(code=Code.CERTIFICATE_UNKNOWN)
    before = known.get(_id_of(item))
    if before is not None:
        same = (before.certificate_id, before.outcome, before.code) == (item.certificate_id, item.outcome, item.code)
        taken = Judgement(before, revoked=certificate.revoked)
        return taken if same else Judgement(code=Code.RECEIPT_ID_USED)
    now = door.now()
    return Judgement(
        ReceiptRow(
            agency=caller.own_agency,
            receipt_id=_id_of(item),
            event_id=stable_id("receipt-given", caller.own_agency, _id_of(item)),
            request_id=certificate.request_id,
            certificate_id=certificate.certificate_id,
            person_key=certificate.person_key,
            sequence=0,
            outcome=item.outcome,
            code=item.code and item.code.value,
            message=item.message,
            record=item.record,
            decided_at=max(item.decided_at or now, certificate.issued_at),
            given_by=caller.subject,
            recorded_at=now,
        ),
        revoked=certificate.revoked,
    )


async def _tell(door: Door, connection: Connection, rows: Sequence[ReceiptRow]) -> None:
    await receipts.add_receipts(connection, rows)
    transaction = door.transaction(connection)
    for row in rows:
        event = ReceiptGiven(
            event_id=row.event_id,
            recorded_at=row.recorded_at,
            agency=row.agency,
            request_id=row.request_id,
            certificate_id=row.certificate_id,
            person_key=row.person_key,
            outcome="accepted" if row.outcome == "accepted" else "rejected",
            code=row.code,
            message=row.message,
            record=row.record,
            decided_at=row.decided_at,
            sequence=row.sequence,
        )
        transaction.emit(RECEIPT.name, row.request_id, event)
    await transaction.flush()
