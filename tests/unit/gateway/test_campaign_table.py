"""A plan of campaigns as a table: what is read, and which row is refused as what."""

import io
from datetime import date

import pytest
from xlsxwriter import Workbook

from services.gateway.burden.campaign_table import HEADINGS, MOST_ROWS, read_rows, template_csv, template_xlsx
from services.gateway.errors import Code, Refusal
from services.gateway.tables import UnreadableTable

ROW = ["高龄津贴", "2027", "2027-03-01", "2027-05-31", "民发〔2026〕3号"]


def table(*rows: list[str], heads: tuple[str, ...] = HEADINGS) -> bytes:
    """A CSV file."""
    return "\n".join(",".join(row) for row in (heads, *rows)).encode()


def refusal(**changes: str) -> Code | None:
    """As what a row is refused in which some cells are others."""
    names = ("programme", "year", "first_day", "last_day", "why")
    cells = [changes.get(name, cell) for name, cell in zip(names, ROW, strict=True)]
    try:
        read_rows(table(cells))[0].stated()
    except Refusal as refused:
        return refused.code
    return None


def test_the_templates_are_read_by_what_they_are_for() -> None:
    """Each has the headings that are known, and no row."""
    assert read_rows(template_csv()) == [] == read_rows(template_xlsx())


def test_a_row_is_a_campaign_however_its_days_are_written() -> None:
    """Chinese headings alone, no column of years, days as spreadsheets and people write them; blank rows are none."""
    heads = ("依据", "项目", "开始日期", "截止日期")
    rows = read_rows(table(["年度复核", "高龄津贴", "2027/3/1", "2027年5月31日"], ["", "", "", ""], heads=heads))
    said = rows[0].stated()
    assert (len(rows), rows[0].number, said.key) == (1, 2, ("senior_subsidy", date(2027, 3, 1), date(2027, 5, 31)))
    assert (said.year, said.why) == (2027, "年度复核")


def test_a_spreadsheet_with_days_of_its_own_is_read() -> None:
    """Typed into a spreadsheet, a day is a number with a format."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet, days = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["senior_subsidy", 2027])
        sheet.write_datetime(1, 2, date(2027, 3, 1), days)
        sheet.write_datetime(1, 3, date(2027, 5, 31), days)
        sheet.write(1, 4, "why")
    said = read_rows(made.getvalue())[0].stated()
    assert (said.year, said.first_day, said.last_day) == (2027, date(2027, 3, 1), date(2027, 5, 31))


@pytest.mark.parametrize("wrong", ["", "soon", "2027-02-30", "2027-03", "2026-03-01"])
def test_days_that_are_none_are_said(wrong: str) -> None:
    """Missing, no day, a month alone, or of another year than the row's."""
    assert refusal(first_day=wrong) is Code.CAMPAIGN_ROW_DAYS


def test_other_faults_are_said() -> None:
    """A year that is none, an end before the beginning, over a year; texts that are missing, long or name somebody."""
    assert refusal() is None
    assert refusal(year="next") is refusal(last_day="2027-02-01") is refusal(last_day="2028-04-01")
    assert refusal(year="99999") is Code.CAMPAIGN_ROW_DAYS
    for wrong in ({"programme": ""}, {"why": " "}, {"why": "x" * 401}, {"why": "11010519491231002X"}):
        assert refusal(**wrong) is Code.CAMPAIGN_ROW_TEXTS, wrong


def test_what_is_no_such_table_is_refused_as_a_whole() -> None:
    """Damaged, without a column that is needed, or too long."""
    for content in (b"PK\x03\x04", table(ROW[:4], heads=HEADINGS[:4])):
        with pytest.raises(UnreadableTable):
            read_rows(content)
    with pytest.raises(Refusal) as refused:
        read_rows(table(*[ROW] * (MOST_ROWS + 1)))
    assert refused.value.code is Code.CAMPAIGN_LIST_TOO_LONG
