"""CSV lists: encodings, delimiters, headers, row numbers, and what is not a request."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.lists import ListLimits, ListProblem, ProblemCode, iter_list, read_list
from services.gateway.lists.csv_list import read_csv
from services.gateway.lists.json_list import read_json

CHINESE = [
    "申请编号",
    "机构",
    "项目",
    "身份证号",
    "姓名",
    "开始日期",
    "截止日期",
    "常住地址",
    "村代码",
    "联系电话",
    "照片",
]
ROW = [
    "R1", "人社局", "养老保险", "11010519491231002X", "李䶮", "2026-03-01", "2026/4/1", "河边组", "539901100200", "199",
    "a.jpg",
]  # fmt: skip


def table(*rows: list[str], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def problem_codes(content: bytes, name: str = "a.csv") -> list[ProblemCode]:
    return [problem.code for problem in read_list(content, name).problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_delimiter_gives_the_same_row(encoding: str, delimiter: str) -> None:
    """Rare characters included; every column in its field."""
    contents = read_list(table(CHINESE, ROW, delimiter=delimiter).encode(encoding), "a.csv")
    assert contents.problems == []
    ((row, values, sheet),) = contents.rows
    assert (row, sheet) == (2, None)
    assert list(values.model_dump(exclude={"household_id"}).values()) == ROW


def test_a_list_in_gbk_is_read() -> None:
    """GBK is part of GB 18030."""
    row = [*ROW[:4], "张三", *ROW[5:]]
    (read,) = read_list(table(CHINESE, row).encode("gbk"), "a.csv").rows
    assert read.values.name == "张三"


@pytest.mark.parametrize("name", ["李䶮", "王\U00020bb7", "赵\U00030edd", "买买提·艾力", "张\u3007"])
@pytest.mark.parametrize("mark", [b"", b"\x84\x31\x95\x33"])
def test_rare_characters_in_gb18030_are_whole(name: str, mark: bytes) -> None:
    """Two bytes, four bytes, beyond the first plane; with GB 18030's own byte order mark and without."""
    contents = read_list(mark + table(CHINESE, [*ROW[:4], name, *ROW[5:]]).encode("gb18030"), "a.csv")
    assert contents.problems == []
    assert [(row.values.request_id, row.values.name) for row in contents.rows] == [("R1", name)]


def test_the_header_may_stand_below_titles_and_row_numbers_are_those_of_the_file() -> None:
    """Titles above, an empty line between: rows keep the numbers that a spreadsheet shows."""
    content = table(["青云县认证名单"], ["填表日期：2026-01-01"], CHINESE, ROW, [], [""] * 11, ["R2", *ROW[1:]])
    rows = read_list(content.encode(), "a.csv").rows
    assert [(row.row, row.values.request_id) for row in rows] == [(4, "R1"), (7, "R2")]


@pytest.mark.parametrize(
    "decoration",
    [
        ["合计", "2"],
        ["", "总 计", "2人"],
        ["Total", "2"],
        ["共计2人"],
        ["制表人：王某", "", "审核人：李某"],
        ["备注：以上人员均在世"],
        ["青山村小计", "2"],
        ["人数合计", "", "", "2"],
        ["", "共 2 人"],
        ["以上共2人"],
        ["——以下空白——"],
        ["(完)"],
        ["单位（盖章）：", "", "2026-01-01"],
        CHINESE,
    ],
)
def test_totals_notes_and_repeated_headers_are_no_requests(decoration: list[str]) -> None:
    """They are reported with their row, not rejected and not counted."""
    contents = read_list(table(CHINESE, ROW, decoration).encode(), "a.csv")
    assert len(contents.rows) == 1
    assert [(problem.code, problem.row) for problem in contents.problems] == [(ProblemCode.ROW_SKIPPED, 3)]


def test_a_row_with_an_id_number_is_never_taken_for_a_total() -> None:
    """A request number that begins like a total must not lose a person."""
    rows = read_list(table(CHINESE, ["总计-001", *ROW[1:]]).encode(), "a.csv").rows
    assert [row.values.request_id for row in rows] == ["总计-001"]


