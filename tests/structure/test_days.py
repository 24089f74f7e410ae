"""A run of the suite may begin on one day and end on the next."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.source import ROOT, parsed, project_files, shown

DAYS = frozenset({"now", "utcnow", "today", "tomorrow", "day"})
"""Calls that ask for the moment, or for a day counted from it."""
MODULES = [path for path in project_files(ROOT / "tests") if path.suffix == ".py"]


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
