"""``onevisit redrive`` on every topic that a worker reads: buried, repaired, put back through Kafka, and folded."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from typer.testing import CliRunner, Result

from deploy.embedded.stack import EmbeddedStack
from schemas.topics import REQUEST, VERDICT
from schemas.verdict import VerdictReached
from schemas.wire import decode, encode
from services.certify.app import build_readers as certify_readers
from services.certify.engines.store import ModelStore
from services.cli.main import app
from services.platform.database import open_pool
from services.platform.ledger import Partition
from services.platform.runner import Message, Runner
from services.scheduler.app import build_readers as scheduler_readers
from tests.databases import Databases
from tests.integration.line import Installation
from tests.streams.accounting import Subscription
from tests.streams.fuzz import MODELS
from tests.streams.mutations import Raw, specimens

PARTITION = 1


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["redrive", *arguments], env={"COLUMNS": "200", "LANG": "C.UTF-8"})


@pytest.fixture
def county(kafka: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation in which nothing has happened."""
    installation = Installation.make(kafka, database, tmp_path / "var")
    for name, text in installation.env.items():
        monkeypatch.setenv(name, text)
    return installation


@pytest.fixture(scope="module")
def quiet_county(
    stack: EmbeddedStack, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One in which nothing has happened either, for all who only look."""
    with databases.lent() as database:
        yield Installation.make(stack.kafka, database, tmp_path_factory.mktemp("quiet") / "var")


def _subscriptions(county: Installation) -> list[Subscription]:
    ModelStore(MODELS).pull()
    county.settings.models.symlink_to(MODELS)
    built = {"scheduler": scheduler_readers(county.settings), "certify": certify_readers(county.settings)}
    return [Subscription(service, reader) for service, readers in built.items() for reader in readers]


def _good(subscription: Subscription) -> Raw:
    """A message that its reader can fold although nothing came before it."""
    headers, value = specimens(subscription.topic)[0]
    event = decode(headers, value)
    if subscription.topic is VERDICT and isinstance(event, VerdictReached):
        return encode(event.model_copy(update={"answers": ()}), source="/test")
    return headers, value


def _fold(county: Installation, subscription: Subscription, offset: int, raw: Raw) -> None:
    async def fold() -> None:
        async with open_pool(county.settings.database) as pool:
            at = Partition(subscription.topic.name, PARTITION)
            message = Message(at, offset, b"key", raw[1], tuple(raw[0]))
            await Runner(subscription.service, pool).run(subscription.reader, [message])

    asyncio.run(fold())


def _on_kafka(county: Installation, topic: str) -> list[tuple[bytes, list[tuple[str, bytes]], bytes]]:
    """Key, headers and value of what stands on the partition."""
    consumer = KafkaConsumer(bootstrap_servers=county.settings.kafka)
    at = TopicPartition(county.settings.topic_prefix + topic, PARTITION)
    consumer.assign([at])
    consumer.seek_to_beginning(at)
    end, found = consumer.end_offsets([at])[at], []
    while consumer.position(at) < end:
        for record in consumer.poll(timeout_ms=1000).get(at, []):
            found.append((record.key, list(record.headers), record.value))
    consumer.close()
    return found


def _repair(folder: Path, originals: dict[str, Raw]) -> list[str]:
    """Puts the original value into every exported file; returns the arguments that put them back."""
    arguments: list[str] = []
    for path in sorted(folder.iterdir()):
        letter = json.loads(path.read_text("utf-8"))
        del letter["value_text"]
        letter["value"] = json.loads(originals[letter["topic"]][1] or b"")
        path.write_text(json.dumps(letter, ensure_ascii=False), encoding="utf-8")
        arguments += ["--repaired", str(path)]
    return arguments


def _letters(arguments: Sequence[str] = ()) -> set[tuple[str, str, str, bool]]:
    result = _run("--json", *arguments)
    assert result.exit_code == 0, result.output
    return {(x["topic"], x["reader"], x["code"], x["redriven_at"] is not None) for x in json.loads(result.stdout)}


def test_repaired_letters_of_every_topic_go_back_and_are_folded(county: Installation, tmp_path: Path) -> None:
    """Tried first, then sent, under the old partition and key; each reader folds it, and a second time is refused."""
    subscriptions = _subscriptions(county)
    originals = {subscription.topic.name: _good(subscription) for subscription in subscriptions}
    for subscription in subscriptions:
        headers, value = originals[subscription.topic.name]
        _fold(county, subscription, 0, (headers, (value or b"")[:-9]))
    county.publish()
    kinds = [(subscription.topic.name, subscription.service, "SCHEMA_VIOLATION") for subscription in subscriptions]
    assert _letters() == {(*kind, False) for kind in kinds}

    assert _run("--export", str(tmp_path / "letters")).exit_code == 0
    repaired = _repair(tmp_path / "letters", originals)
    tried = _run(*repaired, "--dry-run")
    assert (tried.exit_code, f"{len(subscriptions)} would be put back" in tried.stdout) == (0, True), tried.output
    assert county.query("SELECT count(*) FROM platform.outbox") == [(0,)]
    assert _letters() == {(*kind, False) for kind in kinds}

    assert _run(*repaired).exit_code == 0
    assert _letters() == {(*kind, True) for kind in kinds}
    county.publish()
    for topic, (headers, value) in originals.items():
        ((key, sent_headers, sent),) = _on_kafka(county, topic)
        assert (key, sent_headers, json.loads(sent)) == (b"key", headers, json.loads(value or b""))
    for subscription in subscriptions:
        ((_, headers, value),) = _on_kafka(county, subscription.topic.name)
        _fold(county, subscription, 1, (headers, value))
    assert county.query("SELECT topic FROM platform.outbox WHERE topic LIKE '%%.dead'") == []

    twice = _run(*repaired)
    assert (twice.exit_code, "ALREADY_REDRIVEN" in twice.stderr) == (1, True)
    tried_twice = _run(*repaired, "--dry-run")
    assert (tried_twice.exit_code, "ALREADY_REDRIVEN" in tried_twice.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "no dead letters"),
        (("--lang", "zh"), "没有死信"),
        (("--json",), "[]"),
        (("--topic", "request"), "nothing to put back"),
        (("--topic", "verdict", "--dry-run"), "nothing to put back"),
        (("--export", "letters"), ""),
    ],
)
def test_an_empty_county_has_nothing_to_put_back(
    quiet_county: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], told: str
) -> None:
    """No dead letter: that is told, and is no error."""
    for name, text in quiet_county.env.items():
        monkeypatch.setenv(name, text)
    monkeypatch.chdir(tmp_path)
    result = _run(*arguments)
    assert (result.exit_code, told in result.stdout) == (0, True), result.output


def test_a_letter_that_is_no_letter_is_shown_and_stops_nothing(county: Installation) -> None:
    """What another version wrote on a topic of dead letters, or somebody by hand, is listed with its own place."""
    producer = KafkaProducer(bootstrap_servers=county.settings.kafka)
    topic = f"{county.settings.topic_prefix}{REQUEST.name}.dead"
    producer.send(topic, value=b"by hand: 11010519491231002X", partition=PARTITION).get(60)
    headers, value = specimens(REQUEST)[0]
    producer.send(topic, value=value, headers=headers, partition=PARTITION).get(60)
    producer.close()
    assert _letters() == {
        ("request.dead", "redrive", "NOT_A_CLOUDEVENT", False),
        ("request.dead", "redrive", "MISPLACED_EVENT", False),
    }
    shown = _run()
    assert shown.exit_code == 0
    assert "11010519491231002X" not in shown.output
