"""``onevisit merge`` as a user runs it: files in, JSON or tables out, and nobody's number anywhere."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app

HEADER = "request_id,agency,programme,id_number,name,window_start,due_date\n"
FIRST, SECOND = "11010519491231002X", "990101194912310044"
PENSION = f"""P1,hrss,pension,{FIRST},张三,2097-03-01,2097-04-01
P2,hrss,pension,{SECOND},李四,2097-03-01,2097-04-01
P3,hrss,pension,110105194912310021,王五,2097-03-01,2097-04-01
P1,hrss,pension,{FIRST},张三,2097-03-01,2097-04-01
"""
SENIOR = f"""P1,civil_affairs,senior_subsidy,{FIRST},张三丰,2097-03-20,2097-05-01
S2,civil_affairs,senior_subsidy,{SECOND},李四,2097-06-01,2097-07-01
"""


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two agencies' lists and a county secret."""
    monkeypatch.setenv("ONEVISIT_COUNTY_SECRET", "a secret of this test")
    monkeypatch.setenv("ONEVISIT_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    (tmp_path / "a.csv").write_text(HEADER + PENSION, encoding="utf-8")
    (tmp_path / "b.csv").write_text(HEADER + SENIOR, encoding="gb18030")
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["merge", *map(str, arguments)], env={"COLUMNS": "200"})


def answer(*arguments: str | Path, exit_code: int = 0) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_the_answer_counts_every_row_once(lists: Path) -> None:
    """Read = accepted + rejected + repeated; visits hold each accepted request once."""
    merged = answer(lists / "a.csv", lists / "b.csv")
    assert (merged["requests"], merged["accepted"], merged["persons"]) == (6, 4, 2)
    assert merged["requests"] == merged["accepted"] + len(merged["rejected"]) + merged["repeated"]
    assert (merged["trips_before"], merged["trips_after"]) == (4, 4)
    assert [(r["file"], r["row"], r["code"], r["field"]) for r in merged["rejected"]] == [
        ("a.csv", 4, "ID_CHECK", "id_number")
    ]
    assert [(d["row"], d["of_file"], d["of_row"], d["code"]) for d in merged["duplicates"]] == [
        (5, "a.csv", 2, "REQUEST_REPEATED")
    ]
    assert [(w["file"], w["row"], w["code"], w.get("of_row")) for w in merged["warnings"]] == [
        ("a.csv", 3, "REGION_UNKNOWN", None),
        ("b.csv", 3, "REGION_UNKNOWN", None),
        ("b.csv", 2, "NAME_DIFFERS", 2),
    ]
    assert sorted(request for visit in merged["visits"] for request in visit["requests"]) == ["P1", "P1", "P2", "S2"]


def test_a_visit_states_its_window_and_tells_equal_numbers_apart(lists: Path) -> None:
    """The window is the common days; two agencies' P1 are two requests."""
    (lists / "b.csv").write_text(HEADER + SENIOR.replace("张三丰", "張 叁"), encoding="gb18030")
    (joint,) = [v for v in answer(lists / "a.csv", lists / "b.csv")["visits"] if len(v["requests"]) == 2]
    assert joint["window"] == ["2097-03-20", "2097-04-01"]
    assert joint["items"] == [
        {"agency": "civil_affairs", "request_id": "P1", "programme": "senior_subsidy"},
        {"agency": "hrss", "request_id": "P1", "programme": "pension"},
    ]


def test_the_order_of_the_files_changes_no_visit(lists: Path) -> None:
    """Ids and groups depend on what is asked, not on who was read first."""
    assert answer(lists / "a.csv", lists / "b.csv")["visits"] == answer(lists / "b.csv", lists / "a.csv")["visits"]


def test_nothing_printed_names_a_person(lists: Path) -> None:
    """No ID number anywhere; names only where a person must decide, and never in tables, in both languages."""
    for options in (["--json"], [], ["--lang", "zh"]):
        printed = run(lists / "a.csv", lists / "b.csv", *options).output
        shown = [line for line in printed.splitlines() if '"held_id"' not in line or '"records"' not in line]
        for personal in (FIRST, SECOND, "110105194912310021", "19491231"):
            assert personal not in printed
        for name in ("张三", "李四", "王五"):
            assert name not in "\n".join(shown)


