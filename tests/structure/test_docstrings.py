"""What others use says what it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.source import CODE_FOLDERS, parsed, python_files, shown

FILES = [path for path in python_files(*CODE_FOLDERS) if path.read_text("utf-8").strip()]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_public_names_have_docstrings(path: Path) -> None:
    """Every module, public class, function and method says what it does (an override says it where it is declared)."""
    assert [name for name, node in public_definitions(parsed(path)) if not ast.get_docstring(node)] == []


def public_definitions(
    module: ast.Module,
) -> Iterator[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The module itself, its public classes and functions, and the public methods of classes that inherit nothing."""
    yield "(module)", module
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node.name, node
