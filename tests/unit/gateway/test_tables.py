"""Tables as spreadsheets in China write them: GBK, with tabs or semicolons, with a mark."""

import pytest

from services.gateway.desk.plan_table import read_table
from services.gateway.tables import UnreadableTable, cell_of, read_cells

ROWS = (
    ("走访编号 visit_id", "干部 cadre_id", "日期 day", "上下午 half_day", "次序 order"),
    ("v-1", "李卫国", "2026-03-01", "上午", "1"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_a_table_is_read_in_every_form(encoding: str, delimiter: str) -> None:
    """Though none of its columns is one of a list of requests."""
    content = "\r\n".join(delimiter.join(row) for row in ROWS).encode(encoding)
    assert [tuple(cells) for _, cells in read_cells(content)] == list(ROWS)
    (wish,) = read_table(content)
    assert (wish.row, wish.visit_id, wish.cadre_id, wish.half_day) == (2, "v-1", "李卫国", "上午")


def test_what_is_no_table_is_said() -> None:
    """Nothing in it, or a damaged archive."""
    for content in (b"", b"PK\x03\x04 no spreadsheet"):
        with pytest.raises(UnreadableTable):
            read_cells(content)


def test_a_cell_that_is_not_there_is_empty() -> None:
    """Also where the column is missing; an apostrophe against formulas is taken away."""
    assert [cell_of(("'=1", "\0 a "), column) for column in (0, 1, 2, None)] == ["=1", "a", "", ""]
