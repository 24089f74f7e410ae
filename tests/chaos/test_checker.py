"""The checker can fail: the transaction is broken on purpose, and it says what is lost, doubled or out of order."""

from pathlib import Path

import psycopg
import pytest

from tests.chaos.broken import DEATH_MARK, VARIABLE, Break
from tests.chaos.checker import Findings, check
from tests.chaos.feed import Feed
from tests.chaos.run import is_quiet
from tests.chaos.truth import Truth
from tests.integration.line import Installation

BROKEN, SCHEDULER, RELAY = "tests.chaos.broken", "services.scheduler.app", "services.platform.relay"
REQUESTS = 600
SEED = 20261124

pytestmark = pytest.mark.e2e


@pytest.fixture
def installation(kafka: str, database: str, tmp_path: Path) -> Installation:
    """A county of this test alone."""
    return Installation.make(kafka, database, tmp_path)


async def _run(installation: Installation, how: Break, monkeypatch: pytest.MonkeyPatch) -> Findings:
    """The whole load through the line, one program of which is broken; whoever dies is started again."""
    monkeypatch.setenv(VARIABLE, how.value)
    settings = installation.settings
    truth = Truth.make(REQUESTS, SEED)
    feed = await Feed.make(settings, truth, per_message=20)
    feed.until(1.0)
    programs = (BROKEN, SCHEDULER) if how is Break.BACKWARDS else (BROKEN, RELAY)
    with installation.workers(*programs, may_end=True) as workers:

        def quiet() -> bool:
            for worker in workers.values():
                if worker.running.poll() is not None:
                    worker.start()
            return is_quiet(settings)

        installation.wait_until(quiet, 120)
    return _check(installation, truth)


def _check(installation: Installation, truth: Truth) -> Findings:
    settings = installation.settings
    return check(
        truth,
        kafka=settings.kafka,
        database=settings.database,
        prefix=settings.topic_prefix,
        county_secret=(settings.secrets / "county.secret").read_bytes(),
    )


async def test_an_unbroken_line_is_right_and_each_row_changed_by_hand_is_seen(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the same way of running finds nothing; then one changed day, one removed request are found."""
    found = await _run(installation, Break.NOT_AT_ALL, monkeypatch)
    assert found.right, found.table()
    truth = Truth.make(REQUESTS, SEED)
    with psycopg.connect(installation.settings.database, autocommit=True) as connection:
        one = "(SELECT visit_id FROM scheduler.visit WHERE status = 'open' ORDER BY visit_id LIMIT 1)"
        connection.execute(f"UPDATE scheduler.visit SET window_last = window_last + 1 WHERE visit_id = {one}".encode())
        assert set(_check(installation, truth).counts) == {"wrong"}
        connection.execute(f"UPDATE scheduler.visit SET window_last = window_last - 1 WHERE visit_id = {one}".encode())
        assert _check(installation, truth).right
        second = connection.execute(
            "INSERT INTO scheduler.visit (visit_id, person_key, version, status, window_first, window_last, requests,"
            " opened_at) SELECT gen_random_uuid(), person_key, version, status, window_first, window_last, requests,"
            " opened_at FROM scheduler.visit WHERE status = 'open' ORDER BY visit_id LIMIT 1 RETURNING visit_id"
        ).fetchone()
        assert _check(installation, truth).counts["doubled"] > 0
        connection.execute("DELETE FROM scheduler.visit WHERE visit_id = %s", second)
        assert _check(installation, truth).right
        connection.execute("DELETE FROM scheduler.request WHERE ctid = (SELECT min(ctid) FROM scheduler.request)")
        assert _check(installation, truth).counts == {"lost": 1}


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (Break.POSITION_FIRST, "lost"),
        (Break.OUTBOX_LAST, "lost"),
        (Break.BACKWARDS, "out of order"),
    ],
)
async def test_a_torn_transaction_is_caught(
    how: Break, kind: str, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between two halves of what belongs together, or sent in the wrong order: the checker names it."""
    found = await _run(installation, how, monkeypatch)
    assert how is Break.BACKWARDS or (installation.settings.var / DEATH_MARK).exists(), "it was never killed"
    assert found.counts[kind] > 0, found.table()


async def test_a_batch_folded_twice_has_no_second_effect(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the fold and before its position, a worker folds the batch again: it says the same to the byte."""
    found = await _run(installation, Break.POSITION_LAST, monkeypatch)
    assert (installation.settings.var / DEATH_MARK).exists(), "it was never killed"
    assert found.right, found.table()
