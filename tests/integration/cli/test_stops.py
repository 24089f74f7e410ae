"""`onevisit stops` on a real PostgreSQL: what the planner is offered, in words and for programs."""

import json

import psycopg
import pytest
from typer.testing import CliRunner

from services.cli.main import app

VILLAGE = "990101001001"
SQL = (
    "INSERT INTO scheduler.visit (visit_id, person_key, version, status, window_first, window_last, requests,"
    " village_code, opened_at, dwelling) SELECT gen_random_uuid(), n::text, 1, status, '2026-03-01', last::date, '[]',"
    f" '{VILLAGE}', now(), dwelling FROM (VALUES (1, 'open', '2026-03-31', 'd1'), (2, 'open', '2026-03-20', 'd1'),"
    " (3, 'paused', '2026-03-20', 'd1'), (4, 'open', '2026-03-20', 'd2'), (5, 'open', '2026-03-20', NULL))"
    " AS v (n, status, last, dwelling)"
)


@pytest.fixture
def county(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A county with five visits, two of them to be made at one door."""
    with psycopg.connect(database) as connection:
        connection.execute(SQL.encode())
    monkeypatch.setenv("ONEVISIT_DATABASE", database)


@pytest.mark.usefixtures("county")
def test_the_stops_and_the_trips_saved_are_told() -> None:
    """Visits of one dwelling are one ride; a paused one is not offered; one without a dwelling rides alone."""
    run = CliRunner().invoke(app, ["stops", "--lang", "en"])
    assert run.exit_code == 0, run.output
    assert "4 open visits, of 3 the dwelling is known." in run.stdout
    assert "1 stops serve two or more of them: 1 trips saved, 3 rides in all." in run.stdout
    answer = json.loads(CliRunner().invoke(app, ["stops", "--village", VILLAGE, "--json"]).stdout)
    (stop,) = answer["stops"]
    assert (stop["window"], len(stop["visit_ids"]), stop["village_code"]) == (["2026-03-01", "2026-03-20"], 2, VILLAGE)
    assert "省去1趟" in CliRunner().invoke(app, ["stops", "--lang", "zh"]).stdout


def test_a_database_that_does_not_answer_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback."""
    monkeypatch.setenv("ONEVISIT_DATABASE", "postgresql://nobody@127.0.0.1:1/nothing")
    run = CliRunner().invoke(app, ["stops"])
    assert run.exit_code == 1
    assert "onevisit up" in run.output
