"""The scheduler's desk for tests: intake and merging behind one call, on a real PostgreSQL and without Kafka."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.base import Event, stable_id
from schemas.request import (
    CertificationRequested,
    Origin,
    PersonalData,
    PersonRequestBatch,
    RequestBatch,
    RequestItem,
    RequestRejected,
)
from schemas.resident_id import ResidentId
from schemas.wire import decode
from services.platform.database import Pool
from services.platform.ledger import Transaction, unpack_headers
from services.platform.sealing import Keyring, key_id_of, seal
from services.scheduler.domain.life_event_policy import LifeEventPolicy
from services.scheduler.domain.person import Rules
from services.scheduler.intake import Intake
from services.scheduler.merging import Merging

LIST = stable_id("list", "test")
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = b"s" * 32
RULES = Rules(LifeEventPolicy(), ZoneInfo("Asia/Shanghai"))


@dataclass
class Desk:
    """Says what agencies, cadres and reviewers say, and shows what follows."""

    pool: Pool
    keyring: Keyring
    intake: Intake
    merging: Merging
    said: int = 0
    told: list[tuple[str, Event]] = field(default_factory=list)
    """All that merging has sent, with its topic."""

    @staticmethod
    def person(number: str) -> str:
        """The key of the person with this ID number."""
        return ResidentId.parse(number).person_key(SECRET)

    async def request(
        self, number: str, request_id: str, first: str = "2026-03-01", last: str = "2026-03-31", **more: str
    ) -> RequestItem:
        """A request as the door would write it; `more`: further personal data, or programme and village_code."""
        self.said += 1
        try:
            key_id = key_id_of(self.person(number))
        except ValueError:
            key_id = key_id_of(number)
        async with self.pool.connection() as connection:
            keys = await self.keyring.get_or_make(connection, [key_id])
        programme, village = more.pop("programme", "pension"), more.pop("village_code", None)
        personal = PersonalData(id_number=number, **more)
        return CertificationRequested(
            request_id=request_id,
            programme=programme,
            window_start=first,
            due_date=last,
            village_code=village,
            personal=seal(keys[key_id], key_id, personal.model_dump_json().encode()),
            origin=Origin(list_id=LIST, row=self.said),
            recorded_at=self.now(),
        )

    def now(self) -> datetime:
        """Each statement is later than the one before."""
        self.said += 1
        return MOMENT + timedelta(seconds=self.said)

    async def say(self, *items: RequestItem, agency: str = "hrss") -> list[tuple[str, str]]:
        """Lets an agency say these things; returns the codes of what came back, with the request numbers."""
        self.said += 1
        batch = RequestBatch(event_id=stable_id("b", str(self.said)), recorded_at=MOMENT, agency=agency, items=items)
        async with self.pool.connection() as connection, connection.transaction():
            transaction = Transaction(connection, "/test")
            await self.intake.fold(transaction, [batch])
            await transaction.flush()
            sent = await _take(transaction)
        await self.fold(self.merging.fold_requests, [e for _, e in sent if isinstance(e, PersonRequestBatch)])
        rejected = [event for topic, event in sent if topic == f"request.rejected.{agency}"]
        return [(event.code, str(event.request_id)) for event in rejected if isinstance(event, RequestRejected)]

    async def fold(self, fold: Any, events: Sequence[Event]) -> list[tuple[str, Event]]:
        """Lets one of merging's folds take these events; returns what it sent."""
        async with self.pool.connection() as connection, connection.transaction():
            transaction = Transaction(connection, "/test")
            await fold(transaction, events)
            await transaction.flush()
            sent = await _take(transaction)
        self.told += sent
        return sent

    async def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says."""
        async with self.pool.connection() as connection:
            return await (await connection.execute(sql.encode(), values)).fetchall()

    async def open_visits(self) -> list[tuple[list[str], date, date]]:
        """Open visits: request numbers and window."""
        rows = await self.query(
            "SELECT ARRAY(SELECT e->>'request_id' FROM jsonb_array_elements(requests) e ORDER BY 1), window_first,"
            " window_last FROM scheduler.visit WHERE status = 'open' ORDER BY 1"
        )
        return [(requests, first, last) for requests, first, last in rows]


async def _take(transaction: Transaction) -> list[tuple[str, Event]]:
    cursor = await transaction.connection.execute(
        "WITH gone AS (DELETE FROM platform.outbox RETURNING id, topic, headers, value) SELECT * FROM gone ORDER BY id"
    )
    return [(topic, decode(unpack_headers(headers), value)) for _, topic, headers, value in await cursor.fetchall()]
