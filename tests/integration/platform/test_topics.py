"""Topics on a real broker: what exists is kept as `schemas.topics` says, and partitions never change silently."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType, KafkaAdminClient

from schemas.topic import DAY_MS, DEAD_MESSAGE_BYTES
from services.platform.settings import Settings
from services.platform.topics_admin import PartitionsDiffer, create_topics, wanted_topics
from tests.integration.line import ROOT, Installation


@pytest.fixture
def county(kafka: str, database: str, tmp_path: Path) -> Settings:
    """An installation whose topics exist, with two partitions each."""
    return Installation.make(kafka, database, tmp_path / "var", partitions=2).settings


@pytest.fixture
def admin(kafka: str) -> Iterator[KafkaAdminClient]:
    """The broker's administration."""
    client = KafkaAdminClient(bootstrap_servers=kafka, client_id="test")
    yield client
    client.close()


def _setting(admin: KafkaAdminClient, topic: str, key: str) -> str:
    asked = ConfigResource(ConfigResourceType.TOPIC, topic, configs=[key])
    return str(admin.describe_configs([asked], config_filter=ConfigFilterType.ALL)["topic"][topic][key]["value"])


def _sizes(admin: KafkaAdminClient, settings: Settings) -> set[int]:
    return {len(topic["partitions"]) for topic in admin.describe_topics(sorted(wanted_topics(settings)))}


def _wait_until(done: Callable[[], bool]) -> None:
    """Brokers take a while to tell what their controller has written."""
    give_up_at = time.monotonic() + 60
    while not done():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def test_settings_of_topics_that_exist_are_mended(county: Settings, admin: KafkaAdminClient) -> None:
    """A topic made by an older version takes the size and the retention of today; what is not ours stays."""
    dead, request = f"{county.topic_prefix}request.dead", f"{county.topic_prefix}request"
    admin.alter_configs(
        [
            ConfigResource(ConfigResourceType.TOPIC, dead, configs={"max.message.bytes": "1048588"}),
            ConfigResource(
                ConfigResourceType.TOPIC, request, configs={"retention.ms": "60000", "segment.bytes": "1048576"}
            ),
        ]
    )
    _wait_until(lambda: _setting(admin, dead, "max.message.bytes") == "1048588")
    changes = create_topics(county)
    assert changes.set == (f"{request}: retention.ms", f"{dead}: max.message.bytes")
    assert (changes.made, changes.grown) == ((), ())
    _wait_until(lambda: _setting(admin, dead, "max.message.bytes") == str(DEAD_MESSAGE_BYTES))
    _wait_until(lambda: _setting(admin, request, "retention.ms") == str(400 * DAY_MS))
    assert _setting(admin, request, "segment.bytes") == "1048576"
    assert create_topics(county).set == ()


def test_programs_that_make_the_same_topics_at_once_all_find_them(county: Settings, admin: KafkaAdminClient) -> None:
    """Also the order that kafka-python sends twice, because its answer is late, meets topics that are there already."""
    new = county.model_copy(update={"topic_prefix": f"again.{county.topic_prefix}"})
    with ThreadPoolExecutor(3) as programs:
        changes = list(programs.map(create_topics, [new] * 3))
    assert {name for change in changes for name in change.made} == set(wanted_topics(new))
    assert all(change.grown == () for change in changes)
    _wait_until(lambda: _sizes(admin, new) == {2})


@pytest.mark.parametrize(("wanted", "next_step"), [(3, "--add-partitions"), (1, "ONEVISIT_TOPIC_PREFIX")])
def test_another_number_of_partitions_is_an_error_that_says_what_to_do(
    county: Settings, admin: KafkaAdminClient, wanted: int, next_step: str
) -> None:
    """Nothing is changed, not even the settings and the topics that are missing."""
    missing = f"{county.topic_prefix}request"
    admin.delete_topics([missing])
    _wait_until(lambda: missing not in admin.list_topics())
    with pytest.raises(PartitionsDiffer, match=rf"^PARTITIONS_DIFFER: .*ONEVISIT_PARTITIONS=2\..*{next_step}"):
        create_topics(county.model_copy(update={"partitions": wanted}))
    assert missing not in admin.list_topics()


def test_partitions_are_added_when_it_is_asked_for(county: Settings, admin: KafkaAdminClient) -> None:
    """`prepare` refuses with its code first; with --add-partitions every topic has the number wanted, and stays."""
    installation = Installation(county.model_copy(update={"partitions": 3}))

    def prepare(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.platform.prepare", *arguments]
        return subprocess.run(command, cwd=ROOT, env=installation.env, capture_output=True, text=True, check=False)

    refused = prepare()
    assert (refused.returncode, "PARTITIONS_DIFFER" in refused.stderr) == (1, True)
    assert "Traceback" not in refused.stderr
    assert _sizes(admin, county) == {2}
    grown = prepare("--add-partitions")
    assert grown.returncode == 0, grown.stderr
    assert f"{county.topic_prefix}request" in grown.stderr
    _wait_until(lambda: _sizes(admin, county) == {3})
    assert prepare().returncode == 0
