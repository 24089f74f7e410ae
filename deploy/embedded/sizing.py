"""How much of the machine the embedded PostgreSQL takes: its settings that depend on memory, each with its reason.

Measured by ``make bench-merge`` (docs/performance.md). None of them trades durability: ``fsync``, ``full_page_writes``
and ``synchronous_commit`` stay on.
"""

from pathlib import Path

import psutil

MB = 1024 * 1024
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")
"""Of control groups v2: a number of bytes, or ``max``."""

SHARE_OF_MEMORY = 8
"""An eighth, not the usual quarter: Kafka, the workers and the models that look at faces live on the same machine."""
SMALLEST_BUFFERS_MB, LARGEST_BUFFERS_MB = 128, 2048
"""PostgreSQL's own default, and a register of a million people with all its indexes."""
SMALLEST_WAL_MB, LARGEST_WAL_MB = 1024, 4096
"""PostgreSQL's own default, and what is read again in some 20 s after a kill (8 s for 1.9 GB, measured)."""
WAL_PER_BUFFERS = 4


def memory_mb(limit: Path = CONTAINER_LIMIT) -> int:
    """Return what this machine has, or this container may use, in MB; whichever is less."""
    machine = psutil.virtual_memory().total // MB
    try:
        told = limit.read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(told) // MB) if told.isdigit() else machine


def server_settings(memory_mb: int) -> dict[str, str]:
    """Return the settings of ``postgresql.conf`` that follow from the memory.

    Args:
        memory_mb: what the machine has; 4,096 gives 512 MB of shared buffers and 2 GB of WAL between checkpoints.
    """
    buffers = min(max(memory_mb // SHARE_OF_MEMORY, SMALLEST_BUFFERS_MB), LARGEST_BUFFERS_MB)
    wal = min(max(buffers * WAL_PER_BUFFERS, SMALLEST_WAL_MB), LARGEST_WAL_MB)
    return {
        # A request touches pages of its own (keys are random on purpose): those that are not here are read from the
        # kernel, and another has to be written out to make room.
        "shared_buffers": f"{buffers}MB",
        # The first change of a page after a checkpoint goes to the WAL with the whole page, 8 kB for a few hundred
        # bytes. Checkpoints further apart: fewer such pages. The price is disk, and a longer recovery after a kill.
        "max_wal_size": f"{wal}MB",
        "checkpoint_timeout": "15min",
        # lz4 or zstd would be better still, but the wheel's PostgreSQL has neither; its own pglz makes 15 % less WAL
        # for twice the CPU.
        "wal_compression": "off",
    }
