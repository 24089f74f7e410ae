"""The planner on a real Kafka and a real PostgreSQL: from requests to a published plan, through kills."""

import base64
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from confluent_kafka import Consumer
from psycopg.types.json import Jsonb

from schemas.desk import DeskKind
from schemas.plan import PlanPublished
from schemas.wire import decode
from tests.integration.line import Installation, made_up_ids

PLANNER = "services.scheduler.planner.app"
WORKERS = ("services.scheduler.app", "services.platform.relay", PLANNER)
VILLAGE, OTHER = "990101001001", "990101001002"
CADRES = f"cadre_id,lat,lon,villages,township,weekdays\nC001,0.1,0.1,{VILLAGE},T,1-7\nC002,0.13,0.1,{OTHER},T,1-7\n"
PLACES = f"village_code,lat,lon\n{VILLAGE},0.101,0.101\n{OTHER},0.131,0.101\n"


@pytest.fixture
def installation(kafka: str, database: str, tmp_path: Path) -> Installation:
    """Its topics carry a prefix of this test alone."""
    return Installation.make(kafka, database, tmp_path)


def ask(installation: Installation, kind: DeskKind, said: dict[str, Any]) -> str:
    """Asks the planner as the gateway does; the question's id."""
    command_id = uuid4()
    with psycopg.connect(installation.settings.database, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO gateway.desk_command (command_id, kind, said, said_by, said_at)"
            " VALUES (%s, %s, %s, 'desk', now())",
            (command_id, kind, Jsonb(said)),
        )
    return str(command_id)


def answer(installation: Installation, command_id: str) -> dict[str, Any]:
    """The planner's answer, when it is there."""
    query = "SELECT answer FROM gateway.desk_command WHERE command_id = %s"
    installation.wait_until(lambda: installation.query(query, command_id)[0][0] is not None)
    found = installation.query(query, command_id)[0][0]
    assert isinstance(found, dict)
    return found


def planned(installation: Installation) -> list[str]:
    """Every visit that the draft holds, planned or not."""
    rows = installation.query("SELECT unnest(visit_ids)::text FROM scheduler.plan_part")
    return sorted(str(row[0]) for row in rows)


def published(installation: Installation, count: int) -> list[PlanPublished]:
    """The first so many messages of the topic, and no further ones that come within a second."""
    consumer = Consumer(
        {
            "bootstrap.servers": installation.settings.kafka,
            "group.id": uuid4().hex,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([f"{installation.settings.topic_prefix}plan"])
    found: list[PlanPublished] = []
    try:
        for wait in (*[0.5] * 120, 1.0):
            if len(found) >= count and wait < 1.0:
                continue
            message = consumer.poll(wait)
            if message is not None and message.error() is None:
                headers = dict(message.headers() or ())
                event = decode(
                    ((name, text) for name, text in headers.items() if isinstance(text, bytes)), message.value()
                )
                assert isinstance(event, PlanPublished)
                found.append(event)
    finally:
        consumer.close()
    return found


async def test_kills_of_the_planner_lose_and_double_nothing(installation: Installation) -> None:
    """Killed while it searches, mends and publishes, it ends with every visit once, and one plan for each cadre."""
    people, today = made_up_ids(90), date.today()  # noqa: DTZ011 - windows far enough on either side
    window = (today - timedelta(30), today + timedelta(90))
    with installation.workers(*WORKERS) as workers:
        for kind, content in (("cadre", CADRES), ("place", PLACES)):
            said = {"kind": kind, "content": base64.b64encode(content.encode()).decode()}
            assert answer(installation, ask(installation, DeskKind.SOURCES, said))["faults"] == []
        await installation.send_requests("hrss", people[:30], window=window, village=VILLAGE)
        await installation.send_requests("health", people[30:60], window=window, village=OTHER)
        installation.wait_until(lambda: installation.query("SELECT count(*) FROM scheduler.visit") == [(60,)])

        job_id = answer(installation, ask(installation, DeskKind.PLAN, {"seconds": 4, "days": 28}))["job_id"]
        state = "SELECT state FROM scheduler.plan_job WHERE job_id = %s"
        installation.wait_until(lambda: installation.query(state, job_id) == [("running",)])
        workers[PLANNER].kill()
        installation.wait_until(lambda: installation.query(state, job_id) == [("done",)])
        assert installation.query("SELECT version FROM scheduler.plan") == [(1,)]

        await installation.send_requests("hrss", people[60:], window=window, village=VILLAGE)
        installation.wait_until(lambda: installation.query("SELECT count(*) FROM scheduler.visit") >= [(61,)])
        workers[PLANNER].kill()
        installation.wait_until(lambda: installation.query("SELECT count(*) FROM scheduler.visit") == [(90,)])
        workers[PLANNER].kill()
        visits = sorted(str(row[0]) for row in installation.query("SELECT visit_id::text FROM scheduler.visit"))
        installation.wait_until(lambda: planned(installation) == visits)
        installation.wait_until(lambda: installation.query("SELECT count(*) FROM scheduler.plan_dirty") == [(0,)])

        (version,) = installation.query("SELECT version FROM scheduler.plan")[0]
        order = {"version": version, "told_until": (today + timedelta(60)).isoformat()}
        asked = [ask(installation, DeskKind.PUBLISH, order) for _ in range(2)]
        workers[PLANNER].kill()
        answers = [answer(installation, one) for one in asked]
        assert [one.get("published_version") for one in answers] == [1, None]
        assert answers[1] == {"refused": "PLAN_ALREADY_PUBLISHED"}
        events = published(installation, 2)
        assert sorted((event.cadre_id, event.version) for event in events) == [("C001", 1), ("C002", 1)]
        days = {str(one): route.day for event in events for route in event.routes for stop in route.stops
                for one in stop.visit_ids}  # fmt: skip
        assert sorted(days) == visits, json.dumps(answers)
        told = "SELECT visit_id::text, announced_on FROM scheduler.visit WHERE announced_on IS NOT NULL"
        installation.wait_until(lambda: {str(one): day for one, day in installation.query(told)} == days)
