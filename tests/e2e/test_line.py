"""The whole line, with kill -9 of every program in the middle: nothing is lost, nothing is doubled in effect."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition

from deploy.embedded import clips
from deploy.embedded.programs import PROJECT
from deploy.embedded.readiness import port_open
from deploy.embedded.stack import EmbeddedStack
from schemas.base import Event
from schemas.certificate import CertificateIssued
from schemas.topics import CERTIFICATE, DEAD_TOPICS, VISIT
from schemas.visit import VisitChanged, VisitStatus
from schemas.wire import decode
from services.cli.demo import report
from services.cli.demo.line import Line
from services.cli.demo.season import Season
from services.cli.models import pull_missing
from services.platform.settings import Settings

WORKERS = ("scheduler", "certify", "relay", "gateway")
STORES = ("kafka", "postgres")
FIRST_PAUSE_S = (1.0, 2.0)
"""Bounds of the pause between two kills, in seconds, until each program was killed."""
PAUSE_S = (5.0, 10.0)
"""Bounds of it from then on: with four workers each lives half a minute, in which certify must load its models and
judge a recording of 13 s. Every start costs 1 to 4 seconds of a processor: when all are killed as often as at first, a
third of two processors does nothing else, and the line hardly comes forward."""
KILLS = 5
"""Of one program at most, as on a machine that is busy otherwise the line would never end."""


@pytest.fixture
def stack() -> Iterator[EmbeddedStack]:
    """A stack of its own: everything in it will be killed."""
    folder = Path(tempfile.mkdtemp(prefix="onevisit-e2e-"))
    folder.chmod(0o711)
    pull_missing()
    clips.fetch(print)
    (folder / "models").symlink_to(PROJECT / "var" / "models")
    with EmbeddedStack(folder) as running:
        running.start()
        yield running
    shutil.rmtree(folder)


@pytest.mark.e2e
@pytest.mark.timeout(600)
async def test_kill_of_every_program_loses_and_doubles_nothing(stack: EmbeddedStack) -> None:
    """Every accepted request ends with exactly one certificate or in exactly one open visit; so say the topics too."""
    season = Season.remembered(stack.var / "demo", seed=7, people=1500, villages=30)
    line = Line(stack, season, step=print, note=print)
    killed: Counter[str] = Counter()
    killer = asyncio.create_task(_kill_again_and_again(stack, random.Random(20261124), killed))
    try:
        right = await line.run()
    finally:
        killer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await killer
    assert right, "the line said what is wrong above"
    assert set(killed) >= {*WORKERS, *STORES}, f"not everything was killed: {killed}"
    await _settle(stack)
    await _check_topics(stack)


async def _kill_again_and_again(stack: EmbeddedStack, rng: random.Random, killed: Counter[str]) -> None:
    """Kills one program after the other, in random order: the workers `KILLS` times, the stores once."""
    while victims := [name for name in (*WORKERS, *STORES) if name not in killed] or [
        name for name in WORKERS if killed[name] < KILLS
    ]:
        rng.shuffle(victims)
        for name in victims:
            await asyncio.sleep(rng.uniform(*(PAUSE_S if len(killed) == len(WORKERS + STORES) else FIRST_PAUSE_S)))
            with contextlib.suppress(ProcessLookupError):
                pid = await asyncio.to_thread(_pid, stack, name)
                if pid is not None:
                    os.kill(pid, signal.SIGKILL)
                    killed[name] += 1


def _pid(stack: EmbeddedStack, name: str) -> int | None:
    """Of a program at work; the gateway is not while it starts."""
    starts = name == "gateway" and not port_open(urlsplit(stack.gateway).port or 0)
    return None if starts else stack.pid(name)


async def _settle(stack: EmbeddedStack) -> None:
    """Waits until nothing is left to be sent."""
    for _ in range(300):
        async with await psycopg.AsyncConnection.connect(stack.database) as connection:
            row = await (await connection.execute("SELECT count(*) FROM platform.outbox")).fetchone()
        if row == (0,):
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the outbox does not empty")


async def _check_topics(stack: EmbeddedStack) -> None:
    settings = Settings(kafka=stack.kafka, var=stack.var)
    certificates = _read(settings, *CERTIFICATE.names(settings.agencies))
    visits = _read(settings, VISIT.name)
    counts = await report.read_counts(stack.database)

    signed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for topic, event in certificates:
        assert isinstance(event, CertificateIssued)
        assert topic == CERTIFICATE.named(event.agency), "a certificate went to another agency"
        signed[event.agency, event.request_id].add(event.jws)
    assert {len(texts) for texts in signed.values()} == {1}, "one request has two different certificates"
    assert len(signed) == sum(states.get("certified", 0) for states in counts.by_agency.values())

    newest: dict[str, VisitChanged] = {}
    for _, event in visits:
        assert isinstance(event, VisitChanged)
        before = newest.get(str(event.visit_id))
        newest[str(event.visit_id)] = event if before is None or event.version > before.version else before
    still_open = [visit for visit in newest.values() if visit.status is VisitStatus.OPEN]
    assert len(still_open) == counts.open_visits, "the topic and the database disagree on the open visits"
    in_visits = Counter((r.agency, r.request_id) for visit in still_open for r in visit.requests)
    assert set(in_visits.values()) == {1}, "a request stands in two open visits"
    assert not set(in_visits) & set(signed), "a certified request stands in an open visit"
    assert len(in_visits) + len(signed) == counts.requests

    assert not _read(settings, *(topic.name for topic in DEAD_TOPICS)), "there are dead letters"


def _read(settings: Settings, *topics: str) -> list[tuple[str, Event]]:
    """Every event on these topics, in order."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, group_id=None, consumer_timeout_ms=5000)
    try:
        partitions = [TopicPartition(t, n) for t in topics for n in sorted(consumer.partitions_for_topic(t))]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        left = {tp for tp, end in consumer.end_offsets(partitions).items() if end > 0}
        ends = consumer.end_offsets(partitions)
        found: list[tuple[str, Event]] = []
        while left:
            for tp, records in consumer.poll(timeout_ms=1000).items():
                found += [(record.topic, decode(record.headers, record.value)) for record in records]
                if consumer.position(tp) >= ends[tp]:
                    left.discard(tp)
        return found
    finally:
        consumer.close()
