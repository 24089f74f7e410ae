"""A county that backs up, goes on, loses its database and restores, with an installation of its own."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from typer.testing import CliRunner, Result

from schemas.base import Event
from schemas.topics import CERTIFICATE, REQUEST_REJECTED
from services.cli.main import app
from services.platform.ledger import Transaction
from tests.databases import Databases
from tests.integration.gateway.conftest import Bench, Phone
from tests.integration.gateway.serving import CLIP, send, served
from tests.integration.line import Installation

WORKER = "services.delivery.app"
HRSS, CIVIL = "hrss", "civil_affairs"


@dataclass
class County:
    """One installation, whose door is opened and shut."""

    installation: Installation
    backups: Path
    heard: dict[str, list[UUID]] = field(default_factory=lambda: {HRSS: [], CIVIL: []})
    """By agency: every delivery that it has pulled, repetitions too."""
    after: dict[str, int] = field(default_factory=lambda: {HRSS: 0, CIVIL: 0})
    """By agency: its position."""

    @property
    def database(self) -> str:
        return self.installation.settings.database

    async def tell(self, *events: Event, known: Sequence[Event] = ()) -> None:
        """What agencies are to be told goes out; with what Kafka holds already (`known`) it is numbered when this
        returns."""
        async with await psycopg.AsyncConnection.connect(self.database) as connection:
            transaction = Transaction(connection, "/test")
            for event in events:
                agency = getattr(event, "agency")  # noqa: B009 (an event of an agency)
                topic = REQUEST_REJECTED if "rejected" in event.event_type else CERTIFICATE
                transaction.emit(topic.named(agency), event.event_id.hex, event)
            await transaction.flush()
        self.installation.publish()
        ids = [event.event_id for event in [*events, *known]]
        counted = "SELECT count(*) FROM delivery.item WHERE event_id = ANY(%s)"
        with self.installation.workers(WORKER):
            self.installation.wait_until(lambda: self.installation.query(counted, ids) == [(len(ids),)])

    async def pull(self, bench: Bench, agency: str) -> list[UUID]:
        """What the agency gets from where it is."""
        answer = await bench.http.get(f"/v1/deliveries?after={self.after[agency]}", headers=bench.as_role[agency])
        assert answer.status_code == 200, answer.text
        page = answer.json()
        self.after[agency] = page["next_after"]
        got = [UUID(item["event_id"]) for item in page["items"]]
        self.heard[agency] += got
        return got

    async def command(self, *arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env={"COLUMNS": "200"})

    async def backup(self) -> Path:
        made = await self.command("backup", str(self.backups))
        assert made.exit_code == 0, made.output
        return max(self.backups.glob("onevisit-*.dump"))


@pytest.fixture
def county(kafka: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """On a database without the tests' own triggers, which would stand in its backup."""
    with databases.copied(databases.plain) as database:
        made = County(Installation.make(kafka, database, tmp_path / "var"), tmp_path / "backups")
        for name, value in made.installation.settings.to_env().items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        yield made


async def filmed(bench: Bench, phone: Phone, number: str) -> UUID:
    """A recording that was received: the phone deletes its own; its file."""
    visit = await bench.open_visit((HRSS, number))
    async with served(bench.app) as address:
        await send(address, phone, CLIP, phone.metadata(CLIP, await bench.challenge(phone, visit)))
    ((blob_id,),) = await bench.execute("SELECT blob_id FROM gateway.capture WHERE visit_id = %s", (visit,))
    return UUID(str(blob_id))