@pytest.mark.parametrize("number", ["", "6201********"])
@pytest.mark.parametrize("request_id", ["SUM001", "total-1", "小计01", "说明-1"])
def test_a_row_with_a_window_is_never_taken_for_a_total(request_id: str, number: str) -> None:
    """Whose ID number is missing or hidden is rejected with a code and looked for among the others, not passed over."""
    contents = read_list(table(CHINESE, [request_id, *ROW[1:3], number, *ROW[4:]]).encode(), "a.csv")
    assert [row.values.request_id for row in contents.rows] == [request_id]
    assert contents.problems == []


def test_english_headers_in_any_spelling() -> None:
    """Case, blanks, underscores and remarks in brackets do not matter."""
    header = ["Request ID", "AGENCY", "Programme", "id-number (18 digits)", "Full name", "Window start", "Due Date*"]
    (row,) = read_list(table(header, ROW[:7]).encode(), "a.csv").rows
    assert list(row.values.model_dump(exclude_none=True).values()) == ROW[:7]


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("公民身份号码", "id_number"),
        ("证件号码（必填）", "id_number"),
        ("被认证人身份证号码", "id_number"),
        ("*老人姓名", "name"),
        ("姓名/Name", "name"),
        ("认证\n截止日期", "due_date"),
        ("到期日(yyyy-mm-dd)", "due_date"),
        ("认证开始日期", "window_start"),
        ("统计用区划代码", "village_code"),
        ("现住址", "residence_address"),
        ("险种", "programme"),
        ("业务流水号", "request_id"),
    ],
)
def test_usual_titles_name_their_field(title: str, field: str) -> None:
    """As found in bureaus' own forms."""
    header = [title if name == field else name for name in ("request_id", "id_number", "name", "due_date")]
    header = header if title in header else [*header, title]
    (row,) = read_list(table(header, ["v"] * len(header)).encode(), "a.csv").rows
    assert getattr(row.values, field) == "v"


@pytest.mark.parametrize("title", ["监护人姓名", "户主身份证号", "代办人电话", "户籍地址", "银行卡号", "证件类型"])
def test_columns_about_others_are_not_taken_and_are_told(title: str) -> None:
    """A guardian's number must never stand for the person's."""
    contents = read_list(table([*CHINESE, title], [*ROW, "某值"]).encode(), "a.csv")
    assert "某值" not in contents.rows[0].values.model_dump().values()
    assert [(problem.code, problem.detail) for problem in contents.problems] == [(ProblemCode.COLUMN_UNKNOWN, title)]


def test_a_clear_title_goes_before_a_vague_one() -> None:
    """编号 is a running number when there is a 申请编号, and the residence is not the mailing address."""
    header = ["编号", "申请编号", "身份证号", "姓名", "联系地址", "常住地址"]
    (row,) = read_list(table(header, ["1", "R7", "x", "张三", "城里", "村里"]).encode(), "a.csv").rows
    assert (row.values.request_id, row.values.residence_address) == ("R7", "村里")


def test_two_columns_for_one_field_are_told_and_the_first_filled_counts() -> None:
    """手机号 and 联系电话 often stand side by side."""
    header = ["申请编号", "身份证号", "姓名", "手机号", "联系电话"]
    contents = read_list(table(header, ["R1", "x", "张三", "", "199"]).encode(), "a.csv")
    assert contents.rows[0].values.phone == "199"
    assert (ProblemCode.COLUMN_TWICE, "phone") in [(problem.code, problem.detail) for problem in contents.problems]


def test_a_missing_column_is_told_once() -> None:
    """Its rows are intake's business."""
    contents = read_list(table(CHINESE[:6], ROW[:6]).encode(), "a.csv")
    assert [(problem.code, problem.detail) for problem in contents.problems] == [
        (ProblemCode.COLUMN_MISSING, "due_date")
    ]
    assert len(contents.rows) == 1


def test_an_unclosed_quotation_mark_loses_no_row() -> None:
    """One stray mark would otherwise swallow all rows up to the next one."""
    rows = [[f"R{number}", *ROW[1:]] for number in range(2, 60)]
    text = table(CHINESE, *rows).replace("R5,人社局", 'R5,"人社局')
    contents = read_list(text.encode(), "a.csv")
    assert [row.values.request_id for row in contents.rows] == [row[0] for row in rows]
    assert [row.row for row in contents.rows] == list(range(2, 60))
    assert [(problem.code, problem.row) for problem in contents.problems] == [(ProblemCode.QUOTE_UNCLOSED, 5)]


