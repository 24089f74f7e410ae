"""What others use says what it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.source import CODE_FOLDERS, parsed, python_files, shown

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
DEFINITION = ast.ClassDef | FUNCTION
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
FILES = [path for path in python_files(*CODE_FOLDERS) if path.read_text("utf-8").strip()]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_public_names_have_docstrings(path: Path) -> None:
    """Every module, public class, function and method says what it does; an adapter may leave that to its port."""
    assert undocumented(parsed(path)) == []


def test_what_is_undocumented_is_seen() -> None:
    """The check above can fail, and lets private names and adapters of a documented port be."""
    source = """
class Port(Protocol):
    'A port.'
    def put(self): 'Puts.'

class Adapter:
    'An adapter.'
    def put(self): pass
    def extra(self): pass
    def _own(self): pass

async def run(): pass
"""
    assert undocumented(ast.parse(source)) == ["(module)", "Adapter.extra", "run"]


def undocumented(module: ast.Module) -> list[str]:
    """The public names of a module without a docstring."""
    definitions = list(public_definitions(module))
    documented = {name.rpartition(".")[2] for name, node in definitions if "." in name and ast.get_docstring(node)}
    return [
        name
        for name, node in definitions
        if not ast.get_docstring(node) and not ("." in name and name.rpartition(".")[2] in documented)
    ]


def public_definitions(module: ast.Module) -> Iterator[tuple[str, Documented]]:
    """The module itself, its public classes and functions, and the public methods of these classes."""
    yield "(module)", module
    for node in module.body:
        if isinstance(node, DEFINITION) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, FUNCTION) and not method.name.startswith("_"):
                        yield f"{node.name}.{method.name}", method
