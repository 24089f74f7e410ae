"""A list that comes in by the door: each row becomes a statement with its personal columns sealed, or is refused alone.

Nothing is judged here but what must not go further: the rest is intake's business, so that all ways in decide alike.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from schemas.base import AgencyCode, stable_id
from schemas.programmes import read_agency
from schemas.request import MAX_BATCH, CertificationRequested, Origin, PersonalData, RequestBatch
from schemas.request_row import RequestRow
from schemas.resident_id import InvalidResidentId, ResidentId
from schemas.topic import LARGEST_MESSAGE_BYTES
from schemas.topics import REQUEST
from services.gateway.door import Door
from services.gateway.errors import Code
from services.gateway.lists import NumberedRow, read_list
from services.gateway.lists.contents import ListContents, ListLimits
from services.gateway.store import lists
from services.gateway.store.lists import ReceivedList, RefusedRow, SentRow
from services.platform.sealing import Unsealable, key_id_of, seal
from services.platform.telemetry import redact

Item = TypeVar("Item")
SHEET_STRIDE: Final = 2_000_000
"""Rows of a second sheet are numbered from here, of a third from twice this: no sheet has more than 1,048,576 rows."""
CELL_CHARACTERS: Final = 400
"""Longest cell that an event carries, as in `schemas.request.AsTyped`."""
MESSAGE_BYTES: Final = LARGEST_MESSAGE_BYTES // 4
"""Of the requests that travel together: what is made of them later, by person, is a little more."""


@dataclass(frozen=True)
class _Row:
    """One row with its number in the list and the key that seals it."""

    number: int
    values: RequestRow
    key_id: UUID


def list_id_of(agency: AgencyCode, content: bytes, idempotency_key: str, programme: str) -> UUID:
    """The id of a list: the same file of the same agency is the same list, unless its key says otherwise."""
    return stable_id("list", agency, hashlib.sha256(content).hexdigest(), idempotency_key, programme)


async def receive_list(
    door: Door, agency: AgencyCode, content: bytes, file_name: str, *, list_id: UUID, programme: str
) -> bool:
    """Takes a list in: its rows, its refusals and the events that carry it are committed together.

    Args:
        door: the running gateway.
        agency: who sends it, as authenticated.
        content: the file.
        file_name: its name; only the ending is used to read it.
        list_id: from `list_id_of`.
        programme: for rows that name none.

    Returns:
        False when it had been received before; nothing is done then.
    """
    async with door.pool.connection() as connection:
        if await lists.exists(connection, list_id):
            return False
    received_at = door.now()
    limits = ListLimits(file_bytes=door.policy.list_bytes)
    contents = await asyncio.to_thread(read_list, content, file_name, limits=limits)
    rows, refused = await asyncio.to_thread(_sort, door, agency, list_id, contents, programme)
    items: list[CertificationRequested] = []
    for part in _batched(rows):
        keys = await _keys(door, part)
        erased = [row for row in part if row.key_id not in keys]
        refused += [RefusedRow(row.number, row.values.request_id, Code.DATA_ERASED) for row in erased]
        kept = [row for row in part if row.key_id in keys]
        items += await asyncio.to_thread(_seal, kept, keys, list_id, received_at)
    received = ReceivedList(
        list_id=list_id,
        agency=agency,
        file_name=redact(file_name.replace("\0", ""))[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        received_at=received_at,
        sent=[SentRow(item.origin.row, item.request_id) for item in items if item.origin],
        refused=refused,
        problems=[
            {"code": p.code.value, "row": p.row, "sheet": p.sheet, "message": f"{p.explain('zh')} {p.explain('en')}"}
            for p in contents.problems
        ],
        sheets=_sheets(contents.rows),
    )
    async with door.pool.connection() as connection, connection.transaction():
        if not await lists.add(connection, received):
            return False
        transaction = door.transaction(connection)
        for number, batch in enumerate(in_messages(items)):
            event_id = stable_id("request-batch", str(list_id), str(number))
            event = RequestBatch(event_id=event_id, recorded_at=received_at, agency=agency, items=batch)
            transaction.emit(REQUEST.name, agency, event)
        await transaction.flush()
    return True


def _batched(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    for start in range(0, len(items), MAX_BATCH):
        yield tuple(items[start : start + MAX_BATCH])


def in_messages(items: Sequence[CertificationRequested]) -> Iterator[tuple[CertificationRequested, ...]]:
    """The requests as they travel together: 500 at most, and no message near what a broker takes. Cells may be 400
    characters long, of six bytes each in JSON: 500 rows of such cells are 15 MiB."""
    batch: list[CertificationRequested] = []
    size = 0
    for item in items:
        weight = len(item.model_dump_json().encode())
        if batch and (len(batch) == MAX_BATCH or size + weight > MESSAGE_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield tuple(batch)


def _sheets(rows: Sequence[NumberedRow]) -> list[str]:
    return list(dict.fromkeys(row.sheet or "" for row in rows))


def _sort(
    door: Door, agency: AgencyCode, list_id: UUID, contents: ListContents, programme: str
) -> tuple[list[_Row], list[RefusedRow]]:
    """The rows that go on, and those that must not."""
    sheets = {sheet: index for index, sheet in enumerate(_sheets(contents.rows))}
    good: list[_Row] = []
    bad: list[RefusedRow] = []
    for numbered in contents.rows:
        number = numbered.row + SHEET_STRIDE * sheets[numbered.sheet or ""]
        values = numbered.values
        if programme and values.programme is None:
            values = values.model_copy(update={"programme": programme})
        values = _storable(values)
        code = _find_refusal(agency, values)
        if code is None:
            good.append(_Row(number, values, _key_id(door, list_id, number, values.id_number)))
        else:
            harmless = code not in (Code.REQUEST_ID_IS_ID_NUMBER, Code.TEXT_TOO_LONG)
            bad.append(RefusedRow(number, values.request_id if harmless else None, code))
    return good, bad


def _storable(values: RequestRow) -> RequestRow:
    """The row without what no database can hold: NUL, and halves of characters that a broken program wrote."""
    changed = {
        name: text.replace("\0", "").encode("utf-8", "replace").decode()
        for name, text in values
        if isinstance(text, str) and not (text.isprintable() and text.isascii())
    }
    return values.model_copy(update=changed) if changed else values


def _find_refusal(agency: AgencyCode, values: RequestRow) -> Code | None:
    if values.agency is not None:
        named, known = read_agency(values.agency)
        if known and named != agency:
            return Code.AGENCY_DIFFERS
    if any(isinstance(text, str) and len(text) > CELL_CHARACTERS for _, text in values):
        return Code.TEXT_TOO_LONG
    if values.request_id is not None and _parse(values.request_id) is not None:
        return Code.REQUEST_ID_IS_ID_NUMBER
    return None


def _key_id(door: Door, list_id: UUID, number: int, id_number: str | None) -> UUID:
    """The person's key; a row without a readable ID has a key of its own, so that its other data are sealed too."""
    person = _parse(id_number) if id_number else None
    if person is None:
        return stable_id("row-data-key", str(list_id), str(number))
    return key_id_of(person.person_key(door.secrets.county_secret))


