"""What ``onevisit merge`` holds for a person, links, and bundles: as an independent reader of its JSON sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app

HEADER = "申请编号,机构,项目,身份证号,姓名,开始日期,截止日期,居住地址,村代码,电话,户编号\n"
FIRST, SECOND, THIRD = "990101194912310001", "99010119491231001X", "990101195203040023"
SECRET = "a secret of this test"


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVISIT_COUNTY_SECRET", SECRET)
    monkeypatch.setenv("ONEVISIT_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LANG", "C.UTF-8")


def run(folder: Path, rows: list[str], *options: str) -> Result:
    (folder / "list.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return CliRunner().invoke(app, ["merge", str(folder / "list.csv"), *options], env={"COLUMNS": "200"})


def answer(folder: Path, rows: list[str], *options: str) -> dict[str, Any]:
    result = run(folder, rows, "--json", *options)
    assert result.exit_code == 0, result.output
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def row(
    request: str, agency: str, number: str, name: str, window: str = "2097-03-01,2097-04-01", home: str = ",,,"
) -> str:
    programme = {"hrss": "pension", "civil_affairs": "senior_subsidy", "health": "family_planning_subsidy"}[agency]
    return f"{request},{agency},{programme},{number},{name},{window},{home}"


DISAGREEING = [
    row("P1", "hrss", FIRST, "张建华"),
    row("S1", "civil_affairs", FIRST, "张建國"),
    row("H1", "health", FIRST, "张建国"),
    row("P2", "hrss", SECOND, "李四"),
]


def test_names_that_disagree_are_held_and_each_keeps_its_visit(tmp_path: Path) -> None:
    """Both records are shown with file, row, request and name; nobody loses a visit; names that agree merge."""
    merged = answer(tmp_path, DISAGREEING)
    (held,) = merged["held"]
    assert (held["code"], [reason["code"] for reason in held["reasons"]]) == (
        "NAMES_DISAGREE",
        ["ID_SAME", "NAME_SIMILAR"],
    )
    assert [(r["file"], r["row"], r["request_id"], r["name"], r["side"]) for r in held["records"]] == [
        ("list.csv", 2, "P1", "张建华", 1),
        ("list.csv", 3, "S1", "张建國", 2),
        ("list.csv", 4, "H1", "张建国", 2),
    ]
    of = {request: visit for visit in merged["visits"] for request in visit["requests"]}
    assert of["P1"]["visit_id"] != of["S1"]["visit_id"] == of["H1"]["visit_id"]
    assert of["P1"]["held_id"] == of["S1"]["held_id"] == held["held_id"]
    assert "held_id" not in of["P2"]
    assert {record["request_id"]: record["visit_id"] for record in held["records"]} == {
        request: of[request]["visit_id"] for request in ("P1", "S1", "H1")
    }
    assert (merged["persons"], merged["trips_before"], merged["trips_after"]) == (2, 4, 3)
    assert {w["row"] for w in merged["warnings"] if w["code"] == "NAME_DIFFERS"} == {3, 4}


def test_a_row_without_a_name_is_held_apart_until_it_has_one(tmp_path: Path) -> None:
    """Whom the other office means cannot be seen; with the name, or a decision, it merges; of names alone nothing."""
    half_named = [row("P1", "hrss", FIRST, "张建国"), row("S1", "civil_affairs", FIRST, "")]
    merged = answer(tmp_path, half_named)
    (held,) = merged["held"]
    assert (held["code"], [r["code"] for r in held["reasons"]]) == ("NAME_UNCONFIRMED", ["ID_SAME", "NAME_NOT_GIVEN"])
    assert merged["trips_after"] == 2
    names = {(w["row"], w["code"]) for w in merged["warnings"] if w["code"].startswith("NAME_")}
    assert names == {(3, "NAME_MISSING"), (3, "NAME_UNCONFIRMED")}
    decided = answer(tmp_path, half_named, "--same", held["held_id"])
    assert (decided["held"], decided["trips_after"]) == ([], 1)
    unnamed = answer(tmp_path, [row("P1", "hrss", FIRST, ""), row("S1", "civil_affairs", FIRST, "")])
    assert (unnamed["held"], unnamed["trips_after"]) == ([], 1)


def test_a_person_decides_that_it_is_one(tmp_path: Path) -> None:
    """With the held id the sides are merged; with an id that is not held, or of other names, nothing is."""
    held_id = answer(tmp_path, DISAGREEING)["held"][0]["held_id"]
    decided = answer(tmp_path, DISAGREEING, "--same", held_id)
    assert (decided["held"], decided["trips_after"]) == ([], 2)
    other = [line.replace("张建华", "张建平") for line in DISAGREEING]
    refused = run(tmp_path, other, "--json", "--same", held_id)
    assert refused.exit_code == 2


def test_no_number_is_shown_and_names_only_under_held(tmp_path: Path) -> None:
    """Also a damaged number, and one that slipped into the column of names."""
    rows = [*DISAGREEING, row("P9", "hrss", "99010119491231000X", "张建华"), row("P8", "hrss", "", FIRST)]
    printed = run(tmp_path, rows, "--json").stdout
    assert "19491231" not in printed
    parsed = json.loads(printed)
    assert "张建" in json.dumps(parsed.pop("held"), ensure_ascii=False)
    assert "张建" not in json.dumps(parsed, ensure_ascii=False)
    assert "张建" not in run(tmp_path, rows).stdout


@pytest.mark.parametrize(
    ("number", "code", "reason"),
    [
        ("990101194912310008", "ID_CHECK", "ID_ONE_DIGIT_OFF"),
        ("990101194913210001", "ID_BIRTH_DATE", "ID_DIGITS_SWAPPED"),
        ("99010119491231001", "ID_LENGTH", "ID_DIGIT_LOST_OR_ADDED"),
        ("99O101194912310OO1", "ID_CHARACTERS", "ID_SAME"),
        ("990101********0001", "ID_MASKED", "ID_VISIBLE_PART_FITS"),
        ("", "FIELD_MISSING", "NAME_SAME"),
    ],
)
def test_a_damaged_number_stays_rejected_and_names_its_candidates(
    tmp_path: Path, number: str, code: str, reason: str
) -> None:
    """The row is listed twice: rejected with its code, and held with whom it may be; it joins no visit."""
    home = "幸福村3组5号,990101001001,,"
    rows = [row("P1", "hrss", FIRST, "王秀英", home=home), row("P2", "hrss", THIRD, "赵大山", home=home)]
    merged = answer(tmp_path, [*rows, row("S1", "civil_affairs", number, "王秀英", home=home)])
    assert [(r["row"], r["code"]) for r in merged["rejected"]] == [(4, code)]
    (held,) = merged["held"]
    assert (held["code"], held["records"][0]["row"], held["records"][0]["name"]) == ("ID_UNSURE", 4, "王秀英")
    (candidate, *_) = held["candidates"]
    assert [record["request_id"] for record in candidate["records"]] == ["P1"]
    assert candidate["person_key"] == next(v["person_key"] for v in merged["visits"] if v["requests"] == ["P1"])
    assert reason in {given["code"] for given in candidate["reasons"]}
    assert 0.25 < candidate["score"] <= 1
    assert sorted(request for visit in merged["visits"] for request in visit["requests"]) == ["P1", "P2"]


def test_a_row_without_number_of_a_stranger_has_no_candidate(tmp_path: Path) -> None:
    """Nobody is suggested on a village alone."""
    home = "幸福村3组5号,990101001001,,"
    merged = answer(
        tmp_path, [row("P1", "hrss", FIRST, "王秀英", home=home), row("S1", "health", "", "钱多多", home=home)]
    )
    assert merged["held"] == []


def test_a_request_sent_again_is_linked_and_answered_by_the_same_visit(tmp_path: Path) -> None:
    """Same agency, programme, person and due date under another number; another cycle or agency is none."""
    rows = [
        row("P1", "hrss", FIRST, "张三"),
        row("P2", "hrss", FIRST, "張三", window="2097-03-15,2097-04-01"),
        row("P3", "hrss", FIRST, "张三", window="2097-03-15,2097-04-02"),
        row("S1", "civil_affairs", FIRST, "张三"),
    ]
    merged = answer(tmp_path, rows)
    assert [(d["row"], d["of_row"], d["code"], d["accepted"]) for d in merged["duplicates"]] == [
        (3, 2, "REQUEST_SENT_AGAIN", True)
    ]
    assert (merged["accepted"], merged["repeated"], len(merged["visits"])) == (4, 0, 1)


def test_people_of_one_dwelling_are_one_stop(tmp_path: Path) -> None:
    """Where their windows meet; by the address however it is written, or by the household's number; counted apart."""
    rows = [
        row("P1", "hrss", FIRST, "张三", home="幸福村三组15号,990101001001,,"),
        row("P2", "hrss", SECOND, "李四", home="幸福村 3 组 １５ 号,990101001001,,", window="2097-03-20,2097-05-01"),
        row("P3", "hrss", THIRD, "王五", home="幸福村3组16号,990101001001,,"),
        row("S1", "civil_affairs", FIRST, "张三", home="幸福村三组15号,990101001001,,", window="2097-06-01,2097-07-01"),
    ]
    merged = answer(tmp_path, rows)
    of = {request: visit["visit_id"] for visit in merged["visits"] for request in visit["requests"]}
    (stop,) = merged["stops"]
    assert sorted(stop["visit_ids"]) == sorted([of["P1"], of["P2"]])
    assert (stop["window"], stop["village_code"]) == (["2097-03-20", "2097-04-01"], "990101001001")
    assert (merged["trips_after"], merged["trips_saved_by_household"]) == (4, 1)
    by_number = [line.rsplit(",", 1)[0] + ",H7" for line in rows[:3]]
    assert len(answer(tmp_path, by_number)["stops"][0]["visit_ids"]) == 3


def test_the_file_of_the_answer_is_for_its_owner(tmp_path: Path) -> None:
    """It may hold names."""
    assert run(tmp_path, DISAGREEING, "--out", str(tmp_path / "answer.json")).exit_code == 0
    assert (tmp_path / "answer.json").stat().st_mode & 0o077 == 0
