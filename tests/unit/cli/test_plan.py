"""``onevisit plan`` as a user runs it: files in, a plan out; what is wrong is said, and the rest is planned."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from services.cli.plan_example import ExampleFiles, write_example

PERSON = "a" * 64


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["plan", *map(str, arguments)], env={"COLUMNS": "200", "LANG": "C.UTF-8"})


def answer(*arguments: object, exit_code: int = 0) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


@pytest.fixture
def example(tmp_path: Path) -> ExampleFiles:
    """The example's files."""
    return write_example(tmp_path / "example")


def given(files: ExampleFiles) -> list[object]:
    return [files.visits, "--cadres", files.cadres, "--places", files.places, "--from", "2026-03-02", "--seconds", 0]


def placed(plan: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Where each visit stands."""
    return {
        visit: (route["cadre_id"], route["day"])
        for route in plan["routes"]
        for stop in route["stops"]
        for visit in stop["visit_ids"]
    }


def test_the_example_is_planned_whole(tmp_path: Path) -> None:
    """Every visit once; nobody rides on a day off."""
    plan = answer("--example", tmp_path / "e", "--seconds", 0)
    wanted = {visit["visit_id"] for visit in json.loads((tmp_path / "e/visits.json").read_text())["visits"]}
    left = [visit for out in plan["unplanned"] for visit in out["visit_ids"]]
    assert set(placed(plan)) | set(left) == wanted
    assert len(placed(plan)) + len(left) == len(wanted) == plan["figures"]["visits"]
    assert not [day for who, day in placed(plan).values() if who == "cadre-2" and "2026-03-09" <= day <= "2026-03-13"]
    assert (plan["format"], plan["reproducible"], plan["faults"]) == ("onevisit-plan/1", True, [])


def test_people_get_a_table_in_their_language(example: ExampleFiles) -> None:
    """Half-days, times, and the sum."""
    english, chinese = run(*given(example)), run(*given(example), "--lang", "zh")
    assert "half-days" in english.output and "visits planned" in english.output and "Mon" in english.output
    assert "个半天" in chinese.output and "周一" in chinese.output


def test_the_plan_before_stays_and_what_moved_is_said(example: ExampleFiles, tmp_path: Path) -> None:
    """A visit falls away, a cadre is ill on Monday: told days elsewhere stay, those of the ill move with a reason."""
    first = answer(*given(example))
    before = tmp_path / "plan.json"
    before.write_text(json.dumps(first), encoding="utf-8")
    visits = json.loads(example.visits.read_text())["visits"]
    gone = visits.pop(0)["visit_id"]
    example.visits.write_text(json.dumps({"visits": visits}), encoding="utf-8")
    ill = min(day for who, day in placed(first).values() if who == "cadre-1")
    cadres = example.cadres.read_text().replace("14:30-17:30,,3 6 9", f"14:30-17:30,{ill},3 6 9", 1)
    example.cadres.write_text(cadres, encoding="utf-8")
    again = answer(*given(example), "--current", before, "--told-until", "2026-04-30")
    assert gone not in placed(again)
    moved = {move["visit_id"]: move for move in again["moves"]}
    expected = {v for v, at in placed(first).items() if at == ("cadre-1", ill) and v != gone}
    assert set(moved) == expected
    assert {move["code"] for move in moved.values()} <= {"MOVED_CADRE_AWAY", "PLAN_NO_ROOM", "PLAN_NO_WORKING_DAY"}
    stay = set(placed(again)) - set(moved)
    assert {v: placed(again)[v] for v in stay} == {v: placed(first)[v] for v in stay}
    assert again["figures"]["told_moved"] == len(moved)


def test_what_merge_prints_is_planned_by_village_and_person(tmp_path: Path) -> None:
    """Visits without a place: the person's own coordinates count, else the village's with a remark, else a fault."""
    visits: list[dict[str, Any]] = [
        {"visit_id": f"n{n}", "person_key": PERSON if n == 1 else "b" * 64, "window": ["2026-03-02", "2026-03-06"],
         "requests": ["P1"], "items": [{}], "village_code": village}
        for n, village in ((1, "990101001001"), (2, "990101001001"), (3, "990101001009"), (4, None))
    ]  # fmt: skip
    (tmp_path / "v.json").write_text(json.dumps({"visits": visits, "stops": []}), encoding="utf-8")
    (tmp_path / "c.csv").write_text("干部编号,纬度,经度,负责村\nc1,27,105,990101001001\n", encoding="gb18030")
    (tmp_path / "p.csv").write_text(
        f"person_key,village_code,lat,lon\n{PERSON},,27.01,105\n,990101001001,27.02,105\n,990101001009,27.1,105\n"
    )
    files = [tmp_path / "v.json", "--cadres", tmp_path / "c.csv", "--places", tmp_path / "p.csv"]
    plan = answer(*files, "--seconds", 0, "--from", "2026-03-02", exit_code=1)
    assert set(placed(plan)) == {"n1", "n2"}
    assert {(fault["code"], fault["row"]) for fault in plan["faults"]} == {
        ("PLAN_VILLAGE_POINT", 2), ("PLAN_VILLAGE_POINT", 3), ("PLAN_NO_PLACE", 4), ("PLAN_NO_CADRE", 0),
    }  # fmt: skip


def test_bad_rows_are_said_with_their_place_and_the_rest_is_planned(example: ExampleFiles, tmp_path: Path) -> None:
    """One of each kind."""
    visits = json.loads(example.visits.read_text())["visits"]
    visits[3:3] = [{"visit_id": "bad"}, {"window": ["2026-03-02", "2026-03-01"], "visit_id": "x"}, 7, visits[0]]
    example.visits.write_text(json.dumps(visits), encoding="utf-8")
    with example.cadres.open("a") as file:
        file.write("c9,91,105,v\nc8,27,105,v,,9-9\nc7,27,105,v,,,11:00-10:00\ncadre-1,27,105,v\n")
    with example.places.open("a") as file:
        file.write("d,v,27,200,,\n,,27,105,,\n")
    travel = tmp_path / "t.csv"
    travel.write_text("from,to,minutes\na,b,-3\na,b,x\n990101001001,990101001002,24\n")
    current = tmp_path / "p.json"
    current.write_text(json.dumps({"routes": [{"cadre_id": "c", "day": "2026-13-01"}]}))
    plan = answer(*given(example), "--travel", travel, "--current", current, exit_code=1)
    found = [(fault["file"], fault["row"], fault["code"]) for fault in plan["faults"]]
    assert found == [
        *((example.cadres.name, row, "PLAN_CADRE_INVALID") for row in (5, 6, 7, 8)),
        *((example.places.name, row, "PLAN_PLACE_INVALID") for row in (47, 48)),
        ("p.json", 1, "PLAN_CURRENT_INVALID"),
        *((example.visits.name, row, "PLAN_VISIT_INVALID") for row in (4, 5, 6, 7)),
        *(("t.csv", row, "PLAN_TRAVEL_INVALID") for row in (2, 3)),
    ]
    assert plan["figures"]["visits"] == len(visits) - 4


def read_back(tmp_path: Path, visits: Any, places: str = "", cadres: str = "", exit_code: int = 0) -> dict[str, Any]:
    """The plan of one cadre, or of those given, from the Monday on."""
    (tmp_path / "v.json").write_bytes(visits if isinstance(visits, bytes) else json.dumps(visits).encode())
    (tmp_path / "c.csv").write_text(cadres or "cadre_id,lat,lon,villages\nc1,27,105,A\n")
    (tmp_path / "p.csv").write_text(places)
    files = [tmp_path / "v.json", "--cadres", tmp_path / "c.csv", "--places", tmp_path / "p.csv"]
    return answer(*files, "--from", "2026-03-02", "--seconds", 0, exit_code=exit_code)


def entry(visit_id: Any = "a", **more: Any) -> dict[str, Any]:
    """A visit near the cadre's home."""
    return {
        "visit_id": visit_id, "window": ["2026-03-02", "2026-03-12"], "lat": 27.01, "lon": 105, "village_code": "A",
    } | more  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        *({"stops": 5}, {"stops": [{"stop_id": "s", "visit_ids": None}]}, {"stops": {"a": 1}}),
        *({"visits": [entry("ok"), bad]} for bad in (entry(None), entry(""), entry({}), entry(True), entry("\ud800"))),
        *({"visits": [entry("ok"), entry(window=days)]} for days in (None, "2026-03-02", [None] * 2)),
        *({"visits": [entry("ok"), entry(window=[day, day])]} for day in ("9999-12-31", "0001-01-01")),
        *({"visits": [entry("ok"), entry(lat=lat)]} for lat in (None, True, "27°", [27])),
        {"visits": [entry("ok"), entry(requests="abc")]},
    ],
)  # fmt: skip
def test_whatever_a_program_writes_is_a_fault_of_its_row_and_the_rest_is_planned(
    wrong: dict[str, Any], tmp_path: Path
) -> None:
    """No traceback, no visit that is called None, no words of Python."""
    plan = read_back(tmp_path, {"visits": [entry("ok")]} | wrong, exit_code=1)
    assert set(placed(plan)) == {"ok"}
    (fault,) = plan["faults"]
    assert fault["code"] == "PLAN_VISIT_INVALID"
    assert not any(word in fault["message"] for word in ("NoneType", "float()", "isoformat", "unpack", "len()"))


