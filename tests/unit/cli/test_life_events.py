"""`onevisit life-events check` shows what each life event does, and says which field of a county's rules is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.life_event import LifeEventKind
from services.cli.main import app


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no cell is broken."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(
    ("language", "named", "says"),
    [("zh", "住院", "暂缓上门"), ("en", "hospitalised", "paused")],
)
def test_the_table_shows_what_each_life_event_does(language: str, named: str, says: str, tmp_path: Path) -> None:
    """In both languages, every kind, the county's own rule in place of the default."""
    file = tmp_path / "rules.toml"
    file.write_text('[kinds.hospitalised]\nreported = "paused"\n', "utf-8")
    run = CliRunner().invoke(app, ["life-events", "check", str(file), "--lang", language])
    assert run.exit_code == 0, run.output
    (line,) = [line for line in run.stdout.splitlines() if named in line]
    assert says in line
    rows = [line for line in run.stdout.splitlines() if line.startswith("│")]
    assert len(rows) == len(LifeEventKind)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[kinds.deceased]\nreported = "closed"\n', "kinds.deceased.reported"),
        ('[kinds.dead]\nreported = "paused"\n', "kinds.dead"),
        ('[kinds.moved]\nreported = "later"\n', "kinds.moved.reported"),
        ("[kinds.moved\n", "not TOML"),
    ],
)
def test_rules_that_cannot_be_used_are_named(text: str, field: str, tmp_path: Path) -> None:
    """A single report closes nothing, whatever a county writes; a misspelt kind or effect is no silent default."""
    file = tmp_path / "rules.toml"
    file.write_text(text, "utf-8")
    run = CliRunner().invoke(app, ["life-events", "check", str(file)])
    assert run.exit_code == 1
    assert "LIFE_EVENT_POLICY_INVALID" in run.output
    assert field in run.output
