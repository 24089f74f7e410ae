"""`onevisit recognition check` shows what counts, and says which field of a policy is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from schemas.certificate import EvidenceGrade
from schemas.evidence import ActedBy
from services.cli.main import app

POLICY = """
name = "county"
[programmes."高龄补贴"]
accepted = ["data_trace"]
max_age_days = 45
[programmes.seniors]
"""


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no cell is broken."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize(
    ("language", "named", "says"),
    [("zh", "高龄补贴", ("数据痕迹", "45天")), ("en", "senior_subsidy", ("data_trace", "45 days before due"))],
)
def test_the_table_shows_what_counts_for_each_programme(
    language: str, named: str, says: tuple[str, ...], tmp_path: Path
) -> None:
    """In both languages; a programme that lists do not know is pointed at."""
    file = tmp_path / "recognition.toml"
    file.write_text(POLICY, "utf-8")
    run = CliRunner().invoke(app, ["recognition", "check", str(file), "--lang", language])
    assert run.exit_code == 0, run.output
    (line,) = [line for line in run.stdout.splitlines() if named in line]
    assert all(text in line for text in says)
    assert "county+" in run.stdout
    assert "seniors" in run.stderr


def test_a_wrong_policy_ends_with_the_name_of_the_field(tmp_path: Path) -> None:
    """Exit status 1, no table."""
    file = tmp_path / "recognition.toml"
    file.write_text("[default]\nmax_age_days = 1000\n", "utf-8")
    run = CliRunner().invoke(app, ["recognition", "check", str(file)])
    assert run.exit_code == 1
    assert "default.max_age_days" in run.stderr
    assert run.stdout == ""


def test_every_grade_and_actor_has_its_words(tmp_path: Path) -> None:
    """A policy that accepts everything can be shown in Chinese."""
    file = tmp_path / "recognition.toml"
    grades, actors = ([member.value for member in kind] for kind in (EvidenceGrade, ActedBy))
    file.write_text(f"[default]\naccepted = {grades}\naccepted_actors = {actors}\n", "utf-8")
    run = CliRunner().invoke(app, ["recognition", "check", str(file)])
    assert run.exit_code == 0, run.output
    assert not any(text in run.stdout for text in (*grades, *actors))