def test_what_is_wrong_is_said_in_chinese(tmp_path: Path) -> None:
    """The detail too: who reads Chinese is not told that a float could not be converted."""
    (tmp_path / "v.json").write_text(json.dumps([entry(window=5), entry("b", half_day="x"), {"window": []}]))
    (tmp_path / "c.csv").write_text(
        "cadre_id,lat,lon,hours,days_off\nc1,27,105,25:00,\nc2,x,105,,\nc3,27,105,,26-3-2\n"
    )
    plan = answer(tmp_path / "v.json", "--cadres", tmp_path / "c.csv", "--seconds", 0, "--lang", "zh", exit_code=1)
    details = [fault["message"].split("（")[1].split("）")[0] for fault in plan["faults"]]
    assert len(details) == 6
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in detail) for detail in details), details


def test_days_and_numbers_of_programs_are_read(tmp_path: Path) -> None:
    """Days with a time or with slashes, ids and codes as numbers, requests as their number."""
    visits = [
        entry(7.0, window=["2026/3/3", "2026-03-03T00:00:00"], requests=3, village_code=99.0, lat=None, lon=None),
        entry(8, window=["20260304", "2026年3月4日"], village_code=99, lat="27.01", lon="105.0"),
    ]
    plan = read_back(tmp_path, visits, "visit_id,lat,lon\n7.0,27,105\n", "cadre_id,lat,lon,villages\nc1,27,105,99\n")
    assert {visit: at[1] for visit, at in placed(plan).items()} == {"7": "2026-03-03", "8": "2026-03-04"}


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "utf-8-sig"])
def test_json_is_read_as_windows_writes_it(encoding: str, tmp_path: Path) -> None:
    """`>` of PowerShell writes UTF-16."""
    text = json.dumps([entry("走访")], ensure_ascii=False)
    assert set(placed(read_back(tmp_path, text.encode(encoding)))) == {"走访"}