def _parse(text: str) -> ResidentId | None:
    try:
        return ResidentId.parse(text)
    except InvalidResidentId:
        return None


async def _keys(door: Door, rows: Sequence[_Row]) -> dict[UUID, bytes]:
    """The keys of these rows, made where missing, in a transaction of its own: so lists never wait in a circle."""
    wanted = [row.key_id for row in rows]
    async with door.pool.connection() as connection:
        try:
            return await door.keyring.get_or_make(connection, wanted)
        except Unsealable:
            return await door.keyring.find(connection, wanted)


def _seal(
    rows: Sequence[_Row], keys: Mapping[UUID, bytes], list_id: UUID, received_at: datetime
) -> list[CertificationRequested]:
    return [_statement(row, keys[row.key_id], list_id, received_at) for row in rows]


def _statement(row: _Row, key: bytes, list_id: UUID, received_at: datetime) -> CertificationRequested:
    values = row.values
    personal = PersonalData(
        id_number=values.id_number,
        name=values.name,
        residence_address=values.residence_address,
        phone=values.phone,
        reference_photo=values.reference_photo,
        household_id=values.household_id,
    )
    return CertificationRequested(
        request_id=values.request_id,
        programme=values.programme,
        window_start=values.window_start,
        due_date=values.due_date,
        village_code=values.village_code,
        personal=seal(key, row.key_id, personal.model_dump_json(exclude_none=True).encode()),
        origin=Origin(list_id=list_id, row=row.number),
        recorded_at=received_at + timedelta(microseconds=row.number),
    )
