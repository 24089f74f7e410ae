"""The county behind the door, without Kafka: what the door has sent is folded by the scheduler's own folds."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from schemas.life_event import LifeEventRecorded
from schemas.resident_id import ResidentId, check_character
from schemas.topics import LIFE_EVENT
from schemas.wire import decode
from services.platform.database import Connection
from services.platform.ledger import Transaction, unpack_headers
from services.platform.runner import Reader
from services.scheduler.app import build_readers
from tests.integration.gateway.conftest import VILLAGE, Bench, Phone

LIFE_EVENTS = "/v1/life-events"


def id_number(number: int) -> str:
    """The ID number of an invented person."""
    first = f"990101195001{number % 28 + 1:02}{number % 1000:03}"
    return first + check_character(first)


def today() -> date:
    """The county's day, now: a run may last beyond midnight."""
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


def tomorrow() -> date:
    """The county's next day, from now."""
    return today() + timedelta(days=1)


def day(offset: int) -> str:
    """A day so many days from today, as it is sent."""
    return (today() + timedelta(days=offset)).isoformat()


@dataclass
class County:
    """Says what agencies say in lists, and lets the scheduler read what the door has sent."""

    bench: Bench
    read_up_to: int = 0
    lists: int = 0
    readers: dict[str, Reader] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.readers = {reader.topic.name: reader for reader in build_readers(self.bench.settings)}

    async def fold(self) -> None:
        """Lets the scheduler read everything in the outbox, and what it sends itself."""
        async with await psycopg.AsyncConnection.connect(self.bench.settings.database) as connection:
            while await self._fold_once(connection):
                await connection.commit()

    async def _fold_once(self, connection: Connection) -> bool:
        cursor = await connection.execute(
            "SELECT id, topic, headers, value FROM platform.outbox WHERE id > %s ORDER BY id", (self.read_up_to,)
        )
        rows = await cursor.fetchall()
        for number, topic, headers, value in rows:
            self.read_up_to = number
            if topic in self.readers:
                transaction = Transaction(connection, "/test")
                await self.readers[topic].fold(transaction, [decode(unpack_headers(headers), value)])
                await transaction.flush()
        return bool(rows)

    async def ask(
        self,
        request_id: str,
        number: str,
        *,
        agency: str = "hrss",
        name: str = "王秀英",
        village: str = VILLAGE,
        first: str = "",
        last: str = "",
        address: str = "",
        phone: str = "",
        household: str = "",
        programme: str = "pension",
    ) -> None:
        """An agency asks for one person, by a list; without days: from today for 60 days."""
        self.lists += 1
        head = "request_id,id_number,name,programme,window_start,due_date,village_code,residence_address,phone,户号"
        cells = [request_id, number, name, programme, first or day(0), last or day(60), village, address, phone]
        content = f"{head}\n{','.join([*cells, household])}\n".encode()
        headers = self.bench.as_role[agency] | {"Content-Type": "text/csv", "Idempotency-Key": str(self.lists)}
        answer = await self.bench.http.post("/v1/lists?wait=0", content=content, headers=headers)
        assert answer.status_code == 202, answer.text
        await self.fold()
        rejected = await self.bench.execute("SELECT code, field FROM scheduler.row_outcome WHERE outcome = 'rejected'")
        assert rejected == []

    def person(self, number: str) -> str:
        """The key of the person with this ID number."""
        return ResidentId.parse(number).person_key(self.bench.door.secrets.county_secret)

    async def visits(self, number: str, status: str = "open") -> list[dict[str, Any]]:
        """The person's visits of this status, as the scheduler role sees them."""
        headers = self.bench.as_role["scheduler"]
        page = (await self.bench.http.get(f"/v1/visits?status={status}&limit=1000", headers=headers)).json()
        return [visit for visit in page["items"] if visit["person_key"] == self.person(number)]

    async def visit(self, number: str) -> UUID:
        """The person's only open visit."""
        (visit,) = await self.visits(number)
        return UUID(visit["visit_id"])

    async def move(self, headers: dict[str, str], path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Posts, which must be taken, and lets the scheduler read it."""
        answer = await self.bench.http.post(path, json=body or {}, headers=headers)
        assert answer.status_code == 202, answer.text
        await self.fold()
        taken: dict[str, Any] = answer.json()
        return taken

    async def refused(self, headers: dict[str, str], path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
        """Posts, which must be refused and send nothing; status and code, after a look at the two languages."""
        before = await self.bench.execute("SELECT count(*) FROM platform.outbox")
        answer = await self.bench.http.post(path, json=body or {}, headers=headers)
        problem = answer.json()
        assert answer.status_code >= 400, answer.text
        assert problem["next_step"]["zh"] and problem["next_step"]["en"]
        assert await self.bench.execute("SELECT count(*) FROM platform.outbox") == before
        return answer.status_code, problem["code"]

    async def get(self, headers: dict[str, str], path: str) -> dict[str, Any]:
        """Reads, which must be served."""
        answer = await self.bench.http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def phone(self, *villages: str, cadre: str = "C001") -> Phone:
        """A new phone of this cadre."""
        phone = await self.bench.enrol_phone(*villages)
        await self.bench.execute(
            "UPDATE gateway.device SET cadre_id = %s WHERE device_id = %s", (cadre, phone.device_id)
        )
        return phone

    async def steps(self) -> list[LifeEventRecorded]:
        """The steps of life events that the door has sent, each under its person's key."""
        events = [(key, event) for topic, key, event in await self.bench.events() if topic == LIFE_EVENT.name]
        assert all(key == event.person_key for key, event in events)  # type: ignore[attr-defined]
        return [event for _, event in events if isinstance(event, LifeEventRecorded)]

    async def report_death(self, **more: Any) -> str:
        """hrss reports that the person of its request P-1 has died; the life event's id."""
        body = {"kind": "deceased", "source": "agency", "request_id": "P-1", "happened": {"day": day(-3)}} | more
        return str((await self.move(self.bench.as_role["hrss"], LIFE_EVENTS, body))["life_event_id"])

    async def state(self, life_event_id: str) -> str:
        """How sure a life event is, as a reviewer sees it."""
        return str((await self.get(self.bench.as_role["reviewer"], f"{LIFE_EVENTS}/{life_event_id}"))["state"])
