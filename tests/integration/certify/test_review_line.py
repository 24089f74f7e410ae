"""Reviewers' decisions through the real worker, killed in the middle: each request its certificate, once."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb

from schemas.base import stable_id
from schemas.review import ReviewDecided
from schemas.review_reasons import ReviewDecision
from schemas.topics import REVIEW
from services.platform.database import open_pool
from services.platform.ledger import Transaction
from tests.integration.line import Installation
from tests.streams.certifying_office import CERTIFIED, NOW

CASES, KILLS = 120, 3
DOUBTFUL: dict[str, Any] = CERTIFIED | {"decision": "review", "reasons": ["face_differs"]}
REQUEST = {"programme": "pension", "window_start": "2026-03-01", "due_date": "2026-03-31"}


def open_case(connection: psycopg.Connection[Any], number: int) -> ReviewDecided:
    """A doubted recording of a visit for two agencies, as certify has written it; and what a reviewer decided."""
    visit_id, capture_id, person = uuid4(), uuid4(), hashlib.sha256(str(number).encode()).hexdigest()
    requests = [REQUEST | {"agency": agency, "request_id": f"R-{number}"} for agency in ("hrss", "health")]
    connection.execute(
        "INSERT INTO certify.visit (visit_id, person_key, version, requests) VALUES (%s, %s, 1, %s)",
        (visit_id, person, Jsonb(requests)),
    )
    connection.execute(
        "INSERT INTO certify.judgement (capture_id, verification) VALUES (%s, %s)", (capture_id, Jsonb(DOUBTFUL))
    )
    connection.execute(
        "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, told)"
        " VALUES (%s, %s, %s, '2026-03-05', 'review', '{face_differs}', true)",
        (capture_id, visit_id, person),
    )
    return ReviewDecided(
        event_id=stable_id("review-decided", str(capture_id)),
        recorded_at=NOW,
        case_id=stable_id("review-case", str(capture_id)),
        capture_id=capture_id,
        visit_id=visit_id,
        person_key=person,
        round=1,
        decision=ReviewDecision.CERTIFIED,
        reasons=(),
        decided_by=("reviewer-1",),
        waited_s=60,
    )


async def send(installation: Installation, events: list[ReviewDecided]) -> None:
    async with open_pool(installation.settings.database) as pool, pool.connection() as connection:
        transaction = Transaction(connection, "/onevisit/test")
        for event in events:
            transaction.emit(REVIEW.name, event.person_key, event)
        await transaction.flush()


async def test_decisions_take_effect_once_through_kills(kafka: str, database: str, tmp_path: Path) -> None:
    """Every decision is sent twice, and certify is killed in the middle of them: each of 240 requests has one
    certificate, told once."""
    installation = Installation.make(kafka, database, tmp_path)
    with psycopg.connect(database) as connection:
        events = [open_case(connection, number) for number in range(CASES)]
    await send(installation, events + events)
    installation.publish()

    def certified() -> int:
        return int(str(installation.query("SELECT count(*) FROM certify.certificate")[0][0]))

    with installation.workers("services.certify.app") as workers:
        for kill in range(KILLS):
            installation.wait_until(lambda: certified() > kill * CASES // 2)  # noqa: B023 (called at once)
            workers["services.certify.app"].kill()
        installation.wait_until(lambda: certified() == 2 * CASES)
    told = installation.query(
        "SELECT topic, encode(key, 'hex'), count(*) FROM platform.outbox WHERE topic <> 'review' GROUP BY 1, 2"
    )
    certificates = {(topic, key): count for topic, key, count in told if str(topic).startswith("certificate.")}
    assert set(certificates.values()) == {1}
    assert len(certificates) == 2 * CASES
    verdicts = [count for topic, _, count in told if topic == "verdict"]
    assert (len(verdicts), set(verdicts)) == (CASES, {1})
    assert installation.query("SELECT count(*) FROM certify.capture WHERE review_decision = 'certified'") == [(CASES,)]
