"""Files that plans are made from, as programs and people really write them: read, or told row by row."""

from datetime import date

import pytest

from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.planning.cells import as_day, as_days
from services.scheduler.planning.lists import read_cadres, read_travel
from services.scheduler.planning.reading import Reading

HEAD = "cadre_id,lat,lon\n"


def reading(text: str) -> Reading:
    """A file of cadres."""
    return Reading("cadres.csv", PlanInputCode.CADRE_INVALID, raw=text.encode())


def test_a_file_that_is_no_csv_any_more_is_told_where_it_ends() -> None:
    """What was read before counts; NUL characters are left out."""
    bad = reading(f"{HEAD}c1,1,1\n{'x' * 200_000},1,1\nc3,1,1\n")
    assert [cadre.cadre_id for cadre in read_cadres(bad)] == ["c1"]
    assert [(fault.row, fault.code) for fault in bad.faults] == [(3, PlanInputCode.CADRE_INVALID)]
    nul = reading(f"{HEAD}c\0001,1,1\n")
    assert [cadre.cadre_id for cadre in read_cadres(nul)] == ["c1"]
    assert nul.faults == []


@pytest.mark.parametrize(
    "cells",
    [
        *("c/1,1,1", f"{'c' * 58},1,1", "c1,1e999,1", "c1,nan,1", "c1,1,181", "c1,0,0.0"),
        *('c1,1,1,9999-12-30..9999-12-31', "c1,1,1,2026-03-09..2026-03-02", "c1,1,1,26-3-2", "c1,1,1,02/03/2026"),
    ],
)  # fmt: skip
def test_absurd_cells_are_told_with_their_row(cells: str) -> None:
    """A row that cannot be a cadre is a fault of that row, in words and not in codes."""
    bad = reading(f"cadre_id,lat,lon,days_off\n{cells}\nc2,1,1,\n")
    assert [cadre.cadre_id for cadre in read_cadres(bad)] == ["c2"]
    ((row, detail),) = [(fault.row, fault.detail) for fault in bad.faults]
    assert row == 2
    assert "DATE_" not in detail


def test_a_cadre_who_works_on_no_weekday_is_told() -> None:
    """A span that runs backwards, or a dash alone, would be a cadre who never rides."""
    bad = reading("cadre_id,lat,lon,weekdays\nc1,1,1,5-1\nc2,1,1,-\nc3,1,1,6 7\n")
    assert [(cadre.cadre_id, cadre.weekdays) for cadre in read_cadres(bad)] == [("c3", frozenset({5, 6}))]
    assert [fault.row for fault in bad.faults] == [2, 3]


def test_days_are_read_as_spreadsheets_and_offices_write_them() -> None:
    """The day of a list of requests and the day of a plan are read alike."""
    day = date(2026, 3, 2)
    for text in ("2026-03-02", "2026/3/2", "2026年3月2日", "20260302", "46083", "2026-03-02 00:00:00"):
        assert as_day(text) == day
    assert as_days("2026/3/2..2026/3/4，2026年3月9日") == {date(2026, 3, n) for n in (2, 3, 4, 9)}


@pytest.mark.parametrize(
    "text", ["2026-03-09 00:00:00 2026/3/10 0:00", "2026-03-09~2026-03-10", "2026年3月9日 至 2026年3月10日"]
)
def test_days_off_are_read_as_spreadsheets_write_them(text: str) -> None:
    """Times are dropped, a span is a span."""
    assert as_days(text) == {date(2026, 3, 9), date(2026, 3, 10)}


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_what_spreadsheets_save_as_text_is_read(separator: str, encoding: str) -> None:
    """Windows line ends, a byte order mark, headings in capitals, a village's code that became a number."""
    raw = "Cadre_ID,lat,lon,负责村\r\n王,27,105,990101001001.0\r\n".replace(",", separator).encode(encoding)
    (one,) = read_cadres(Reading("cadres.csv", PlanInputCode.CADRE_INVALID, raw=raw))
    assert (one.cadre_id, *one.villages) == ("王", "990101001001")


def test_a_spreadsheet_is_told_once_and_digits_that_were_lost_are_told() -> None:
    """No fault for each of its bytes; 9.90101E+11 is no village any more."""
    book = Reading("cadres.xlsx", PlanInputCode.CADRE_INVALID, raw=b"PK\x03\x04" + bytes(range(256)) * 9)
    assert read_cadres(book) == []
    assert [(fault.row, "CSV" in fault.detail) for fault in book.faults] == [(0, True)]
    lost = reading("cadre_id,lat,lon,villages\nc1,27,105,9.90101E+11\n")
    assert read_cadres(lost) == [] and "digits" in lost.faults[0].detail


def test_a_ride_of_an_absurd_length_is_told() -> None:
    """Nothing beyond a day is a ride."""
    bad = reading("from,to,minutes\na,b,1e400\na,c,inf\na,d,12\n")
    assert read_travel(bad) == {("a", "d"): 12.0}
    assert [fault.row for fault in bad.faults] == [2, 3]
