"""The delivery program, killed at random points while endpoints misbehave: lost 0, doubled in effect 0, in order."""

import asyncio
import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from onevisit_agency import verify_webhook

from schemas.base import Event, stable_id
from schemas.certificate import CertificateRevoked
from schemas.topics import CERTIFICATE
from services.platform import secrets
from services.platform.database import open_pool
from services.platform.ledger import Transaction
from services.platform.webhook_signing import new_secret, seal_secret, shown
from tests.integration.delivery.made_up import certificates
from tests.integration.line import Installation

PROGRAM = "services.delivery.app"
ISSUED, KILLS = 120, 4
POLICY = """
networks = ["127.0.0.0/8"]
first_wait_s = 0.1
longest_wait_s = 0.5
answer_s = 2.0
parallel = 4
"""


class Agency:
    """An endpoint that checks signatures, does its work once for each id, and fails every now and then."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.effects: dict[str, tuple[str, str]] = {}
        """What was done: request and kind by the event's id, in the order of doing."""
        self.attempts = 0
        self.well = False
        self._chance = random.Random(11)
        self._lock = threading.Lock()

    def has(self, effects: int) -> bool:
        """Whether so much was done."""
        return len(self.effects) >= effects

    def take(self, headers: dict[str, str], body: bytes) -> int | None:
        """Takes one message; the status to answer, None to break the connection."""
        delivery = verify_webhook(self.secret, headers, body)
        with self._lock:
            self.attempts += 1
            luck = 1.0 if self.well else self._chance.random()
            if luck < 0.1:
                return 500
            self.effects.setdefault(str(delivery.event_id), (str(delivery.request_id), str(delivery.kind)))
        if luck < 0.2:
            return None  # done, but the answer is lost
        if luck < 0.6:
            time.sleep(0.02)
        return 200


@contextmanager
def _listening(agency: Agency) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = agency.take(dict(self.headers.items()), body)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A killed sender breaks its connections: that is what the test is about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


async def test_kills_at_random_points_lose_and_double_nothing(kafka: str, database: str, tmp_path: Path) -> None:
    """Through Kafka, the ledger and the sender, with a second endpoint registered for everything at the end."""
    file = tmp_path / "delivery.toml"
    file.write_text(POLICY)
    county = Installation.make(kafka, database, tmp_path / "var", delivery=file, partitions=2)
    agency, second = Agency(shown(secret := new_secret())), Agency(shown(secret_2 := new_secret()))
    issued = certificates(county.settings, "hrss", ISSUED)
    revoked = [_revoked(one.request_id) for one in issued[::4]]
    with _listening(agency) as port, _listening(second) as port_2:
        _register(county, port, secret)
        await _emit(county, [*issued, *revoked, *issued[:10]])
        county.publish()
        chance = random.Random(5)
        with county.workers(PROGRAM) as programs:
            for _ in range(KILLS):
                goal = min(len(agency.effects) + chance.randint(1, 25), len(issued) + len(revoked))
                county.wait_until(partial(agency.has, goal), 90)
                await asyncio.sleep(chance.uniform(0, 0.1))
                programs[PROGRAM].kill()
            agency.well = True
            county.wait_until(lambda: _waiting(county) == 0, 120)
            _register(county, port_2, secret_2, everything=True)
            second.well = True
            county.wait_until(lambda: _waiting(county) == 0, 120)
    for one in (agency, second):
        wanted = {str(event.event_id) for event in (*issued, *revoked)}
        assert (wanted - one.effects.keys(), one.effects.keys() - wanted) == (set(), set())
        order = defaultdict(list)
        for request_id, kind in one.effects.values():
            order[request_id].append(kind)
        assert all(kinds[0] == "certificate.issued.v1" for kinds in order.values())
    assert agency.attempts > len(agency.effects)  # there were repetitions, and none took effect
    numbers = [row[0] for row in county.query("SELECT number FROM delivery.item WHERE agency = 'hrss' ORDER BY number")]
    assert numbers == list(range(1, len(issued) + len(revoked) + 1))


def _revoked(request_id: str) -> CertificateRevoked:
    return CertificateRevoked(
        event_id=stable_id("revoked", request_id),
        recorded_at=datetime.now(UTC),
        certificate_id=stable_id("certificate", "hrss", request_id),
        agency="hrss",
        request_id=request_id,
        reason="WRONG_PERSON",
    )


async def _emit(county: Installation, events: list[Event]) -> None:
    async with open_pool(county.settings.database) as pool, pool.connection() as connection, connection.transaction():
        transaction = Transaction(connection, "/onevisit/test")
        for event in events:
            request_id = json.loads(event.model_dump_json())["request_id"]
            transaction.emit(CERTIFICATE.named("hrss"), request_id, event)
        await transaction.flush()


def _register(county: Installation, port: int, secret: bytes, *, everything: bool = False) -> None:
    webhook_id = uuid4()
    sealed = seal_secret(secrets.load(county.settings.secrets).master_key, webhook_id, secret)
    with psycopg.connect(county.settings.database) as connection:
        connection.execute(
            "INSERT INTO delivery.webhook (webhook_id, agency, url, kinds, secret, state, made_at)"
            " VALUES (%s, 'hrss', %s, '{}', %s, 'active', now())",
            (webhook_id, f"http://127.0.0.1:{port}/", sealed),
        )
        if everything:
            connection.execute(
                "INSERT INTO delivery.sending (webhook_id, agency, number, subject, status, due_at)"
                " SELECT %s, agency, number, subject, 'waiting', now() FROM delivery.item",
                (webhook_id,),
            )


def _waiting(county: Installation) -> int:
    """How much is still to come: on the topics, or waiting for an endpoint."""
    (kept,) = county.query("SELECT count(*) FROM delivery.item")
    (open_,) = county.query("SELECT count(*) FROM delivery.sending WHERE status <> 'delivered'")
    return int(str(open_[0])) + (int(str(kept[0])) < ISSUED + len(range(0, ISSUED, 4)))