@pytest.mark.parametrize("place", [(0, 0), ("0.0", "0"), (None, None)])
def test_a_place_at_0_0_is_no_place_and_not_too_far(place: tuple[Any, Any], tmp_path: Path) -> None:
    """Programs write 0, 0 when they know none: the house's row or the village's counts, or the code says what to do."""
    nowhere = entry(lat=place[0], lon=place[1])
    plan = read_back(tmp_path, [nowhere], exit_code=1)
    assert [fault["code"] for fault in plan["faults"]] == ["PLAN_NO_PLACE"]
    assert "0, 0" in plan["faults"][0]["message"]
    assert not plan["unplanned"]
    assert set(placed(read_back(tmp_path, [nowhere], "visit_id,lat,lon\na,27.01,105\n"))) == {"a"}
    zero = read_back(tmp_path, [nowhere], "visit_id,village_code,lat,lon\na,,0,0\n,A,27.01,105\n")
    assert [fault["code"] for fault in zero["faults"]] == ["PLAN_VILLAGE_POINT"]
    assert set(placed(zero)) == {"a"}


def test_a_house_of_another_village_is_another_house(tmp_path: Path) -> None:
    """House 1 of village B lies 40 km from house 1 of A; a row without a village counts for both, one twice is told."""
    visits = [entry(name, village_code=name, dwelling="1", lat=None, lon=None) for name in ("A", "B")]
    cadres = "cadre_id,lat,lon,villages\nc1,27,105,A\nc2,27.4,105,B\n"
    rows = "dwelling,village_code,lat,lon\n1,A,27.01,105\n1,B,27.41,105\n"
    plan = read_back(tmp_path, visits, rows, cadres)
    assert {visit: at[0] for visit, at in placed(plan).items()} == {"A": "c1", "B": "c2"}
    (known,) = read_back(tmp_path, visits, rows.replace("1,B", "2,B"), cadres, 1)["faults"]
    assert (known["code"], known["row"]) == ("PLAN_NO_PLACE", 2)
    (twice,) = read_back(tmp_path, visits, rows + "1,A,27.02,105\n", cadres, 1)["faults"]
    assert (twice["code"], twice["row"]) == ("PLAN_PLACE_INVALID", 4)


