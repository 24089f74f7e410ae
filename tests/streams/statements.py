"""What agencies say, with the dirt of real lists: batches of sealed statements, as the door writes them."""

import random
from datetime import UTC, datetime, timedelta

from schemas.base import stable_id
from schemas.request import (
    CertificationRequested,
    Origin,
    PersonalData,
    RequestAmended,
    RequestBatch,
    RequestItem,
    RequestWithdrawn,
)
from schemas.wire import encode
from services.platform.database import Pool
from services.platform.sealing import Keyring, key_id_of, seal
from tests.streams.mutations import MARKERS, Raw
from tests.unit.gateway.lists.fuzz import STRANGE_TEXTS, dirty_rows
from tests.unit.gateway.lists.rows import HEADER

MOST_STATEMENTS = 6
CELL = 400
"""Characters of a cell that the door passes on (`schemas.request.AsTyped`)."""
_START = datetime(2026, 3, 1, tzinfo=UTC)


class Agency:
    """Writes batches: mostly requests, some changes and withdrawals, each with its own dirt, all names planted."""

    def __init__(self, master_key: bytes, chance: random.Random) -> None:
        self._keyring = Keyring(master_key)
        self._chance = chance
        self._said = 0

    async def speak(self, pool: Pool) -> Raw:
        """The next batch."""
        rows = dirty_rows(self._said, self._chance.randint(1, MOST_STATEMENTS), self._chance)
        items = [await self._say(pool, [*row, *[""] * len(HEADER)][: len(HEADER)]) for row in rows]
        agency = self._chance.choice(("hrss", "civil_affairs", "health"))
        if self._chance.random() < 0.01:
            agency = "zz_nobody"
        batch = RequestBatch(
            event_id=stable_id("fuzz", str(self._said)), recorded_at=self._now(), agency=agency, items=tuple(items)
        )
        return encode(batch, source="/test")

    def _now(self) -> datetime:
        return _START + timedelta(seconds=self._said)

    async def _say(self, pool: Pool, row: list[str]) -> RequestItem:
        self._said += 1
        request_id, _, programme, number, name, first, last, address, village, phone = (cell[:CELL] for cell in row)
        if self._chance.random() < 0.02:
            request_id = self._chance.choice((*STRANGE_TEXTS, f"R{MARKERS[0]}"))[:CELL]
        kind = self._chance.random()
        if kind < 0.1:
            return RequestWithdrawn(request_id=self._earlier(request_id), recorded_at=self._now())
        if kind < 0.2:
            return RequestAmended(
                request_id=self._earlier(request_id), due_date=last, village_code=village, recorded_at=self._now()
            )
        name = MARKERS[1] if name else name
        number = MARKERS[0] if kind < 0.22 else number
        personal = PersonalData(id_number=number, name=name, residence_address=address, phone=phone)
        key_id = key_id_of(number)
        async with pool.connection() as connection:
            keys = await self._keyring.get_or_make(connection, [key_id])
        sealed = seal(keys[key_id], key_id, b"{" if kind > 0.99 else personal.model_dump_json().encode())
        return CertificationRequested(
            request_id=request_id,
            programme=programme,
            window_start=first,
            due_date=last,
            village_code=village,
            personal=sealed.model_copy(update={"key_id": stable_id("erased")}) if 0.98 < kind <= 0.99 else sealed,
            origin=Origin(list_id=stable_id("list", str(self._said)), row=self._said),
            recorded_at=self._now(),
        )

    def _earlier(self, request_id: str) -> str:
        """Mostly a number of an earlier request, else the one at hand."""
        return f"R{self._chance.randrange(self._said + 1)}" if self._chance.random() < 0.7 else request_id
