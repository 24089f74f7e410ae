"""The scheduler on a real Kafka and a real PostgreSQL."""

from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.integration.line import Installation, made_up_ids

WORKERS = ("services.scheduler.app", "services.platform.relay")


@pytest.fixture
def installation(kafka: str, database: str, tmp_path: Path) -> Installation:
    """Its topics carry the agencies' names of this test alone."""
    return Installation.make(kafka, database, tmp_path)


async def test_three_agencies_become_one_visit_each(installation: Installation) -> None:
    """Requests of three agencies for the same people end in one open visit per person, each with three requests."""
    people = made_up_ids(300)
    with installation.workers(*WORKERS):
        for agency in installation.settings.agencies:
            await installation.send_requests(agency, people)
        installation.wait_until(lambda: installation.query("SELECT count(*) FROM scheduler.request") == [(900,)])
        visits = installation.query("SELECT jsonb_array_length(requests) FROM scheduler.visit WHERE status = 'open'")
    assert visits == [(3,)] * 300


async def test_kill_of_every_worker_loses_and_doubles_nothing(installation: Installation) -> None:
    """kill -9 of scheduler and relay, again and again in the middle of the load, changes nothing in the result."""
    people = made_up_ids(3000)
    with installation.workers(*WORKERS) as workers:
        for agency in installation.settings.agencies:
            await installation.send_requests(agency, people, per_batch=50)
        for goal in (100, 1000, 2500, 4000, 5500, 7000):
            installation.wait_until(partial(_has_requests, installation, goal))
            for worker in workers.values():
                worker.kill()
        installation.wait_until(lambda: _requests(installation) == 9000)
        installation.wait_until(lambda: installation.query("SELECT count(*) FROM platform.outbox") == [(0,)])
    visits = installation.query("SELECT jsonb_array_length(requests) FROM scheduler.visit WHERE status = 'open'")
    assert visits == [(3,)] * 3000
    assert installation.query("SELECT count(*) FROM scheduler.row_outcome WHERE outcome = 'accepted'") == [(9000,)]


def _requests(installation: Installation) -> int:
    count = installation.query("SELECT count(*) FROM scheduler.request")[0][0]
    assert isinstance(count, int)
    return count


def _has_requests(installation: Installation, least: int) -> bool:
    return _requests(installation) >= least


async def test_a_log_that_was_lost_stops_the_worker(installation: Installation) -> None:
    """When Kafka holds less than was read, new messages would pass for old ones: the worker says so and stops."""
    with installation.workers("services.scheduler.app") as workers:
        await _until_reading(installation)
        workers["services.scheduler.app"].stop()
        with psycopg.connect(installation.settings.database, autocommit=True) as connection:
            connection.execute("UPDATE platform.position SET next_offset = 7 WHERE topic = 'request'")
        workers["services.scheduler.app"].start()
        assert workers["services.scheduler.app"].running.wait(120) != 0
    assert "LOG_TRUNCATED" in (installation.settings.var / "log" / "services.scheduler.app.log").read_text()


async def _until_reading(installation: Installation) -> None:
    installation.wait_until(lambda: installation.query("SELECT 1 FROM platform.position WHERE topic = 'request'") != [])
