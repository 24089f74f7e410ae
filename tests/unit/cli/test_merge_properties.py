"""What holds of every answer of the merge: nothing is lost, nothing depends on order, nothing held is merged."""

import random
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.cli.merge_lists import merge_lists
from services.scheduler.domain.linkage_names import compare_names, is_visible

HEADER = "request_id,agency,programme,id_number,name,window_start,due_date,residence_address,village_code"
NUMBERS = [
    "990101194912310001",
    "99010119491231001X",
    "990101195203040023",
    "990101195203040024",
    "",
    "99010119491231001",
]
NAMES = ["张建国", "張建國", "张建华", "张?国", "章建国", "", "李堃", "李?", "李KUN", "***"]
WINDOWS = ["2097-03-01,2097-04-01", "2097-03-20,2097-05-01", "2097-04-20,2097-05-01", "2097-06-01,2097-07-01"]
HOMES = ["幸福村3组5号,990101001001", "幸福村三组5号,990101001001", "2组5号,990101001002", ","]


@st.composite
def row_sets(draw: st.DrawFn) -> list[str]:
    """Up to 14 rows of three agencies, each with a request number of its own."""
    agencies = ["hrss", "civil_affairs", "health"]
    shapes = draw(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.sampled_from(NUMBERS), st.sampled_from(NAMES), st.sampled_from(WINDOWS),
                st.sampled_from(HOMES),
            ),
            max_size=14,
        )
    )  # fmt: skip
    return [
        f"R{index},{agencies[agency]},pension,{number},{name},{window},{home}"
        for index, (agency, number, name, window, home) in enumerate(shapes)
    ]


def answer(*lists: list[str]) -> dict[str, Any]:
    """The answer for lists in files of these rows."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{index}.csv" for index in range(len(lists))]
        for file, rows in zip(files, lists, strict=True):
            file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return merge_lists(files, county_secret=b"a secret of this test", today=date(2097, 1, 1)).as_json("en")


def what_is_said(merged: dict[str, Any]) -> dict[str, Any]:
    """The answer without where rows stand."""

    def bare(record: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(record.get(key) for key in ("agency", "request_id", "name", "side", "visit_id"))

    held = [
        (
            entry["code"],
            entry["score"],
            tuple(reason["code"] for reason in entry["reasons"]),
            tuple(bare(record) for record in entry["records"]),
            tuple((c["person_key"], c["score"]) for c in entry.get("candidates", ())),
        )
        for entry in merged["held"]
    ]
    visits = [{key: visit[key] for key in ("visit_id", "person_key", "window", "items")} for visit in merged["visits"]]
    counts = {key: merged[key] for key in ("requests", "accepted", "repeated", "persons", "trips_after")}
    linked = Counter(remark["code"] for remark in merged["duplicates"])
    return counts | {"held": sorted(held, key=repr), "visits": visits, "stops": merged["stops"], "linked": linked}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(row_sets(), st.randoms(use_true_random=False), st.integers(0, 14))
def test_order_of_files_and_rows_changes_nothing(rows: list[str], rng: random.Random, cut: int) -> None:
    """Visits, stops, held records, scores, counts: all the same."""
    shuffled = rng.sample(rows, len(rows))
    assert what_is_said(answer(rows)) == what_is_said(answer(shuffled[cut:], shuffled[:cut]))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(row_sets(), st.lists(st.integers(0, 13), max_size=4))
def test_nothing_is_lost_and_nothing_held_is_merged(rows: list[str], repeats: list[int]) -> None:
    """Rows = accepted + rejected + repeated; each accepted request is in one visit; names in a visit agree."""
    given_rows = rows + [rows[index] for index in repeats if index < len(rows)]
    merged = answer(given_rows)
    assert merged["requests"] == len(given_rows)
    assert merged["requests"] == merged["accepted"] + len(merged["rejected"]) + merged["repeated"]
    visited = [item["request_id"] for visit in merged["visits"] for item in visit["items"]]
    assert len(visited) == len(set(visited)) == merged["accepted"] == merged["trips_before"]
    name_of = {row.split(",")[0]: row.split(",")[4] or None for row in rows}
    number_of = {row.split(",")[0]: row.split(",")[3] for row in rows}
    for visit in merged["visits"]:
        requests = [item["request_id"] for item in visit["items"]]
        assert len({number_of[request] for request in requests}) == 1
        assert all(compare_names(name_of[a], name_of[b]).agrees for a in requests for b in requests)
        assert len({is_visible(name_of[request] or "") for request in requests}) == 1
    side_of_visit: dict[str, int] = {}
    for held in merged["held"]:
        for record in held["records"]:
            if held["code"] in {"NAMES_DISAGREE", "NAME_UNCONFIRMED"}:
                assert side_of_visit.setdefault(record["visit_id"], record["side"]) == record["side"]
            else:
                assert record["request_id"] not in visited
                assert record["row"] in {remark["row"] for remark in merged["rejected"]}
    stopped = [visit_id for stop in merged["stops"] for visit_id in stop["visit_ids"]]
    assert len(stopped) == len(set(stopped))
    assert merged["trips_after"] == len(merged["visits"])
    assert merged["trips_saved_by_household"] == len(stopped) - len(merged["stops"])
