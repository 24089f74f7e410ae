"""From the door through Kafka and back, by the workers as they are started: announcements, life events, alignment."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from schemas.life_event import LifeEventNotified
from schemas.topics import LIFE_EVENT_NOTICE
from schemas.wire import decode
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform.settings import Settings
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number
from tests.integration.line import Installation

WORKERS = ("services.scheduler.app", "services.platform.relay")
PATIENCE_S = 60.0
"""How long the line may take for one step before the test gives up."""
WANG, LI = id_number(1), id_number(2)


@pytest.fixture
def installation(kafka: str, database: str, tmp_path: Path) -> Installation:
    """Topics of this test alone."""
    return Installation.make(kafka, database, tmp_path)


@pytest.fixture
def make_settings(installation: Installation) -> Callable[[], Settings]:
    """The door is of the same installation as the workers."""
    return lambda: installation.settings


@dataclass(kw_only=True)
class Line(County):
    """The county behind the door, with the workers folding by themselves."""

    installation: Installation

    async def fold(self) -> None:
        """Nothing: the workers do it."""

    async def until(self, look: Callable[[], Awaitable[Any]], expected: Any) -> None:
        """Waits until the line shows this."""
        give_up_at = time.monotonic() + PATIENCE_S
        while (seen := await look()) != expected:
            self.installation.check_workers()
            assert time.monotonic() < give_up_at, f"{seen} instead of {expected}\n{self.installation.last_words()}"
            await asyncio.sleep(0.1)

    async def shown(self, number: str, *fields: str) -> list[tuple[Any, ...]]:
        """These fields of the person's visits that are not closed; one may have no day yet."""
        visits = [*await self.visits(number), *await self.visits(number, "paused")]
        rows = [tuple(visit[field] for field in fields) for visit in visits]
        return sorted(rows, key=lambda row: [(value is not None, value) for value in row])


@pytest.fixture
async def line(bench: Bench, installation: Installation) -> AsyncIterator[Line]:
    """Three agencies ask for one person; every answer is what scheduler and relay made of it over Kafka."""
    async with bench.door.pool.connection() as connection, connection.transaction():
        for name, role, agency in (("joint_group", Role.JOINT_GROUP, None), ("health", Role.AGENCY, "health")):
            made = await enrol_client(connection, role, agency=agency)
            bench.as_role[name] = {"form": json.dumps({"grant_type": "client_credentials", **vars(made)})}
    for name in ("joint_group", "health"):
        answer = await bench.http.post("/v1/token", data=json.loads(bench.as_role[name]["form"]))
        bench.as_role[name] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    with installation.workers(*WORKERS):
        line = Line(bench, installation=installation)
        await line.ask("P-1", WANG, last=day(20))
        await line.ask("S-1", WANG, agency="civil_affairs", programme="senior_subsidy")
        await line.ask("F-1", WANG, agency="health", programme="family_planning")
        await line.until(lambda: line.shown(WANG, "window"), [([day(0), day(20)],)])
        yield line


async def test_what_was_announced_stays_through_a_move_and_moves_only_when_it_must(line: Line) -> None:
    """Kept in the new village, and when the move is voided; given up when no window holds it any more, with why."""
    as_role = line.bench.as_role
    visit_id = await line.visit(WANG)
    await line.move(as_role["scheduler"], f"/v1/visits/{visit_id}/announcement", {"day": day(9)})
    await line.until(lambda: line.shown(WANG, "announced_on"), [(day(9),)])

    moved = {"kind": "moved", "request_id": "P-1", "village_code": OTHER_VILLAGE}
    life_event_id = (await line.move(as_role["hrss"], LIFE_EVENTS, moved))["life_event_id"]
    there = [(str(visit_id), OTHER_VILLAGE, day(9))]
    await line.until(lambda: line.shown(WANG, "visit_id", "village_code", "announced_on"), there)
    await line.move(as_role["reviewer"], f"{LIFE_EVENTS}/{life_event_id}/voiding")
    back = [(str(visit_id), VILLAGE, day(9))]
    await line.until(lambda: line.shown(WANG, "visit_id", "village_code", "announced_on"), back)

    for agency, number in (("hrss", "P-1"), ("civil_affairs", "S-1"), ("health", "F-1")):
        changed = await line.bench.http.patch(
            f"/v1/requests/{number}", json={"window_start": day(10)}, headers=as_role[agency]
        )
        assert changed.status_code == 202, changed.text
    without = [([day(10), day(20)], None, "window_changed")]
    await line.until(lambda: line.shown(WANG, "window", "announced_on", "unannounced_because"), without)


async def test_one_of_two_told_days_gives_way_to_one_visit_less(line: Line) -> None:
    """Two visits that were told become one when a window opens earlier: the trip is saved, and the reason is told."""
    as_role = line.bench.as_role
    await line.ask("P-7", LI, last=day(5))
    await line.ask("S-7", LI, agency="civil_affairs", first=day(10), last=day(30))
    windows = [([day(0), day(5)],), ([day(10), day(30)],)]
    await line.until(lambda: line.shown(LI, "window"), windows)
    for visit, offset in zip(sorted(await line.visits(LI), key=lambda one: one["window"]), (2, 20), strict=True):
        await line.move(as_role["scheduler"], f"/v1/visits/{visit['visit_id']}/announcement", {"day": day(offset)})
    await line.until(lambda: line.shown(LI, "announced_on"), [(day(2),), (day(20),)])
    changed = await line.bench.http.patch("/v1/requests/P-7", json={"due_date": day(30)}, headers=as_role["hrss"])
    assert changed.status_code == 202, changed.text
    await line.until(lambda: line.shown(LI, "window", "announced_on"), [([day(10), day(30)], day(20))])
    closed = await line.visits(LI, "closed")
    assert [(one["closed_because"], one["announced_on"], one["unannounced_because"]) for one in closed] == [
        ("regrouped", None, "fewer_visits")
    ]


