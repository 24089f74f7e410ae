"""Lists as offices really send them: each row is accepted, rejected with a code, or told as a problem; none is lost."""

import csv
import io
import random
from datetime import date

import pytest
import xlsxwriter

from services.gateway.lists import ProblemCode, read_list
from services.scheduler.domain.codes import RejectionCode
from services.scheduler.domain.intake import Accepted, assess_list
from tests.unit.gateway.lists.fuzz import PER_FILE, TODAY, Account, dirty_rows, fuzz
from tests.unit.gateway.lists.rows import HEADER, base_row

ROWS = 5000
GOOD = base_row(0)


def test_every_dirty_row_is_accounted_for(seed: int) -> None:
    """Rows = read + skipped + blank, and read = accepted + rejected + repeated, in every form of file."""
    account = fuzz(ROWS, seed)
    assert account.wrong == []
    assert account.counts["rows"] == ROWS
    assert min(account.counts[what] for what in ("accepted", "rejected", "repeated", "skipped", "blank")) > 0
    assert {"ROW_SKIPPED", "ID_PRECISION_LOST", "FIELD_MISSING", "REQUEST_REPEATED"} <= account.codes.keys()


def test_a_lost_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account can fail: a reader that forgets the last row of a file is caught."""
    monkeypatch.setattr("tests.unit.gateway.lists.fuzz.as_file", lambda rows, form: _as_csv(rows[:-1]))
    account = Account()
    account.add_file([*dirty_rows(0, PER_FILE, random.Random(1)), GOOD], "utf-8", "short")
    assert account.wrong == [f"short: lost [{PER_FILE + 2}], made up [], read {account.counts['read']}"]


def _as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


def _changed(column: str, text: str, row: list[str]) -> list[str]:
    return [text if name == column else cell for name, cell in zip(HEADER, row, strict=True)]


@pytest.mark.parametrize(
    ("column", "text", "outcome"),
    [
        ("身份证号", "9.90101E+17", RejectionCode.ID_PRECISION_LOST),
        ("身份证号", "9.90101193001010E+17", RejectionCode.ID_PRECISION_LOST),
        ("身份证号", GOOD[3][:17] + "0", RejectionCode.ID_PRECISION_LOST),
        ("身份证号", "'" + GOOD[3], None),
        ("身份证号", GOOD[3].translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")), None),
        ("身份证号", "\t" + GOOD[3] + "\u200b", None),
        ("申请编号", "2.026E+17", RejectionCode.REQUEST_ID_PRECISION_LOST),
        ("申请编号", GOOD[3], RejectionCode.REQUEST_ID_IS_ID_NUMBER),
        ("截止日期", "#########", RejectionCode.DATE_UNREADABLE),
        ("截止日期", "2026年4月1日", None),
        ("截止日期", "46113", None),
        ("截止日期", "2026-04-01 00:00:00", None),
        ("姓名", "\U00020bb7\U00030edd", None),
    ],
)
def test_dirt_of_one_cell_has_its_outcome(column: str, text: str, outcome: RejectionCode | None) -> None:
    """What spreadsheets and hands do to a cell; beside it the neighbours stay as they are."""
    before, behind = base_row(1), base_row(2)
    contents = read_list(_as_csv([before, _changed(column, text, GOOD), behind]), "a.csv")
    assert contents.problems == []
    first, middle, last = (result for _, result in assess_list(((r.row, r.values) for r in contents.rows), today=TODAY))
    assert isinstance(first, Accepted)
    assert isinstance(last, Accepted)
    if outcome is None:
        assert isinstance(middle, Accepted)
        assert (middle.resident_id.number, middle.due_date) == (GOOD[3], date(2026, 4, 1))
    else:
        assert not isinstance(middle, Accepted)
        assert middle.first.code is outcome


def test_a_workbook_with_everything_at_once() -> None:
    """A merged title, an agency merged over its people, a date cell, an ID as a number, a total and a signature."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("养老")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "2026年度养老保险待遇资格认证名单")
    sheet.write_row(2, 0, HEADER)
    for number in range(3):
        sheet.write_row(3 + number, 0, base_row(3 * number))
    sheet.merge_range(3, 1, 5, 1, "hrss")
    sheet.write_datetime(4, 6, date(2026, 4, 1), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_number(5, 3, float(base_row(6)[3][:17] + "0"))
    sheet.write_row(6, 0, ["合计", 3])
    sheet.write_row(8, 0, ["制表人：某某", "", "审核人：某某"])
    book.close()
    contents = read_list(file.getvalue(), "名单.xlsx")
    assert [(p.code, p.row) for p in contents.problems] == [(ProblemCode.ROW_SKIPPED, 7), (ProblemCode.ROW_SKIPPED, 9)]
    assert [(row.row, row.values.agency) for row in contents.rows] == [(4, "hrss"), (5, "hrss"), (6, "hrss")]
    one, two, three = (r for _, r in assess_list(((r.row, r.values) for r in contents.rows), today=TODAY))
    assert isinstance(one, Accepted)
    assert isinstance(two, Accepted)
    assert two.due_date == date(2026, 4, 1)
    assert not isinstance(three, Accepted)
    assert three.first.code is RejectionCode.ID_PRECISION_LOST