def test_two_stray_marks_lose_no_row_between_them() -> None:
    """The second mark closes what the first opened: three rows would become one."""
    rows = [[f"R{number}", *ROW[1:]] for number in range(2, 8)]
    text = table(CHINESE, *rows).replace("R3,人社局", 'R3,"人社局').replace("R5,人社局", 'R5,人社局"')
    contents = read_list(text.encode(), "a.csv")
    assert [(row.row, row.values.request_id) for row in contents.rows] == [(n, f"R{n}") for n in range(2, 8)]
    assert [(problem.code, problem.row) for problem in contents.problems] == [(ProblemCode.QUOTE_UNCLOSED, 3)]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    """Quoted line breaks are legal."""
    row = [*ROW[:7], "河边组\n1号", *ROW[8:]]
    contents = read_list(table(CHINESE, row, ROW).encode(), "a.csv")
    assert [read.row for read in contents.rows] == [2, 3]
    assert contents.rows[0].values.residence_address == "河边组\n1号"
    assert contents.problems == []


def test_broken_bytes_are_told_and_the_rest_is_read() -> None:
    """A few bytes that fit no encoding do not cost the list."""
    content = table(CHINESE, ROW).encode("utf-8") + b"R2,\xff\xfe\xff,x\r\n"
    contents = read_list(content, "a.csv")
    assert contents.rows[0].values.name == "李䶮"
    assert ProblemCode.CHARACTERS_LOST in [problem.code for problem in contents.problems]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ProblemCode.LIST_UNREADABLE),
        (b"\xef\xbb\xbf \r\n", ProblemCode.LIST_UNREADABLE),
        ("你好，世界\r\n没有表头\r\n".encode(), ProblemCode.HEADER_NOT_FOUND),
        ((",".join(CHINESE)).encode(), ProblemCode.LIST_EMPTY),
        (b"<html><table><tr><td>1</td></tr></table>", ProblemCode.LIST_IS_HTML),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ProblemCode.HEADER_NOT_FOUND),
    ],
)
def test_what_is_no_list_is_one_problem(content: bytes, code: ProblemCode) -> None:
    """Never an exception."""
    assert problem_codes(content) == [code]
    assert read_list(content, "a.csv").rows == []


def test_a_file_over_the_limit_is_not_read() -> None:
    """The agency splits it."""
    contents = read_list(table(CHINESE, ROW).encode(), "a.csv", limits=ListLimits(file_bytes=10))
    assert [problem.code for problem in contents.problems] == [ProblemCode.LIST_TOO_LARGE]
    assert not contents.readable


def test_a_missing_file_is_a_problem_of_its_own(tmp_path: Path) -> None:
    """Its name was mistyped."""
    assert [problem.code for problem in read_list(tmp_path / "no.csv").problems] == [ProblemCode.LIST_NOT_FOUND]


@pytest.mark.parametrize("read", [read_csv, lambda file, problems: read_json(file, problems, ListLimits())])
def test_reading_that_was_interrupted_ends_quietly(read: Callable[[io.BytesIO, list[ListProblem]], Any]) -> None:
    """The file may be closed first, when the memory does not suffice: what still hangs on it must not complain."""
    file = io.BytesIO(b'{"request_id": "1"}\n{"request_id": "2"}\n')
    rows = read(file, [])
    next(rows)
    file.close()
    rows.close()


def test_rows_come_one_by_one() -> None:
    """A long list need not be held whole."""
    rows = iter_list(table(CHINESE, *[ROW] * 1000).encode(), "a.csv", [])
    assert next(rows).row == 2
    assert next(rows).row == 3


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    """Nothing that can be sent raises."""
    contents = read_list(content, "a.csv")
    assert contents.rows or contents.problems


@given(st.binary(max_size=60), st.integers(0, 200))
def test_any_bytes_in_a_good_list_leave_it_readable(dirt: bytes, position: int) -> None:
    """Dirt in the middle of a list never raises."""
    content = table(CHINESE, ROW, ROW).encode()
    read_list(content[:position] + dirt + content[position:], "a.csv")
