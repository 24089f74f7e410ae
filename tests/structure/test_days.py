"""A run of the suite may begin on one day and end on the next, and it may run in any year."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.structure.source import ROOT, parsed, project_files, shown

DAYS = frozenset({"now", "utcnow", "today", "tomorrow", "day"})
"""Calls that ask for the moment, or for a day counted from it."""
MODULES = [path for path in project_files(ROOT / "tests") if path.suffix == ".py"]
BY_THE_CLOCK = (
    "tests/integration/",
    "tests/browser/",
    "tests/e2e/",
    "tests/chaos/",
    "tests/streams/",
    "tests/unit/cli/",
)
"""What is tested there reads the clock; elsewhere a test hands the day in."""
WRITTEN, FAR = date(2026, 11, 26), date(2090, 1, 1)
"""A day until the first is over for ever, and one from the second on is to come for long: what lies between changes
from one into the other, and with it what a test finds."""
_DAY = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")


def _at_import(node: ast.AST) -> Iterator[ast.Call]:
    """The calls of a module's own lines: what stands in a function waits until that is called."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            decorators = [] if isinstance(child, ast.Lambda) else child.decorator_list
            defaults = [one for one in (*child.args.defaults, *child.args.kw_defaults) if one is not None]
            yield from _at_import(ast.Tuple([*decorators, *defaults]))
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _at_import(child)


def _fixed(node: ast.AST) -> Iterator[tuple[int, date]]:
    """The days that are written into a module, as a text or as date(…), with their lines."""
    for each in ast.walk(node):
        said: list[tuple[object, ...]] = []
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            said = [tuple(map(int, found)) for found in _DAY.findall(each.value)]
        elif isinstance(each, ast.Call) and _name(each) in ("date", "datetime") and len(each.args) >= 3:
            said = [tuple(one.value if isinstance(one, ast.Constant) else None for one in each.args[:3])]
        for year, month, day in said:
            if isinstance(year, int) and isinstance(month, int) and isinstance(day, int):
                try:
                    yield getattr(each, "lineno", 0), date(year, month, day)
                except ValueError:
                    continue  # no day: what the test has refused


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_no_day_is_kept_from_import(path: Path) -> None:
    """Else the tests after midnight speak of yesterday as of today."""
    assert [call.lineno for call in _at_import(parsed(path)) if _name(call) in DAYS] == []


def test_a_kept_day_would_be_seen() -> None:
    """In a constant, a class, a decorator and a default; not in what is called later."""
    module = ast.parse(
        "A = datetime.now(UTC).date()\nclass B:\n    c = today()\n    d = field(default_factory=lambda: today())\n"
        "@over(now())\ndef e(f=today()):\n    return today()\n"
    )
    assert [call.lineno for call in _at_import(module) if _name(call) in DAYS] == [1, 3, 5, 6]


@pytest.mark.parametrize("path", [path for path in MODULES if shown(path).startswith(BY_THE_CLOCK)], ids=shown)
def test_no_day_that_is_still_to_come_is_fixed(path: Path) -> None:
    """It will be over one day: count it from today, or put it far away."""
    assert [(line, str(day)) for line, day in _fixed(parsed(path)) if WRITTEN < day < FAR] == []


def test_a_fixed_day_would_be_seen() -> None:
    """In texts and calls; neither what is no day nor a number that only looks like one."""
    module = ast.parse(
        "A = 'P-1,2027-03-01,2097-02-30'\nB = date(2028, 2, 29), datetime(2030, 1, 1, 4)\nC = date(year, 1, 1)\n"
        "D = f'{1}2027-01-02'\nE = '12027-01-02'\n"
    )
    assert [(line, str(day)) for line, day in _fixed(module)] == [
        (1, "2027-03-01"), (2, "2028-02-29"), (2, "2030-01-01"), (4, "2027-01-02"),
    ]  # fmt: skip
