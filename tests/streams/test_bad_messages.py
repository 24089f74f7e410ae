"""Damaged messages through the scheduler's real folds on a real PostgreSQL: each is folded or becomes a dead letter.

Not one may stop the line, and the good ones before and behind take effect.
"""

import base64
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.base import Event, stable_id
from schemas.dead_letter import DeadLetter
from schemas.request import CertificationRequested, Origin, PersonalData, RequestBatch
from schemas.topic import Topic, dead_topic
from schemas.topics import REQUEST, REQUEST_PERSON, TOPICS, VERDICT
from schemas.verdict import VerdictReached
from schemas.wire import UnreadableCode, decode, encode
from services.platform.database import Pool, open_pool
from services.platform.ledger import Partition, start_positions, unpack_headers
from services.platform.runner import Message, Reader, Runner
from services.platform.sealing import Keyring, key_id_of, seal
from services.platform.settings import Settings
from services.scheduler.agents import readers
from services.scheduler.alignment import Alignment
from services.scheduler.domain.life_event_policy import LifeEventPolicy
from services.scheduler.domain.person import Rules
from services.scheduler.intake import Intake
from services.scheduler.merging import Merging
from tests.integration.line import made_up_ids
from tests.streams.accounting import readable
from tests.streams.mutations import Raw, mutated, specimens

PER_BATCH = 24
BATCHES = 30
"""Of each of three topics: 2,160 damaged messages."""
READ = (REQUEST, REQUEST_PERSON, VERDICT)
PEOPLE = made_up_ids(900)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
VERDICT_SPECIMEN = VerdictReached.model_validate_json(specimens(VERDICT)[0][1] or b"")


@dataclass
class Line:
    """The scheduler's readers behind one call, and what was sent to each of their topics."""

    pool: Pool
    keyring: Keyring
    runner: Runner
    readers: dict[str, Reader]
    ends: dict[str, int] = field(default_factory=lambda: {topic.name: 0 for topic in READ})
    kept: list[tuple[str, Raw]] = field(default_factory=list)
    asked: int = 0
    damaged: int = 0
    buried: int = 0

    async def deliver(self, topic: Topic, raws: list[Raw]) -> tuple[int, list[DeadLetter]]:
        """Folds one batch as Kafka would hand it over; returns its first offset and its dead letters."""
        first = self.ends[topic.name]
        at = Partition(topic.name, 0)
        batch = [Message(at, first + n, b"k", value, tuple(headers)) for n, (headers, value) in enumerate(raws)]
        await self.runner.run(self.readers[topic.name], batch)
        self.ends[topic.name] += len(batch)
        return first, [event for event in await self.sent() if isinstance(event, DeadLetter)]

    async def sent(self) -> list[Event]:
        """What lies in the outbox, all of it readable and for topics that exist; then it is published."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute("DELETE FROM platform.outbox RETURNING topic, headers, value")
            rows = await cursor.fetchall()
        assert {topic for topic, _, _ in rows} <= TOPICS_OF_THE_COUNTY
        return [decode(unpack_headers(headers), value) for _, headers, value in rows]

    async def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(sql.encode(), values)).fetchall()

    async def good(self, topic: Topic) -> tuple[str, Raw]:
        """A request that takes effect when it comes on `topic`: its number and the message."""
        self.asked += 1
        number, name = PEOPLE[self.asked % len(PEOPLE)], f"{topic.name}-{self.asked}"
        key_id = key_id_of(number)
        async with self.pool.connection() as connection:
            keys = await self.keyring.get_or_make(connection, [key_id])
        request = CertificationRequested(
            request_id=name,
            programme="pension",
            window_start="2026-03-01",
            due_date="2026-03-31",
            personal=seal(keys[key_id], key_id, PersonalData(id_number=number).model_dump_json().encode()),
            origin=Origin(list_id=stable_id("list"), row=self.asked),
            recorded_at=NOW + timedelta(seconds=self.asked),
        )
        batch = RequestBatch(event_id=stable_id("b", name), recorded_at=NOW, agency="hrss", items=(request,))
        asked = encode(batch, source="/test")
        if topic is REQUEST:
            return name, asked
        await self.deliver_quietly(asked)
        accepted = [raw for kind, raw in self.kept if kind == REQUEST_PERSON.name]
        if topic is REQUEST_PERSON:
            return name, accepted[-1]
        await self.runner.run(self.readers[REQUEST_PERSON.name], [self._next(REQUEST_PERSON, accepted[-1])])
        ((person,),) = await self.query("SELECT person_key FROM scheduler.request WHERE request_id = %s", name)
        return name, encode(_verdict(person, name), source="/test")

    async def deliver_quietly(self, raw: Raw) -> None:
        """Lets intake fold one good batch; what it passes on is kept."""
        await self.runner.run(self.readers[REQUEST.name], [self._next(REQUEST, raw)])
        rows = await self.query("DELETE FROM platform.outbox RETURNING topic, headers, value")
        self.kept = [(topic, (unpack_headers(headers), value)) for topic, headers, value in rows]

    def _next(self, topic: Topic, raw: Raw) -> Message:
        offset = self.ends[topic.name]
        self.ends[topic.name] += 1
        return Message(Partition(topic.name, 0), offset, b"k", raw[1], tuple(raw[0]))


COUNTY = Settings()
TOPICS_OF_THE_COUNTY = {
    *(name for topic in TOPICS for name in topic.names(COUNTY.agencies)),
    *(dead_topic(topic).name for topic in READ),
}


def _verdict(person: str, request_id: str) -> VerdictReached:
    answer = VERDICT_SPECIMEN.answers[0].model_copy(
        update={"agency": "hrss", "request_id": request_id, "certificate_id": stable_id("c", request_id)}
    )
    return VERDICT_SPECIMEN.model_copy(
        update={"event_id": stable_id("v", request_id), "person_key": person, "answers": (answer,)}
    )


async def _took_effect(line: Line, topic: Topic, name: str) -> bool:
    if topic is REQUEST:
        return bool(await line.query("SELECT 1 FROM scheduler.row_outcome WHERE request_id = %s", name))
    status = await line.query("SELECT status FROM scheduler.request WHERE request_id = %s", name)
    return status == [("certified" if topic is VERDICT else "open",)]


@pytest.fixture
async def line(database: str) -> AsyncIterator[Line]:
    """An empty installation with the scheduler's own readers."""
    keyring = Keyring(os.urandom(32))
    intake = Intake(
        county_secret=b"s" * 32,
        keyring=keyring,
        partitions=1,
        today=lambda: date(2026, 3, 1),
        agencies=COUNTY.agencies,
    )
    merging = Merging(keyring=keyring, rules=Rules(LifeEventPolicy(), ZoneInfo(COUNTY.timezone)))
    async with open_pool(database) as pool:
        async with pool.connection() as connection:
            await start_positions(connection, "scheduler", {Partition(topic.name, 0): 0 for topic in READ})
        own = readers(intake, merging, Alignment(agencies=COUNTY.agencies))
        made = Line(pool, keyring, Runner("scheduler", pool), {reader.topic.name: reader for reader in own})
        yield made
    assert made.damaged >= PER_BATCH * BATCHES
    assert 0 < made.buried < made.damaged