def test_names_are_shown_as_they_are(tmp_path: Path) -> None:
    """A table for people takes no name for an instruction."""
    (tmp_path / "v.json").write_text(json.dumps([entry("[/bold]a"), entry("[red]b")]))
    (tmp_path / "c.csv").write_text("cadre_id,lat,lon,villages\n[red]c1,27,105,A\n")
    shown = run(tmp_path / "v.json", "--cadres", tmp_path / "c.csv", "--from", "2026-03-02", "--seconds", 0)
    assert shown.exit_code == 0
    assert all(name in shown.output for name in ("[/bold]a", "[red]b", "[red]c1"))


def test_years_without_a_notice_are_said(example: ExampleFiles) -> None:
    """A plan into a year of which the holidays are not known."""
    text = example.visits.read_text().replace("2026-", "2098-")
    example.visits.write_text(text)
    plan = answer(*[a if a != "2026-03-02" else "2098-03-03" for a in given(example)])
    assert [warning["code"] for warning in plan["warnings"]] == ["PLAN_HOLIDAYS_UNKNOWN"]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["v.json"],
        ["v.json", "--cadres", "none.csv"],
        ["--from", "March"],
        ["v.json", "--cadres", "c.csv", "--told-until", "2026-03-02"],
        ["v.json", "--cadres", "c.csv", "--from", "9999-12-31"],
        ["v.json", "--cadres", "c.csv", "--seed", "5000000000"],
        ["--example", "/proc/nowhere"],
        ["deep.json", "--cadres", "c.csv"],
    ],
)
def test_a_wrong_command_says_what_is_missing(
    wrong: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 2 and no traceback."""
    monkeypatch.chdir(tmp_path)
    Path("v.json").write_text("[]")
    Path("deep.json").write_text("[" * 100_000)
    Path("c.csv").write_text("cadre_id,lat,lon\n")
    result = run(*wrong)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
