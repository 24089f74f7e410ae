"""Folders are the import order, and the domain is pure."""

import ast
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.structure.source import ROOT, parsed, project_files, shown

DOMAINS = sorted((ROOT / "services").glob("*/domain"))
IMPURE_MODULES = frozenset(
    {
        "asyncio",
        "concurrent",
        "faust",
        "http",
        "httpx",
        "io",
        "kafka",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "psycopg",
        "random",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
    }
)
"""Clock, chance, files, network, processes."""
IMPURE_CALLS = frozenset({"now", "utcnow", "today", "uuid1", "uuid4", "open", "print", "input"})
MODULES = [path for domain in DOMAINS for path in project_files(domain) if path.suffix == ".py"]


def test_import_linter_finds_nothing() -> None:
    """Schemas know nobody, services never import each other, only the command line wires them."""
    command = Path(sysconfig.get_path("scripts")) / "lint-imports"
    result = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "3 kept, 0 broken" in result.stdout


def test_there_are_domains_to_look_at() -> None:
    """The two tests below look at something."""
    assert {domain.parent.name for domain in DOMAINS} >= {"scheduler", "certify"}
    assert len(MODULES) > len(DOMAINS)


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_the_domain_imports_no_input_or_output(path: Path) -> None:
    """State and event in, state and events out."""
    imported = {
        name
        for node in ast.walk(parsed(path))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name for name in imported if name.partition(".")[0] in IMPURE_MODULES} == set()


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_the_domain_asks_no_clock_and_no_chance(path: Path) -> None:
    """Time and chance are handed in, so that a fold can be repeated."""
    called = {
        ast.unparse(node.func).rpartition(".")[2] for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)
    }
    assert called & IMPURE_CALLS == set()


def test_the_schemas_can_be_read_without_any_service() -> None:
    """An agency's own program can use the contract alone."""
    code = (
        "import schemas.wire, sys; print(sorted(m for m in sys.modules if m.split('.')[0] in ('services', 'deploy')))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
