"""``onevisit redrive`` on real servers: a buried message is shown without its content, repaired, and takes effect."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from schemas.request import RequestBatch
from schemas.topics import REQUEST
from schemas.wire import Headers, decode, encode
from services.cli.main import app
from services.cli.redrive_words import NEXT_STEPS
from services.platform.database import open_pool
from services.platform.ledger import Partition, unpack_headers
from services.platform.redrive import RedriveCode
from services.platform.runner import Message, Runner
from services.scheduler.app import build_readers
from tests.integration.line import Installation, made_up_ids

AT = Partition(REQUEST.name, 2)
SECRET_NAME = "王某某"
BROKEN, STRANGER, ENORMOUS = 0, 1, 2
"""Offsets of the three bad messages: a slip of the writer, an agency unknown here, and one near the broker's limit."""


def _good(installation: Installation) -> tuple[Headers, bytes]:
    """A request as the door writes it."""
    asyncio.run(installation.send_requests("hrss", made_up_ids(1)))
    ((headers, value),) = installation.query("DELETE FROM platform.outbox RETURNING headers, value")
    assert isinstance(headers, bytes)
    assert isinstance(value, bytes)
    return unpack_headers(headers), value


def _fold(installation: Installation, messages: Sequence[Message]) -> None:
    """Lets the scheduler's own intake fold these."""

    async def fold() -> None:
        async with open_pool(installation.settings.database) as pool:
            await Runner("scheduler", pool).run(build_readers(installation.settings)[0], messages)

    asyncio.run(fold())


