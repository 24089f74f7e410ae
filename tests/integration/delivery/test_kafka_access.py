"""Agencies at the real broker's authorizer: each reads its own topics over TLS, and nothing else of anybody."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import AuthorizationError
from onevisit_agency import Access, Feed, FilePosition

from deploy.embedded import kafka_reload, kafka_tls
from deploy.embedded.kafka import AGENCY_SESSION_MS
from deploy.embedded.stack import EmbeddedStack
from services.platform import secrets
from services.platform.agency_access import (
    MECHANISM,
    KafkaAccessRefused,
    KafkaCredentials,
    delete_rules,
    grant,
    keep_rules,
    revoke,
    topics_of,
    user_of,
)
from services.platform.settings import Settings
from services.platform.topics_admin import wanted_topics
from tests.databases import Databases
from tests.integration.delivery.conftest import make_county
from tests.integration.delivery.intruder import DENIED, Intruder, connect, intruder
from tests.integration.line import ROOT

SYSTEM_TOPICS = ("__consumer_offsets", "__transaction_state")


@pytest.fixture(scope="module")
def county(stack: EmbeddedStack, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One for all tests here, with a message on each of its topics: to make the topics takes longer than most tests."""
    with databases.copied(databases.template) as database:
        made = make_county(stack, database, tmp_path_factory.mktemp("county") / "var")
        producer = KafkaProducer(bootstrap_servers=made.kafka, client_id="test")
        for sent in [producer.send(name, name.encode(), key=b"1", partition=0) for name in wanted_topics(made)]:
            sent.get(60)
        producer.close()
        yield made


@pytest.fixture
def granted(county: Settings) -> Iterator[dict[str, KafkaCredentials]]:
    """Every agency's credentials."""
    yield {agency: grant(county, agency) for agency in county.agencies}
    for agency in county.agencies:
        revoke(county, agency)


def test_nobody_reads_what_is_not_his(
    county: Settings, granted: dict[str, KafkaCredentials], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every agency at every topic and every group, by raw requests: its own are open, all others denied."""
    tries = reads = 0
    for agency, credentials in granted.items():
        own = set(topics_of(county, agency))
        with intruder(county, credentials) as one:
            for topic in (*wanted_topics(county), *SYSTEM_TOPICS):
                read = {"describe": one.describe(topic), "read": one.read(topic), "offsets": one.offsets(topic)}
                change = {"write": one.write(topic), "delete": one.delete(topic), "truncate": one.truncate(topic)}
                for what, codes in (change if topic in own else read | change).items():
                    tries += 1
                    reads += not codes <= DENIED
                    assert codes <= DENIED and codes, (agency, topic, what, codes)
                if topic in own:
                    assert {frozenset(codes) for codes in read.values()} == {frozenset({0})}, (agency, topic, read)
            tries += _groups(county, agency, one)
            for topic in ("made-up", topics_of(county, agency)[0] + ".more"):
                assert one.create(county.topic_prefix + topic) <= DENIED
                tries += 1
    assert tries > 3 * (len(wanted_topics(county)) - 5) * 6
    with capsys.disabled():
        sys.stdout.write(f"\ncross-tenant reads {reads} of {tries} tries\n")


def _groups(county: Settings, agency: str, one: Intruder) -> int:
    """Tries the groups of all others, and the workers'; returns how many tries there were."""
    foreign = [f"{user_of(county, other)}.reader" for other in county.agencies if other != agency]
    tries = 0
    for group in (*foreign, f"{county.topic_prefix}onevisit-certify", "console"):
        for what, codes in one.group(group, topics_of(county, agency)[0]).items():
            tries += 1
            assert codes <= DENIED and codes, (agency, group, what, codes)
    return tries


def test_an_agency_reads_its_own_and_is_cut_off_at_once(county: Settings, granted: dict[str, KafkaCredentials]) -> None:
    """With an ordinary client; when its access ends, the open connection reads nothing more."""
    own = granted["hrss"]
    consumer = KafkaConsumer(
        *own.topics, **connect(county, own), group_id=f"{own.group_prefix}reader", auto_offset_reset="earliest"
    )
    try:
        assert {message.value.decode() for message in _take(consumer, len(own.topics))} == set(own.topics)
        assert keep_rules(county) == county.agencies
        assert revoke(county, "hrss") and not revoke(county, "hrss")
        assert keep_rules(county) == tuple(a for a in county.agencies if a != "hrss")
        with pytest.raises(AuthorizationError):  # of the topics, or of the group when a heartbeat is answered first
            _take(consumer, 1)
    finally:
        consumer.close(autocommit=False)
    assert "SASL authentication" in _refusal(county, own, {})


def test_a_connection_must_show_its_password_again(county: Settings, granted: dict[str, KafkaCredentials]) -> None:
    """The broker says so itself when it takes one: who has no access any more loses the open connection too."""
    with intruder(county, granted["hrss"]) as one:
        assert one.describe(topics_of(county, "hrss")[0]) == {0}
        assert set(one.session_lifetimes_ms()) == {AGENCY_SESSION_MS}


def test_rules_that_are_not_deleted_are_told(county: Settings, granted: dict[str, KafkaCredentials]) -> None:
    """Here because who asks has no right to: a revocation that did not happen never looks like one."""
    admin = KafkaAdminClient(**connect(county, granted["health"]), client_id="test")
    try:
        with pytest.raises(KafkaAccessRefused, match="ClusterAuthorizationFailed"):
            delete_rules(admin, user_of(county, "hrss"))
    finally:
        admin.close()
    with intruder(county, granted["hrss"]) as one:
        assert one.describe(topics_of(county, "hrss")[0]) == {0}


def test_without_password_or_tls_nobody_comes_in(county: Settings, granted: dict[str, KafkaCredentials]) -> None:
    """Anonymous, plaintext, a wrong password, an old one, an authority that is not ours: none is let in."""
    own = granted["hrss"]
    assert _refusal(county, own, {}) == ""
    assert _refusal(county, own, {"security.protocol": "SSL"})
    assert _refusal(county, own, {"security.protocol": "PLAINTEXT"})
    assert _refusal(county, own, {"security.protocol": "SASL_PLAINTEXT"})
    assert "SASL authentication" in _refusal(county, own, {"sasl.username": granted["health"].username})
    assert "certificate verify failed" in _refusal(
        county, own, {"ssl.ca.location": "/etc/ssl/certs/ca-certificates.crt"}
    )
    grant(county, "hrss")
    assert "SASL authentication" in _refusal(county, own, {})


def _refusal(county: Settings, own: KafkaCredentials, changes: dict[str, str]) -> str:
    """Why the broker does not serve a client of this agency with these settings changed; empty when it does."""
    heard: list[str] = []
    settings: dict[str, Any] = {
        "bootstrap.servers": county.agency_kafka,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": MECHANISM,
        "sasl.username": own.username,
        "sasl.password": own.password,
        "ssl.ca.location": str(county.kafka_authority),
        "log_level": 0,
        "error_cb": lambda error: heard.append(str(error)),
    }
    client = AdminClient(settings | changes)
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        try:
            client.list_topics(timeout=1)
        except KafkaException:
            client.poll(0.2)
            if heard:
                return " ".join(heard)
        else:
            return ""
    raise AssertionError("neither served nor refused within a minute")


def test_the_certificate_is_renewed_while_the_broker_runs(stack: EmbeddedStack, county: Settings) -> None:
    """Twice; new connections see the new certificate, under the same authority, for the same name."""
    folder: Path = stack.var / kafka_tls.FOLDER
    for _ in range(2):
        before = after = _served(county)
        kafka_tls.renew(folder, "127.0.0.1")
        kafka_reload.reload_certificate(stack.kafka, folder / kafka_tls.BROKER)
        give_up_at = time.monotonic() + 60
        while after == before:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)
            after = _served(county)
        assert after["serialNumber"] != before["serialNumber"] and after["issuer"] == before["issuer"]