FEW = settings(max_examples=BATCHES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def _batches(topic: Topic) -> st.SearchStrategy[list[Raw]]:
    return st.lists(mutated(topic), min_size=PER_BATCH, max_size=PER_BATCH)


@FEW
@given(_batches(REQUEST))
async def test_damaged_requests_are_folded_or_buried(line: Line, damaged: list[Raw]) -> None:
    """What agencies say, damaged on the way to intake."""
    await _fold_or_bury(line, REQUEST, damaged)


@FEW
@given(_batches(REQUEST_PERSON))
async def test_damaged_statements_are_folded_or_buried(line: Line, damaged: list[Raw]) -> None:
    """What intake passes on, damaged on the way to the merge."""
    await _fold_or_bury(line, REQUEST_PERSON, damaged)


@FEW
@given(_batches(VERDICT))
async def test_damaged_verdicts_are_folded_or_buried(line: Line, damaged: list[Raw]) -> None:
    """What certify found, damaged on the way to the merge."""
    await _fold_or_bury(line, VERDICT, damaged)


async def _fold_or_bury(line: Line, topic: Topic, damaged: list[Raw]) -> None:
    """The good message before and the one behind take effect; every other is folded, or buried whole with a code."""
    before, first_raw = await line.good(topic)
    behind, last_raw = await line.good(topic)
    first, letters = await line.deliver(topic, [first_raw, *damaged, last_raw])
    ((position,),) = await line.query("SELECT next_offset FROM platform.position WHERE topic = %s", topic.name)
    assert position == first + len(damaged) + 2
    assert await _took_effect(line, topic, before)
    assert await _took_effect(line, topic, behind)
    buried = {letter.offset - first - 1: letter for letter in letters}
    assert len(buried) == len(letters)
    assert set(buried) <= set(range(len(damaged)))
    for number, raw in enumerate(damaged):
        letter, event = buried.get(number), readable(topic, raw)
        expected = event if isinstance(event, UnreadableCode) else None
        if letter is None:
            assert expected is None
            continue
        assert letter.code == (expected or UnreadableCode.UNFOLDABLE)
        assert letter.value == (None if raw[1] is None else base64.b64encode(raw[1]).decode())
    line.damaged += len(damaged)
    line.buried += len(buried)