async def test_a_death_needs_two_sources_reaches_every_agency_and_is_undone_exactly(
    line: Line, installation: Installation
) -> None:
    """Each agency hears of it on its own topic and takes note by itself; voided, the visit is as it was."""
    as_role = line.bench.as_role
    agencies = ("hrss", "civil_affairs", "health")
    fields = ("visit_id", "window", "requests", "village_code", "announced_on", "dwelling", "question_id")
    await line.move(as_role["scheduler"], f"/v1/visits/{await line.visit(WANG)}/announcement", {"day": day(9)})
    await line.until(lambda: line.shown(WANG, "announced_on"), [(day(9),)])
    before = await line.shown(WANG, *fields)

    phone = await line.phone(VILLAGE)
    body = {"kind": "deceased", "source": "family", "visit_id": before[0][0], "happened": {"day": day(-3)}}
    life_event_id = (await line.move(phone.headers, LIFE_EVENTS, body))["life_event_id"]
    await line.until(lambda: line.shown(WANG, "status"), [("paused",)])
    assert await line.shown(WANG, *fields) == before, "one source stops nothing"
    await line.move(as_role["civil_affairs"], f"{LIFE_EVENTS}/{life_event_id}/confirmation", {"source": "funeral_home"})
    await line.until(lambda: line.shown(WANG, "status"), [])

    async def unacknowledged() -> dict[str, list[int]]:
        path = f"{LIFE_EVENTS}?unacknowledged=true"
        return {a: [one["version"] for one in (await line.get(as_role[a], path))["items"]] for a in agencies}

    await line.until(unacknowledged, {agency: [2] for agency in agencies})
    await line.move(as_role["health"], f"{LIFE_EVENTS}/{life_event_id}/acknowledgement", {"version": 2})
    await line.until(unacknowledged, {"hrss": [2], "civil_affairs": [2], "health": []})

    await line.move(as_role["reviewer"], f"{LIFE_EVENTS}/{life_event_id}/voiding")
    await line.until(lambda: line.shown(WANG, *fields), before)
    await line.until(unacknowledged, {agency: [3] for agency in agencies})
    for agency in agencies:
        await line.until(partial(_states, installation, agency), ["reported", "confirmed", "voided"])


async def _states(installation: Installation, agency: str) -> list[str]:
    """What an agency reads on its own topic of life events, in order."""
    notices = await asyncio.to_thread(_read, installation, LIFE_EVENT_NOTICE.named(agency))
    assert all(notice.agency == agency for notice in notices)
    return [notice.state.value for notice in notices]


def _read(installation: Installation, topic: str) -> list[LifeEventNotified]:
    settings = installation.settings
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, group_id=None, consumer_timeout_ms=500)
    try:
        consumer.assign([TopicPartition(settings.topic_prefix + topic, n) for n in range(settings.partitions)])
        consumer.seek_to_beginning()
        events = [decode(record.headers, record.value) for record in consumer]
    finally:
        consumer.close()
    return [event for event in events if isinstance(event, LifeEventNotified)]


async def test_what_the_joint_group_asks_is_computed_accepted_and_applied_by_the_workers(line: Line) -> None:
    """Asked at the door, answered by both agencies concerned, and only then the windows are wider."""
    as_role = line.bench.as_role
    await line.ask("S-7", LI, agency="civil_affairs", programme="senior_subsidy", first=day(70), last=day(75))
    await line.ask("F-7", LI, agency="health", programme="family_planning", first=day(80), last=day(90))
    windows = [([day(70), day(75)],), ([day(80), day(90)],)]
    await line.until(lambda: line.shown(LI, "window"), windows)
    limit = {"max_days_earlier": 3, "max_days_later": 3}
    asked = {"limits": {"senior_subsidy": limit, "family_planning": limit}}
    path = f"/v1/alignments/{(await line.move(as_role['joint_group'], '/v1/alignments', asked))['alignment_id']}"

    async def saved() -> list[int]:
        return [one["visits_saved"] for one in (await line.get(as_role["joint_group"], path))["proposals"]][:1]

    await line.until(saved, [1])
    proposal = (await line.get(as_role["joint_group"], path))["proposals"][0]
    assert proposal["waits_for"] == ["civil_affairs", "health"]
    answer = f"/v1/alignment-proposals/{proposal['proposal_id']}/answer"
    await line.move(as_role["health"], answer, {"accepted": True})

    async def state() -> tuple[str, list[str]]:
        first = (await line.get(as_role["joint_group"], path))["proposals"][0]
        return first["state"], first["waits_for"]

    await line.until(state, ("proposed", ["civil_affairs"]))
    assert await line.shown(LI, "window") == windows
    await line.move(as_role["civil_affairs"], answer, {"accepted": True})
    await line.until(lambda: line.shown(LI, "status"), [("open",)])
    assert (await state())[0] == "applied"