def test_the_operator_gives_and_ends_access_by_commands(stack: EmbeddedStack, county: Settings, tmp_path: Path) -> None:
    """The file that is handed over opens the agency's feed; a second file of that name, another agency are refused."""
    file = tmp_path / "hrss.json"

    def onevisit(*arguments: str, var: Path = county.var) -> tuple[int, str]:
        command = [sys.executable, "-m", "services.cli", "access", *arguments]
        env = os.environ | county.to_env() | {"ONEVISIT_VAR": str(var)}
        ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    before = secrets.load(county.secrets).signing_key.thumbprint()
    secrets.rotate_signing_key(county.secrets, datetime.now(UTC))
    status, told = onevisit("kafka", "hrss", "--out", str(file))
    assert status == 0 and file.stat().st_mode & 0o777 == 0o600
    access = Access.from_file(file)
    assert access.password not in told and set(access.topics) == set(topics_of(county, "hrss"))
    assert list(access.keys) == secrets.published_keys(county.secrets, county.issuer)["keys"]
    assert ["exp" in key for key in access.keys] == [False, True] and access.keys[1]["kid"] == before
    with Feed(access, FilePosition(tmp_path / "position")):
        pass
    assert onevisit("kafka", "hrss", "--out", str(file))[0] == 1
    assert "use one of hrss" in onevisit("kafka", "nobody")[1]
    assert "renewed until" in onevisit("kafka-renew", var=stack.var)[1]
    assert "to every agency before" in onevisit("kafka-renew", "--authority", var=stack.var)[1]
    with Feed(access, FilePosition(tmp_path / "position")):
        pass  # by the authority's older certificate
    again = tmp_path / "again.json"
    assert onevisit("kafka", "hrss", "--out", str(again))[0] == 0
    renewed = Access.from_file(again)
    assert renewed.ca_pem != access.ca_pem
    with Feed(renewed, FilePosition(tmp_path / "position")):
        pass
    assert onevisit("kafka-revoke", "hrss") == (0, "hrss: access to Kafka ended\n")
    assert onevisit("kafka-revoke", "hrss")[0] == 1


def _served(county: Settings) -> dict[str, Any]:
    """The certificate that the broker shows to who trusts the county's authority."""
    host, port = county.agency_kafka.split(":")
    context = ssl.create_default_context(cafile=str(county.kafka_authority))
    plain = socket.create_connection((host, int(port)), timeout=20)
    with plain, context.wrap_socket(plain, server_hostname=host) as secured:
        return dict(secured.getpeercert() or {})


def _take(consumer: KafkaConsumer, count: int) -> list[Any]:
    """So many messages; up to a minute."""
    found: list[Any] = []
    for _ in range(60):
        found += [message for part in consumer.poll(timeout_ms=1000).values() for message in part]
        if len(found) >= count:
            return found
    raise AssertionError(f"{len(found)} of {count} messages came")
