"""``onevisit align`` as a user runs it: lists in, proposals out, nothing changed, and nobody's number anywhere."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.demo.county import make_county, write_county
from schemas.alignment import Objective
from services.cli.align_lists import align_lists
from services.cli.main import app
from services.scheduler.domain.align_campaigns import NO_CHANGE
from services.scheduler.domain.align_policy import AlignmentPolicy, ProgrammeRule
from services.scheduler.domain.merge import merge

HEADER = "request_id,agency,programme,id_number,name,window_start,due_date,residence_address,village_code\n"
FIRST, SECOND = "11010519491231002X", "990101194912310044"
HOME = "某镇某村3组12号,990100100201"
PENSION = f"P1,hrss,pension,{FIRST},张三,2098-03-01,2098-03-31,{HOME}\n"
SENIOR = f"S1,civil_affairs,senior_subsidy,{FIRST},张三,2098-04-13,2098-05-20,{HOME}\n"
HEALTH = f"F1,health,family_planning,{SECOND},李四,2098-05-25,2098-06-20,{HOME}\n"


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Three agencies' lists and a county secret."""
    monkeypatch.setenv("ONEVISIT_COUNTY_SECRET", "a secret of this test")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    files = []
    for name, rows in (("a", PENSION), ("b", SENIOR), ("c", HEALTH)):
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(HEADER + rows, encoding="utf-8")
    return files


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["align", *map(str, arguments)], env={"COLUMNS": "200"})


def answer(*arguments: object, exit_code: int = 0) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_the_smallest_change_is_proposed_with_what_it_saves(lists: list[Path]) -> None:
    """The subsidy opens thirteen days earlier; the pension has no rule that lets it move."""
    found = answer(*lists)
    assert (found["requests"], found["people"], found["visits"], found["trips"]) == (3, 2, 3, 3)
    (proposal,) = found["proposals"]
    (change,) = proposal["changes"]
    assert (change["agency"], change["days_earlier"], change["days_later"]) == ("civil_affairs", 13, 0)
    assert change["words"] == "civil_affairs senior_subsidy: opens 13 days earlier"
    assert (proposal["state"], proposal["visits_saved"], proposal["trips_saved"]) == ("proposed", 1, 1)
    assert [one["fixed"] for one in found["campaigns"]] == [None, None, "ALIGN_FIXED_BY_RULE"]
    assert found["exact"]


def test_two_people_of_one_dwelling_are_one_trip(lists: list[Path]) -> None:
    """What saves a ride saves no visit, and is found when asked for."""
    assert answer(*lists, "--max-days", 12)["proposals"] == []
    found = answer(*lists, "--max-days", 12, "--save", "trips")
    assert found["proposals"]
    for proposal in found["proposals"]:
        assert (proposal["days"], proposal["visits_saved"], proposal["trips_saved"]) == (5, 0, 1)


def test_a_countys_rules_count(lists: list[Path], tmp_path: Path) -> None:
    """A pension office that grants grace may end later; a rule that would shorten a cycle is refused."""
    rules = tmp_path / "rules.toml"
    rules.write_text("[programmes.pension]\nmax_days_later = 15\ngrace_days = 15\n[programmes.senior_subsidy]\n")
    (proposal,) = answer(*lists, "--policy", rules)["proposals"]
    assert [(c["agency"], c["days_later"]) for c in proposal["changes"]] == [("hrss", 13)]
    for text in ("[programmes.pension]\nmax_days_earlier = 3\n", "[programmes", "programmes = 3"):
        rules.write_text(text)
        assert run(*lists, "--policy", rules).exit_code == 2
    assert run(*lists, "--policy", tmp_path / "none.toml").exit_code == 2


def test_a_season_that_is_over_is_looked_at_as_a_whole(lists: list[Path]) -> None:
    """Old lists show what would have been saved; what alone is overdue is left as it is."""
    assert answer(*lists, "--from", "2099-01-01")["as_of"] is None
    assert answer(*lists, "--from", "2099-01-01")["proposals"]
    later = answer(*lists, "--from", "2098-04-01")
    assert (later["as_of"], later["overdue"], later["visits"]) == ("2098-04-01", 1, 2)
    assert later["proposals"] == []


def test_the_tables_say_it_in_both_languages(lists: list[Path]) -> None:
    """Also that nothing has been changed."""
    english, chinese = run(*lists).stdout, run(*lists, "--lang", "zh").stdout
    assert "opens 13 days earlier" in english
    assert "Nothing has been changed" in english
    assert "提前13天开始" in chinese
    assert "须经相关机构同意" in chinese
    assert "No change within the limits" in run(*lists, "--max-days", 3).stdout


def test_no_id_number_leaves(lists: list[Path], tmp_path: Path) -> None:
    """Neither on the screen nor in the file."""
    result = run(*lists, "--out", tmp_path / "answer.json")
    for text in (result.output, (tmp_path / "answer.json").read_text("utf-8")):
        assert FIRST not in text
        assert "张三" not in text


def test_wrong_words_are_refused(lists: list[Path]) -> None:
    """With the words that are known."""
    for option, value in (("--save", "money"), ("--by", "street"), ("--from", "soon"), ("--lang", "fr")):
        assert run(*lists, option, value).exit_code == 2


def test_an_unreadable_list_fails_the_command_and_not_the_others(lists: list[Path], tmp_path: Path) -> None:
    """As in the merge."""
    found = answer(*lists, tmp_path / "none.csv", exit_code=1)
    assert found["requests"] == 3
    assert [problem["code"] for problem in found["problems"]] == ["LIST_NOT_FOUND"]


def test_help_shows_an_example() -> None:
    """And says that windows only grow."""
    text = re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", run("--help").stdout))
    assert "onevisit align pension.csv" in text
    assert "only ever widened" in text
    assert "[programmes.pension]" in text, "brackets are not taken for markup"


@pytest.mark.parametrize("objective", Objective)
def test_a_county_keeps_its_promises(tmp_path: Path, objective: Objective) -> None:
    """On the demo county every proposal and step saves what a new merge of all changed windows saves."""
    files = write_county(make_county(7, people=1500, villages=30), tmp_path)
    pension = ProgrammeRule.model_validate({"next_cycle_from": "due_date", "max_days_earlier": 10})
    for rules in ({}, {"pension": pension}):
        policy = AlignmentPolicy(programmes=AlignmentPolicy().programmes | rules)
        read = align_lists(
            files,
            county_secret=b"a secret of this test",
            today=date(2026, 11, 24),
            policy=policy,
            max_days=30,
            max_proposals=3,
            objective=objective,
        )
        requests = [request for visit in read.merged.visits for request in visit.requests]
        assert read.found.visits == len(merge(requests))
        savings = [*read.found.proposals, *(step.so_far for step in read.found.steps)]
        assert savings
        for saving in savings:
            changes, campaign_of = saving.proposal.changes, read.found.campaign_of
            after = [changes.get(campaign_of[r.agency, r.request_id], NO_CHANGE).widened(r) for r in requests]
            assert saving.visits_saved == read.found.visits - len(merge(after))
        assert read.found.exact
