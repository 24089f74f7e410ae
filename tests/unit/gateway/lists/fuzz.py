"""Rows of lists with the dirt that offices make, and the account of what became of each.

    python -m tests.unit.gateway.lists.fuzz --rows 100000      # make fuzz-lists

Each row is read as a request, skipped with a problem of its own, or blank; each request is accepted, rejected with a
code, or known already. The sums must agree, for every file; the first that does not is printed with its seed.
"""

import argparse
import csv
import io
import json
import random
import string
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import xlsxwriter

from services.gateway.lists import ProblemCode, read_list
from services.gateway.lists.contents import ListContents
from services.scheduler.domain.codes import RejectionCode
from services.scheduler.domain.intake import Rejected, assess_list
from services.scheduler.domain.register import Register
from tests.unit.gateway.lists import big
from tests.unit.gateway.lists.rows import HEADER, base_row

PER_FILE = 500
TODAY = date(2026, 3, 1)
FORMATS = ("utf-8-sig", "gb18030", "xlsx", "utf-8", "json", "utf-16")

STRANGE_TEXTS = [
    *("", " ", "　", "-", "无", "#N/A", "#REF!", "#########", "null", "0", "-1", "合计", "小计", "同上", "〃"),
    *(
        "9.90101194912E+17",
        "9.90101E17",
        "'990101194912310001",
        "99010119491231000x",
        "９９０１０１１９４９１２３１０００１",
    ),
    *("9901 0119 4912 310001", "990101-19491231-0001", "990101491231001", "1.1", "12345678901234567890123"),
    *("2026年3月1日", "2026.3.1", "46082", "46082.5", "3/1/26", "2026-02-30", "20260301", "二〇二六年三月一日", "长期"),
    *(
        "\ufeffR1",
        "R\u200b1",
        "R\x001",
        "\x1b[31m",
        "A\nB",
        "A\r\nB",
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+86 138",
    ),
    *(
        "\u202e张三",
        "张\ufffd三",
        "张?三",
        "张（曾用名李四）",
        "𰻝",
        "\U00020bb7",
        "e\u0301",
        "x" * 5000,
        "长" * 70,
        '"',
        '""',
        'a"b',
    ),
]


def _cell(row: list[str], chance: random.Random) -> None:
    row[chance.randrange(len(row))] = chance.choice(STRANGE_TEXTS)


def _several(row: list[str], chance: random.Random) -> None:
    for _ in range(chance.randint(2, len(row))):
        _cell(row, chance)


def _letter(row: list[str], chance: random.Random) -> None:
    """One character changed, lost or doubled."""
    at = chance.randrange(len(row))
    if cell := row[at]:
        n = chance.randrange(len(cell))
        other = chance.choice([*string.printable, "Ｘ", "〇", "，", "\u3000", ""])
        row[at] = cell[:n] + other + cell[n + chance.randint(0, 1) :]


def _shifted(row: list[str], chance: random.Random) -> None:
    row.insert(chance.randrange(len(row)), "")


def _shorter(row: list[str], chance: random.Random) -> None:
    del row[chance.randrange(1, len(row)) :]


def _swapped(row: list[str], chance: random.Random) -> None:
    a, b = chance.sample(range(len(row)), 2)
    row[a], row[b] = row[b], row[a]


def _decoration(row: list[str], chance: random.Random) -> None:
    row[:] = chance.choice(
        [HEADER, ["合计", "2人"], ["", "总计"], ["制表人：某某"], ["备注：均在世"], ["第1页"], [""] * 10]
    )


def _nothing(row: list[str], chance: random.Random) -> None:
    row[:] = chance.choice([[], [""], [" "] * 10])


def _untouched(row: list[str], chance: random.Random) -> None:
    """Many rows of a bad list are good."""


MUTATIONS: tuple[Callable[[list[str], random.Random], None], ...] = (
    *(_cell, _cell, _cell, _several, _letter, _letter, _shifted, _shorter, _swapped, _decoration, _nothing, _untouched),
)


