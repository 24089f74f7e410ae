"""Large lists, some sizes smaller than `make fuzz-lists` takes them: the same bounds, and proof that they can fail."""

import os
import subprocess
import sys
from pathlib import Path

from tests.unit.gateway.lists.big import READ, ROOT, read, read_big_lists, write_bomb, write_csv, write_workbook


def test_large_lists_take_little_memory_or_are_refused() -> None:
    """A CSV, a workbook and a bomb, read; and merged where the memory does not suffice: a code, no traceback."""
    assert read_big_lists(12, sheet_rows=20_000, merge_mb=420) == []


def test_a_list_that_is_held_whole_is_noticed(tmp_path: Path) -> None:
    """A reader that keeps its rows takes more than the bound."""
    rows = write_csv(tmp_path / "big.csv", 10)
    kept = "import services.gateway.lists as m\nread = m.iter_list\nm.iter_list = lambda *a: iter(list(read(*a)))\n"
    assert read(tmp_path / "big.csv", f"{rows}") == []
    (wrong,) = read(tmp_path / "big.csv", f"{rows}", program=kept + READ)
    assert "MB of memory" in wrong


def test_a_spreadsheet_is_read_below_a_limit_of_the_system(tmp_path: Path) -> None:
    """Its child asks for no more than the process itself may have."""
    write_workbook(tmp_path / "small.xlsx", 3)
    command = f"ulimit -v 1000000; exec '{sys.executable}' -m services.cli merge '{tmp_path / 'small.xlsx'}' --lang en"
    env = os.environ | {"ONEVISIT_COUNTY_SECRET": "of nobody, for this test"}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_bomb_is_as_large_as_it_is_said_to_be(tmp_path: Path) -> None:
    """And holds a thousand times as much: what refuses it must not unpack it all."""
    write_bomb(tmp_path / "bomb.xlsx", 2)
    assert 2_000_000 <= (tmp_path / "bomb.xlsx").stat().st_size < 2_100_000
