"""Who calls whom in the project's own code, read off its text."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.structure.source import ROOT, parsed, python_files

Function = tuple[str, str]
"""(module, qualified name)."""


class Calls:
    """The functions below a folder, and which of each other they name. Rather too many than too few: what is called
    of something unknown may be any method of that name."""

    def __init__(self, folder: str) -> None:
        self.names: dict[Function, set[str]] = {}
        """Every name in a function's body."""
        self._named: dict[Function, set[Function]] = {}
        trees = {".".join(path.relative_to(ROOT).with_suffix("").parts): parsed(path) for path in python_files(folder)}
        bodies = {(module, name): node for module, tree in trees.items() for name, node in _functions(tree)}
        methods: defaultdict[str, set[Function]] = defaultdict(set)
        for module, name in bodies:
            if "." in name:
                methods[name.rpartition(".")[2]].add((module, name))
        for (module, name), node in bodies.items():
            imported = _imported(trees[module])
            found: set[Function] = set()
            for each in ast.walk(node):
                if isinstance(each, ast.Name):
                    found.add(imported.get(each.id, (module, each.id)))
                elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in imported:
                    found.add((".".join(imported[each.value.id]), each.attr))
                elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
                    found |= methods[each.func.attr]
            self._named[module, name] = found & bodies.keys()
            self.names[module, name] = {
                each.id if isinstance(each, ast.Name) else each.attr
                for each in ast.walk(node)
                if isinstance(each, ast.Name | ast.Attribute)
            }

    def reached(self, start: Function) -> set[Function]:
        """A function and all that it may come to call."""
        found, left = {start}, [start]
        while left:
            new = self._named.get(left.pop(), set()) - found
            found |= new
            left += new
        return found


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{part.name}", part


def _imported(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """Local name → (module, name) of what is imported from a module."""
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
