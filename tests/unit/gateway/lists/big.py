"""Lists as large as they may be, and larger: read row by row in bounded memory, or refused with a clear answer.

Run by `make fuzz-lists`, each in a process of its own, whose memory is what it took.
"""

import csv
import os
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from tests.unit.gateway.lists.rows import HEADER, base_row

ROOT = Path(__file__).resolve().parents[4]
GROWTH_MB = 64
"""A list is read row by row: however large it is, reading may not take more memory than this."""
SHEET_ROWS = 1_048_575
"""Rows below the header of the largest sheet that XLSX allows."""
MERGE_MB = 1024
"""Memory in which `onevisit merge` is given a list that needs seven times as much."""

READ = """
import re, sys
from pathlib import Path
from services.gateway.lists import iter_list
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before, problems, path = peak(), [], Path(sys.argv[1])
rows = sum(1 for _ in iter_list(path, path.name, problems))
print(rows, peak() - before, *(problem.code for problem in problems))
"""
"""The program that reads one list: rows, MB by which it grew, codes of the problems. The kernel's high water mark of
this program alone: `getrusage` would begin with that of the process which started it."""


def write_csv(path: Path, megabytes: int) -> int:
    """A list in GB 18030 of this size; returns its rows."""
    rows = 0
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        while file.tell() < megabytes * 1_000_000:
            writer.writerows(base_row(number) for number in range(rows, rows + 1000))
            rows += 1000
    return rows


def write_workbook(path: Path, rows: int) -> int:
    """A list in one sheet."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number in range(rows):
        sheet.write_row(number + 1, 0, base_row(number))
    book.close()
    return rows


def write_bomb(path: Path, megabytes: int) -> None:
    """A workbook of this size with a sheet a thousand times as large; what it declares is a lie."""
    members: list[bytes] = []
    with path.open("wb") as file:
        for name, size in ((b"xl/workbook.xml", 0), (b"xl/worksheets/sheet1.xml", megabytes * 1_000_000)):
            start = file.tell()
            file.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, 0, 0, len(name), 0) + name)
            packed = sum(file.write(block) for block in _blanks(size))
            declared = (b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, packed, 1000, len(name), 0, 0, 0, 0, 0, start)
            members.append(struct.pack("<4s6H3I5H2I", *declared) + name)
        start, directory = file.tell(), b"".join(members)
        file.write(directory + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, len(directory), start, 0))


def _blanks(size: int) -> Iterator[bytes]:
    """A stream of blanks that is at least so long packed: one block over and over."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflater.compress(b" " * 10_000_000) + deflater.flush(zlib.Z_FULL_FLUSH)
    for _ in range(-(-size // len(block))):
        yield block
    yield zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush()


def read_big_lists(megabytes: int, *, sheet_rows: int = SHEET_ROWS, merge_mb: int = MERGE_MB) -> list[str]:
    """Reads a large CSV, the largest sheet and a bomb, merges the first and the last; prints each, returns what is
    wrong."""
    wrong: list[str] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_csv(folder / "big.csv", megabytes)
        wrong += read(folder / "big.csv", f"{rows}")
        wrong += _merge(folder / "big.csv", merge_mb, "LISTS_TOO_LARGE")
        wrong += read(folder / "big.xlsx", f"{write_workbook(folder / 'big.xlsx', sheet_rows)}")
        write_bomb(folder / "bomb.xlsx", megabytes)
        wrong += read(folder / "bomb.xlsx", "0 LIST_TOO_LARGE")
        wrong += _merge(folder / "bomb.xlsx", merge_mb, "LIST_TOO_LARGE")
    return wrong


def read(path: Path, expected: str, *, program: str = READ) -> list[str]:
    """What is wrong with reading a list; `expected` are the number of rows and the codes of the problems."""
    started = time.perf_counter()
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    rows, grown, *codes = done.stdout.split() or ("no", "0", done.stderr[-200:])
    size, seconds = path.stat().st_size // 1_000_000, time.perf_counter() - started
    told = f"{path.name}, {size} MB: {rows} rows in {seconds:.0f} s, {grown} MB of memory {' '.join(codes)}".rstrip()
    sys.stdout.write(f"{told}\n")
    return [] if " ".join((rows, *codes)) == expected and int(grown) <= GROWTH_MB else [f"{told}; not {expected}"]


def _merge(path: Path, memory_mb: int, expected: str) -> list[str]:
    """`onevisit merge` on the file, with no more address space than this."""
    started = time.perf_counter()
    command = f"ulimit -v {memory_mb * 1024}; exec '{sys.executable}' -m services.cli merge '{path}' --lang en"
    env = os.environ | {"ONEVISIT_COUNTY_SECRET": "of nobody, for this test"}
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    said = " ".join(line for line in (done.stdout + done.stderr).splitlines() if expected in line)
    told = (
        f"onevisit merge {path.name}, {memory_mb} MiB: exit {done.returncode} in {time.perf_counter() - started:.0f} s"
    )
    sys.stdout.write(f"{told}: {' '.join(said.split())}\n")
    return [] if done.returncode == 1 and said and "Traceback" not in done.stderr else [f"{told}: {done.stderr[-300:]}"]