def test_another_secret_gives_other_keys_and_the_same_one_the_same(
    lists: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs of one county can be compared, runs of two cannot."""
    keys = {visit["person_key"] for visit in answer(lists / "a.csv")["visits"]}
    assert keys == {visit["person_key"] for visit in answer(lists / "b.csv")["visits"]}
    monkeypatch.setenv("ONEVISIT_COUNTY_SECRET", "another county's secret")
    assert keys.isdisjoint(visit["person_key"] for visit in answer(lists / "a.csv")["visits"])


def test_without_a_given_secret_one_is_made_and_kept(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under var, for its owner only, and used again by the next run."""
    monkeypatch.delenv("ONEVISIT_COUNTY_SECRET")
    first = answer(lists / "a.csv")["visits"]
    assert first == answer(lists / "a.csv")["visits"]
    (secret,) = (lists / "var").rglob("county.secret")
    assert secret.stat().st_mode & 0o077 == 0


def test_a_short_secret_is_refused(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guessable key would give the ID numbers away."""
    monkeypatch.setenv("ONEVISIT_COUNTY_SECRET", "short")
    assert run(lists / "a.csv").exit_code == 2


def test_an_unreadable_file_fails_the_command_and_not_the_others(lists: Path) -> None:
    """The readable lists are merged all the same."""
    (lists / "c.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    merged = answer(lists / "a.csv", lists / "c.xlsx", lists / "none.csv", exit_code=1)
    assert merged["accepted"] == 2
    assert [(p["file"], p["code"]) for p in merged["problems"]] == [
        ("c.xlsx", "LIST_UNREADABLE"),
        ("none.csv", "LIST_NOT_FOUND"),
    ]


def test_a_list_of_one_agency_needs_no_agency_column(lists: Path) -> None:
    """The file's name tells it, or the user does; else every row says that it is missing."""
    content = (
        f"request_id,programme,id_number,name,window_start,due_date\nX1,pension,{FIRST},张三,2097-03-01,2097-04-01\n"
    )
    for name in ("人社局2027.csv", "list.csv"):
        (lists / name).write_text(content, encoding="utf-8")
    assert answer(lists / "人社局2027.csv")["visits"][0]["items"][0]["agency"] == "hrss"
    assert answer(lists / "list.csv")["rejected"][0]["code"] == "FIELD_MISSING"
    told = answer(lists / "list.csv", "--agency", "list.csv=health")
    assert told["visits"][0]["items"][0]["agency"] == "health"
    assert told["problems"] == []
    assert told["assumed"] == [{"file": "list.csv", "field": "agency", "value": "health"}]


def test_all_faults_of_a_row_are_listed(lists: Path) -> None:
    """The first stands for the row, the others beside it."""
    (lists / "d.csv").write_text(HEADER + "D1,hrss,pension,123,,2097-02-30,\n", encoding="utf-8")
    (rejected,) = answer(lists / "d.csv")["rejected"]
    assert (rejected["code"], [also["code"] for also in rejected["also"]]) == (
        "ID_LENGTH",
        ["DATE_IMPOSSIBLE", "FIELD_MISSING"],
    )


def test_the_answer_can_go_to_a_file(lists: Path) -> None:
    """With tables on the screen at the same time."""
    result = run(lists / "a.csv", "--out", lists / "answer.json")
    assert json.loads((lists / "answer.json").read_text(encoding="utf-8"))["accepted"] == 2
    assert re.search(r"requests accepted\W+2", result.stdout)


def test_tables_speak_both_languages(lists: Path) -> None:
    """By option or by LANG."""
    assert "One visit for each person" in run(lists / "a.csv").stdout
    assert "一人一访" in run(lists / "a.csv", "--lang", "zh").stdout
    assert "校验码不符" in answer(lists / "a.csv", "--lang", "zh")["rejected"][0]["message"]
    assert run(lists / "a.csv", "--lang", "fr").exit_code == 2


def test_help_shows_an_example_and_says_where_the_key_is() -> None:
    """Nobody has to read the code to know what leaves the county."""
    text = re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", run("--help").stdout))
    assert "onevisit merge pension.csv" in text
    assert "ONEVISIT_COUNTY_SECRET" in text
