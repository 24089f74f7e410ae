"""JSON lists: arrays, wrapped arrays and one object a line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.lists import ListLimits, ListProblem, ProblemCode, iter_list, read_list

ELEMENT = {"request_id": "R1", "agency": "health", "身份证号": "11010519491231002X", "name": "李䶮", "due_date": None}
WANTED = {"request_id": "R1", "agency": "health", "id_number": "11010519491231002X", "name": "李䶮"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ELEMENT]),
        json.dumps({"requests": [ELEMENT]}),
        json.dumps({"code": 0, "data": {"total": 1, "rows": [ELEMENT]}}),
        json.dumps({"result": {"records": [ELEMENT]}}),
        json.dumps(ELEMENT),
        json.dumps(ELEMENT, ensure_ascii=False) + "\n",
        "\ufeff" + json.dumps([ELEMENT], ensure_ascii=False, indent=2),
    ],
)
def test_the_usual_shapes_mean_the_same(text: str) -> None:
    """Elements are numbered from 1; null is missing."""
    (row,) = read_list(text.encode(), "a.json").rows
    assert row.row == 1
    assert row.values.model_dump(exclude_none=True) == WANTED


def test_numbers_keep_every_digit() -> None:
    """An ID or request number sent as a JSON number is exact."""
    (row,) = read_list(b'[{"request_id": 17, "id_number": 110105194912310028}]', "a.json").rows
    assert (row.values.request_id, row.values.id_number) == ("17", "110105194912310028")


@pytest.mark.parametrize("broken", ['{"request_id": ', "[" * 100_000, "null", "[]"])
def test_a_broken_line_is_one_broken_element(broken: str) -> None:
    """The other lines are read, and the broken one keeps its number."""
    text = "\n".join([json.dumps(ELEMENT), broken, json.dumps(ELEMENT)])
    contents = read_list(text.encode(), "a.jsonl")
    assert [row.values.request_id for row in contents.rows] == ["R1", None, "R1"]
    assert [(problem.code, problem.row) for problem in contents.problems] == [(ProblemCode.ELEMENT_UNREADABLE, 2)]


def test_a_large_document_is_refused_and_one_object_a_line_is_read() -> None:
    """A document has to be held whole, in many times its size; lines need not."""
    limits = ListLimits(json_bytes=1000)
    whole = read_list(json.dumps([ELEMENT] * 20).encode(), "a.json", limits=limits)
    assert [problem.code for problem in whole.problems] == [ProblemCode.LIST_TOO_LARGE]
    lines = "\n".join([json.dumps(ELEMENT)] * 20)
    assert len(read_list(lines.encode(), "a.jsonl", limits=limits).rows) == 20


def test_lines_are_read_one_by_one() -> None:
    """The first request is there before the second line is looked at twice."""
    text = json.dumps(ELEMENT) + "\n" + json.dumps(ELEMENT) + "\n{broken\n" * 3
    problems: list[ListProblem] = []
    rows = iter_list(text.encode(), "a.jsonl", problems)
    assert next(rows).values.request_id == "R1"
    assert problems == []
    assert len(list(rows)) == 4


def test_unknown_keys_are_told_once() -> None:
    """Each key once, not once a row."""
    contents = read_list(json.dumps([ELEMENT | {"bank": 1}] * 3).encode(), "a.json")
    assert [(problem.code, problem.detail) for problem in contents.problems] == [(ProblemCode.COLUMN_UNKNOWN, "bank")]


def test_a_key_that_holds_a_number_or_half_a_character_is_told_without_it() -> None:
    """Keys may be anything; a problem shows no long number and can be printed."""
    contents = read_list(b'[{"request_id": "R1", "11010519491231002X": 1, "x\\ud800": 2}]', "a.json")
    assert [problem.detail for problem in contents.problems] == ["…", "x?"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[]", ProblemCode.LIST_EMPTY),
        (b'{"requests": []}', ProblemCode.LIST_EMPTY),
        (b"{ no json", ProblemCode.LIST_UNREADABLE),
        (b"[" * 100_000, ProblemCode.LIST_UNREADABLE),
        (b'["a\xff\xfe"]', ProblemCode.LIST_UNREADABLE),
    ],
)
def test_what_is_no_list_is_one_problem(content: bytes, code: ProblemCode) -> None:
    """Never an exception."""
    assert [problem.code for problem in read_list(content, "a.json").problems] == [code]


_json = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists)


@given(_json | st.lists(st.dictionaries(st.sampled_from(["request_id", "姓名", "x"]), _json)))
def test_any_json_is_read_or_told(document: object) -> None:
    """Nothing that can be sent raises."""
    contents = read_list(json.dumps(document).encode(), "a.json")
    assert contents.rows or contents.problems