def dirty_rows(start: int, count: int, chance: random.Random) -> list[list[str]]:
    """Rows below a header; some stand twice."""
    rows: list[list[str]] = []
    for number in range(start, start + count):
        row = base_row(number)
        chance.choice(MUTATIONS)(row, chance)
        rows.append(row if chance.random() > 0.05 or not rows else list(chance.choice(rows)))
    return rows


def as_file(rows: list[list[str]], form: str) -> bytes:
    """The rows in one of the forms in which they come."""
    if form == "json":
        return json.dumps([dict(zip(HEADER, row, strict=False)) for row in rows], ensure_ascii=True).encode()
    if form == "xlsx":
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
        book.close()
        return file.getvalue()
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode(form, "replace")


@dataclass
class Account:
    """What became of the rows; `wrong` names every file whose sums do not agree."""

    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    register: Register[int] = field(default_factory=Register)

    def add_file(self, rows: list[list[str]], form: str, name: str) -> None:
        """Reads and judges one file."""
        contents = read_list(as_file(rows, form), "a.json" if form == "json" else "a.csv")
        self._account_for_rows(rows, contents, form, name)
        judged = assess_list(((row.row, row.values) for row in contents.rows), today=TODAY)
        outcomes: Counter[str] = Counter()
        for number, result in judged:
            if isinstance(result, Rejected):
                outcomes["rejected"] += 1
                self.codes.update(fault.code.value for fault in result.faults[:1])
                continue
            seen = [observation.code for observation in self.register.add(result, number)]
            self.codes.update(code.value for code in seen)
            if not seen:
                outcomes["accepted"] += 1
            else:
                outcomes["rejected" if any(isinstance(code, RejectionCode) for code in seen) else "repeated"] += 1
        if sum(outcomes.values()) != len(contents.rows):
            self.wrong.append(f"{name}: {len(contents.rows)} rows read, but {dict(outcomes)}")
        self.counts.update(outcomes)
        self.counts["read"] += len(contents.rows)

    def _account_for_rows(self, rows: list[list[str]], contents: ListContents, form: str, name: str) -> None:
        """Every row that holds something was read or has a problem of its own; none both, none twice, none made up."""
        first = 1 if form == "json" else 2
        filled = {n for n, row in enumerate(rows, first) if form == "json" or any(cell.strip() for cell in row)}
        read = [row.row for row in contents.rows]
        skipped = [p.row for p in contents.problems if p.row is not None and p.code is not ProblemCode.QUOTE_UNCLOSED]
        self.codes.update(problem.code.value for problem in contents.problems)
        self.counts.update(rows=len(rows), skipped=len(skipped), blank=len(rows) - len(filled))
        lost, made_up = filled - {*read, *skipped}, {*read, *skipped} - filled
        if lost or made_up or len(filled) != len(read) + len(skipped):
            self.wrong.append(f"{name}: lost {sorted(lost)[:5]}, made up {sorted(made_up)[:5]}, read {len(read)}")


def fuzz(rows: int, seed: int) -> Account:
    """Reads this many dirty rows, in files of every form."""
    account = Account()
    for number, start in enumerate(range(0, rows, PER_FILE)):
        chance = random.Random(f"{seed}/{number}")
        form = FORMATS[number % len(FORMATS)]
        account.add_file(
            dirty_rows(start, min(PER_FILE, rows - start), chance), form, f"seed {seed} file {number} {form}"
        )
    return account


def main() -> int:
    """Prints the account; exit status 1 when a sum does not agree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--megabytes", type=int, default=200, help="size of the large lists; 0: none")
    given = parser.parse_args()
    failures = big.read_big_lists(given.megabytes) if given.megabytes else []
    started = time.perf_counter()
    account = fuzz(given.rows, given.seed)
    sys.stdout.write(f"seed {given.seed}, {time.perf_counter() - started:.0f} s\n")
    for what, count in (*account.counts.most_common(), ("—", 0), *account.codes.most_common()):
        sys.stdout.write(f"{count:>9}  {what}\n")
    wrong = [*failures, *account.wrong]
    for line in wrong:
        sys.stdout.write(f"WRONG {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
