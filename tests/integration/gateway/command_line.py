"""`onevisit` as an operator runs it: each command as a process of its own once, which takes a second; then here, where
all that it imports is loaded already."""

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from typer.testing import CliRunner

from services.cli.main import app
from tests.structure.source import ROOT

LIMIT_S = 240
GROUPS = frozenset({"access", "audit", "privacy", "sessions"})
"""Words after which comes another one of the command's name."""

tried: set[tuple[str, ...]] = set()
"""What ran as a process in this process of tests: imports by itself, exits with its status, writes what it should."""


def run(environment: Mapping[str, str], *arguments: str, said: str = "") -> "subprocess.CompletedProcess[str]":
    """Runs a command with what is `said` on its standard input, and these variables beside our own."""
    name = name_of(arguments)
    if name in tried:
        with ThreadPoolExecutor(1) as apart:  # a command has a loop of its own
            return apart.submit(_run_here, environment, arguments, said).result()
    tried.add(name)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "services.cli", *arguments],
        cwd=ROOT, env=os.environ | environment | {"PYTHONUTF8": "1"}, input=said,
        capture_output=True, text=True, check=False, timeout=LIMIT_S,
    )  # fmt: skip


def name_of(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the command."""
    length = next(number for number, word in enumerate(arguments, 1) if word not in GROUPS)
    return arguments[:length]


def _run_here(
    environment: Mapping[str, str], arguments: tuple[str, ...], said: str
) -> "subprocess.CompletedProcess[str]":
    ended = CliRunner().invoke(app, list(arguments), input=said, env=dict(environment))
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return subprocess.CompletedProcess(arguments, ended.exit_code, ended.stdout, ended.stderr)
