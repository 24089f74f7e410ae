"""The journal: lines that outlive a kill in the middle of one, month after month."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.platform.journal import DatabaseBehind, Kind, append, check_not_ahead, last, put_aside, read

NOVEMBER, DECEMBER = datetime(2025, 11, 30, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)


def test_lines_are_read_in_their_order_over_months(tmp_path: Path) -> None:
    """The last one says how far the journal is; another kind has files of its own."""
    assert last(tmp_path, Kind.AUDIT) is None
    append(tmp_path, Kind.AUDIT, [{"number": 1}, '{"number": 2}'], NOVEMBER)
    append(tmp_path, Kind.AUDIT, [{"number": 3}], DECEMBER)
    append(tmp_path, Kind.LIST, [{"number": 9}], DECEMBER)
    assert [json.loads(line)["number"] for line in read(tmp_path, Kind.AUDIT)] == [1, 2, 3]
    assert last(tmp_path, Kind.AUDIT) == {"number": 3}
    assert append(tmp_path, Kind.AUDIT, [], DECEMBER) == 0


@pytest.mark.parametrize("half", [b'{"number": 2, "act', b'{"detail": {}', b'{"number": 2}'])
def test_a_line_that_a_kill_has_cut_off_is_left_out_and_those_after_it_hold(tmp_path: Path, half: bytes) -> None:
    """Cut in the middle, or just before its end: what is not whole is written once more by who keeps the journal."""
    append(tmp_path, Kind.AUDIT, [{"number": 1}], NOVEMBER)
    with (tmp_path / "audit-2025-11.jsonl").open("ab") as file:
        file.write(half)
    assert last(tmp_path, Kind.AUDIT) == {"number": 1}
    append(tmp_path, Kind.AUDIT, [{"number": 2}, {"number": 3}], NOVEMBER)
    assert last(tmp_path, Kind.AUDIT) == {"number": 3}
    numbers = [json.loads(line)["number"] for line in read(tmp_path, Kind.AUDIT)]
    assert sorted(set(numbers)) == [1, 2, 3]


def test_a_database_that_is_older_than_the_journal_is_named(tmp_path: Path) -> None:
    """Until the journal is put aside, which loses nothing of it."""
    folder = tmp_path / "journal"
    append(folder, Kind.AUDIT, [{"number": 7}], NOVEMBER)
    check_not_ahead(folder, 7)
    with pytest.raises(DatabaseBehind, match=r"DATABASE_BEHIND: .* at line 6"):
        check_not_ahead(folder, 6)
    aside = put_aside(folder, DECEMBER)
    check_not_ahead(folder, 0)
    assert last(aside, Kind.AUDIT) == {"number": 7}
