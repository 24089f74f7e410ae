"""The page's own tests, which need no browser: types by TypeScript, rules and files by Node."""

import os
import subprocess

import pytest

from tests.structure.source import ROOT

WEB = ROOT / "web"


@pytest.fixture
def tools() -> None:
    """The page's tools are installed."""
    if not (WEB / "node_modules/typescript").is_dir():
        if os.environ.get("CI"):
            pytest.fail("web/node_modules is missing; next: make test")
        pytest.skip("web/node_modules is missing; next: make test")


def run(*command: str) -> str:
    """What a tool says; it must succeed."""
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_hold(tools: None) -> None:
    """`tsc --checkJs --strict` finds nothing, in the page and in its worker."""
    run("npm", "run", "--silent", "check")


def test_rules_and_files_hold(tools: None) -> None:
    """State machines, words, map, strings, third-party files, what is kept offline."""
    assert "# fail 0" in run("node", "--test", "--test-reporter=tap", *map(str, sorted(WEB.glob("tests/*.test.mjs"))))


def test_the_tools_are_pinned(tools: None) -> None:
    """No range: what was tested is what is installed."""
    told = run("node", "-p", "Object.values(require('./package.json').devDependencies).join(' ')")
    assert all(version.replace(".", "").isdigit() for version in told.split())