@pytest.fixture
def county(kafka: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation in which three messages were buried, and published as dead letters."""
    installation = Installation.make(kafka, database, tmp_path / "var")
    for name, text in installation.env.items():
        monkeypatch.setenv(name, text)
    headers, value = _good(installation)
    slip = value.replace(b'"kind":"requested"', f'"kind":"{SECRET_NAME}"'.encode())
    assert slip != value
    stranger = RequestBatch.model_validate_json(value).model_copy(update={"agency": "water_office"})
    other_headers, other = encode(stranger, source="/test")
    messages = (
        Message(AT, BROKEN, b"hrss", slip, tuple(headers)),
        Message(AT, STRANGER, b"water_office", other, tuple(other_headers)),
        Message(AT, ENORMOUS, b"hrss", b"x" * (8 * 1024 * 1024 - 1000), tuple(headers)),
    )
    _fold(installation, messages)
    installation.publish()
    return installation


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["redrive", *arguments], env={"COLUMNS": "200"})


def _letters() -> list[dict[str, Any]]:
    result = _run("--json")
    assert result.exit_code == 0, result.output
    letters: list[dict[str, Any]] = json.loads(result.stdout)
    return letters


def test_letters_are_shown_repaired_and_take_effect_once(county: Installation, tmp_path: Path) -> None:
    """The whole way of an operator: look, try, export, repair, put back; a second time only with --again."""
    assert {(x["offset"], x["code"]) for x in _letters()} == {
        (BROKEN, "SCHEMA_VIOLATION"),
        (STRANGER, "UNFOLDABLE"),
        (ENORMOUS, "SCHEMA_VIOLATION"),
    }
    shown = _run()
    assert "scheduler" in shown.stdout
    assert SECRET_NAME not in shown.stdout

    refused = _run("--topic", "request", "--offset", f"2:{BROKEN}")
    assert refused.exit_code == 1
    assert "STILL_UNREADABLE" in refused.stderr
    assert "下一步" in refused.stderr
    assert SECRET_NAME not in refused.output
    assert county.query("SELECT count(*) FROM platform.outbox") == [(0,)]

    exported = _run("--export", str(tmp_path / "letters"), "--topic", "request.dead", "--offset", f"2:{BROKEN}")
    assert exported.exit_code == 0, exported.output
    (path,) = (tmp_path / "letters").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    letter = json.loads(path.read_text("utf-8"))
    letter["value"]["items"][0]["kind"] = "requested"
    path.write_text(json.dumps(letter), encoding="utf-8")

    assert _run("--repaired", str(path)).exit_code == 0
    ((topic, partition, key, headers, value),) = county.query(
        "SELECT topic, partition, key, headers, value FROM platform.outbox"
    )
    assert (topic, partition, key) == (AT.topic, AT.number, b"hrss")
    assert isinstance(headers, bytes)
    assert isinstance(value, bytes)
    _fold(county, [Message(AT, ENORMOUS + 1, b"hrss", value, tuple(unpack_headers(headers)))])
    assert county.query("SELECT outcome FROM scheduler.row_outcome") == [("accepted",)]
    assert [x["offset"] for x in _letters() if x["redriven_at"]] == [BROKEN]

    twice = _run("--repaired", str(path))
    assert (twice.exit_code, "ALREADY_REDRIVEN" in twice.stderr) == (1, True)
    assert _run("--repaired", str(path), "--again").exit_code == 0
    assert county.query("SELECT times, repaired FROM platform.redriven") == [(2, True)]
    again = county.query("SELECT headers, value FROM platform.outbox WHERE topic = 'request'")
    assert again == [(headers, value)] * 2


def test_a_letter_whose_reader_was_mended_goes_back_unchanged(county: Installation) -> None:
    """Once ONEVISIT_AGENCIES names the agency, its message is put back as it was, through the relay, and is folded."""
    done = _run("--topic", "request", "--offset", f"2:{STRANGER}", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["skipped"] == 0
    ((headers, value),) = county.query("SELECT headers, value FROM platform.outbox")
    assert isinstance(headers, bytes)
    assert isinstance(value, bytes)
    event = decode(unpack_headers(headers), value)
    assert isinstance(event, RequestBatch)
    county.publish()
    assert county.query("SELECT count(*) FROM platform.outbox") == [(0,)]
    mended = Installation(county.settings.model_copy(update={"agencies": ("hrss", "water_office")}))
    _fold(mended, [Message(AT, ENORMOUS + 1, b"water_office", value, tuple(unpack_headers(headers)))])
    assert county.query("SELECT agency, outcome FROM scheduler.row_outcome") == [("water_office", "accepted")]


def test_what_cannot_be_done_is_told_with_its_code(county: Installation, tmp_path: Path) -> None:
    """A wrong place, a wrong topic, a damaged repair, a folder in use: each has its code, and nothing is sent."""
    bad = tmp_path / "bad.json"
    bad.write_text('{"topic": "request", "value": 1, "value_text": "x"}', encoding="utf-8")
    folder = str(tmp_path / "letters")
    assert _run("--export", folder).exit_code == 0
    for arguments, code in (
        (("--topic", "request", "--offset", "0:99"), RedriveCode.LETTER_UNKNOWN),
        (("--topic", "request", "--offset", "first"), RedriveCode.PLACE_MALFORMED),
        (("--topic", "requests"), RedriveCode.TOPIC_UNKNOWN),
        (("--repaired", str(bad)), RedriveCode.REPAIR_MALFORMED),
        (("--export", folder), RedriveCode.EXPORT_EXISTS),
        (("--topic", "request", "--offset", "2:1", "--offset", "2:0"), RedriveCode.STILL_UNREADABLE),
    ):
        result = _run(*arguments)
        assert result.exit_code == 1
        assert code in result.stderr
    assert county.query("SELECT count(*) FROM platform.outbox") == [(0,)]
    assert county.query("SELECT count(*) FROM platform.redriven") == [(0,)]


def test_of_a_whole_topic_what_can_be_read_goes_back(county: Installation) -> None:
    """The others stay and are named; a second time nothing is left to do for those that went."""
    tried = json.loads(_run("--topic", "request", "--dry-run", "--json").stdout)
    assert ([x["offset"] for x in tried["redriven"]], len(tried["refused"])) == ([STRANGER], 2)
    assert county.query("SELECT count(*) FROM platform.outbox") == [(0,)]
    first = _run("--topic", "request")
    assert first.exit_code == 1
    assert f"request[2]@{STRANGER}: put back" in first.stdout
    assert all(f"request[2]@{offset}" in first.stderr for offset in (BROKEN, ENORMOUS))
    second = json.loads(_run("--topic", "request", "--json").stdout)
    assert (second["redriven"], second["skipped"], len(second["refused"])) == ([], 1, 2)
    assert county.query("SELECT count(*) FROM platform.outbox") == [(1,)]


def test_every_code_says_what_to_do_next() -> None:
    """In both languages."""
    assert set(NEXT_STEPS) == set(RedriveCode)
    assert all(english and chinese for english, chinese in NEXT_STEPS.values())
