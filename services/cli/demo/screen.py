"""Where the demo's tables go: wide enough for them also in a log file."""

import sys

from rich.console import Console
from rich.table import Table

LOG_WIDTH = 140
"""Columns when the output is no terminal."""


def show(what: Table | str) -> None:
    """Prints a table or a line with markup."""
    Console(soft_wrap=True, width=None if sys.stdout.isatty() else LOG_WIDTH).print(what)
