"""A bound on what one command may take: where the lists are too large for the machine, that is told, not suffered.

A thread watches, and interrupts the work while there is memory left to say so. A limit of the process alone would not
do: with the last byte gone, CPython 3.11 may spin for ever (it needs memory to handle that there is none), and without
a limit Linux promises more than it has and kills the process, or another one, without a word.
"""

import _thread
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from typing import Final, Literal

import typer

MEBIBYTE: Final = 1024 * 1024
RESERVE: Final = 96 * MEBIBYTE
"""Bytes that stay free: for the message, and for what grows between two looks."""
LOOK_S: Final = 0.05
GIGABYTES_FOR_100_000_ROWS: Final = 0.4
"""Measured: 1,812,000 rows (200 MB of CSV) in one `onevisit merge` took 7.4 GB."""


class MemoryCode(StrEnum):
    """Why a command stopped for lack of memory. Permanent."""

    LISTS_TOO_LARGE = "LISTS_TOO_LARGE"
    """The lists need more memory than is free; nothing was done. Take those of one township at a time."""


_TEXTS: Final = {
    "en": "{code}: these lists need more memory than the {free} MiB that are free; nothing was merged.\n"
    "  next: merge those of one township at a time (the rows of one person must stay together), or use a machine with\n"
    "  more memory: 100,000 rows need about {per} GB",
    "zh": "{code}：名单所需内存超过空闲的 {free} MiB，未作合并。\n"
    "  下一步：请按乡镇分批合并（同一人的各行须在同一批），或换用内存更大的机器：每10万行约需 {per} GB",
}


@contextmanager
def bounded_memory(language: Literal["en", "zh"]) -> Iterator[None]:
    """What is done inside may take the memory that is free now; when it needs more, says so and ends the command.

    On Linux; elsewhere nothing is watched.

    Raises:
        typer.Exit: status 1, when the memory did not suffice.
    """
    free, watch = free_bytes(), _Watch()
    if free is not None:
        watch.start()
    try:
        yield
    except KeyboardInterrupt:
        if not watch.alarmed:
            raise
    except MemoryError:
        watch.alarmed = True
    finally:
        watch.ended.set()
    if watch.alarmed:
        shown = "?" if free is None else str(free // MEBIBYTE)
        text = _TEXTS[language].format(code=MemoryCode.LISTS_TOO_LARGE, free=shown, per=GIGABYTES_FOR_100_000_ROWS)
        typer.echo(text, err=True)
        raise typer.Exit(1)


class _Watch(Thread):
    """Looks at the free memory until the work has ended, and interrupts the work when little is left."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = Event()
        self.alarmed = False

    def run(self) -> None:
        while not self.ended.wait(LOOK_S):
            free = free_bytes()
            if free is not None and free < RESERVE:
                self.alarmed = True
                _thread.interrupt_main()
                return


def free_bytes() -> int | None:
    """What this process may still take: of the machine's memory, and below a limit that it has (`ulimit -v`)."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
        own = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return None
    free = int(found[1]) * 1024 if found else None
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return free
    return max(limit - own, 0) if free is None else min(free, max(limit - own, 0))
