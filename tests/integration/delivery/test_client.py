"""The agency's client on the real broker, over TLS: the example of the guide, killed at random points."""

import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from onevisit_agency import Access, CertificateInvalid, Feed, FilePosition, Kind, PositionLost, TopicMissing

from schemas.certificate import CertificateIssued
from schemas.topics import CERTIFICATE, REQUEST_REJECTED
from schemas.wire import encode
from services.platform import secrets
from services.platform.agency_access import grant, revoke
from services.platform.settings import Settings
from tests.integration.delivery.made_up import certificates, rejection
from tests.integration.line import ROOT

CERTIFICATES, KILLS = 300, 8


@pytest.fixture
def access(county: Settings) -> Iterator[Access]:
    """What the agency was handed."""
    granted = grant(county, "hrss")
    yield Access(
        agency="hrss",
        bootstrap_servers=county.agency_kafka,
        username=granted.username,
        password=granted.password,
        topics=granted.topics,
        ca_pem=county.kafka_authority.read_text(),
        keys=tuple(secrets.public_keys(secrets.load(county.secrets).signing_key)["keys"]),
        issuer=county.issuer,
    )
    revoke(county, "hrss")


def _send(county: Settings, events: Sequence[Any], *, key: str = "") -> None:
    producer = KafkaProducer(bootstrap_servers=county.kafka, client_id="test")
    for event in events:
        headers, value = encode(event, source="/test")
        topic = (CERTIFICATE if isinstance(event, CertificateIssued) else REQUEST_REJECTED).named("hrss")
        own_key = (key or str(event.request_id)).encode()
        producer.send(county.topic_prefix + topic, value, key=own_key, headers=headers)
    producer.flush()
    producer.close()


def _example() -> str:
    (found,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/delivery.md").read_text("utf-8"), re.DOTALL)
    assert len(found.splitlines()) <= 20
    return str(found)


@contextmanager
def _running(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        program = subprocess.Popen(
            [sys.executable, "example.py"],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT / "clients/python"), "PYTHONUNBUFFERED": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def _answered(folder: Path) -> list[str]:
    try:
        with sqlite3.connect(folder / "pension.db", timeout=30) as book:
            rows = [row[0] for row in book.execute("SELECT request_id FROM alive")]
        book.close()
    except sqlite3.OperationalError:
        return []
    return rows


def test_the_example_survives_kills_at_random_points(county: Settings, access: Access, tmp_path: Path) -> None:
    """Killed by SIGKILL wherever it is, and with repetitions in the log: nothing lost, nothing doubled."""
    folder = tmp_path / "agency"
    folder.mkdir()
    (folder / "example.py").write_text(_example())
    (folder / "hrss.json").write_text(json.dumps(asdict(access)))
    sent = certificates(county, "hrss", CERTIFICATES)
    _send(county, [*sent, *sent[100:150], rejection("hrss", "X-1")])
    chance = random.Random(7)
    for kill in range(KILLS + 1):
        goal = CERTIFICATES if kill == KILLS else min(len(_answered(folder)) + chance.randint(1, 40), CERTIFICATES)
        with _running(folder) as program:
            give_up_at = time.monotonic() + 90
            while len(_answered(folder)) < goal or (kill == KILLS and b"X-1" not in (folder / "log").read_bytes()):
                assert program.poll() is None and time.monotonic() < give_up_at, (folder / "log").read_text()
                time.sleep(chance.uniform(0, 0.02))
    rows = _answered(folder)
    lost, doubled = {one.request_id for one in sent} - set(rows), len(rows) - len(set(rows))
    assert (len(lost), doubled) == (0, 0)


def test_what_does_not_hold_is_set_aside_or_stops_the_feed(county: Settings, access: Access, tmp_path: Path) -> None:
    """A changed certificate, another agency's, and what is no event never reach the agency as certificates."""
    good, changed, foreign = certificates(county, "hrss", 3)
    head, payload, signature = changed.jws.split(".")
    changed = changed.model_copy(update={"jws": f"{head}.{payload}.{signature[::-1]}"})
    other = certificates(county, "health", 1)[0]
    foreign = foreign.model_copy(update={"jws": other.jws})
    _send(county, [changed, foreign], key="same")  # of one key, so that they come in this order
    producer = KafkaProducer(bootstrap_servers=county.kafka, client_id="test")
    producer.send(county.topic_prefix + CERTIFICATE.named("hrss"), b"no event", key=b"same")
    producer.close()
    _send(county, [good], key="same")
    aside: list[str] = []
    position = FilePosition(tmp_path / "position")
    with Feed(access, position, set_aside=lambda place, value, error: aside.append(str(error))) as feed:
        place, delivery = next(iter(feed))
        assert delivery.kind is Kind.CERTIFICATE_ISSUED and delivery.certificate is not None
        assert delivery.certificate.request_id == good.request_id == delivery.request_id
        assert position.advance(place, delivery.event_id) and not position.advance(place, delivery.event_id)
    assert FilePosition(tmp_path / "position").seen(good.event_id)
    assert [text.partition(":")[0] for text in aside] == [
        "SIGNATURE_WRONG",
        "FOREIGN_AGENCY",
        "no event with event_id and recorded_at",
    ]
    with (
        pytest.raises(CertificateInvalid, match="SIGNATURE_WRONG"),
        Feed(access, FilePosition(tmp_path / "new")) as feed,
    ):
        for _ in feed:
            pass


def test_a_position_that_the_log_does_not_hold_is_told(county: Settings, access: Access, tmp_path: Path) -> None:
    """Nothing is skipped in silence."""
    topic = county.topic_prefix + CERTIFICATE.named("hrss")
    (tmp_path / "position").write_text(json.dumps({"next": [[topic, 0, 99]], "seen": []}))
    with pytest.raises(PositionLost), Feed(access, FilePosition(tmp_path / "position")):
        pass


def test_a_topic_that_is_not_shown_is_told(county: Settings, access: Access, tmp_path: Path) -> None:
    """One that is not there, or another agency's: a feed without it would look like one with nothing to say."""
    absent = ["no-such-topic", CERTIFICATE.named("health")]

    def told_of(name: str) -> str:
        more = replace(access, topics=(*access.topics, county.topic_prefix + name))
        with pytest.raises(TopicMissing) as missing, Feed(more, FilePosition(tmp_path / name)):
            pass
        return str(missing.value)

    with ThreadPoolExecutor(len(absent)) as both:  # each waits for some seconds, in case the broker has just begun
        assert list(both.map(told_of, absent)) == [county.topic_prefix + name for name in absent]
